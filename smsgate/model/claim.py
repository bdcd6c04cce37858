"""A message that is about to be sent, and what that becomes in a journal: the right to send it, or why not."""

from __future__ import annotations

from datetime import datetime
from math import inf
from typing import TypeAlias

from attrs import field, frozen

from smsgate.model.entry import Entry
from smsgate.model.errors import (
    ConflictError,
    InvalidMessageError,
    OptedOutError,
    PumpingError,
)
from smsgate.model.message import Message
from smsgate.model.on_undelivered import OnUndelivered
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, MessageScope
from smsgate.model.pumping import PumpingRules
from smsgate.model.reservation import BudgetCrossing, Reservation
from smsgate.model.submission import Submission

__all__ = ["Begun", "Claim", "Intent"]


@frozen
class Intent:
    """A message that is about to be sent."""

    message: Message
    provider: str | None
    """The provider that is asked first; None if none will be."""
    run: str | None = None
    confirms: bool = False
    """Whether it tells a person that an opt-out was understood, and may go out once in spite of it."""
    referenced: bool = True
    """Whether the submission's id goes out as the reference, if the message has none of its own."""
    entry_id: int | None = None
    """The entry that is queued or due, and is claimed; None makes one, or finds that of the key or the run."""
    trace: str | None = None
    """The context of the send's span (W3C traceparent), which is kept with the message; None where none is recorded."""
    reservations: tuple[Reservation, ...] = ()
    """What it takes of budgets: reserved with the intent, those of a provider when that is asked."""
    on_undelivered: OnUndelivered | None = None
    """Its route's rule for a second try, which is kept with the message."""
    given: Message | None = None
    """As the application gave it, by which a repetition is known, where it goes out at another time; None: the same."""
    hold_until: datetime | None = None
    """When it is to be sent: it is held until then, after the checks of any other, and becomes no claim; None: now."""
    pumping: tuple[PumpingRules, ...] = ()
    """What guards against pumping check and count of it."""
    scope: MessageScope = EVERY_OPT_OUT
    """By which opt-outs it is silenced."""
    refusal: InvalidMessageError | None = None
    """Why a guard refuses it, which is counted; with a key, or of a run, or where it waited, it has an entry."""
    account: str | None = None
    """Which account the provider is, as in `Asked`; None where that is not known."""


@frozen
class Claim:
    """The right to send one message, and the duty to settle it."""

    entry_id: int
    number: int
    """How often the entry was claimed: a later claim takes an earlier one's right away."""
    provider: str | None
    """The provider that the intent names."""
    lapses: int
    """How often this process's lease had run out before."""
    submission: Submission
    """Its id and number are recorded with the intent; another provider, or a later claim, gets another one."""
    is_counted: bool = False
    """Whether the journal counts how the entry ends: it was enqueued."""
    has_rule: bool = False
    """Whether a report may lead to a second try."""
    is_second: bool = False
    """Whether it is one: if it is certainly not sent, the entry is again what it was."""
    reserved: tuple[Reservation, ...] = ()
    """What is reserved of budgets, to be given back if the message is certainly not sent."""
    reserved_until: float = field(default=inf, repr=False)
    """When the first of it does not count any more, in the journal's time."""
    crossed: tuple[BudgetCrossing, ...] = ()
    """The shares of budgets that were reached with what this claim, or asking this provider, has reserved."""
    observed: tuple[Reservation, ...] = ()
    """Of what is reserved, that for which there was no room, by guards that only observe."""
    would_refuse: tuple[PumpingError, ...] = ()
    """What guards against pumping that only observe would have refused it for."""
    scope: MessageScope = EVERY_OPT_OUT
    """By which opt-outs it is silenced until the next provider is asked."""

    @property
    def is_reserved(self) -> bool:
        """Whether something of a budget is reserved."""
        return bool(self.reserved)


Begun: TypeAlias = Claim | Entry | ConflictError | OptedOutError | InvalidMessageError
"""What an intent became.

A `Claim`: it is recorded and may be sent. An `Entry`: its key, or its place in the run, was sent before and ended
accepted, refused by the vendor or unknown, or another is sending it now (`State.INTENT`), or it is queued or held. A
`ConflictError`: its key belongs to a message with other content. An `OptedOutError`: its recipient asked not to be
texted. An `InvalidMessageError`: a guard refuses it, such as a budget without room.
"""
