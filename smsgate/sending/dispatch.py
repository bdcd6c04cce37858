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
from smsgate.sending.prepared import Ended, Errand, Held, Intention

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

    def errand(  # noqa: PLR0913 - all by name
        self,
        message: Message,
        provider: str | None = None,
        *,
        run: str | None = None,
        deadline: float | None = None,
        rehearsal: bool = False,
        confirms: OptOut | None = None,
    ) -> Errand:
        """Prepare a message; a rehearsal takes no turn of its route. `deadline` is in seconds from its beginning.

        Raises `ConfigError` where it names a route or provider that is not there, or an application's function fails;
        `InvalidMessageError` where such a function refuses it, or it confirms the opt-out of another number.
        """
        if confirms is not None and line_of(confirms.reply.sender) != line_of(message.to):
            raise InvalidMessageError(
                f"{message.to} is told that its opt-out was understood, and {confirms.reply.sender} opted out"
            )
        analysis = text.analyse(message.text)
        route = self._table.route_of(message, provider)
        turn = route.turns.coming if rehearsal else route.turns.take()
        hops = self._table.hops(message, analysis, route, turn=turn)
        seconds = self._deadline if deadline is None else deadline
        refusal: InvalidMessageError | ConfigError | OptedOutError | None = self._refusal(message, analysis)
        if refusal is None and rehearsal and confirms is None:  # else the journal says so when it is told the intent
            refusal = self._opt_out(message.to)
        return Errand(message, analysis, route, hops, refusal, run, confirms is not None, seconds)

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

    def bulk_hop(self, errand: Errand) -> Hop | None:
        """Return the first provider of an errand, if it takes many messages in one call and would be asked."""
        if errand.refusal is not None or not errand.hops:
            return None
        hop = errand.hops[0]
        return hop if hop.bulk_size > 1 and not hop.obstacle(errand.message, self._limits) else None

    @shielded
    def rehearse(self, errand: Errand) -> SendResult:
        """Check a message whole and ask nobody."""
        submission = self._hold(errand, time.monotonic(), Stop()).submission
        return submission.ended(errand.refusal) if errand.refusal else submission.rehearsed(errand.hops)

    def send(self, errand: Errand) -> SendResult:
        """Take one message to its end; never raises for it.

        What a signal handler raises goes on at once; no other provider is asked then, and how the message ended is
        recorded.
        """
        return self._stoppable(lambda stop: self.carry(None, [errand], stop))

    def resend(self, errand: Errand, entry_id: int) -> SendResult:
        """Send an unknown entry's message once more."""
        return self._stoppable(lambda stop: self._resend(errand, entry_id, stop))

    def carry(self, hop: Hop | None, errands: Sequence[Errand], stop: Stop) -> Ended:
        """Take messages to their ends, handing them over in the bulk call of their first provider, where one is given.

        They are recorded soon after; `Ended.wait` waits for that. Once `stop` is set, no provider is asked that was not
        asked before. To be called where no signal handler runs.
        """
        began = time.monotonic()
        if stop.is_set:
            return Ended([self.ended(errand.message, NotSentError(STOPPED)) for errand in errands], [], began)
        begun = self._begin(errands, began, stop)
        held = [each for each in begun if isinstance(each, Held)]
        recorded: list[Pending[None]] = []
        permit = hop.breaker.admit() if hop and held and not stop.is_set and not hop.blocked else None
        if hop is None or permit is None:
            results = [self._finish(each, partial(self._through, each), recorded) for each in held]
        else:
            results = self._hand_over(hop, held, permit, recorded)
        remaining = iter(results)
        ended = [
            next(remaining) if isinstance(each, Held) else self._stored(each, errand, began)
            for errand, each in zip(errands, begun, strict=True)
        ]
        return Ended(ended, recorded, max(began + errand.deadline for errand in errands))

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

    def _resend(self, errand: Errand, entry_id: int, stop: Stop) -> Ended:
        assert self.journal is not None  # noqa: S101 - whoever has an entry has a journal
        began = time.monotonic()
        claim = self.journal.reclaim(entry_id, errand.intent.provider, within=errand.deadline)
        held = self._hold(errand, began, stop, claim)
        recorded: list[Pending[None]] = []
        return Ended([self._finish(held, partial(self._through, held), recorded)], recorded, held.deadline.ends)

    def _begin(self, errands: Sequence[Errand], began: float, stop: Stop) -> list[Held | Entry | SendResult]:
        if self.journal is None:
            return [self._hold(errand, began, stop) for errand in errands]
        within = min(errand.deadline for errand in errands)
        try:
            begun = self.journal.begin([errand.intent for errand in errands], within=within)
        except JournalError as error:
            return [self.ended(errand.message, error) for errand in errands]
        ends: list[Held | Entry | SendResult] = []
        for errand, each in zip(errands, begun, strict=True):
            match each:
                case Claim():
                    ends.append(self._hold(errand, began, stop, each))
                case Entry():
                    ends.append(each)
                case _:
                    ends.append(self.ended(errand.message, each))
        return ends

    def _stored(self, entry: Entry | SendResult, errand: Errand, began: float) -> SendResult:
        """Return the stored result; wait for one that is being sent, after those of the same call, for the deadline."""
        if isinstance(entry, SendResult):
            return entry
        ends = began + errand.deadline
        while entry.state is State.INTENT and time.monotonic() < ends:
            time.sleep(PAUSE)
            assert self.journal is not None  # noqa: S101 - it gave the entry
            try:
                entry = self.journal.find(entry.id, within=ends - time.monotonic())
            except JournalError:
                break
        return entry.result(errand.message)

    def _hold(self, errand: Errand, began: float, stop: Stop, claim: Claim | None = None) -> Held:
        deadline = Deadline(errand.deadline, began + errand.deadline, stopped=lambda: stop.is_set)
        intention = None if claim is None or self.journal is None else Intention(self.journal, claim, deadline.ends)
        opened = self._ids.begin(errand.message) if self.journal is None else None
        choose: ChooseId | None = None
        if intention is not None:
            choose = intention.choose
        elif opened is not None:
            choose = opened.choose
        submission = Submission(
            errand.message,
            errand.analysis,
            limits=self._limits,
            on_unknown=errand.route.on_unknown,
            deadline=deadline,
            intend=intention,
            choose=choose,
            ask_again=None if claim is None else f"smsgate unknown reconcile {claim.entry_id}",
        )
        return Held(errand, intention, opened, submission, deadline)

    def _hand_over(
        self, hop: Hop, held: Sequence[Held], permit: Permit, recorded: list[Pending[None]]
    ) -> list[SendResult]:
        """Make the bulk call, then let each message go on by itself where it may."""
        started, clock = datetime.now(UTC), time.monotonic()
        try:
            said = self._bulk_call(hop, held)
        except BaseException:
            permit.release()
            self._interrupt(held)
            raise
        permit.note(_verdict(said))
        seconds = time.monotonic() - clock
        results: dict[int, SendResult] = {}
        order = sorted(range(len(held)), key=lambda place: not isinstance(said[place], Accepted))
        accepted = sum(isinstance(each, Accepted) for each in said)
        for place in order[:accepted]:
            results[place] = held[place].submission.resumed(held[place].errand.hops, said[place], started, seconds)
        self._settle([(held[place], results[place]) for place in order[:accepted]], recorded)  # before others take time
        for place in order[accepted:]:
            go_on = held[place].submission.resumed
            end = partial(go_on, held[place].errand.hops, said[place], started, seconds)
            results[place] = self._finish(held[place], end, recorded)
        return [results[place] for place in range(len(held))]

    def _bulk_call(self, hop: Hop, held: Sequence[Held]) -> Sequence[Said]:
        try:
            for each in held:
                if each.intention is not None:
                    each.intention(hop.provider.name, ())
        except JournalError as error:
            return [error] * len(held)
        deadline = min((each.deadline for each in held), key=lambda each: each.ends)
        return [*hop.provider.send_bulk([each.errand.message for each in held], deadline=deadline)]

    def _through(self, held: Held) -> SendResult:
        refusal = held.errand.refusal
        return held.submission.ended(refusal) if refusal else held.submission.through(held.errand.hops)

    def _finish(self, held: Held, end: partial[SendResult], recorded: list[Pending[None]]) -> SendResult:
        try:
            result = end()
        except BaseException:
            self._interrupt([held])
            raise
        self._settle([(held, result)], recorded)
        return result

    def _settle(self, ended: Sequence[tuple[Held, SendResult]], recorded: list[Pending[None]]) -> None:
        """Have the journal record how messages ended, which is true whether or not it can be written."""
        for held, result in ended:
            if held.opened is not None:
                held.opened.ended(result)
        settled = [(held.intention.claim, result) for held, result in ended if held.intention is not None]
        if self.journal is not None and settled:
            try:
                recorded.append(self.journal.settle(settled))
            except JournalError as error:
                _log.error("the end of %d messages is not recorded: %s", len(settled), error)

    def _interrupt(self, held: Sequence[Held]) -> None:
        """Record that messages were given up in the middle."""
        for each in held:
            if each.opened is not None:
                each.opened.interrupted([hop.provider.name for hop in each.errand.hops])
        claims = [each.intention.claim for each in held if each.intention is not None]
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
