"""The messages of a bulk send that were read and whose results were not given yet."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from functools import partial
from inspect import isasyncgen

from smsgate.adapter.deadline import Deadline
from smsgate.journal import DueMessage, WaitingMessage
from smsgate.model.errors import NotSentError, SmsgateError, UnknownOutcomeError
from smsgate.model.message import Message
from smsgate.model.rate import PaceWait
from smsgate.model.refused_row import RefusedRow
from smsgate.model.result import SendResult
from smsgate.runtime.fork import notice_forks
from smsgate.runtime.shield import LateError, Stop
from smsgate.sending.chunk import Chunk, Slot
from smsgate.sending.ended import EndedSends
from smsgate.sending.failure import not_begun
from smsgate.sending.flight import Flight
from smsgate.sending.prepared import PreparedSend
from smsgate.sending.run import RunPass
from smsgate.sending.send import STOPPED, Sender

__all__ = ["Window"]

AHEAD = 2
"""How many chunks are read ahead for each worker."""


class Window:
    """Takes messages in and gives their results in the same order.

    A signal handler may raise at any step of the thread that reads and waits; so a message has its slot before it
    belongs to a chunk, and a chunk is begun by a worker, in another thread, or never.
    """

    def __init__(
        self, sender: Sender, workers: int, run: str | None, lane: str | None = None, queued_run: str | None = None
    ) -> None:
        self.failure: BaseException | None = None
        """What ended a chunk and is no outcome of it."""
        self._sender = sender
        self._engine = sender.engine
        self.interruptions = sender.engine.interruptions
        """What ends the results at once."""
        self._run = run
        self._lane = lane
        self._queued_run = queued_run
        self._pass = None if run is None or sender.journal is None else RunPass(sender.journal, run)
        self._stop = Stop()
        self._crew = self._engine.crew(workers, lambda: self._stop.is_set, self.is_abandoned)
        self._most_chunks = AHEAD * workers
        self._chunks = 0
        self._slots: deque[Slot] = deque()
        self._filling: dict[str, Chunk] = {}
        """The chunks that have room, by their provider."""
        self._given_up: list[Flight] = []
        self._reader: Callable[[], AsyncGenerator[SendResult | RefusedRow, None] | None] = lambda: None
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Begin nothing and wait for nothing: the workers, and the run, are the parent's."""
        self._stop.set()
        self._crew.forget()
        self._slots = deque()
        self._chunks = 0
        self._filling = {}
        if self._pass is not None:
            self._pass.forget()

    @property
    def stopped(self) -> bool:
        """Whether nothing more is begun."""
        return self._stop.is_set

    @property
    def is_full(self) -> bool:
        """Whether a result must be given before another message is read."""
        return self._chunks >= self._most_chunks

    @property
    def has_result(self) -> bool:
        """Whether the next result is there."""
        return bool(self._slots) and self._slots[0].is_done

    def stop(self) -> None:
        """Begin nothing more."""
        self._stop.set()

    @property
    def in_flight(self) -> int:
        """How many messages a provider may have been asked for, without an answer so far."""
        return sum(chunk.in_flight for chunk in self._chunks_of_slots())

    @property
    def waits(self) -> tuple[PaceWait, ...]:
        """What messages wait for that are not in flight yet, by provider."""
        waits = (chunk.flight.waiting.now for chunk in self._chunks_of_slots())
        return tuple({wait.provider: wait for wait in waits if wait is not None}.values())

    def give_up(self) -> None:
        """Begin nothing more, and end what is in flight as unknown at once; a signal handler may call it."""
        self.stop()
        for chunk in self._chunks_of_slots():
            flight = chunk.flight
            if chunk.in_flight and flight.begun:
                self._given_up.append(flight)  # first: who waits for the chunk records what was given up
                chunk.abandon(flight)

    async def open_run(self) -> None:
        """Begin the pass through the run, unless its caller was interrupted meanwhile."""
        if self._pass is not None:
            await self._engine.protect(self._open, self._pass)

    async def close(self) -> None:
        """Wait for what is in flight, and end the pass."""
        await self._engine.finish(self._engine.protect, self.end)

    async def _open(self, run_pass: RunPass) -> None:
        await self._engine.take(run_pass.open, lambda _: run_pass.close())
        if self.stopped:
            await self._engine.call(run_pass.close)
        else:
            self._crew.watch(self.end)

    def watch(self, reader: AsyncGenerator[SendResult | RefusedRow, None]) -> None:
        """Name the reader of the results: once it has ended, however it did, nothing more is begun."""
        self._reader = weakref.ref(reader)

    async def end(self) -> None:
        """Begin nothing more, wait for what is in flight, and end the pass. Call it where no signal handler runs."""
        self.stop()
        while self._given_up:
            await self._engine.call(self._sender.give_up, self._given_up.pop())
        for chunk in self._chunks_of_slots():
            with suppress(LateError):  # the interpreter ends
                await chunk.end(self._engine)
        self._crew.finish()
        if self._pass is not None:
            await self._engine.call(self._pass.close)

    def abandon(self) -> None:
        """Have the workers end what is in flight, and the pass; waits for nothing."""
        self._crew.finish(abandoned=True)

    async def add(self, item: Message | WaitingMessage | RefusedRow) -> None:
        """Take a message in, or a row that is none, which keeps its place among the results."""
        if isinstance(item, RefusedRow):
            self._add_ended(Slot(item.message, item))
            return
        message, waiting = (item, None) if isinstance(item, Message) else (item.message, item)
        slot = Slot(message)
        try:
            prepared = await self._sender.prepare(message, run=self._run, lane=self._lane, waiting=waiting)
        except SmsgateError as error:
            slot.result = self._sender.refused(message, error)
            self._add_ended(slot)
            return
        prepared.watch.run = self._run or self._queued_run or (item.run if isinstance(item, DueMessage) else None)
        self._slots.append(slot)
        await self._assign(slot, prepared)

    def _add_ended(self, slot: Slot) -> None:
        self._chunks += 1
        self._slots.append(slot)

    async def take(self) -> SendResult | RefusedRow | None:
        """Return the next result once it is there; None if there is none to come."""
        if not self._slots:
            return None
        slot = self._slots[0]
        result = slot.result or await self._result(slot)
        self._slots.popleft()
        if slot.is_last:
            self._chunks -= 1
        return result

    def _chunks_of_slots(self) -> list[Chunk]:
        """Return the chunks whose results are to be given; the slots are copied first, for other threads."""
        chunks = {id(slot.chunk): slot.chunk for slot in tuple(self._slots) if slot.chunk is not None}
        return [*chunks.values()]

    async def _assign(self, slot: Slot, prepared: PreparedSend) -> None:
        hop = await self._sender.bulk_hop(prepared)
        chunk = self._filling.get(hop.provider.name) if hop else None
        if chunk is None:
            chunk = Chunk(hop)
            self._chunks += 1
            if hop is not None:
                self._filling[hop.provider.name] = chunk
        slot.place = len(chunk.sends)
        chunk.sends.append(prepared)
        slot.chunk = chunk
        if chunk.is_full:
            self._submit(chunk)

    def _submit(self, chunk: Chunk) -> None:
        if chunk.hop is not None:
            self._filling.pop(chunk.hop.provider.name, None)
        chunk.queued = True
        self._crew.submit(partial(self._send, chunk))

    async def _result(self, slot: Slot) -> SendResult:
        chunk = slot.chunk
        if chunk is not None and not chunk.queued and not self.stopped:
            self._submit(chunk)
        if chunk is None or (self.stopped and chunk.ended.cancel()):
            assert isinstance(slot.message, Message)  # noqa: S101 - a row that is none has its result
            return not_begun(slot.message, NotSentError(STOPPED))
        return await chunk.result(slot.place, self._engine)

    async def _send(self, chunk: Chunk) -> None:
        if not chunk.ended.begin():
            return
        chunk.begun = True  # before it is looked whether sending was stopped: who stops it counts what goes on
        try:
            chunk.give(await self._sender.submit(chunk.sends, self._stop, hop=chunk.hop, flight=chunk.flight))
        except BaseException as error:  # noqa: BLE001 - raised once all results were given
            self.failure = error
            self._stop.set()
            reason = f"sending it failed with {type(error).__name__}; the message may have been sent"
            lost = [not_begun(each.message, UnknownOutcomeError(reason)) for each in chunk.sends]
            chunk.give(EndedSends(lost, [], Deadline.of(0.0)))

    def is_abandoned(self) -> bool:
        """Whether the reader of the results is gone, or has ended."""
        reader = self._reader()
        return not (isasyncgen(reader) and reader.ag_frame is not None)
