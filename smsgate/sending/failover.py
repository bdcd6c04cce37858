"""One message's way through the providers of its route.

The next provider is asked only where it is certain that no text is out, or where the route's `on_unknown` chose so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from attrs import evolve, frozen

from smsgate.adapter.abilities.reconciliation import Doubt, Reconciles
from smsgate.adapter.adapter import Accepted
from smsgate.adapter.deadline import Deadline
from smsgate.engine import Engine
from smsgate.model.errors import (
    InvalidMessageError,
    JournalError,
    NotSentError,
    ProviderError,
    SmsgateError,
    UnknownOutcomeError,
)
from smsgate.model.errors.interruption import proof_of
from smsgate.model.outcome import MAY_HAVE_BEEN_SENT, Outcome
from smsgate.model.result import Attempt, SendResult
from smsgate.model.segments import segments_of
from smsgate.model.submission import Submission
from smsgate.model.vendor_ids import Found, KnownIds
from smsgate.provider import AsyncProvider, Submitted
from smsgate.routing.hop import Hop
from smsgate.routing.limits import Limits
from smsgate.routing.route import OnUnknown
from smsgate.sending.failure import doubtful, exhausted, failed
from smsgate.sending.prepared import PreparedSend
from smsgate.sending.reconciliation import Reconciliation

__all__ = ["Answered", "Failover"]


@frozen
class Answered:
    """What came of asking a provider for a message; of a `JournalError`, that it was not asked."""

    submitted: Submitted | JournalError
    submission: Submission | None
    started: datetime
    seconds: float


@frozen
class _Asking:
    """The provider that is being asked, since when, and what it was given."""

    hop: Hop
    submission: Submission
    since: datetime


class Failover:
    """Takes one message through the providers of its route; `run` sends it."""

    def __init__(  # noqa: PLR0913 - what a message and its record bring
        self,
        prepared: PreparedSend,
        limits: Limits,
        deadline: Deadline,
        engine: Engine,
        *,
        intend: Callable[[AsyncProvider, Sequence[Attempt]], Awaitable[Submission | None]] | None = None,
        ids: KnownIds | None = None,
        ask_again: str | None = None,
    ) -> None:
        """Begin; the `deadline` is the message's, all waiting included.

        `intend` is called before a provider is asked, with it and the attempts so far; it returns the submission that
        is recorded, if one is, and what it raises stops the message, or passes this provider over. `ids` knows which of
        a vendor's ids other messages have; `ask_again` is the command that asks a vendor later what became of this one.
        Once the deadline says `stopped`, no further provider is asked.
        """
        self._prepared = prepared
        self._message = prepared.message
        self._limits = limits
        self._deadline = deadline
        self._intend = intend
        self._ids = ids
        self._ask_again = ask_again
        self._engine = engine
        self._attempts: list[Attempt] = []
        self._asking: _Asking | None = None

    async def run(self, answered: Answered | None = None) -> SendResult:
        """Ask one provider after the other until the message has ended.

        `answered` is what came of asking the first one before, in a bulk call.
        """
        if self._prepared.refusal is not None:
            return self.ended(self._prepared.refusal)
        for hop in self._prepared.hops:
            if answered is None and self._deadline.is_stopped:
                return self.ended(NotSentError(f"sending was stopped before {hop.provider.name} was asked"))
            result = await self._next(hop, answered or await self._ask(hop))
            if result is not None:
                return result
            answered = None
        return self.ended(exhausted([(each.provider, each.error) for each in self._attempts if each.error]))

    async def rehearse(self) -> SendResult:
        """Make no request; return NOT_SENT without an error if a provider would be asked, else what `run` would."""
        if self._prepared.refusal is not None:
            return self.ended(self._prepared.refusal)
        obstacles = []
        for hop in self._prepared.hops:
            obstacle = await hop.obstacle(self._prepared.outgoing, self._limits)
            obstacle = obstacle or self._prepared.full.get(hop.provider.name)
            if obstacle is None:
                unsent, sender = self.ended(NotSentError("")), hop.provider.senders.sender(self._prepared.outgoing)
                unsent = evolve(unsent, provider=hop.provider.name, price=hop.price, sender=sender, error=None)
                return evolve(unsent, held_until=self._prepared.hold_until)
            obstacles.append((hop.provider.name, obstacle))
        return self.ended(exhausted(obstacles))

    def ended(self, error: SmsgateError) -> SendResult:
        """Return the result of a message that no provider accepted."""
        return self._ended(self._attempts, error)

    def _ended(self, attempts: Sequence[Attempt], error: SmsgateError) -> SendResult:
        if any(attempt.outcome is Outcome.UNKNOWN for attempt in attempts):
            error = doubtful(attempts)
        return failed(self._message, attempts, error, self._prepared.analysis)

    async def _ask(self, hop: Hop) -> Answered:
        """Ask one provider, unless something keeps it from being asked."""
        started, clock = self._engine.utc(), self._engine.now()
        permit, submission = hop.breaker.admit(), None
        try:
            submission = await self._begin(hop, resting=permit is None)
            self.begin(hop, submission, started)
            submitted: Submitted | JournalError = await hop.provider.submit(
                self._prepared.outgoing, submission, deadline=self._deadline
            )
        except (ProviderError, InvalidMessageError, JournalError) as error:
            submitted = error
        except BaseException:
            if permit is not None:
                permit.release()
            raise
        if permit is not None:
            permit.note(None if isinstance(submitted, Accepted) else submitted)
        return Answered(submitted, submission, started, self._engine.now() - clock)

    async def _begin(self, hop: Hop, *, resting: bool) -> Submission:
        """Raise what keeps a provider from being asked; record that it is, and return what it is given."""
        self._limits.check_price(hop.price, self._message)
        if obstacle := hop.resting if resting else await hop.blocked():
            raise obstacle
        made = None if self._intend is None else await self._intend(hop.provider, self._attempts)
        return hop.provider.submission(self._prepared.outgoing, made)

    def begin(self, hop: Hop, submission: Submission, started: datetime) -> None:
        """Note that a provider is asked from now on."""
        self._asking = _Asking(hop, submission, started)

    def interrupted(self, error: BaseException) -> SendResult:
        """Return the result of a message whose sending was interrupted by an exception that is no outcome.

        A signal handler may ask while the message goes on in another thread, which sees nothing of it.
        """
        asking, attempts = self._asking, [*self._attempts]
        if asking is None:
            return self._ended(attempts, NotSentError("sending was interrupted before a provider was asked"))
        known = error if isinstance(error, UnknownOutcomeError) else proof_of(error)
        proof = known or UnknownOutcomeError(f"sending was interrupted; {MAY_HAVE_BEEN_SENT}")
        seconds = max(0.0, (self._engine.utc() - asking.since).total_seconds())
        name, submission = asking.hop.provider.name, asking.submission.id
        attempts.append(Attempt(name, proof.outcome, proof, asking.since, seconds, submission))
        return self._ended(attempts, proof)

    async def _next(self, hop: Hop, answered: Answered) -> SendResult | None:
        """Record an attempt; return the message's result, or None if the next provider is asked."""
        submitted = await self._own(hop, answered)
        failure = None if isinstance(submitted, Accepted) else submitted
        outcome = Outcome.ACCEPTED if failure is None else failure.outcome
        submission = None if answered.submission is None else answered.submission.id
        self._attempts.append(
            Attempt(hop.provider.name, outcome, failure, answered.started, answered.seconds, submission)
        )
        if isinstance(submitted, Accepted):
            return self._accepted(hop, submitted)
        self._asking = None  # not before: what is interrupted meanwhile may have been sent
        return await self._after(hop, submitted, answered.submission)

    async def _own(self, hop: Hop, answered: Answered) -> Submitted | JournalError:
        """Return what came of asking; an error if a vendor that takes keys accepted it under another message's id.

        Such a vendor answers a key that it knows with the id of the first message, and has not sent the second.
        """
        submitted = answered.submitted
        if not isinstance(submitted, Accepted) or hop.provider.adapter.dedup_window is None or self._ids is None:
            return submitted
        found = Found((submitted.message_id,), exact=True)
        try:
            await self._engine.call(self._ids.choose, hop.provider.name, found, answered.started)
        except UnknownOutcomeError as error:
            reason = f"{error.reason}; that one had the same key, and this message may not have been sent"
            return UnknownOutcomeError(reason, provider=hop.provider.name)
        except JournalError:  # the vendor has accepted it, and that is recorded as soon as it can be
            pass
        return submitted

    def _accepted(self, hop: Hop, accepted: Accepted) -> SendResult:
        return SendResult(
            message=self._message,
            outcome=Outcome.ACCEPTED,
            status=accepted.status,
            provider=hop.provider.name,
            message_id=accepted.message_id,
            segments=segments_of(self._message, self._prepared.analysis),
            price=hop.price,
            attempts=tuple(self._attempts),
            sender=accepted.sender or hop.provider.senders.sender(self._prepared.outgoing),
            notes=(*accepted.notes, *self._prepared.notes),
            raw=accepted.raw,
        )

    async def _after(self, hop: Hop, failure: SmsgateError, submission: Submission | None) -> SendResult | None:
        if not isinstance(failure, UnknownOutcomeError):
            return None if failure.fails_over else self.ended(failure)
        match self._prepared.route.on_unknown:
            case OnUnknown.FAILOVER:
                return None
            case OnUnknown.RECONCILE if hop.provider.can(Reconciles):
                return await self._reconcile(hop, failure, submission)
            case _:
                return self.ended(failure)

    async def _reconcile(
        self, hop: Hop, failure: UnknownOutcomeError, submission: Submission | None
    ) -> SendResult | None:
        """Ask the provider whether it has the message, until it can tell or the time is up."""
        started, message = self._attempts[-1].started, hop.provider.senders.filled(self._prepared.outgoing)
        doubt = Doubt(message, started, failure.message_id, until=self._engine.utc(), submission=submission)
        asked = Reconciliation(hop.provider, doubt, failure, self._deadline, self._ids, self._ask_again)
        try:
            found = await asked.ask()
        except UnknownOutcomeError as error:
            self._attempts[-1] = evolve(self._attempts[-1], error=error)
            return self.ended(error)
        return self._found(hop, failure, found)

    def _found(self, hop: Hop, failure: UnknownOutcomeError, found: Accepted | None) -> SendResult | None:
        """Write the certainty into the attempt, and say in words where it comes from."""
        if found is None:
            absent = failure.become(NotSentError, "its outcome was unknown; the vendor does not have the message")
            absent.__cause__ = failure
            self._attempts[-1] = evolve(self._attempts[-1], outcome=Outcome.NOT_SENT, error=absent)
            return None
        self._attempts[-1] = evolve(self._attempts[-1], outcome=Outcome.ACCEPTED, error=None)
        note = "the outcome was unknown at first; the vendor has the message"
        return self._accepted(hop, evolve(found, notes=(*found.notes, note)))
