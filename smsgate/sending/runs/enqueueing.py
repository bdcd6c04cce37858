"""Messages are written to the journal's queue, a range of one lane at a time; no provider is asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing

from attrs import define, field, frozen

from smsgate.journal import Journal
from smsgate.journal.queue import RANGE
from smsgate.model.errors import ConfigError, SmsgateError
from smsgate.model.message import Message
from smsgate.model.result import SendResult
from smsgate.sending.bulk import Messages, check_run, each_of
from smsgate.sending.failure import not_begun
from smsgate.sending.run import RunPass
from smsgate.sending.send import Sender

__all__ = ["Enqueued", "enqueue"]

MOST_SHOWN = 100
"""Refusals that are kept; all of them are counted."""


@frozen(kw_only=True)
class Enqueued:
    """What became of messages that were enqueued."""

    run: str
    enqueued: int
    """How many are in the queue that were not before."""
    known: int
    """How many were in the run before, or have a key that was used before, whatever became of them."""
    refused: int
    """How many are not in the queue, because nothing could send them."""
    refusals: tuple[SendResult, ...] = field(repr=False)
    """The first 100 of those, each with its error."""


@define
class _Counts:
    enqueued: int = 0
    known: int = 0
    refused: int = 0
    refusals: list[SendResult] = field(factory=list)


async def enqueue(
    sender: Sender, messages: Messages, run: str, on_refused: Callable[[SendResult], object] | None
) -> Enqueued:
    """Write messages to the queue; see `AsyncGateway.enqueue`."""
    journal = check_run(sender, run)
    if not journal.keeps_texts:
        raise ConfigError('a queue needs the texts in the journal; set text = "full" in [journal]')
    work = _Enqueueing(sender, journal, run, on_refused)
    try:
        await sender.engine.protect(work.open)
        return await work.take_all(messages)
    finally:
        await sender.engine.finish(sender.engine.protect, work.close)


class _Enqueueing:
    """One pass through messages: those of one lane are collected until they fill a range."""

    def __init__(
        self, sender: Sender, journal: Journal, run: str, on_refused: Callable[[SendResult], object] | None
    ) -> None:
        self._sender = sender
        self._engine = sender.engine
        self._queue = journal.queue
        self._run = run
        self._pass = RunPass(journal, run)
        self._on_refused = on_refused
        self._lanes: dict[str, list[Message]] = {}
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

    async def take_all(self, messages: Messages) -> Enqueued:
        """Enqueue messages as they are read."""
        async with aclosing(each_of(messages)) as each:
            async for message in each:
                await self._take(message)
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

    async def _take(self, message: Message) -> None:
        if not isinstance(message, Message):
            raise TypeError(f"enqueue takes Messages, got {type(message).__name__}")
        try:
            prepared = await self._sender.prepare(message, run=self._run)
            lane = self._sender.lane(prepared)
        except SmsgateError as error:
            await self._refuse(message, error)
            return
        waiting = self._lanes.setdefault(lane, [])
        waiting.append(message)
        if len(waiting) == RANGE:
            await self._write(lane)

    async def _write(self, lane: str) -> None:
        waiting, self._lanes[lane] = self._lanes[lane], []
        if not waiting:
            return
        added = await self._engine.call(self._queue.add, self._run, lane, waiting)
        for message, each in zip(waiting, added, strict=True):
            if isinstance(each, SmsgateError):
                await self._refuse(message, each)
            else:
                self._counts.enqueued += each
                self._counts.known += not each

    async def _refuse(self, message: Message, error: SmsgateError) -> None:
        result = not_begun(message, error)
        self._counts.refused += 1
        if len(self._counts.refusals) < MOST_SHOWN:
            self._counts.refusals.append(result)
        if self._on_refused is not None:
            await self._engine.call(self._on_refused, result)
