"""What a gateway has to send on a queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import overload

from smsgate.model.errors import ConfigError
from smsgate.model.refused_row import RefusedRow
from smsgate.model.result import SendResult
from smsgate.sending.rows import Messages, Rows
from smsgate.sending.runs.enqueueing import Enqueued, enqueue
from smsgate.sending.runs.runs import AsyncRuns
from smsgate.sending.send import Sender

__all__ = ["Enqueues"]


class Enqueues:
    """A gateway that writes messages to the queue of its journal."""

    sender: Sender
    default_region: str | None

    @overload
    async def enqueue(
        self, messages: Messages, *, run: str, on_refused: Callable[[SendResult], object] | None = None
    ) -> Enqueued[SendResult]: ...

    @overload
    async def enqueue(
        self, messages: Rows, *, run: str, on_refused: Callable[[SendResult | RefusedRow], object] | None = None
    ) -> Enqueued[SendResult | RefusedRow]: ...

    async def enqueue(
        self, messages: Rows, *, run: str, on_refused: Callable[..., object] | None = None
    ) -> Enqueued[SendResult | RefusedRow]:
        """Write messages to the journal's queue, under the name of a `run`; runners send them, here or elsewhere.

        Messages are read as they are needed and written 500 at a time. If it ends before its end, call it again with
        the same messages, in any order: what is in the run already is not enqueued twice, nor is a key that is known.
        What was not sent, refused by limits or cancelled is enqueued again. What nothing could send (an opted-out
        number, a text that is too long, a price over the limit) is not enqueued: it is counted, and `on_refused` is
        called with its result. Messages are given as to `send_bulk`; a row that is none is refused like that, as a
        `RefusedRow`.

        Raises `ConfigError` without a journal that keeps texts, and `JournalError`, as for a run that was cancelled, or
        that another process enqueues or sends now.
        """
        return await enqueue(self.sender, messages, run, self.default_region, on_refused)

    @property
    def runs(self) -> AsyncRuns:
        """The runs that were enqueued: how far they are; to pause, resume, cancel, or send them."""
        if self.sender.journal is None:
            raise ConfigError('this gateway has no journal; set journal = "smsgate.db"')
        return AsyncRuns(self.sender, self.sender.journal)
