"""Whether a budget fits the routes and the prices that there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from smsgate.model.amount import COUNTED
from smsgate.model.spelling import did_you_mean

__all__ = ["misfits"]

_MEANT = {
    **dict.fromkeys(("message", "messages", "msg", "msgs", "sms", "text", "texts"), "messages, write a number alone"),
    **dict.fromkeys(("segment", "segments", "part", "parts"), "segments, write them as 'segments'"),
}


def misfits(
    unit: str | None,
    counted: Collection[str] | None,
    routes: Mapping[str, Collection[str]],
    units: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Give the setting of each error and what it is: a route that is not there, a price that cannot be counted.

    `counted` are the budget's routes, None for all; `routes` have the providers of each, `units` are the providers'
    units of prices, where they have any. A `unit` of None is not known.
    """
    for name in counted or ():
        if name not in routes:
            yield "for.routes", f"no route {name!r} (there are: {', '.join(routes)}){did_you_mean(name, routes)}"
    if unit is None or unit in COUNTED:
        return
    asked = [*dict.fromkeys(name for route in routes if counted is None or route in counted for name in routes[route])]
    for name in asked:
        if name not in units:
            yield "max", f"is in {unit}, and providers.{name} has no prices; give them, in {unit}{_counted(unit)}"
        elif units[name] != unit:
            differs = f"is in {unit}, and the prices of providers.{name} are in {units[name]}"
            yield "max", f"{differs}; give all in one unit{_counted(unit)}"


def _counted(unit: str) -> str:
    """Return how messages are counted, where the unit may have meant them."""
    return f"; to count {_MEANT[unit.casefold()]}" if unit.casefold() in _MEANT else ""
