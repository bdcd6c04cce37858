"""The guard against SMS pumping: codes that are asked for in bulk, for numbers whose owner earns with each text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from attrs import field, frozen

from smsgate.model.count_within import CountWithin
from smsgate.model.errors import PumpingError
from smsgate.model.line_type import LineType, line_type_of
from smsgate.model.message import Message
from smsgate.model.numbers import country_of, line_of
from smsgate.model.price import Price
from smsgate.model.pumping import Conversion, PumpingRules
from smsgate.model.reservation import Reservation

__all__ = ["NEED_JOURNAL", "PumpingGuard"]

NEED_JOURNAL = ("sequential", "min_conversion")
"""The rules that a journal alone can keep to."""


def _set(values: Iterable[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


@frozen(kw_only=True)
class PumpingGuard:
    """What texts of some campaigns or routes must keep to; None is no rule."""

    name: str
    """What errors call it, such as "guard.otp"."""
    campaigns: frozenset[str] | None = field(default=None, converter=_set)
    """The campaigns whose messages it guards; None: those of any, or none."""
    routes: frozenset[str] | None = field(default=None, converter=_set)
    """The routes whose messages it guards; None: those of any."""
    countries: frozenset[str] | None = field(default=None, converter=_set)
    """ISO 3166 letters of the countries that may be texted."""
    line_types: frozenset[str] | None = field(default=None, converter=_set)
    """What may be texted: values of `LineType`."""
    burst: CountWithin | None = None
    """Texts to the numbers of one block."""
    block: int = 4
    """How many last digits a block leaves out."""
    sequential: CountWithin | None = None
    """Different numbers that are near each other."""
    conversion: Conversion | None = None
    """How many people must enter their codes."""
    observe: bool = False
    """Whether what it would refuse is sent all the same, logged and counted."""

    rules: PumpingRules = field(init=False, eq=False, repr=False)
    """What the journal checks and counts."""

    @rules.default
    def _rules(self) -> PumpingRules:
        return PumpingRules(guard=self.name, observe=self.observe, conversion=self.conversion, sequence=self.sequential)

    def guards(self, message: Message, route: str) -> bool:
        """Whether it guards a message that takes a route."""
        return (self.campaigns is None or message.campaign in self.campaigns) and (
            self.routes is None or route in self.routes
        )

    @property
    def needs_journal(self) -> Sequence[str]:
        """The settings that a journal alone can keep to."""
        rules = (self.sequential, self.conversion)
        return [setting for setting, rule in zip(NEED_JOURNAL, rules, strict=True) if rule is not None]

    @property
    def counts(self) -> bool:
        """Whether the journal checks or counts anything of it."""
        return not (self.burst is None and self.sequential is None and self.conversion is None)

    def refusal(self, message: Message) -> PumpingError | None:
        """Return what the number itself stops."""
        if self.countries is not None and (country := country_of(message.to)) not in self.countries:
            allowed = ", ".join(sorted(self.countries))
            where = f"is in {country}" if country else "belongs to no country"
            return self._error(
                "countries", f"allows {allowed} and {message.to} {where}; add it if people there sign in"
            )
        if self.line_types is not None and (kind := line_type_of(message.to)) not in self.line_types:
            allowed = ", ".join(each for each in LineType if each in self.line_types)
            return self._error(
                "line_types", f"allows {allowed} and {message.to} is {kind}; add that if people sign in with such"
            )
        return None

    def reservations(
        self, message: Message, segments: int, route: str, prices: Mapping[str, Price | None], now: datetime
    ) -> Sequence[Reservation]:
        """Return what a message takes of its block's burst."""
        del segments, prices, now
        if self.burst is None or not self.guards(message, route):
            return ()
        return [
            Reservation(
                budget=f"{self.name}.burst/{self.block}",
                name=self.rules.burst,
                value=line_of(message.to)[: -self.block],
                amount=1,
                most=self.burst.count,
                unit="messages",
                lasts=self.burst.seconds,
                observe=self.observe,
            )
        ]

    def _error(self, rule: str, what: str) -> PumpingError:
        return PumpingError(f"{self.name}.{rule} {what}", guard=self.name, rule=rule)
