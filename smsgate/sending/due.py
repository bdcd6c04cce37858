"""Messages that wait for a time: listed, cancelled, and sent once it has come."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from datetime import timedelta
from functools import partial

from smsgate.engine import Engine
from smsgate.journal import DueEnd, DueMessage, Entry, Journal
from smsgate.model.errors import JournalError
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.sending.bulk import bulk_results
from smsgate.sending.runs.trouble import full_budget, full_burst, retry_delay, room_delay, trouble_of
from smsgate.sending.send import Sender
from smsgate.sending.window import Window

__all__ = ["AsyncHeld", "DueSender"]

PAGE = 200
"""Due messages that are taken at a time."""
FIRST_PAUSE, MOST_PAUSES = 0.25, 5
"""Seconds until a journal that cannot be used is asked again, the first time; they double. How often that is."""

_log = logging.getLogger("smsgate.sending.due")


class AsyncHeld:
    """Messages that are kept until their time; `gateway.held` gives it.

    `gateway.send_due()` sends those whose time has come, and so does `smsgate work`.
    """

    def __init__(self, journal: Journal, engine: Engine) -> None:
        self._due = journal.due
        self._call = engine.call

    async def list(self) -> AsyncGenerator[Entry, None]:
        """Give the entries that are held, the oldest first; `due` says until when. They are read page by page."""
        after = 0
        while page := await self._call(self._due.list, after):
            for entry in page:
                yield entry
            after = page[-1].id

    async def cancel(self, entry_id: int) -> Entry:
        """Cancel a message that is held: it is never sent, unless its key or run is sent again.

        `ConflictError` if it is not held, as when it is being sent; `NotFoundError` if there is no such entry.
        """
        return await self._call(self._due.cancel, entry_id)


class DueSender:
    """Sends what is due; any number of them, in any processes, share the work."""

    def __init__(
        self,
        sender: Sender,
        journal: Journal,
        *,
        in_flight: int,
        run: str | None = None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        """Begin; once it `is_over`, no further message is begun."""
        self._sender = sender
        self._engine: Engine = sender.engine
        self._journal = journal
        self._in_flight = in_flight
        self._run = run
        self._is_over = is_over

    async def results(self, limit: int | None = None) -> AsyncGenerator[SendResult, None]:
        """Send what is due now, at most so many messages; give each one's result, the longest due first.

        What is not sent is held again, and tried later.
        """
        left = limit
        while (left is None or left > 0) and not self._is_over():
            take = partial(self._journal.due.next, PAGE if left is None else min(PAGE, left), self._run)
            due = await self._engine.take(take, partial(_release, self._journal))
            if not due:
                return
            left = None if left is None else left - len(due)
            async with aclosing(self._batch(due)) as results:
                async for result in results:
                    yield result

    async def _batch(self, due: Sequence[DueMessage]) -> AsyncGenerator[SendResult, None]:
        """Send messages that this process has taken."""
        window, ends = Window(self._sender, self._in_flight, None), list[DueEnd]()
        try:
            results = bulk_results(window, self._each(window, due))
            window.watch(results)
            async with aclosing(results):
                async for result in results:
                    ends.append(self._end(due[len(ends)], result, is_stopped=window.stopped))
                    yield result
        finally:
            await self._engine.finish(self._engine.protect, self._give_back, due, ends)

    async def _each(self, window: Window, due: Sequence[DueMessage]) -> AsyncGenerator[DueMessage, None]:
        for each in due:
            if self._is_over():
                window.stop()
                return
            yield each

    def _end(self, due: DueMessage, result: SendResult, *, is_stopped: bool) -> DueEnd:
        # Of what was held over night, a burst refuses what an attack asked for; a second try was let through before.
        if full := full_budget(result) or (full_burst(result) if due.is_second else None):
            now = self._engine.utc()
            delay = room_delay(full, now)
            return DueEnd(due.entry_id, result, delay=delay, waits=due.may_wait_until(now + timedelta(seconds=delay)))
        if result.outcome is not Outcome.NOT_SENT:
            return DueEnd(due.entry_id, result)
        if is_stopped and not result.attempts:
            return DueEnd(due.entry_id, None)
        trouble = trouble_of(result)
        counts = (trouble is None or trouble.is_of_settings) and not isinstance(result.error, JournalError)
        delay = retry_delay(result, due.failures, self._engine.random())
        return DueEnd(due.entry_id, result, counts, delay if trouble is None else max(delay, trouble.seconds))

    async def _give_back(self, due: Sequence[DueMessage], ends: Sequence[DueEnd]) -> None:
        """Say how the sends ended; what cannot be said now is found in the entries themselves, later."""
        given = [*ends, *(DueEnd(each.entry_id, None) for each in due[len(ends) :])]
        pause = FIRST_PAUSE
        for _ in range(MOST_PAUSES):
            try:
                await self._engine.call(self._journal.due.finish, given)
            except JournalError as error:
                _log.warning("%d due messages are not given back yet: %s", len(given), error)
                await self._engine.sleep(pause)
                pause *= 2
            else:
                return
        _release(self._journal, due)


def _release(journal: Journal, due: Sequence[DueMessage]) -> None:
    with suppress(JournalError):  # closed: they are free once this process has ended
        journal.due.release([each.entry_id for each in due])
