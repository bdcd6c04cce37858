"""What a settings file may have, as a JSON Schema (draft 2020-12) for editors.

It is computed from the classes that the settings are read into. It refuses what has a wrong name or type; what values
mean together is checked where they are read (`smsgate config check`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from smsgate.adapter.abilities.sending import ChoosesSender
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.settings import Settings
from smsgate.config.schema_types import SHAPES, Schema, Shapes
from smsgate.config.top import Top

__all__ = ["DIALECT", "settings_schema"]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def settings_schema(adapters: Mapping[str, type[Adapter[Settings]]]) -> Schema:
    """Return the schema of a file whose providers may have these adapters, by their names."""
    shapes = Shapes()
    top = shapes.table(Top)
    properties = dict(top["properties"])
    properties["providers"] = {
        "description": "The accounts, by names of your own.",
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[A-Za-z0-9_-]{1,64}$"},
        "additionalProperties": {"$ref": "#/$defs/provider"},
    }
    journal = properties["journal"]
    properties["journal"] = {
        "description": "The journal: a file or a PostgreSQL address, or a table.",
        "anyOf": [{"$ref": "#/$defs/text"}, {"$ref": journal["$ref"]}],
    }
    accounts = {f"adapter.{name}": _account(name, adapter, shapes) for name, adapter in adapters.items()}
    return {
        "$schema": DIALECT,
        "title": "smsgate.toml",
        "description": "Settings of smsgate.",
        **top,
        "properties": properties,
        "$defs": {**SHAPES, **shapes.tables, "provider": _provider(adapters), **accounts},
    }


def _provider(adapters: Mapping[str, object]) -> Schema:
    """Return the schema of ``[providers.<name>]``: what it may have depends on its adapter."""
    return {
        "type": "object",
        "required": ["adapter"],
        "properties": {"adapter": {"description": "Which vendor's account it is.", "enum": sorted(adapters)}},
        "allOf": [
            {
                "if": {"properties": {"adapter": {"const": name}}, "required": ["adapter"]},
                "then": {"$ref": f"#/$defs/adapter.{name}"},
            }
            for name in sorted(adapters)
        ],
    }


def _account(name: str, adapter: type[Adapter[Settings]], shapes: Shapes) -> Schema:
    table = shapes.table(adapter.Settings)
    properties = {"adapter": {"const": name}, **table["properties"]}
    if not issubclass(adapter, ChoosesSender):
        del properties["senders"]
    return {"title": adapter.title or name, **table, "properties": properties}
