"""Settings as TOML 1.0."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

__all__ = ["toml_key", "toml_value"]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_key(name: str) -> str:
    """Write the name of a setting or of a table."""
    return name if _BARE_KEY.fullmatch(name) else _text(name)


def toml_value(value: object) -> str:
    """Write a value; a table in one line."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_key(name)} = {toml_value(each)}" for name, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, Decimal | date):
        return str(value)
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def _text(text: str) -> str:
    """Write a string; unlike JSON, TOML has no surrogates, and DEL only as an escape."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(c if " " <= c <= "~" else f"\\U{ord(c):08X}" for c in written)
