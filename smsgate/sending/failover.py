"""One message's way through the providers of its route.

The next provider is asked only where it is certain that no text is out, or where the route's `on_unknown` chose so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from attrs import evolve

from smsgate.adapter.abilities.reconciliation import Doubt, Reconciles
from smsgate.adapter.adapter import Accepted
from smsgate.adapter.deadline import Deadline
from smsgate.model.errors import (
    InvalidMessageError,
    JournalError,
    NotSentError,
    ProviderError,
    SmsgateError,
    UnknownOutcomeError,
)
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.result import Attempt, SendResult
from smsgate.model.status import Status
from smsgate.model.vendor_ids import ChooseId
from smsgate.provider import Submitted
from smsgate.routing.hop import Hop
from smsgate.routing.limits import Limits
from smsgate.routing.route import OnUnknown
from smsgate.sending.reconciliation import Reconciliation
from smsgate.text import Analysis

__all__ = ["Said", "Submission"]

Said = Submitted | JournalError
"""What came of asking a provider; of the journal, that it was not asked."""


class Submission:
    """One message on its way; `through` takes it to its end."""

    def __init__(  # noqa: PLR0913 - what a message and its route bring
        self,
        message: Message,
        analysis: Analysis,
        *,
        limits: Limits,
        on_unknown: OnUnknown,
        deadline: Deadline,
        intend: Callable[[str, Sequence[Attempt]], None] | None = None,
        choose: ChooseId | None = None,
        ask_again: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin; the `deadline` is the message's, with everything that is waited for.

        `intend` is called before a provider is asked, with its name and the attempts so far; what it raises stops the
        message. `choose` knows which of a vendor's ids other messages have; `ask_again` is the command that asks a
        vendor later what became of this one. Once the deadline says `stopped`, no further provider is asked.
        """
        self._message = message
        self._analysis = analysis
        self._limits = limits
        self._on_unknown = on_unknown
        self._deadline = deadline
        self._intend = intend
        self._choose = choose
        self._ask_again = ask_again
        self._sleep = sleep
        self._attempts: list[Attempt] = []

    def through(self, hops: Sequence[Hop]) -> SendResult:
        """Ask one provider after the other until the message has ended."""
        for hop in hops:
            if self._stopped():
                return self.ended(NotSentError(f"sending was stopped before {hop.provider.name} was asked"))
            result = self._ask(hop)
            if result is not None:
                return result
        return self.ended(_exhausted([(each.provider, each.error) for each in self._attempts if each.error]))

    def rehearsed(self, hops: Sequence[Hop]) -> SendResult:
        """Make no request; return NOT_SENT without an error if a provider would be asked, else what `through` would."""
        obstacles = []
        for hop in hops:
            obstacle = hop.obstacle(self._message, self._limits)
            if obstacle is None:
                return evolve(self.ended(NotSentError("")), provider=hop.provider.name, price=hop.price, error=None)
            obstacles.append((hop.provider.name, obstacle))
        return self.ended(_exhausted(obstacles))

    def resumed(self, hops: Sequence[Hop], submitted: Said, started: datetime, seconds: float) -> SendResult:
        """Go on after the first provider was asked together with other messages, in its own bulk call."""
        return self._noted(hops[0], submitted, started, seconds) or self.through(hops[1:])

    def ended(self, error: SmsgateError) -> SendResult:
        """Return the result of a message that no provider accepted."""
        if any(attempt.outcome is Outcome.UNKNOWN for attempt in self._attempts):
            error = _doubtful(self._attempts)
        outcome = error.outcome
        return SendResult(
            message=self._message,
            outcome=outcome,
            status={Outcome.REJECTED: Status.REJECTED, Outcome.NOT_SENT: Status.PENDING}.get(outcome, Status.UNKNOWN),
            provider=self._attempts[-1].provider if self._attempts else None,
            message_id=None,
            segments=self._analysis.segments,
            attempts=tuple(self._attempts),
            error=error,
        )

    def _stopped(self) -> bool:
        return self._deadline.is_stopped

    def _ask(self, hop: Hop) -> SendResult | None:
        """Ask one provider; None means that the next may be asked."""
        started, clock = datetime.now(UTC), time.monotonic()
        permit = hop.breaker.admit()
        try:
            submitted: Said = self._send(hop, resting=permit is None)
        except (ProviderError, InvalidMessageError, JournalError) as error:
            submitted = error
        except BaseException:
            if permit is not None:
                permit.release()
            raise
        if permit is not None:
            permit.note(None if isinstance(submitted, Accepted) else submitted)
        return self._noted(hop, submitted, started, time.monotonic() - clock)

    def _noted(self, hop: Hop, submitted: Said, started: datetime, seconds: float) -> SendResult | None:
        failure = None if isinstance(submitted, Accepted) else submitted
        outcome = Outcome.ACCEPTED if failure is None else failure.outcome
        self._attempts.append(Attempt(hop.provider.name, outcome, failure, started, seconds))
        return self._accepted(hop, submitted) if isinstance(submitted, Accepted) else self._after(hop, submitted)

    def _send(self, hop: Hop, *, resting: bool) -> Accepted:
        self._limits.check_price(hop.price)
        if obstacle := hop.resting if resting else hop.blocked:
            raise obstacle
        if self._intend is not None:
            self._intend(hop.provider.name, self._attempts)
        return hop.provider.send(self._message, deadline=self._deadline)

    def _accepted(self, hop: Hop, accepted: Accepted) -> SendResult:
        return SendResult(
            message=self._message,
            outcome=Outcome.ACCEPTED,
            status=accepted.status,
            provider=hop.provider.name,
            message_id=accepted.message_id,
            segments=self._analysis.segments,
            price=hop.price,
            attempts=tuple(self._attempts),
            sender=accepted.sender,
            notes=accepted.notes,
            raw=accepted.raw,
        )

    def _after(self, hop: Hop, failure: SmsgateError) -> SendResult | None:
        if not isinstance(failure, UnknownOutcomeError):
            return None if failure.fails_over else self.ended(failure)
        match self._on_unknown:
            case OnUnknown.FAILOVER:
                return None
            case OnUnknown.RECONCILE if hop.provider.can(Reconciles):
                return self._reconcile(hop, failure)
            case _:
                return self.ended(failure)

    def _reconcile(self, hop: Hop, failure: UnknownOutcomeError) -> SendResult | None:
        """Ask the provider whether it has the message, until it can tell or the time is up."""
        doubt = Doubt(self._message, self._attempts[-1].started, failure.message_id)
        asked = Reconciliation(hop.provider, doubt, failure, self._deadline, self._choose, self._ask_again)
        try:
            found = asked.ask(self._sleep, self._stopped)
        except UnknownOutcomeError as error:
            self._attempts[-1] = evolve(self._attempts[-1], error=error)
            return self.ended(error)
        return self._found(hop, failure, found)

    def _found(self, hop: Hop, failure: UnknownOutcomeError, found: Accepted | None) -> SendResult | None:
        """Write the certainty into the attempt, and say in words where it comes from."""
        if found is None:
            absent = failure.become(NotSentError, "its outcome was open; asked again, the vendor has no such message")
            absent.__cause__ = failure
            self._attempts[-1] = evolve(self._attempts[-1], outcome=Outcome.NOT_SENT, error=absent)
            return None
        self._attempts[-1] = evolve(self._attempts[-1], outcome=Outcome.ACCEPTED, error=None)
        note = "the outcome was open at first; asked again, the vendor has the message"
        return self._accepted(hop, evolve(found, notes=(*found.notes, note)))


def _exhausted(errors: Sequence[tuple[str, SmsgateError]]) -> SmsgateError:
    """Return the error of a route whose providers all said no: the one reason, or all of them in one text."""
    if len(errors) == 1:
        return errors[0][1]
    reason = f"no provider of the route took the message: {_reasons(errors)}"
    if all(isinstance(error, InvalidMessageError) for _, error in errors):
        return InvalidMessageError(reason)
    waits = (error.retry_after for _, error in errors if isinstance(error, ProviderError))
    return NotSentError(reason, retry_after=min((wait for wait in waits if wait is not None), default=None))


def _doubtful(attempts: Sequence[Attempt]) -> SmsgateError:
    """Return what is left to say once a text may be out: no later provider's word makes that certain again."""
    errors = [(each.provider, each.error) for each in attempts if each.error is not None]
    return errors[0][1] if len(errors) == 1 else UnknownOutcomeError(f"a text may be out: {_reasons(errors)}")


def _reasons(errors: Sequence[tuple[str, SmsgateError]]) -> str:
    return "; ".join(
        f"{provider}: {error.reason if isinstance(error, ProviderError) else error}" for provider, error in errors
    )
