"""The settings of providers that use a sandbox's accounts, as values and as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smsgate.sandbox import Sandbox

__all__ = ["account_at", "accounts_at", "toml"]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def account_at(server: Sandbox, vendor: str) -> dict[str, object]:
    """Return the settings of a provider that uses this vendor's account in the sandbox."""
    return {**server.settings()["providers"][vendor]}


def accounts_at(server: Sandbox) -> dict[str, dict[str, object]]:
    """Return the settings of a provider for each vendor of the sandbox, by the vendor's name."""
    return {vendor: {**settings} for vendor, settings in server.settings()["providers"].items()}


def toml(accounts: Mapping[str, Mapping[str, object]]) -> str:
    """Write the settings of providers as TOML 1.0: a table for each, with a blank line between two."""
    return "\n".join(_table(name, settings) for name, settings in accounts.items())


def _table(name: str, settings: Mapping[str, object]) -> str:
    lines = [f"{_key(setting)} = {_value(value)}\n" for setting, value in settings.items()]
    return "".join([f"[providers.{_key(name)}]\n", *lines])


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _text(name)


def _value(value: object) -> str:
    """Write a value; a table in one line."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)} = {_value(each)}' for name, each in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value)


def _text(text: str) -> str:
    """Write a string; unlike JSON, TOML has no surrogates, and DEL only as an escape."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(c if " " <= c <= "~" else f"\\U{ord(c):08X}" for c in written)
