"""JSON Schemas (draft 2020-12) of Python's types."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from inspect import getdoc
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

Schema = dict[str, Any]

_PLAIN: Mapping[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    object: {},
}


@frozen(kw_only=True)
class Says:
    """What a schema says of a value beside its type: what it is, its range, the pattern of a text."""

    description: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None

    def schema(self) -> Schema:
        """Return it as JSON Schema has it."""
        return {name: value for name, value in attrs.asdict(self).items() if value is not None}


class Schemas:
    """Makes schemas; each class of attrs becomes one of the `components`, to which the others refer."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def of(self, hint: Any) -> Schema:  # noqa: ANN401 - any type
        """Return the schema of a type."""
        if get_origin(hint) is not None:
            return self._composed(get_origin(hint), get_args(hint))
        if attrs.has(hint):
            return self._component(hint)
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return {"type": "string", "enum": [str(member) for member in hint]}
        return {**_PLAIN[hint]}

    def _composed(self, origin: object, inner: tuple[Any, ...]) -> Schema:
        if origin is Annotated:
            return self.of(inner[0]) | {name: value for says in inner[1:] for name, value in says.schema().items()}
        if origin in {Union, UnionType}:
            return self._either(inner)
        if origin is Mapping:
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        return {"type": "array", **self._items(inner)}

    def _either(self, hints: tuple[Any, ...]) -> Schema:
        """Return the schema of a type that may be None: no other union is there."""
        [schema] = [self.of(hint) for hint in hints if hint is not NoneType]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        return schema | {"type": [schema["type"], "null"]}

    def _items(self, hints: tuple[Any, ...]) -> Schema:
        if len(hints) > 1 and hints[1] is not Ellipsis:
            exactly = len(hints)
            return {"prefixItems": [*map(self.of, hints)], "minItems": exactly, "maxItems": exactly}
        return {"items": self.of(hints[0])}

    def _component(self, of: type) -> Schema:
        if of.__name__ not in self.components:
            hints = get_type_hints(of, include_extras=True)
            properties = {name: self.of(hints[name]) for name in attrs.fields_dict(of)}
            self.components[of.__name__] = {
                "type": "object",
                "description": summary_of(of),
                "properties": properties,
                "required": [*properties],
                "additionalProperties": False,
            }
        return {"$ref": f"#/components/schemas/{of.__name__}"}


def summary_of(documented: object) -> str:
    """Return the first line of a docstring, without the marks of code and the full stop."""
    return (getdoc(documented) or "").partition("\n")[0].replace("`", "").rstrip(".")
