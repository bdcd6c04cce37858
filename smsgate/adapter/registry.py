"""Adapters, found by the entry points of installed packages."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.settings import Settings
from smsgate.model.errors import ConfigError
from smsgate.runtime.plugins import PluginGroup

__all__ = ["adapter_named", "installed_adapters", "usable_adapters"]

_ADAPTERS: PluginGroup[Adapter[Settings]] = PluginGroup("smsgate.adapters", "adapter", Adapter, "smsgate.Adapter")


def installed_adapters() -> list[str]:
    """Return the names of the adapters that are installed, sorted; imports none of them."""
    return _ADAPTERS.installed()


def adapter_named(name: str) -> type[Adapter[Settings]]:
    """Import the adapter of this name, or raise `ConfigError`."""
    adapter = _ADAPTERS.load(name)
    settings = getattr(adapter, "Settings", None)
    if not (inspect.isclass(settings) and issubclass(settings, Settings)):
        raise _ADAPTERS.error(name, "has no Settings that inherit from smsgate.Settings")
    for method, first in (("send", "message"), ("send_bulk", "messages")):
        if not _takes_two(getattr(adapter, method, None)):
            what = f"has a {method} that does not take ({first}, {first.replace('message', 'submission')})"
            raise _ADAPTERS.error(name, f"{what}; upgrade it, or the smsgate that it was written for")
    return adapter


def usable_adapters() -> dict[str, type[Adapter[Settings]]]:
    """Import every adapter that is installed and return them by name, without those that are broken."""
    found = {}
    for name in installed_adapters():
        with suppress(ConfigError):  # it is reported where settings name it
            found[name] = adapter_named(name)
    return found


def _takes_two(method: Callable[..., object] | None) -> bool:
    """Whether an adapter's method, if it has it, may be called with two arguments."""
    if method is None:
        return True
    try:
        inspect.signature(method).bind(None, None, None)
    except TypeError:
        return False
    return True
