"""Messages are written to the journal's queue, a range of one lane at a time; no provider is asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import Generic, TypeAlias

from attrs import define, field, frozen

from smsgate.journal import Journal
from smsgate.journal.queue import RANGE
from smsgate.model.errors import ConfigError, SmsgateError
from smsgate.model.message import Message
from smsgate.model.refused_row import RefusedRow
from smsgate.model.result import SendResult
from smsgate.sending.bulk import check_run
from smsgate.sending.failure import not_begun
from smsgate.sending.prepared import PreparedSend
from smsgate.sending.rows import R_co, RowReader, Rows, check_rows, each_of
from smsgate.sending.run import RunPass
from smsgate.sending.send import Sender

__all__ = ["Enqueued", "enqueue"]

OnRefused: TypeAlias = Callable[[SendResult | RefusedRow], object]
MOST_SHOWN = 100
"""Refusals that are kept; all of them are counted."""


@frozen(kw_only=True)
class Enqueued(Generic[R_co]):
    """What became of messages that were enqueued."""

    run: str
    enqueued: int
    """How many are in the queue that were not before."""
    known: int
    """How many were in the run before, or have a key that was used before, whatever became of them."""
    refused: int
    """How many are not in the queue, because nothing could send them, or a row is no message."""
    refusals: tuple[R_co, ...] = field(repr=False)
    """The first 100 of those, each with its error."""


@define
class _Counts:
    enqueued: int = 0
    known: int = 0
    refused: int = 0
    refusals: list[SendResult | RefusedRow] = field(factory=list)


async def enqueue(
    sender: Sender, rows: Rows, run: str, region: str | None, on_refused: OnRefused | None
) -> Enqueued[SendResult | RefusedRow]:
    """Write messages to the queue; see `AsyncGateway.enqueue`."""
    check_rows(rows, "enqueue")
    journal = check_run(sender, run)
    if not journal.keeps_texts:
        raise ConfigError('a queue needs the texts in the journal; set text = "full" in [journal]')
    work = _Enqueueing(sender, journal, run, RowReader(region), on_refused)
    try:
        await sender.engine.protect(work.open)
        return await work.take_all(rows)
    finally:
        await sender.engine.finish(sender.engine.protect, work.close)


class _Enqueueing:
    """One pass through messages: those of one lane are collected until they fill a range."""

    def __init__(
        self, sender: Sender, journal: Journal, run: str, reader: RowReader, on_refused: OnRefused | None
    ) -> None:
        self._sender = sender
        self._engine = sender.engine
        self._queue = journal.queue
        self._run = run
        self._pass = RunPass(journal, run)
        self._reader = reader
        self._on_refused = on_refused
        self._lanes: dict[str, list[PreparedSend]] = {}
        self._counts = _Counts()
        self._is_over = False

    async def open(self) -> None:
        """Begin the pass, unless its caller was interrupted meanwhile."""
        await self._engine.take(self._pass.open, lambda _: self._pass.close())
        if self._is_over:
            await self._engine.call(self._pass.close)

    async def close(self) -> None:
        """End the pass."""
        self._is_over = True
        await self._engine.call(self._pass.close)

    async def take_all(self, rows: Rows) -> Enqueued[SendResult | RefusedRow]:
        """Enqueue messages as they are read."""
        async with aclosing(each_of(rows)) as each:
            async for row in each:
                await self._take(self._reader.read(row))
        for lane in self._lanes:
            await self._write(lane)
        counts = self._counts
        return Enqueued(
            run=self._run,
            enqueued=counts.enqueued,
            known=counts.known,
            refused=counts.refused,
            refusals=tuple(counts.refusals),
        )

    async def _take(self, message: Message | RefusedRow) -> None:
        if isinstance(message, RefusedRow):
            await self._refuse(message)
            return
        try:
            prepared = await self._sender.prepare(message, run=self._run)
            lane = self._sender.lane(prepared)
        except SmsgateError as error:
            await self._refuse(not_begun(message, error))
            return
        waiting = self._lanes.setdefault(lane, [])
        waiting.append(prepared)
        if len(waiting) == RANGE:
            await self._write(lane)

    async def _write(self, lane: str) -> None:
        waiting, self._lanes[lane] = self._lanes[lane], []
        if not waiting:
            return
        messages, scopes = [each.message for each in waiting], [each.scope for each in waiting]
        added = await self._engine.call(self._queue.add, self._run, lane, messages, scopes)
        for message, each in zip(messages, added, strict=True):
            if isinstance(each, SmsgateError):
                await self._refuse(not_begun(message, each))
            else:
                self._counts.enqueued += each
                self._counts.known += not each

    async def _refuse(self, result: SendResult | RefusedRow) -> None:
        self._counts.refused += 1
        if len(self._counts.refusals) < MOST_SHOWN:
            self._counts.refusals.append(result)
        if self._on_refused is not None:
            await self._engine.call(self._on_refused, result)
