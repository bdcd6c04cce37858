"""Classes that other packages plug in, found by the entry points of what is installed."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Generic, TypeVar

from attrs import frozen

from smsgate.model.errors import ConfigError
from smsgate.model.spelling import did_you_mean

__all__ = ["PluginGroup"]

T = TypeVar("T")

_FIX = "fix or uninstall its package"


def _places() -> tuple[tuple[str, int], ...]:
    """Return where packages are, and when each place last changed: what is installed is looked up anew then."""
    return tuple((place, _changed(place or os.curdir)) for place in sys.path)


def _changed(place: str) -> int:
    try:
        return os.stat(place).st_mtime_ns  # noqa: PTH116 - of every gateway
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _entries(group: str, places: tuple[tuple[str, int], ...]) -> EntryPoints:  # noqa: ARG001 - the key
    """Return the entry points of a group; reading those of all packages takes longer than the rest of a start."""
    return entry_points(group=group)


@frozen
class PluginGroup(Generic[T]):
    """A group of entry points, each the name of a class that completes `base`.

    `noun` is what an error calls one of them; `public_base` is the name under which their authors import `base`.
    """

    group: str
    noun: str
    base: type[T]
    public_base: str

    def installed(self) -> list[str]:
        """Return the names that are installed, sorted; imports none of them."""
        return sorted({entry.name for entry in _entries(self.group, _places())})

    def load(self, name: str) -> type[T]:
        """Import the class of this name; `ConfigError` if it is missing, broken or incomplete."""
        return self._class(self._only(name, _entries(self.group, _places())))

    def load_all(self) -> dict[str, type[T]]:
        """Import every class that is installed, by its name; `ConfigError` if one is broken or incomplete."""
        entries = _entries(self.group, _places())
        return {name: self._class(self._only(name, entries)) for name in sorted(entries.names)}

    def error(self, name: str, reason: str) -> ConfigError:
        """Return the error of a plug-in that cannot be used."""
        return self._error(self._only(name, _entries(self.group, _places())), reason)

    def _only(self, name: str, installed: EntryPoints) -> EntryPoint:
        entries: list[EntryPoint] = [*installed.select(name=name)]
        if not entries:
            raise ConfigError(self._missing(name, sorted(installed.names)))
        if len(entries) > 1:  # which of them is used, and is given credentials, must not depend on the order of a path
            found = " and ".join(sorted(f"{one.value} of {one.dist.name if one.dist else '?'}" for one in entries))
            raise ConfigError(f"{self.noun} {name!r} is installed twice: {found}; uninstall one")
        return entries[0]

    def _class(self, entry: EntryPoint) -> type[T]:
        try:
            loaded = entry.load()
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything while it is imported
            raise self._error(entry, f"cannot be imported: {type(error).__name__}: {error}; {_FIX}") from None
        if not (inspect.isclass(loaded) and issubclass(loaded, self.base)):
            raise self._error(entry, f"is not a subclass of {self.public_base}; {_FIX}")
        lacking: frozenset[str] = getattr(loaded, "__abstractmethods__", frozenset())
        if lacking:
            raise self._error(entry, f"lacks: {', '.join(sorted(lacking))}; {_FIX}")
        return loaded

    def _error(self, entry: EntryPoint, reason: str) -> ConfigError:
        return ConfigError(f"{self.noun} {entry.name!r} ({entry.value}) {reason}")

    def _missing(self, name: str, installed: Sequence[str]) -> str:
        """Name no package to install: anyone could register it, and would be given the credentials."""
        fix = did_you_mean(name, installed) or "; name one of these"
        return f"no {self.noun} {name!r} (installed: {', '.join(installed) or 'none'}){fix}"
