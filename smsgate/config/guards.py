"""Guards as the settings write them: the tables ``[budgets.<name>]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, NewType

from attrs import Attribute, field, frozen

from smsgate.adapter.fields import named
from smsgate.guards.budget import Budget, read_by
from smsgate.guards.period import read_period, read_zone
from smsgate.model.amount import read_amount

__all__ = ["GUARD_TEXTS", "BudgetSettings", "By", "Counted", "Most", "Period", "Zone"]

Period = NewType("Period", str)
"""A length such as "1d", or "day", "week" or "month"."""
Zone = NewType("Zone", str)
"""An IANA time zone."""
Most = NewType("Most", str)
"""An amount of messages, segments or money."""
By = NewType("By", str)
"""What messages are counted by."""


def _zone(name: str) -> str:
    return read_zone(name).key


def _most(text: str) -> str:
    read_amount(text)
    return text


GUARD_TEXTS: Final[Mapping[Any, Callable[[str], str]]] = {
    Period: read_period,
    Zone: _zone,
    Most: _most,
    By: read_by,
}
"""How the texts are read that are no plain ones; each raises `ValueError`."""


def _named(_: object, attribute: Attribute[Any], value: tuple[str, ...] | None) -> None:
    if value is not None and not value:
        raise ValueError(f"{attribute.name} is empty, so no message would be counted; name some, or leave it out")


@frozen(kw_only=True)
class Counted:
    """The table ``for`` of a budget: the messages that are counted."""

    campaigns: tuple[str, ...] | None = field(default=None, validator=_named)
    """Those of these campaigns; default: of any, or none."""
    routes: tuple[str, ...] | None = field(default=None, validator=_named)
    """Those that take these routes; default: any."""


@frozen(kw_only=True)
class BudgetSettings:
    """One ``[budgets.<name>]`` table."""

    MEANT: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("campaign", "campaigns"), 'write for = { campaigns = ["..."] }'),
        **dict.fromkeys(("route", "routes"), 'write for = { routes = ["..."] }'),
        **dict.fromkeys(("limit", "most", "amount"), "write it as `max`"),
        **dict.fromkeys(("window", "period", "interval"), "write it as `per`"),
        **dict.fromkeys(("timezone", "time_zone"), "write it as `zone`"),
    }
    per: Period
    """How long a message counts: a window that rolls on, such as "30s", "15m", "1h" or "7d", or the calendar's "day",
    "week" (from Monday) or "month".
    """
    most: Most = named("max")  # noqa: RUF009 - a field
    """What may be sent in that time: a number of messages, or a text such as "500 segments" or "250.00 EUR"."""
    by: By | None = None
    """What has a budget of its own: each "recipient", "prefix6", "country", "campaign", "sender", "provider" or
    "key:<name>"; default: one budget for all messages.
    """
    counted: Counted = named("for", Counted())  # noqa: RUF009 - a field
    """The messages that are counted; default: all."""
    zone: Zone = Zone("UTC")
    """The time zone (IANA) in which days, weeks and months begin."""
    observe: bool = False
    """Whether a message that has no room is sent all the same, and logged."""

    def budget(self, name: str) -> Budget:
        """Return the budget of a name."""
        most, unit = read_amount(self.most)
        return Budget(
            name=name,
            per=self.per,
            most=most,
            unit=unit,
            by=self.by,
            campaigns=self.counted.campaigns,
            routes=self.counted.routes,
            zone=self.zone,
            observe=self.observe,
        )
