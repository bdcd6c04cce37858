"""The runs of a queue: how far they are, and whether they are sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from smsgate.engine import Engine
from smsgate.journal import Journal, JournalQueue, Range
from smsgate.model.run import RunState, RunStatus
from smsgate.sending.bulk import MOST_IN_FLIGHT
from smsgate.sending.runs.runner import AsyncRunner, check_in_flight
from smsgate.sending.send import Sender

__all__ = ["AsyncRuns"]


class AsyncRuns:
    """What was enqueued in the journal; `gateway.runs` gives it. Every runner sees a change within one range."""

    def __init__(self, sender: Sender, journal: Journal) -> None:
        self._sender = sender
        self._engine: Engine = sender.engine
        self._journal = journal
        self._queue: JournalQueue = journal.queue

    async def list(self) -> AsyncGenerator[RunStatus, None]:
        """Give the runs that were enqueued, by name; they are read page by page."""
        after = ""
        while page := await self._engine.call(self._queue.runs, after):
            for status in page:
                yield status
            after = page[-1].name

    async def status(self, run: str) -> RunStatus:
        """Return how far a run is; `NotFoundError` if nothing was enqueued in it."""
        return await self._engine.call(self._queue.status, run)

    async def pause(self, run: str) -> RunStatus:
        """Have no more of a run sent until it is resumed; what is in flight ends."""
        return await self._engine.call(self._queue.change, run, RunState.PAUSED)

    async def resume(self, run: str) -> RunStatus:
        """Have the rest of a paused run sent; `ConflictError` for one that was cancelled."""
        return await self._engine.call(self._queue.change, run, RunState.OPEN)

    async def cancel(self, run: str) -> RunStatus:
        """Cancel what is queued or held of a run, for good; what is in flight ends.

        A runner that has a range of it in flight cancels the rest of that one.
        """
        await self._engine.call(self._queue.change, run, RunState.CANCELLED)
        while await self._engine.call(self._queue.cancel_range, run):
            pass
        return await self.status(run)

    async def dispatch(self, run: str | None = None, *, per_lane: int = 8, patience: float = 300.0) -> Sequence[Range]:
        """Return ranges that are due, to be given to workers that call `AsyncRunner.work_range`.

        At most `per_lane` of one lane are given to workers, or sent, at a time. A range is returned again after
        `patience` seconds, as long as nothing has claimed it, and as soon as a process that had claimed it has ended.
        """
        return await self._engine.call(self._queue.dispatch, per_lane, patience, run)

    def runner(self, run: str | None = None, *, in_flight: int = 8) -> AsyncRunner:
        """Return a runner for all runs, or one, with so many messages of each lane in flight, 1 to 10,000."""
        return AsyncRunner(self._sender, self._journal, run, check_in_flight(in_flight, MOST_IN_FLIGHT))
