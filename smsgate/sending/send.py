"""From a message to its result: it is prepared, claimed, submitted to its route's providers, and recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve

from smsgate.adapter.adapter import Accepted
from smsgate.adapter.deadline import Deadline
from smsgate.engine import Engine
from smsgate.guards.guards import Guards
from smsgate.journal import Entry, Journal, State
from smsgate.model.errors import (
    NotSentError,
    SmsgateError,
    UnknownOutcomeError,
)
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import OptOutScopes
from smsgate.model.outcome import MAY_HAVE_BEEN_SENT, Outcome
from smsgate.model.result import SendResult
from smsgate.model.status import Status
from smsgate.routing.hop import Hop
from smsgate.routing.limits import Limits
from smsgate.routing.table import RouteTable
from smsgate.runtime.shield import Pending, Stop
from smsgate.sending.budget_watch import BudgetWatch
from smsgate.sending.bulk_call import submit_together
from smsgate.sending.claimed import ClaimedSend, JournalRecord
from smsgate.sending.claims import Claims
from smsgate.sending.ended import EndedSends
from smsgate.sending.failover import Answered, Failover
from smsgate.sending.failure import not_begun
from smsgate.sending.flight import Flight
from smsgate.sending.prepared import PreparedSend
from smsgate.sending.preparing import Preparing
from smsgate.telemetry.guards import ObservedRefusals
from smsgate.telemetry.sends import SendWatch
from smsgate.telemetry.sent import SentMessages

__all__ = ["STOPPED", "Sender"]

STOPPED = "sending was stopped before this message was started"


class Sender(Preparing):
    """Sends messages through the table of routes, and records them where there is a journal; threads share it."""

    def __init__(  # noqa: PLR0913 - what a send depends on
        self,
        table: RouteTable,
        limits: Limits,
        guards: Guards,
        *,
        deadline: float,
        journal: Journal | None,
        engine: Engine,
        scopes: OptOutScopes | None = None,
        budget_watch: BudgetWatch | None = None,
    ) -> None:
        claims = Claims(journal, limits, engine, budget_watch or BudgetWatch(engine, None))
        super().__init__(
            table,
            limits,
            guards,
            deadline=deadline,
            journal=journal,
            engine=engine,
            budgets=claims.budgets,
            scopes=scopes,
        )
        self._claims = claims
        self._observed = ObservedRefusals()
        self.sent = SentMessages() if journal is None else None
        """What reports are joined with where no journal does that."""

    async def rehearse(self, prepared: PreparedSend) -> SendResult:
        """Check a message and make no request."""
        deadline = Deadline.of(prepared.deadline, clock=self.engine.now)
        return await self.engine.protect(Failover(prepared, self._limits, deadline, self.engine).rehearse)

    async def send(self, prepared: PreparedSend, *, resend: int | None = None) -> SendResult:
        """Send one message to its end, which goes on in the background where a signal handler raises meanwhile."""
        with Stop() as stop:
            ended = await self.engine.protect(self.submit, [prepared], stop, resend=resend)
            [result] = await ended.wait(self.engine)
        return result

    async def submit(
        self,
        sends: Sequence[PreparedSend],
        stop: Stop,
        *,
        hop: Hop | None = None,
        resend: int | None = None,
        flight: Flight | None = None,
    ) -> EndedSends:
        """Send messages, in the bulk call of their first provider where that `hop` is given; raises nothing for one.

        Call it where no signal handler runs. Once `stop` is set, no further provider is asked. `resend` is the unknown
        entry whose message, the only one, is sent once more. The `flight` shows others how far the messages are.
        """
        flight = flight or Flight()
        deadlines = [self._deadline_of(each, stop, flight) for each in sends]
        whole = max(deadlines, key=lambda each: each.ends)
        if stop.is_set:
            return EndedSends([not_begun(each.message, NotSentError(STOPPED)) for each in sends], [], whole)
        for each in sends:
            each.watch.begin(each.route.name)
            for observed in each.observed if each.refusal is None else ():
                self._observed.note(observed)
        try:
            results, recorded = await self._submit(sends, stop, deadlines, hop, resend, flight)
        except BaseException as error:
            for each in sends:
                each.watch.interrupt(error)
            raise
        return EndedSends(results, recorded, whole)

    async def _submit(  # noqa: PLR0913, PLR0917 - those of `submit`
        self,
        sends: Sequence[PreparedSend],
        stop: Stop,
        deadlines: Sequence[Deadline],
        hop: Hop | None,
        resend: int | None,
        flight: Flight,
    ) -> tuple[Sequence[SendResult], Sequence[Pending[None]]]:
        """Return the results, and what is pending until they are recorded."""
        results = flight.results
        flight.begun = begun = await self._claims.begin(sends, deadlines, resend)
        claimed = [each for each in begun if isinstance(each, ClaimedSend)]
        for observed in (error for each in claimed for error in each.observed):
            self._observed.note(observed)
        recorded: list[Pending[None]] = []
        try:
            await self._claims.begun(claimed)
            answers = await submit_together(hop, claimed) if hop and claimed and not stop.is_set else {}
            for group in _groups(claimed, answers):
                for each in group:
                    with each.prepared.watch.current():
                        results[each] = await each.failover.run(answers.get(each))
                    self._watched(each.prepared.watch, results[each])
                again = resend is not None
                ended = [(each, _doubtful(results[each]) if again else results[each]) for each in group]
                recorded += self._claims.settle(ended)
        except BaseException as error:
            self._interrupt([each for each in claimed if each not in results], error, again=resend is not None)
            raise
        ends = [
            results[each] if isinstance(each, ClaimedSend) else await self._stored(each, prepared, deadline)
            for prepared, each, deadline in zip(sends, begun, deadlines, strict=True)
        ]
        return ends, recorded

    def refused(self, message: Message, error: SmsgateError) -> SendResult:
        """Return the result of a message that could not be prepared."""
        watch, result = SendWatch(), not_begun(message, error)
        watch.begin(message.route)
        watch.end(result)
        return result

    async def _stored(self, each: Entry | SendResult, prepared: PreparedSend, deadline: Deadline) -> SendResult:
        if isinstance(each, Entry) and each.state is State.ACCEPTED and prepared.is_put_off and each.due is not None:
            result = each.held_result(prepared.message)
        else:
            result = await self._claims.stored(each, prepared.message, deadline)
        prepared.watch.end(result, is_stored=isinstance(each, Entry) and result.outcome is not Outcome.HELD)
        return result

    def _watched(self, watch: SendWatch, result: SendResult) -> None:
        """Note how a send ended, and what its report will be joined with."""
        if self.sent is not None:
            self.sent.add(watch.trace, result)
        watch.end(result)

    async def close(self) -> None:
        """Wait until what is being sent is recorded, where there is a journal, and close that."""
        if self.journal is not None:
            await self.engine.call(self.journal.close)
        await self._claims.report_kept()

    def give_up(self, flight: Flight) -> None:
        """Record that messages were given up before their answers came: they are unknown until one comes."""
        claims = [each.record.claim for each in flight.open if isinstance(each.record, JournalRecord)]
        if claims:
            self._claims.interrupt(claims)

    def _deadline_of(self, prepared: PreparedSend, stop: Stop, flight: Flight) -> Deadline:
        deadline = Deadline.of(prepared.deadline, lambda: stop.is_set, self.engine.now)
        return evolve(deadline, paced=flight.waiting.note)

    def _interrupt(self, claimed: Sequence[ClaimedSend], error: BaseException, *, again: bool) -> None:
        """Record what is known of messages whose sending was interrupted; one that is sent again stays unknown."""
        if again:
            self._claims.interrupt([each.record.claim for each in claimed if isinstance(each.record, JournalRecord)])
        else:
            self._claims.settle([(each, each.failover.interrupted(error)) for each in claimed])


def _doubtful(result: SendResult) -> SendResult:
    """Return what is recorded of an unknown message that was sent again: what was unknown before is so still."""
    if result.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
        return result
    reason = f"it was sent again, which failed ({result.error}); before that {MAY_HAVE_BEEN_SENT}"
    error = UnknownOutcomeError(reason, provider=result.provider)
    return evolve(result, outcome=Outcome.UNKNOWN, status=Status.UNKNOWN, error=error)


def _groups(claimed: Sequence[ClaimedSend], answers: Mapping[ClaimedSend, Answered]) -> list[list[ClaimedSend]]:
    """Return the messages that are recorded together: accepted ones first, before the others take time."""
    accepted, others = list[ClaimedSend](), list[list[ClaimedSend]]()
    for each in claimed:
        if each in answers and isinstance(answers[each].submitted, Accepted):
            accepted.append(each)
        else:
            others.append([each])
    return [accepted, *others] if accepted else others
