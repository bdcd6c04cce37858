"""The JSON Schema of a value, from the type that the settings' converter reads it into."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

import attrs
from attrs import Attribute

from smsgate.adapter.fields import vendor_name
from smsgate.adapter.price_list import PriceList
from smsgate.adapter.sender_table import SenderTable
from smsgate.adapter.settings import OneOf
from smsgate.config.descriptions import descriptions
from smsgate.config.guards import By, Most, Period, Zone
from smsgate.config.pumping import Length, Within
from smsgate.config.quiet_hours import TimeOfDay
from smsgate.config.webhooks import Secrets

__all__ = ["SHAPES", "Schema", "Shapes"]

Schema: TypeAlias = dict[str, Any]

_ENV: Schema = {
    "description": "The text is in an environment variable.",
    "type": "object",
    "properties": {"env": {"type": "string", "minLength": 1}},
    "required": ["env"],
    "additionalProperties": False,
}
_FILE: Schema = {
    "description": "The text is in a file, whose path begins at the settings' file.",
    "type": "object",
    "properties": {"file": {"type": "string", "minLength": 1}},
    "required": ["file"],
    "additionalProperties": False,
}
_TEXT: Schema = {"$ref": "#/$defs/text"}
_AMOUNT: Schema = {"$ref": "#/$defs/amount"}
_PREFIX = r"^\+[0-9 ()\-]+$"
_BY_PREFIX: Schema = {
    "type": "object",
    "properties": {"default": _AMOUNT},
    "patternProperties": {_PREFIX: _AMOUNT},
    "additionalProperties": False,
}
_PRICE_WORDS: Schema = {
    "unit": {"description": "Such as USD.", "type": "string"},
    "default": {"description": "What a number costs that no prefix fits.", **_AMOUNT},
    "per": {"enum": ["segment", "message"]},
    "date": {"description": "The day from which the list is valid."},
}


def _text_like(pattern: str) -> Schema:
    """Return the schema of a text that fits a pattern, wherever it is."""
    return {
        "anyOf": [{"type": "string", "pattern": pattern}, {"$ref": "#/$defs/env"}, {"$ref": "#/$defs/file"}],
    }


SHAPES: Schema = {
    "env": _ENV,
    "file": _FILE,
    "text": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/env"}, {"$ref": "#/$defs/file"}]},
    "secrets": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
    "amount": {
        "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*[+-]?[0-9._]+([eE][+-]?[0-9]+)?\s*$"}]
    },
    "prices": {
        "if": {"required": ["file"]},
        "then": {"$ref": "#/$defs/prices_in_a_file"},
        "else": {"$ref": "#/$defs/price_list"},
    },
    "price_list": {
        "description": "Prices by E.164 prefix, of which the longest that fits wins.",
        **_BY_PREFIX,
        "properties": {**_PRICE_WORDS, "media": _BY_PREFIX},
        "required": ["unit"],
    },
    "prices_in_a_file": {
        "type": "object",
        "properties": {
            "file": {"description": "A CSV or TOML file, whose path begins at the settings' file.", "type": "string"},
            **_PRICE_WORDS,
            "media_default": _AMOUNT,
        },
        "additionalProperties": False,
    },
    "senders": {
        "description": "Senders by E.164 prefix, by country (ISO 3166) and default.",
        "type": "object",
        "patternProperties": {rf"^([A-Za-z]{{2}}|default)$|{_PREFIX}": {"$ref": "#/$defs/sender"}},
        "additionalProperties": False,
    },
    "period": _text_like(r"^([1-9][0-9]{0,8}[smhd]|day|week|month)$"),
    "most": {"anyOf": [{"type": "integer", "minimum": 1}, _text_like(r"^\s*[0-9][0-9_]*(\.[0-9]+)?(\s+\S.*)?$")]},
    "within": _text_like(r"^[1-9][0-9]{0,8} ?/ ?([1-9][0-9]{0,6})?[smhd]$"),
    "length": _text_like(r"^[1-9][0-9]{0,6}[smhd]$"),
    "time_of_day": _text_like(r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$"),
    "counted_by": _text_like(r"^(recipient|prefix6|country|campaign|sender|provider|key:.{1,255})$"),
    "sender": {
        "anyOf": [
            _TEXT,
            {
                "description": "The vendor's id of a pool of senders.",
                "type": "object",
                "properties": {"service": _TEXT},
                "required": ["service"],
                "additionalProperties": False,
            },
        ]
    },
}
"""Shapes that several settings have."""
_NAMED: Mapping[object, str] = {
    PriceList: "prices",
    SenderTable: "senders",
    Secrets: "secrets",
    Decimal: "amount",
    Period: "period",
    Most: "most",
    By: "counted_by",
    Zone: "text",
    TimeOfDay: "time_of_day",
    Within: "within",
    Length: "length",
}
_SIMPLE: Mapping[object, Schema] = {
    str: _TEXT,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    object: {},
}


class Shapes:
    """Makes schemas, and collects those of the tables that they name."""

    def __init__(self) -> None:
        self.tables: Schema = {}

    def table(self, kind: type[Any]) -> Schema:
        """Return the schema of the table that is read into a class."""
        said = descriptions(kind)
        fields = [field for field in attrs.fields(attrs.resolve_types(kind)) if field.init]
        return {
            "type": "object",
            "properties": {vendor_name(field): self._field(field, said.get(field.name)) for field in fields},
            "required": [vendor_name(field) for field in fields if field.default is attrs.NOTHING],
            "additionalProperties": False,
        }

    def _field(self, field: Attribute[Any], description: str | None) -> Schema:
        schema = dict(self._value(field.type))
        if (words := _words(field.validator)) is not None:
            schema = {"anyOf": [{"enum": [*words]}, {"$ref": "#/$defs/env"}, {"$ref": "#/$defs/file"}]}
        if isinstance(field.default, str | int | float):  # not a factory, nor nothing
            schema["default"] = field.default
        return schema if description is None else {"description": description, **schema}

    def _value(self, kind: Any) -> Schema:  # noqa: ANN401 - any annotation
        if kind in _NAMED:
            return {"$ref": f"#/$defs/{_NAMED[kind]}"}
        if kind in _SIMPLE:
            return _SIMPLE[kind]
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        if attrs.has(kind):
            self.tables[kind.__name__] = self.table(kind)
            return {"$ref": f"#/$defs/{kind.__name__}"}
        return self._generic(get_origin(kind), [each for each in get_args(kind) if each not in {type(None), ...}])

    def _generic(self, origin: Any, inner: list[Any]) -> Schema:  # noqa: ANN401 - any annotation
        schemas = [self._value(each) for each in inner]
        if origin in {Union, UnionType}:
            return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
        if origin in {tuple, list}:
            return {"type": "array", "items": schemas[0]}
        return {"type": "object", "additionalProperties": schemas[-1]} if schemas else {}


def _words(validator: object) -> tuple[str, ...] | None:
    """Return the words to which a check limits a text."""
    validator = getattr(validator, "validator", validator)  # that within `optional`
    return validator.words if isinstance(validator, OneOf) else None
