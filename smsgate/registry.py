"""Adapters, found by the entry points of whatever is installed."""

from __future__ import annotations

import inspect
from importlib.metadata import EntryPoint, entry_points

from smsgate.adapter import Adapter
from smsgate.errors import ConfigError
from smsgate.settings import Settings

__all__ = ["adapter_named", "installed_adapters"]

GROUP = "smsgate.adapters"


def installed_adapters() -> list[str]:
    """Return the names of the adapters that are installed, sorted; imports none of them."""
    return sorted(_entries())


def adapter_named(name: str) -> type[Adapter[Settings]]:
    """Import the adapter of this name, or raise `ConfigError`."""
    entry = _entries().get(name)
    if entry is None:
        there = ", ".join(installed_adapters()) or "none"
        raise ConfigError(f"no adapter {name!r} (installed: {there}); try: pip install smsgate-{name}")
    try:
        adapter = entry.load()
    except Exception as error:  # noqa: BLE001 - whatever a plug-in does while it is imported
        raise ConfigError(
            f"adapter {name!r} ({entry.value}) cannot be imported: {type(error).__name__}: {error}"
        ) from None
    if not (inspect.isclass(adapter) and issubclass(adapter, Adapter)):
        raise ConfigError(f"adapter {name!r} ({entry.value}) is not a subclass of smsgate.Adapter")
    if inspect.isabstract(adapter):
        lacking = ", ".join(sorted(adapter.__abstractmethods__))
        raise ConfigError(f"adapter {name!r} ({entry.value}) lacks: {lacking}")
    settings = getattr(adapter, "Settings", None)
    if not (inspect.isclass(settings) and issubclass(settings, Settings)):
        raise ConfigError(f"adapter {name!r} ({entry.value}) has no Settings that inherit from smsgate.Settings")
    return adapter


def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}
