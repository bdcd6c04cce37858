"""What the source of a class says and Python does not keep: docstrings below fields, and values as written."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from attrs import frozen


@frozen
class Documented:
    """A field, attribute or member of a class, as its source has it."""

    name: str
    annotation: str
    default: str
    """As it is written; empty where there is none."""
    text: str
    """The docstring below it; may be empty."""


def members(kind: type) -> Iterator[Documented]:
    """Give the public fields, constants and documented attributes of a class, without those of its bases."""
    node = _classes(kind.__module__).get(kind.__qualname__)
    if node is None:
        return
    yield from _assigned(node.body)
    for function in node.body:
        if isinstance(function, ast.FunctionDef) and function.name == "__init__":
            yield from (each for each in _assigned(function.body) if each.text)


@cache
def constants(module: str) -> dict[str, Documented]:
    """Return the public constants that a module defines, by their names."""
    file = getattr(import_module(module), "__file__", None)
    return {each.name: each for each in _assigned(ast.parse(Path(file).read_text("utf-8")).body)} if file else {}


def _assigned(body: Sequence[ast.stmt]) -> Iterator[Documented]:
    for statement, following in zip(body, [*body[1:], None], strict=True):
        text = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            text = inspect.cleandoc(str(following.value.value))
        match statement:
            case ast.AnnAssign(target=target, annotation=annotation, value=value):
                name, kind = _name(target), ast.unparse(annotation)
            case ast.Assign(targets=[target], value=value):
                name, kind = _name(target), ""
            case _:
                continue
        if name and not name.startswith("_"):
            yield Documented(name, kind, "" if value is None else ast.unparse(value), text)


def _name(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
    return ""


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """Return the classes of a module, by their qualified names."""
    file = getattr(sys.modules[module], "__file__", None)
    if not file:
        return {}
    found: dict[str, ast.ClassDef] = {}
    _collect(ast.parse(Path(file).read_text(encoding="utf-8")), "", found)
    return found


def _collect(node: ast.AST, prefix: str, found: dict[str, ast.ClassDef]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            found[prefix + child.name] = child
            _collect(child, f"{prefix}{child.name}.", found)
