"""The settings of providers that use a sandbox's accounts, as values and as TOML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from smsgate.files.toml import toml_key, toml_value

if TYPE_CHECKING:
    from smsgate.sandbox import Sandbox

__all__ = ["account_at", "accounts_at", "toml"]


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
    lines = [f"{toml_key(setting)} = {toml_value(value)}\n" for setting, value in settings.items()]
    return "".join([f"[providers.{toml_key(name)}]\n", *lines])
