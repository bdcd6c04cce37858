"""Adapters, found by the entry points of whatever is installed."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

from smsgate.adapter import Adapter
from smsgate.errors import ConfigError
from smsgate.settings import Settings
from smsgate.spelling import did_you_mean

__all__ = ["adapter_named", "installed_adapters"]

GROUP = "smsgate.adapters"


def installed_adapters() -> list[str]:
    """Return the names of the adapters that are installed, sorted; imports none of them."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def adapter_named(name: str) -> type[Adapter[Settings]]:
    """Import the adapter of this name, or raise `ConfigError`."""
    entry = _entry(name)
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


def _entry(name: str) -> EntryPoint:
    entries: list[EntryPoint] = [*entry_points(group=GROUP, name=name)]
    if not entries:
        raise ConfigError(_missing(name, installed_adapters()))
    if len(entries) > 1:  # which of them credentials go to must not hang on the order of a path
        told = " and ".join(sorted(f"{entry.value} of {entry.dist.name if entry.dist else '?'}" for entry in entries))
        raise ConfigError(f"adapter {name!r} is installed twice: {told}; uninstall one")
    return entries[0]


def _missing(name: str, installed: Sequence[str]) -> str:
    """Say that no adapter has a name; name no package, for whoever registers it would be given the credentials."""
    mend = did_you_mean(name, installed) or "; name one of these, or install the package that has it"
    return f"no adapter {name!r} (installed: {', '.join(installed) or 'none'}){mend}"
