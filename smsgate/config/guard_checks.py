"""What guards against SMS pumping need beside them in the settings: routes of those names, and a journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from smsgate.adapter.strict import Structures
from smsgate.config.drafts import piece
from smsgate.config.problems import Problems
from smsgate.config.pumping import GUARD_NAME, Guarded
from smsgate.guards.pumping import NEED_JOURNAL
from smsgate.model.spelling import did_you_mean

__all__ = ["check_guards"]


def check_guards(
    settings: Mapping[str, object], routes: Collection[str], converter: Structures, problems: Problems
) -> None:
    """Add an error for each guard that can never be kept to, whatever else is wrong; `routes` are all names."""
    guards = settings.get("guard")
    for name, table in guards.items() if isinstance(guards, Mapping) else ():
        place = f"guard.{name}"
        if GUARD_NAME.fullmatch(str(name)) is None:
            problems.add(place, "must be called by letters, digits, _ and - (at most 64)")
        if not isinstance(table, Mapping):
            continue
        for setting in NEED_JOURNAL if settings.get("journal") is None else ():
            if setting in table:
                problems.add(f"{place}.{setting}", 'needs a journal; set journal = "smsgate.db", or leave it out')
        guarded = piece(converter, table, "for", Guarded)
        for route in (guarded and guarded.routes) or ():
            if route not in routes:
                there, meant = ", ".join(routes), did_you_mean(route, routes)
                problems.add(f"{place}.for.routes", f"no route {route!r} (there are: {there}){meant}")
