"""From a message to its result: the guards, the journal, and then the route's providers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from smsgate import text
from smsgate.adapter.adapter import Accepted
from smsgate.adapter.deadline import Deadline
from smsgate.journal import Claim, Entry, Journal, State
from smsgate.model.errors import (
    ConfigError,
    InvalidMessageError,
    JournalError,
    NotSentError,
    OptedOutError,
    SmsgateError,
)
from smsgate.model.event import OptOut
from smsgate.model.message import Message
from smsgate.model.numbers import line_of
from smsgate.model.result import SendResult
from smsgate.model.vendor_ids import ChooseId
from smsgate.routing.breaker import Permit
from smsgate.routing.hop import Hop
from smsgate.routing.limits import Limits
from smsgate.routing.route import OnUnknown
from smsgate.routing.table import RouteTable
from smsgate.runtime.shield import Pending, Stop, shield, shielded
from smsgate.sending.failover import Said, Submission
from smsgate.sending.memory_ids import MemoryIds
from smsgate.sending.prepared import ClaimedSend, Ended, Intention, PreparedSend

__all__ = ["STOPPED", "Dispatch"]

PAUSE = 0.05
"""Seconds between two looks at a message that another thread or process is sending."""

STOPPED = "sending was stopped before this message was begun"

_log = logging.getLogger("smsgate.journal")


class Dispatch:
    """Sends messages through the table of routes; remembers them where there is a journal. Threads share it."""

    def __init__(self, table: RouteTable, limits: Limits, deadline: float, journal: Journal | None) -> None:
        self.journal = journal
        self._table = table
        self._limits = limits
        self._deadline = deadline
        self._ids = MemoryIds()

    def prepare(  # noqa: PLR0913 - all by name
        self,
        message: Message,
        provider: str | None = None,
        *,
        run: str | None = None,
        deadline: float | None = None,
        rehearsal: bool = False,
        confirms: OptOut | None = None,
    ) -> PreparedSend:
        """Prepare a message; a rehearsal takes no turn of its route. `deadline` is in seconds from its beginning.

        Raises `ConfigError` where it names a route or provider that is not there, or an application's function fails;
        `InvalidMessageError` where such a function refuses it, or it confirms the opt-out of another number.
        """
        if confirms is not None and line_of(confirms.reply.sender) != line_of(message.to):
            raise InvalidMessageError(
                f"{message.to} did not opt out, {confirms.reply.sender} did; send the confirmation to that number"
            )
        analysis = text.analyse(message.text)
        route = self._table.route_of(message, provider)
        turn = route.turns.coming if rehearsal else route.turns.take()
        hops = self._table.hops(message, analysis, route, turn=turn)
        seconds = self._deadline if deadline is None else deadline
        refusal: InvalidMessageError | ConfigError | OptedOutError | None = self._refusal(message, analysis)
        if refusal is None and rehearsal and confirms is None:  # else the journal refuses the intent
            refusal = self._opt_out(message.to)
        return PreparedSend(message, analysis, route, hops, refusal, run, confirms is not None, seconds)

    def _opt_out(self, number: str) -> OptedOutError | None:
        record = None if self.journal is None else self.journal.inbox.opted_out(number)
        return None if record is None else record.refusal()

    def _refusal(self, message: Message, analysis: text.Analysis) -> InvalidMessageError | ConfigError | None:
        """Say what stops a message before anybody is asked."""
        if message.key is not None and self.journal is None:
            return InvalidMessageError(
                "a key is kept in a journal, and this gateway has none; set journal, or leave the key out"
            )
        try:
            self._limits.check(message, analysis)
        except (InvalidMessageError, ConfigError) as error:
            return error
        return None

    def bulk_hop(self, prepared: PreparedSend) -> Hop | None:
        """Return the first provider of an prepared, if it takes many messages in one call and would be asked."""
        if prepared.refusal is not None or not prepared.hops:
            return None
        hop = prepared.hops[0]
        return hop if hop.bulk_size > 1 and not hop.obstacle(prepared.message, self._limits) else None

    @shielded
    def rehearse(self, prepared: PreparedSend) -> SendResult:
        """Check a message and make no request."""
        submission = self._hold(prepared, time.monotonic(), Stop()).submission
        return submission.ended(prepared.refusal) if prepared.refusal else submission.rehearsed(prepared.hops)

    def send(self, prepared: PreparedSend) -> SendResult:
        """Take one message to its end; never raises for it.

        What a signal handler raises goes on at once; no other provider is asked then, and how the message ended is
        recorded.
        """
        return self._stoppable(lambda stop: self.submit(None, [prepared], stop))

    def resend(self, prepared: PreparedSend, entry_id: int) -> SendResult:
        """Send an unknown entry's message once more."""
        return self._stoppable(lambda stop: self._resend(prepared, entry_id, stop))

    def submit(self, hop: Hop | None, sends: Sequence[PreparedSend], stop: Stop) -> Ended:
        """Take messages to their ends, handing them over in the bulk call of their first provider, where one is given.

        They are recorded soon after; `Ended.wait` waits for that. Once `stop` is set, no provider is asked that was not
        asked before. To be called where no signal handler runs.
        """
        began = time.monotonic()
        if stop.is_set:
            return Ended([self.ended(prepared.message, NotSentError(STOPPED)) for prepared in sends], [], began)
        begun = self._begin(sends, began, stop)
        claimed = [each for each in begun if isinstance(each, ClaimedSend)]
        recorded: list[Pending[None]] = []
        permit = hop.breaker.admit() if hop and claimed and not stop.is_set and not hop.blocked else None
        if hop is None or permit is None:
            results = [self._finish(each, partial(self._through, each), recorded) for each in claimed]
        else:
            results = self._hand_over(hop, claimed, permit, recorded)
        remaining = iter(results)
        ended = [
            next(remaining) if isinstance(each, ClaimedSend) else self._stored(each, prepared, began)
            for prepared, each in zip(sends, begun, strict=True)
        ]
        return Ended(ended, recorded, max(began + prepared.deadline for prepared in sends))

    def ended(self, message: Message, error: SmsgateError) -> SendResult:
        """Return the result of a message that was not begun."""
        analysis = text.analyse(message.text)
        asked = Submission(message, analysis, limits=self._limits, on_unknown=OnUnknown.HOLD, deadline=Deadline.of(0.0))
        return asked.ended(error)

    def _stoppable(self, send: Callable[[Stop], Ended]) -> SendResult:
        stop = Stop()
        try:
            return shield(lambda: send(stop).wait()[0])
        except BaseException:
            stop.set()
            raise

    def _resend(self, prepared: PreparedSend, entry_id: int, stop: Stop) -> Ended:
        assert self.journal is not None  # noqa: S101 - an entry is in a journal
        began = time.monotonic()
        claim = self.journal.reclaim(entry_id, prepared.intent.provider, within=prepared.deadline)
        claimed = self._hold(prepared, began, stop, claim)
        recorded: list[Pending[None]] = []
        return Ended(
            [self._finish(claimed, partial(self._through, claimed), recorded)], recorded, claimed.deadline.ends
        )

    def _begin(self, sends: Sequence[PreparedSend], began: float, stop: Stop) -> list[ClaimedSend | Entry | SendResult]:
        if self.journal is None:
            return [self._hold(prepared, began, stop) for prepared in sends]
        within = min(prepared.deadline for prepared in sends)
        try:
            begun = self.journal.begin([prepared.intent for prepared in sends], within=within)
        except JournalError as error:
            return [self.ended(prepared.message, error) for prepared in sends]
        ends: list[ClaimedSend | Entry | SendResult] = []
        for prepared, each in zip(sends, begun, strict=True):
            match each:
                case Claim():
                    ends.append(self._hold(prepared, began, stop, each))
                case Entry():
                    ends.append(each)
                case _:
                    ends.append(self.ended(prepared.message, each))
        return ends

    def _stored(self, entry: Entry | SendResult, prepared: PreparedSend, began: float) -> SendResult:
        """Return the stored result; wait for one that is being sent, after those of the same call, for the deadline."""
        if isinstance(entry, SendResult):
            return entry
        ends = began + prepared.deadline
        while entry.state is State.INTENT and time.monotonic() < ends:
            time.sleep(PAUSE)
            assert self.journal is not None  # noqa: S101 - it gave the entry
            try:
                entry = self.journal.find(entry.id, within=ends - time.monotonic())
            except JournalError:
                break
        return entry.result(prepared.message)

    def _hold(self, prepared: PreparedSend, began: float, stop: Stop, claim: Claim | None = None) -> ClaimedSend:
        deadline = Deadline(prepared.deadline, began + prepared.deadline, stopped=lambda: stop.is_set)
        intention = None if claim is None or self.journal is None else Intention(self.journal, claim, deadline)
        opened = self._ids.begin(prepared.message) if self.journal is None else None
        choose: ChooseId | None = None
        if intention is not None:
            choose = intention.choose
        elif opened is not None:
            choose = opened.choose
        submission = Submission(
            prepared.message,
            prepared.analysis,
            limits=self._limits,
            on_unknown=prepared.route.on_unknown,
            deadline=deadline,
            intend=intention,
            choose=choose,
            ask_again=None if claim is None else f"smsgate unknown reconcile {claim.entry_id}",
        )
        return ClaimedSend(prepared, intention, opened, submission, deadline)

    def _hand_over(
        self, hop: Hop, claimed: Sequence[ClaimedSend], permit: Permit, recorded: list[Pending[None]]
    ) -> list[SendResult]:
        """Make the bulk call, then let each message go on by itself where it may."""
        started, clock = datetime.now(UTC), time.monotonic()
        try:
            said = self._bulk_call(hop, claimed)
        except BaseException:
            permit.release()
            self._interrupt(claimed)
            raise
        permit.note(_verdict(said))
        seconds = time.monotonic() - clock
        results: dict[int, SendResult] = {}
        order = sorted(range(len(claimed)), key=lambda place: not isinstance(said[place], Accepted))
        accepted = sum(isinstance(each, Accepted) for each in said)
        for place in order[:accepted]:
            results[place] = claimed[place].submission.resumed(
                claimed[place].prepared.hops, said[place], started, seconds
            )
        self._settle(
            [(claimed[place], results[place]) for place in order[:accepted]], recorded
        )  # before others take time
        for place in order[accepted:]:
            go_on = claimed[place].submission.resumed
            end = partial(go_on, claimed[place].prepared.hops, said[place], started, seconds)
            results[place] = self._finish(claimed[place], end, recorded)
        return [results[place] for place in range(len(claimed))]

    def _bulk_call(self, hop: Hop, claimed: Sequence[ClaimedSend]) -> Sequence[Said]:
        try:
            for each in claimed:
                if each.intention is not None:
                    each.intention(hop.provider.name, ())
        except JournalError as error:
            return [error] * len(claimed)
        deadline = min((each.deadline for each in claimed), key=lambda each: each.ends)
        return [*hop.provider.send_bulk([each.prepared.message for each in claimed], deadline=deadline)]

    def _through(self, claimed: ClaimedSend) -> SendResult:
        refusal = claimed.prepared.refusal
        return claimed.submission.ended(refusal) if refusal else claimed.submission.through(claimed.prepared.hops)

    def _finish(self, claimed: ClaimedSend, end: partial[SendResult], recorded: list[Pending[None]]) -> SendResult:
        try:
            result = end()
        except BaseException:
            self._interrupt([claimed])
            raise
        self._settle([(claimed, result)], recorded)
        return result

    def _settle(self, ended: Sequence[tuple[ClaimedSend, SendResult]], recorded: list[Pending[None]]) -> None:
        """Have the journal record how messages ended, which is true whether or not it can be written."""
        for claimed, result in ended:
            if claimed.opened is not None:
                claimed.opened.ended(result)
        settled = [(claimed.intention.claim, result) for claimed, result in ended if claimed.intention is not None]
        if self.journal is not None and settled:
            try:
                recorded.append(self.journal.settle(settled))
            except JournalError as error:
                _log.error("the end of %d messages is not recorded: %s", len(settled), error)

    def _interrupt(self, claimed: Sequence[ClaimedSend]) -> None:
        """Record that messages were given up in the middle."""
        for each in claimed:
            if each.opened is not None:
                each.opened.interrupted([hop.provider.name for hop in each.prepared.hops])
        claims = [each.intention.claim for each in claimed if each.intention is not None]
        if self.journal is None or not claims:
            return
        try:
            self.journal.interrupt(claims)
        except JournalError as error:
            _log.error("the interruption of %d messages is not recorded: %s", len(claims), error)


def _verdict(said: Sequence[Said]) -> SmsgateError | None:
    """Return what a bulk call says about the provider: nothing against it, if it took any message."""
    if any(isinstance(each, Accepted) for each in said):
        return None
    return next(each for each in said if not isinstance(each, Accepted))
