"""What the docstrings below the fields of a settings class say, for people who write settings."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from itertools import pairwise

__all__ = ["descriptions", "summary"]


def descriptions(kind: type) -> dict[str, str]:
    """Return the docstrings of a class's fields, those of its bases included, by the fields' names.

    A field without one, and every field of a class whose source is not installed, is left out.
    """
    return {name: text for base in reversed(kind.__mro__) if base is not object for name, text in _own(base)}


def summary(text: str) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join(text.partition("\n\n")[0].split())


def _own(kind: type) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError, SyntaxError):
        return
    bodies = (statement.body for statement in tree.body if isinstance(statement, ast.ClassDef))
    for statement, following in (pair for body in bodies for pair in pairwise(body)):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)
