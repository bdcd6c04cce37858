"""All guards of a gateway."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from smsgate.guards.budget import Budget
from smsgate.guards.pumping import PumpingGuard
from smsgate.guards.quiet_hours import NEEDS_TEXTS, QuietHours
from smsgate.model.errors import ConfigError, PumpingError
from smsgate.model.message import Message
from smsgate.model.price import Price
from smsgate.model.pumping import PumpingRules
from smsgate.model.reservation import Reservation

__all__ = ["Guards", "Reserves"]


class Reserves(Protocol):
    """A guard that counts messages."""

    def reservations(
        self, message: Message, segments: int, route: str, prices: Mapping[str, Price | None], now: datetime
    ) -> Sequence[Reservation]:
        """Return what a message takes now (UTC); `prices` are those of the providers that may be asked, in their order.

        Raises `InvalidMessageError` for a message that cannot be counted.
        """


@frozen(kw_only=True)
class Guards:
    """All guards of a gateway; threads and tasks share it."""

    counting: Sequence[Reserves] = ()
    """Those that count messages."""
    pumping: Sequence[PumpingGuard] = ()
    """Those against SMS pumping; they are among the counting ones too."""
    quiet_hours: QuietHours | None = None
    """When no text is to arrive."""

    @property
    def budgets(self) -> Mapping[str, Budget]:
        """The budgets by their names."""
        return {guard.name: guard for guard in self.counting if isinstance(guard, Budget)}

    def check(self, routes: Mapping[str, Collection[str]], units: Mapping[str, str]) -> None:
        """Raise `ConfigError` for what does not fit the providers of the routes, or the units of their prices."""
        for budget in self.budgets.values():
            budget.check(routes, units)

    def check_texts(self, *, keeps_texts: bool) -> None:
        """Raise `ConfigError` for what needs a journal that keeps texts, unless there is one."""
        if self.quiet_hours is not None and self.quiet_hours.schedules and not keeps_texts:
            raise ConfigError(f'quiet hours with then = "schedule": {NEEDS_TEXTS}')

    def reservations(
        self, message: Message, segments: int, route: str, prices: Mapping[str, Price | None], now: datetime
    ) -> tuple[Reservation, ...]:
        """Return what a message takes of all that count it; raise as those do."""
        return tuple(
            reserved
            for guard in self.counting
            for reserved in guard.reservations(message, segments, route, prices, now)
        )

    def check_journal(self, *, there: bool) -> None:
        """Raise `ConfigError` for a guard that only a journal can keep to, if there is none."""
        for guard in self.pumping:
            for setting in () if there else guard.needs_journal:
                raise ConfigError(
                    f'{guard.name}.{setting} needs a journal; set journal = "smsgate.db", or leave it out'
                )

    def pumping_rules(self, message: Message, route: str) -> tuple[PumpingRules, ...]:
        """Return what the journal checks and counts of a message."""
        return tuple(guard.rules for guard in self.pumping if guard.counts and guard.guards(message, route))

    def pumping_refusals(self, message: Message, route: str) -> list[tuple[PumpingError, bool]]:
        """Return what guards against pumping say of a message's number, each with whether the guard only observes."""
        refusals = [(guard.refusal(message), guard.observe) for guard in self.pumping if guard.guards(message, route)]
        return [(error, observes) for error, observes in refusals if error is not None]
