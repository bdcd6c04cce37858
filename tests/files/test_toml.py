"""Settings are written as TOML that is read as the same settings."""

from __future__ import annotations

import tomllib
from decimal import Decimal

from smsgate.files.toml import toml_key, toml_value

SETTINGS: dict[str, object] = {
    "plain": {"text": 'a "quoted" \\ line\n\t\x7f👍', "number": 16, "yes": True, "amount": Decimal("0.020")},
    "+1 202": ["27820001111", {"service": "x"}],
    "empty": {},
    "": [],
}


def test_settings_are_read_as_they_were_written() -> None:
    lines = [f"{toml_key(name)} = {toml_value(value)}" for name, value in SETTINGS.items()]
    assert tomllib.loads("\n".join(lines), parse_float=Decimal) == SETTINGS
