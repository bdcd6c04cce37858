"""How a public name is described: its signature, its docstring, its fields and its methods."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import is_typeddict

from attrs import NOTHING, has

import smsgate
from docs.computed.prose import prose, summary
from docs.computed.source import Documented, constants, members
from docs.computed.tables import code, table

LONGEST_CALL = 100
LONGEST_DEFAULT = 60


def anchor(heading: str) -> str:
    """Return the anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def described_as(name: str, value: object, links: Mapping[str, str], module: str = "") -> str:
    """Return the description of a public name; of a constant too, if `module` defines it."""
    head = f"## {name}\n"
    if isinstance(value, type):
        return "\n".join([head, *_class(name, value, links)])
    if inspect.isfunction(value):
        return "\n".join([head, *_function(name, value, links)])
    if inspect.ismodule(value):
        return f"{head}\n{prose(inspect.getdoc(value) or '', links)}\n"
    written = constants(module).get(name) if module else None
    text = prose(written.text, links) if written and written.text else ""
    shown = written.default if written else _shown(value)
    return f"{head}\n```py\n{name} = {shown}\n```\n" + (f"\n{text}\n" if text else "")


def _class(name: str, kind: type, links: Mapping[str, str]) -> Iterator[str]:
    own = list(_own(kind))
    bases = [base.__name__ for base in kind.__bases__ if base.__name__ in links]
    if bases:
        yield f"Is a {', '.join(f'[`{base}`]({links[base]})' for base in bases)}.\n"
    if has(kind) or "__init__" in vars(kind):
        arguments, _ = _signature(kind)
        yield f"```py\n{_call(name, arguments, '')}\n```\n"
    yield f"{prose(inspect.cleandoc(kind.__dict__.get('__doc__') or ''), links)}\n"
    yield from _attributes(kind, [each for base in own for each in members(base)], links)
    methods = {
        key: value for base in reversed(own) for key, value in vars(base).items() if not key.startswith(("_", "test_"))
    }
    properties = {key: value for key, value in methods.items() if isinstance(value, property)}
    if properties:
        cells = [
            [key, code(_returns(each)), summary(inspect.getdoc(each) or "", links)] for key, each in properties.items()
        ]
        yield table(["property", "type", "what it is"], cells)
    yield from _methods(name, methods, links)


def _attributes(kind: type, rows: Sequence[Documented], links: Mapping[str, str]) -> Iterator[str]:
    """Give the table of a class's fields, or of its other attributes that have a docstring."""
    if issubclass(kind, Enum):
        values = [[each.name, each.default, summary(each.text, links)] for each in rows]
        yield table(["name", "value", "what it is"], [[name, code(value), text] for name, value, text in values])
        return
    is_value = has(kind) or is_typeddict(kind)
    shown = [each for each in rows if (is_value and each.annotation) or each.text]
    if not shown:
        return
    if is_value and any(each.default for each in shown):
        cells = [[each.name, code(each.annotation), code(_default(each)), summary(each.text, links)] for each in shown]
        yield table(["field", "type", "default", "what it is"], cells)
    else:
        cells = [[each.name, code(each.annotation), summary(each.text, links)] for each in shown]
        yield table(["field" if is_value else "attribute", "type", "what it is"], cells)


def _methods(name: str, methods: Mapping[str, object], links: Mapping[str, str]) -> Iterator[str]:
    is_async = name.startswith("Async")
    for key, value in methods.items():
        function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if inspect.isfunction(function):
            yield "\n".join(
                [f"### {name}.{key}\n", *_function(key, function, links, is_method=True, is_async=is_async)]
            )


def _own(kind: type) -> Iterator[type]:
    """Give a class and those of its bases that are no public names, and so are described with it."""
    public = {getattr(smsgate, name) for name in smsgate._MODULES if isinstance(getattr(smsgate, name), type)}  # noqa: SLF001
    for base in kind.__mro__:
        if base is kind or (base.__module__.startswith("smsgate.") and base not in public):
            yield base


def _function(
    name: str,
    function: Callable[..., object],
    links: Mapping[str, str],
    *,
    is_method: bool = False,
    is_async: bool = True,
) -> Iterator[str]:
    arguments, returned = _signature(function)
    if is_method and arguments and arguments[0] in {"self", "cls"}:
        arguments = arguments[2:] if arguments[1:2] == ["/"] else arguments[1:]
    if not is_async:
        returned = re.sub(r"AsyncGenerator\[(.*), None\]$", r"Iterator[\1]", returned).replace("AsyncL", "L")
    awaited = "await " if is_async and inspect.iscoroutinefunction(inspect.unwrap(function)) else ""
    yield f"```py\n{awaited}{_call(name, arguments, returned)}\n```\n"
    yield f"{prose(inspect.getdoc(function) or '', links)}\n"


def _signature(thing: Callable[..., object]) -> tuple[list[str], str]:
    """Return the arguments of a call, as they are written, and what it returns; the same in every Python."""
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return [], ""
    arguments: list[str] = []
    last = None
    for each in signature.parameters.values():
        if last is each.POSITIONAL_ONLY and each.kind is not last:
            arguments.append("/")
        if each.kind is each.KEYWORD_ONLY and last not in {each.VAR_POSITIONAL, each.KEYWORD_ONLY}:
            arguments.append("*")
        arguments.append(_argument(each))
        last = each.kind
    return arguments + ["/"] * (last is inspect.Parameter.POSITIONAL_ONLY), _annotation(signature.return_annotation)


def _argument(each: inspect.Parameter) -> str:
    stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
    kind = _annotation(each.annotation)
    written = f"{stars}{each.name}{kind and f': {kind}'}"
    return written if each.default is each.empty else f"{written}{' = ' if kind else '='}{_value(each.default)}"


def _annotation(annotation: object) -> str:
    if annotation is inspect.Parameter.empty:
        return ""
    return annotation if isinstance(annotation, str) else _shown(inspect.formatannotation(annotation))


def _value(value: object) -> str:
    """Return a default as it is written; one without such a way as three dots."""
    if value is NOTHING:  # a factory makes it
        return "..."
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if callable(value):
        return getattr(value, "__name__", "...")
    text = re.sub(r"^(?:datetime|decimal)\.", "", repr(value))
    return text if re.match(r"[\w'\"({\[-]", text) and " at 0x" not in text and len(text) <= LONGEST_DEFAULT else "..."


def _call(name: str, arguments: Sequence[str], returned: str) -> str:
    """Return a call on one line, or with an argument on each where it is long."""
    after = f") -> {returned}" if returned else ")"
    line = f"{name}({', '.join(arguments)}{after}"
    if len(line) <= LONGEST_CALL:
        return line
    return f"{name}(\n" + "".join(f"    {each},\n" for each in arguments) + after


def _default(each: Documented) -> str:
    """Return a default as a reader wants it: of ``field(default=1, validator=...)`` the 1."""
    if each.default.startswith(("field(", "attrs.field(")):
        found = re.search(r"\b(?:default|factory)=((?:[^,()]|\([^()]*\))+)", each.default)
        return found[1] if found else ""
    return each.default if len(each.default) <= LONGEST_DEFAULT else "..."


def _returns(value: property) -> str:
    return str(inspect.get_annotations(value.fget).get("return", "")) if value.fget else ""


def _shown(value: object) -> str:
    return re.sub(r"\b(?:smsgate\.[a-z_.]+|collections\.abc|typing|decimal|datetime)\.", "", str(value))
