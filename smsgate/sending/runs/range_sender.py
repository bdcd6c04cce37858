"""Sends a range of queued messages that was claimed, as a bulk send does, and gives it back."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from functools import partial

from smsgate.journal import JournalQueue, QueuedMessage, Range, RowEnd
from smsgate.journal.queue import MOST_TRIES
from smsgate.model.errors import JournalError
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.sending.bulk import bulk_results
from smsgate.sending.runs.trouble import Trouble, full_budget, retry_delay, room_delay, trouble_of
from smsgate.sending.send import Sender
from smsgate.sending.window import Window

__all__ = ["RangeSender"]

CHECK = 5.0
"""Seconds after which a runner looks whether the run was paused or cancelled."""
FIRST_PAUSE, LAST_PAUSE, MOST_PAUSES = 0.25, 5.0, 12
"""Seconds between two tries to give a range back while the journal cannot be used, at first and at most; how many."""

_log = logging.getLogger("smsgate.sending.runs")


class RangeSender:
    """One claim of a range, sent once."""

    def __init__(
        self, sender: Sender, queue: JournalQueue, claimed: Range, in_flight: int, is_over: Callable[[], bool]
    ) -> None:
        """Begin; once it `is_over`, no further message is begun."""
        self._engine = sender.engine
        self._queue = queue
        self._claimed = claimed
        self._window = Window(sender, in_flight, None, claimed.lane, claimed.run)
        self._is_over = is_over
        self._checked = self._engine.now()
        self._ends: list[RowEnd] = []
        self._delay = 0.0
        self._reason: str | None = None
        """What its messages wait for."""
        self._accepted = 0
        self._failures = 0
        """Messages that failed one after the other for the account's reasons."""
        self._last_trouble: Trouble | None = None
        self._trouble: Trouble | None = None
        """What the lane is paused for."""

    def stop(self) -> None:
        """Begin nothing more."""
        self._window.stop()

    async def send(self) -> None:
        """Send what is queued of the range; raises nothing for a message."""
        try:
            queued = await self._engine.call(self._queue.messages, self._claimed)
            results = bulk_results(self._window, self._each(queued))
            self._window.watch(results)
            async with aclosing(results):
                at = 0
                async for result in results:
                    self._take(queued[at], result)
                    at += 1
        finally:
            await self._engine.finish(self._engine.protect, self._give_back)

    async def _each(self, queued: Sequence[QueuedMessage]) -> AsyncGenerator[QueuedMessage, None]:
        for each in queued:
            if self._is_over() or self._trouble is not None or not await self._is_claimed():
                self._window.stop()
                return
            yield each

    async def _is_claimed(self) -> bool:
        """Say whether the run is still to be sent; looks at the journal now and then."""
        if self._engine.now() < self._checked + CHECK:
            return True
        self._checked = self._engine.now()
        return await self._engine.call(self._queue.is_claimed, self._claimed)

    def _take(self, queued: QueuedMessage, result: SendResult) -> None:
        """Note what a result says of its message, and of the account."""
        if full := full_budget(result):
            self._ends.append(RowEnd(queued.entry_id, result, counts=False, waits=True))
            self._delay = max(self._delay, room_delay(full, self._engine.utc()))
            self._reason = str(full)
            return
        if result.outcome is Outcome.NOT_SENT:
            trouble = trouble_of(result)
            self._note(trouble)
            counts = trouble is None and not self._window.stopped and not isinstance(result.error, JournalError)
            counts = counts or (trouble is not None and trouble.is_of_settings)
            self._ends.append(RowEnd(queued.entry_id, result, counts))
            if counts and queued.tries + 1 < MOST_TRIES:
                self._delay = max(self._delay, retry_delay(result, queued.tries, self._engine.random()))
            return
        self._failures = 0
        self._accepted += result.outcome is Outcome.ACCEPTED
        if result.outcome is Outcome.REJECTED and not result.attempts:  # it may have been refused before it was claimed
            self._ends.append(RowEnd(queued.entry_id, result, counts=False))

    def _note(self, trouble: Trouble | None) -> None:
        self._failures = 0 if trouble is None else self._failures + 1
        self._last_trouble = trouble or self._last_trouble
        if trouble is not None and self._failures >= trouble.after and self._trouble is None:
            self._trouble = trouble
            self._window.stop()

    async def _give_back(self) -> None:
        """Give the range back; if the journal cannot be used for long, it is another's once this process has ended."""
        changes: list[Callable[[], None]] = []
        if self._accepted:
            changes.append(partial(self._queue.free_lane, self._claimed.lane))
        trouble = self._trouble or (None if self._accepted else self._last_trouble)
        if trouble is not None:
            seconds = trouble.seconds * (1.0 + self._engine.random() / 4)
            pause = partial(self._queue.pause_lane, self._claimed.lane, seconds, trouble.reason, counts=trouble.doubles)
            changes.append(pause)
        changes.append(partial(self._queue.finish, self._claimed, self._ends, self._delay, self._reason))
        pause_for = FIRST_PAUSE
        for _ in range(MOST_PAUSES):
            try:
                while changes:
                    await self._engine.call(changes[0])
                    changes.pop(0)
            except JournalError as error:
                _log.warning("range %d of run %r is not given back yet: %s", self._claimed.id, self._claimed.run, error)
                await self._engine.sleep(pause_for)
                pause_for = min(2 * pause_for, LAST_PAUSE)
            else:
                return
        self._queue.abandon(self._claimed)
        _log.error("range %d of run %r could not be given back", self._claimed.id, self._claimed.run)
