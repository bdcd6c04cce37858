"""What a journal takes and gives."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import asdict, evolve, field, frozen

from smsgate.model.errors import (
    JournalError,
    NotSentError,
    SmsgateError,
    UnknownOutcomeError,
)
from smsgate.model.message import Message
from smsgate.model.outcome import MAY_HAVE_BEEN_SENT, Outcome
from smsgate.model.price import Price
from smsgate.model.result import Attempt, SendResult
from smsgate.model.segments import segments_of
from smsgate.model.source import Source
from smsgate.model.status import Status
from smsgate.model.submission import Submission

__all__ = ["Asked", "Delivery", "Entry", "Recorded", "State", "Try"]


class State(StrEnum):
    """The state of a message in the journal: it waits, is about to be sent, or is at one of four ends.

    A cancelled one is certainly not sent.
    """

    QUEUED = "queued"
    """Enqueued in a run; no provider is asked before a runner claims it."""
    HELD = "held"
    """Kept until its time; no provider is asked before."""
    INTENT = "intent"
    """Durable before a byte leaves: a provider is being asked."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    """It was cancelled, or its run was, before it was sent."""


@frozen
class Asked:
    """A provider that may have the text."""

    provider: str
    since: datetime
    """When it was first asked (UTC)."""
    message_id: str | None = None
    """The vendor's id, where the submission got as far as having one."""
    submission: Submission | None = None
    """What the vendor may know it by; its `reference` is the id, where that went out as the reference, and never the
    message's own. None for an entry of an earlier version, and for one that was accepted by the vendor's answer."""
    account: str | None = None
    """Which account the provider was then, such as "memory:1f0c5e2ab971"; None where `submission` is None too."""


@frozen(kw_only=True)
class Delivery:
    """What reports have said of one message's way to its phone, put together."""

    provider: str
    message_id: str
    status: Status
    raw_status: str | None
    """The vendor's own word."""
    reason: str | None
    """Why it failed, in the vendor's words."""
    reference: str | None
    changed: datetime
    source: Source = Source.WEBHOOK
    """Whether the status is the vendor's answer to a request, or came by webhook, signed or not."""
    submission: str | None = None
    """The id of the submission that the reports name."""


@frozen(kw_only=True)
class Recorded:
    """How a submission ended, as the journal keeps it: a result without its message and the vendor's raw answer."""

    outcome: Outcome
    status: Status
    provider: str | None
    message_id: str | None
    segments: int
    attempts: tuple[Attempt, ...] = field(eq=repr)  # an exception equals itself only
    error: SmsgateError | None = field(eq=repr)
    sender: str | None
    notes: tuple[str, ...]
    price: Price | None

    def result(self, message: Message) -> SendResult:
        """Return it as the result of a message."""
        return SendResult(message=message, **asdict(self, recurse=False))


