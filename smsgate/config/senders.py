"""The tables `[senders]` and `[providers.<name>.senders]`, and whether the adapters can use them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from smsgate.adapter.abilities.sending import ChoosesSender
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.sender_table import SenderEntry, SenderTable
from smsgate.adapter.settings import Settings
from smsgate.adapter.strict import Structures, expect
from smsgate.config.problems import Problems
from smsgate.model.errors import ConfigError

__all__ = ["check_common_senders", "check_own_senders", "read_senders"]


def read_senders(value: Any, converter: Structures) -> SenderTable:  # noqa: ANN401
    """Read a table, the texts of which may be in the environment or in a file."""
    if isinstance(value, SenderTable):
        return value
    entries: dict[str, object] = {}
    problems: list[str] = []
    for key, entry in expect(value, dict, Mapping).items():
        try:
            entries[key] = _with_content(entry, converter)
        except (ConfigError, TypeError, ValueError) as error:
            problems.append(f"{key}: {error}")
    try:
        table = SenderTable(entries)
    except ConfigError as error:
        raise ConfigError(*problems, *error.problems) from None
    if problems:
        raise ConfigError(*problems)
    return table


def check_own_senders(adapter: type[Adapter[Settings]], table: SenderTable, path: str, problems: Problems) -> None:
    """Add an error for each entry of an account's own table that its adapter cannot use."""
    if not issubclass(adapter, ChoosesSender):
        problems.add(f"{path}.senders", f"{adapter.name} has no choice of senders; remove the table")
        return
    pattern = adapter.service_pattern
    for place, entry in _services(table):
        if pattern is None:
            fix = f"{adapter.name} has no services; write a number, a short code or a name"
            problems.add(f"{path}.senders", f"{place}: {fix}")
        elif not entry.fits(pattern):
            fix = f"check the id in the account ({adapter.name} has services {pattern})"
            problems.add(f"{path}.senders", f"{place}: {entry.shown} is no service of {adapter.name}; {fix}")


def check_common_senders(
    adapters: Mapping[str, type[Adapter[Settings]]], table: SenderTable, problems: Problems
) -> None:
    """Add an error for each service of the common table that no provider has."""
    patterns = [each.service_pattern for each in adapters.values() if issubclass(each, ChoosesSender)]
    for place, entry in _services(table):
        if not any(entry.fits(pattern) for pattern in patterns):
            what = f"{entry.shown} is a service of no provider here (there are: {', '.join(adapters) or 'none'})"
            problems.add("senders", f"{place}: {what}; check the id")


def _services(table: SenderTable) -> Iterator[tuple[str, SenderEntry]]:
    return ((place, entry) for place, entry in table.entries.items() if entry.is_service)


def _with_content(entry: Any, converter: Structures) -> object:  # noqa: ANN401
    """Read the variable or the file of an entry that names one."""
    match entry:
        case {"service": {} as place, **others} if not others:
            return SenderEntry(converter.structure(place, str), is_service=True, source=_source(place))
        case {"service": service}:
            return {**entry, "service": converter.structure(service, str)}
        case {"env": _} | {"file": _}:
            return SenderEntry(converter.structure(entry, str), source=_source(entry))
    return entry


def _source(place: Mapping[str, object]) -> str:
    """Name what was read."""
    [(kind, name)] = place.items()
    return f"the environment variable {name}" if kind == "env" else f"the file {name!r}"
