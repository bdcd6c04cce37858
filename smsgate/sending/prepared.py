"""A message that is ready to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import Factory, evolve, field, frozen

from smsgate.journal import Intent
from smsgate.model.errors import ConfigError, InvalidMessageError, OptedOutError, PumpingError
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, MessageScope
from smsgate.model.pumping import PumpingRules
from smsgate.model.reservation import Reservation
from smsgate.routing.hop import Hop
from smsgate.routing.plan import Plan
from smsgate.routing.route import Route
from smsgate.telemetry.sends import SendWatch
from smsgate.text import Analysis

__all__ = ["PreparedSend"]


@frozen
class PreparedSend:
    """A message that is ready to be sent: its route's providers in their order, and what stops it."""

    message: Message
    analysis: Analysis
    route: Route
    hops: Sequence[Hop]
    refusal: InvalidMessageError | ConfigError | OptedOutError | None = None
    by_guard: bool = False
    """Whether it is a guard that refuses it."""
    run: str | None = None
    confirms: bool = False
    """Whether it may go to a number that has just opted out, to say that this was understood."""
    deadline: float = 60.0
    """Seconds from its beginning, all waiting included."""
    entry_id: int | None = None
    """The entry that it is in the journal, where it was queued or held."""
    reservations: tuple[Reservation, ...] = ()
    """What it takes of budgets."""
    hold_until: datetime | None = None
    """When it is to be sent: it is kept in the journal until then; None: now."""
    pumping: tuple[PumpingRules, ...] = ()
    """What guards against pumping check and count of it in the journal."""
    observed: tuple[PumpingError, ...] = ()
    """What guards that only observe would refuse it for."""
    outgoing: Message = field(default=Factory(lambda self: self.message, takes_self=True))
    """As its vendors are given it: scheduled, where quiet hours have it wait at the vendor."""
    scope: MessageScope = EVERY_OPT_OUT
    """By which opt-outs it is silenced."""
    full: Mapping[str, InvalidMessageError] = field(factory=dict, repr=False)
    """Of a rehearsal: the providers whose budgets have no room for it."""
    watch: SendWatch = field(factory=SendWatch, eq=False, repr=False)
    """Its span, metrics and log record."""
    plan: Plan | None = None
    """Where it is sent as that shows."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is done otherwise than the message says: a sentence each."""
        at = self.outgoing.send_at
        if at is None or at == self.message.send_at:
            return ()
        return (f"quiet hours: the vendor is to send it at {at:%Y-%m-%d %H:%M} UTC",)

    @property
    def is_put_off(self) -> bool:
        """Whether it waits in the journal, and is to wait on."""
        return self.entry_id is not None and self.hold_until is not None

    @property
    def intent(self) -> Intent:
        """What the journal records before a provider is asked."""
        may_be_sent = self.refusal is None
        intent = Intent(
            self.outgoing,
            None,
            self.run,
            self.confirms,
            entry_id=self.entry_id,
            trace=self.watch.trace,
            given=self.message if self.outgoing is not self.message else None,
            hold_until=self.hold_until if may_be_sent else None,
            on_undelivered=self.route.on_undelivered if may_be_sent else None,
            scope=self.scope,
            refusal=self.refusal if self.by_guard and isinstance(self.refusal, InvalidMessageError) else None,
        )
        if not self.hops or not may_be_sent or self.hold_until is not None:
            return intent
        first = self.hops[0].provider
        return evolve(
            intent,
            provider=first.name,
            account=first.account,
            referenced=first.gives_references,
            reservations=self.reservations,
            pumping=self.pumping,
        )