@frozen(kw_only=True)
class Try:
    """One time that a message was handed to its route, or to the provider of a second try."""

    state: State
    """ACCEPTED, REJECTED, NOT_SENT or UNKNOWN; INTENT while a provider is asked; CANCELLED if it was called off."""
    at: datetime
    """When it got into that state (UTC)."""
    provider: str | None
    """Who accepted it, or was asked, or was to be asked."""
    message_id: str | None
    """The vendor's id, of an accepted one."""
    recorded: Recorded | None = field(default=None, repr=False)
    """How it ended; None while it has not, and where no end was recorded."""
    delivery: Delivery | None = None
    """What reports said of it."""
    delivered_late: datetime | None = None
    """When it was first reported as delivered although another provider had been asked since: two texts may be out."""

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it has not, and if it was called off."""
        return Outcome(self.state.value) if self.state in _OUTCOMES else None


_WAITING = {State.QUEUED, State.HELD}
_OUTCOMES = {State.ACCEPTED, State.REJECTED, State.NOT_SENT, State.UNKNOWN}


@frozen(kw_only=True)
class Entry:
    """One message in the journal."""

    id: int
    state: State
    to: str
    run: str | None
    key: str | None
    message: Message | None = field(repr=False)
    """None where the journal does not keep texts."""
    asked: tuple[Asked, ...]
    """The providers that have the text, or may have it."""
    created: datetime
    changed: datetime
    recorded: Recorded | None = field(default=None, repr=False)
    """How the submission ended; None if no end was recorded."""
    delivery: Delivery | None = None
    """What reports said of an accepted message; None while there is none."""
    unchanged_for: timedelta | None = field(default=None, eq=False, repr=False)
    """How long ago it was changed when it was read, by the journal's own time: no clock that is set changes that."""
    trace: str | None = field(default=None, eq=False, repr=False)
    """The context of the last send's span (W3C traceparent), where one was recorded."""
    due: datetime | None = None
    """When it is sent, or sent again (UTC); None if it does not wait for a time."""
    former: tuple[Try, ...] = field(default=(), repr=False)
    """Its tries beside the one that the entry describes: replaced by a later one, or certainly without a text."""

    @property
    def attempts(self) -> tuple[Try, ...]:
        """All its tries in the order in which they ended; more than one if its route has a rule `on_undelivered`."""
        if self.state in _WAITING:
            return self.former
        recorded = self.recorded
        asked = [each.provider for each in (self.asked if recorded is None else recorded.attempts)]
        own = Try(
            state=self.state,
            at=self.changed,
            provider=recorded.provider if recorded is not None and recorded.provider else next(reversed(asked), None),
            message_id=None if recorded is None else recorded.message_id,
            recorded=recorded,
            delivery=self.delivery,
        )
        return tuple(sorted((*self.former, own), key=lambda each: each.at))

    def result(self, message: Message | None = None) -> SendResult:
        """Return how the submission ended; `message` is needed where the journal does not keep texts."""
        message = message or self.message
        if message is None:
            raise JournalError(f"entry {self.id}: the journal does not keep texts; give the message")
        if self.recorded is not None:
            result = self.recorded.result(message)
            return result if self.delivery is None else evolve(result, status=self.delivery.status)
        if self.state is State.HELD:
            return _held(message, self.due)
        if self.state is State.QUEUED:
            return _not_sent(message, f"it is queued in the run {self.run!r}, and a runner sends it")
        if self.state is State.CANCELLED:
            return _not_sent(message, f"it is cancelled: {self.why_cancelled}")
        return _unanswered(message, self.asked[-1].provider if self.asked else None)

    def held_result(self, message: Message) -> SendResult:
        """Return the result of a try that is put off until `due`: it was not made."""
        return _held(message, self.due)

    @property
    def why_cancelled(self) -> str:
        """Say what was cancelled, of a cancelled one."""
        which = "it" if self.run is None else f"it, or its run {self.run!r},"
        return f"{which} was cancelled before it was sent"


def _held(message: Message, until: datetime | None) -> SendResult:
    """Return the result of a message that is kept until its time."""
    return SendResult(
        message=message,
        outcome=Outcome.HELD,
        status=Status.SCHEDULED,
        provider=None,
        message_id=None,
        segments=segments_of(message),
        attempts=(),
        held_until=until,
    )


def _not_sent(message: Message, reason: str) -> SendResult:
    """Return the result of a message that no provider was asked for."""
    return SendResult(
        message=message,
        outcome=Outcome.NOT_SENT,
        status=Status.PENDING,
        provider=None,
        message_id=None,
        segments=segments_of(message),
        attempts=(),
        error=NotSentError(reason),
    )


def _unanswered(message: Message, provider: str | None) -> SendResult:
    """Return the result of a message whose sender ended, or was interrupted, before it had recorded an answer."""
    return SendResult(
        message=message,
        outcome=Outcome.UNKNOWN,
        status=Status.UNKNOWN,
        provider=provider,
        message_id=None,
        segments=segments_of(message),
        attempts=(),
        error=UnknownOutcomeError(
            f"no answer is recorded; {MAY_HAVE_BEEN_SENT}",
            provider=provider,
        ),
    )
