"""Claims ranges of the queue and sends them, several lanes side by side; it knows no other queue than the journal's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import aclosing, suppress
from functools import partial

from smsgate.engine import Engine
from smsgate.engine.engine import Work
from smsgate.journal import Journal, JournalQueue, Range
from smsgate.model.errors import ConfigError, JournalError
from smsgate.runtime.fork import notice_forks
from smsgate.runtime.shield import LateError, Pending, Stop
from smsgate.sending.due import DueSender
from smsgate.sending.runs.range_sender import RangeSender
from smsgate.sending.send import Sender

__all__ = ["AsyncRunner", "check_in_flight"]

MOST_LANES = 64
"""Lanes that one runner sends at the same time."""
DUE = ""
"""In the place of a lane's name: what was held until a time, whatever its account."""
POLL = 1.0
"""Seconds between two looks whether there is more to send."""
FIRST_PAUSE, LAST_PAUSE = 0.25, 5.0
"""Seconds until a journal that cannot be used is asked again, at first and at most."""

_log = logging.getLogger("smsgate.sending.runs")


class AsyncRunner:
    """Sends what is queued; `gateway.runs.runner` gives it. Any number of them, on any number of hosts, share the work.

    Each lane has messages of its own in flight, so that a slow account delays no other one's.
    """

    def __init__(self, sender: Sender, journal: Journal, run: str | None, in_flight: int) -> None:
        self._sender = sender
        self._engine: Engine = sender.engine
        self._journal = journal
        self._queue: JournalQueue = journal.queue
        self._run = run
        self._in_flight = in_flight
        self._stop = Stop()
        self._wake: Pending[None] = Pending()
        self._lanes: dict[str, Pending[None]] = {}
        """The lanes that are being sent, each done once it has nothing left that is due."""
        self._senders: set[RangeSender] = set()
        self._failure: BaseException | None = None
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Send nothing: the lanes are the parent's."""
        self._stop.set()
        self._lanes, self._senders = {}, set()

    def stop(self) -> None:
        """Begin nothing more; `work` returns once what is in flight has ended. A signal handler may call it."""
        self._stop.set()
        for each in list(self._senders):
            each.stop()
        self._notify()

    async def work(self, *, until_empty: bool = False) -> None:
        """Send what is queued, and what will be; return once it is stopped, or `until_empty`, once nothing is left.

        What was held until a time that has come is sent too. What is paused, or held until later, counts as nothing;
        what another runner has, or is to be tried again later, is waited for.
        Raises `JournalError` if the journal cannot be used from the first. Later, it is waited for.
        """
        crew = self._engine.crew(MOST_LANES, lambda: False, lambda: False)
        pause, worked = FIRST_PAUSE, False
        try:
            while not self._stop.is_set:
                try:
                    is_empty, due_in = await self._start_lanes(crew.submit)
                except JournalError as error:
                    if not worked:
                        raise
                    _log.warning("the queue cannot be read: %s", error)
                    is_empty, due_in, pause = False, pause, min(2 * pause, LAST_PAUSE)
                else:
                    pause, worked = FIRST_PAUSE, True
                if is_empty and until_empty:
                    break
                await self._rest(due_in)
        finally:
            await self._engine.finish(self._end)
            crew.finish()
        if self._failure is not None:
            raise self._failure

    async def work_range(self, range_id: int, *, seconds: float | None = None) -> bool:
        """Send one range, for so many seconds at most; return whether it was this runner's to send.

        It is not if it has ended, another process sends it, it is to be tried later, or its run or lane is paused.
        """
        claimed = await self._engine.call(self._queue.claim_range, range_id)
        if claimed is None:
            return False
        ends = None if seconds is None else self._engine.now() + seconds
        await self._send(claimed, lambda: ends is not None and self._engine.now() >= ends)
        return True

    async def _start_lanes(self, submit: Callable[[Work], None]) -> tuple[bool, float]:
        """Start a worker for each lane that has something due; return whether nothing is left, and when to look."""
        due_in = await self._start_due(submit)
        lanes = await self._engine.call(self._queue.lanes, self._run)
        for lane in lanes:
            if lane.due and lane.lane not in self._lanes:
                self._lanes[lane.lane] = ended = Pending[None]()
                submit(partial(self._work_lane, lane.lane, ended))
        waits = [each for each in (due_in, *(lane.due_in for lane in lanes)) if each is not None]
        return not lanes and not self._lanes, min([POLL, *waits])

    async def _start_due(self, submit: Callable[[Work], None]) -> float | None:
        """Start a worker for what is due, if anything is; return the seconds until the next message is."""
        if DUE in self._lanes:
            return None
        due_in = await self._engine.call(self._journal.due.due_in, self._run)
        if due_in != 0:
            return due_in
        self._lanes[DUE] = ended = Pending[None]()
        submit(partial(self._work_lane, DUE, ended))
        return None

    async def _send_due(self) -> None:
        due = DueSender(
            self._sender, self._journal, in_flight=self._in_flight, run=self._run, is_over=lambda: self._stop.is_set
        )
        async with aclosing(due.results()) as results:
            async for _ in results:
                pass

    async def _send_lane(self, lane: str) -> None:
        """Send one range of a lane after the other, while any is due."""
        while not self._stop.is_set:
            claimed = await self._engine.call(self._queue.claim, lane, self._run)
            if claimed is None:
                break
            await self._send(claimed, lambda: False)

    async def _work_lane(self, lane: str, ended: Pending[None]) -> None:
        """Send what is due of a lane, or what was held until a time."""
        try:
            await (self._send_due() if lane == DUE else self._send_lane(lane))
        except JournalError as error:
            _log.warning("lane %r is tried again: %s", lane, error)
            await self._engine.sleep(FIRST_PAUSE)
        except BaseException as error:  # noqa: BLE001 - raised by `work`
            self._failure = error
            self.stop()
        finally:
            self._lanes.pop(lane, None)
            ended.give(None)
            self._notify()

    async def _send(self, claimed: Range, is_over: Callable[[], bool]) -> None:
        sender = RangeSender(
            self._sender, self._queue, claimed, self._in_flight, lambda: self._stop.is_set or is_over()
        )
        self._senders.add(sender)
        try:
            await sender.send()
        finally:
            self._senders.discard(sender)

    async def _rest(self, seconds: float) -> None:
        """Wait for so long, or until a lane has ended or this is stopped."""
        self._wake = wake = Pending[None]()
        if self._stop.is_set:
            return
        with suppress(LateError):
            await self._engine.wait(wake, max(0.0, seconds))

    def _notify(self) -> None:
        wake = self._wake
        if wake.begin():
            wake.give(None)

    async def _end(self) -> None:
        """Wait until the lanes have given their ranges back."""
        self.stop()
        for ended in list(self._lanes.values()):
            await self._engine.wait(ended)


def check_in_flight(in_flight: int, most: int) -> int:
    """Return how many messages a lane has in flight; `ConfigError` for none or too many."""
    if not 1 <= in_flight <= most:
        raise ConfigError(f"in_flight must be 1 to {most:,}, got {in_flight:,}")
    return in_flight
