"""The messages of a bulk send that were read and whose results were not given yet, and the workers that send them."""

from __future__ import annotations

import logging
import weakref
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from inspect import GEN_CLOSED, getgeneratorstate
from queue import Empty, SimpleQueue
from threading import Thread

from attrs import define, field

from smsgate.model.errors import JournalError, NotSentError, SmsgateError, UnknownOutcomeError
from smsgate.model.message import Message
from smsgate.model.result import SendResult
from smsgate.routing.hop import Hop
from smsgate.runtime.fork import notice_forks
from smsgate.runtime.shield import LateError, Pending, Stop, shield
from smsgate.sending.dispatch import STOPPED, Dispatch
from smsgate.sending.prepared import Ended, PreparedSend

__all__ = ["Window"]

AHEAD = 2
"""How many pieces of work are read ahead for each worker."""
IDLE = 1.0
"""Seconds after which a worker without work looks whether there will be more."""

_log = logging.getLogger("smsgate.journal")


@define(eq=False)
class _Piece:
    """Messages that are submitted together: one, or as many as fit a provider's bulk call."""

    hop: Hop | None
    sends: list[PreparedSend] = field(factory=list)
    ended: Pending[Ended] = field(factory=Pending)
    queued: bool = False
    _results: Sequence[SendResult] | None = None

    @property
    def results(self) -> Sequence[SendResult]:
        """The messages' results, once they have ended and are recorded."""
        if self._results is None:
            self._results = self.ended.wait().wait()
        return self._results

    def end(self) -> None:
        """Wait until it has ended, unless it was not begun."""
        if not self.ended.cancel():
            self.ended.wait().wait()

    @property
    def size(self) -> int:
        """How many messages it has room for."""
        return 1 if self.hop is None else self.hop.bulk_size


@define(eq=False)
class _Slot:
    """A message whose result is to be given, and where that will be found."""

    message: Message
    result: SendResult | None = None
    piece: _Piece | None = None
    place: int = 0
    ends_piece: bool = False


class Window:
    """Takes messages in and gives their results in the same order.

    A signal handler may raise at any step of the thread that reads and waits; so a message has its slot before it
    belongs to a piece, and a piece is begun by a worker, in another thread, or never.
    """

    def __init__(self, dispatch: Dispatch, workers: int, run: str | None) -> None:
        self.failure: BaseException | None = None
        """What ended a worker's piece and is no outcome."""
        self.reading_thread = 0
        """The thread that last asked for a result or closed the results."""
        self._slots: deque[_Slot] = deque()
        self._dispatch = dispatch
        self._workers = workers
        self._run = run
        self._stop = Stop()
        self._queue: SimpleQueue[_Piece | None] = SimpleQueue()
        self._threads = 0
        self._pieces = 0
        self._open: dict[str, _Piece] = {}
        """The pieces that have room, by their provider."""
        self._reader: Callable[[], Generator[SendResult, None, None] | None] = lambda: None
        self._over: SimpleQueue[bool] = SimpleQueue()
        """Says whether the pass is still to be ended."""
        self._passes: list[str] = []
        """The run, while its pass is open."""
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Begin nothing and wait for nothing: the workers, and the run, are the parent's."""
        self._stop = Stop()
        self._stop.set()
        self._slots = deque()
        self._queue = SimpleQueue()
        self._threads = self._pieces = 0
        self._open = {}
        self._passes = []

    @property
    def stopped(self) -> bool:
        """Whether nothing more is begun."""
        return self._stop.is_set

    @property
    def is_full(self) -> bool:
        """Whether a result must be given before another message is read."""
        return self._pieces >= AHEAD * self._workers

    @property
    def has_result(self) -> bool:
        """Whether the next result is there."""
        if not self._slots:
            return False
        head = self._slots[0]
        return head.result is not None or (head.piece is not None and head.piece.ended.done)

    def stop(self) -> None:
        """Begin nothing more."""
        self._stop.set()

    def open_run(self) -> None:
        """Begin the pass through the run, unless its caller was interrupted meanwhile."""
        if self._run is None or self._dispatch.journal is None:
            return
        self._dispatch.journal.open_run(self._run)
        self._passes.append(self._run)
        if self.stopped:
            self._close_run()
        else:
            self._start(self._watch)

    def watch(self, reader: Generator[SendResult, None, None]) -> None:
        """Say who reads the results: once that has ended, however it did, nothing more is begun and the pass ends."""
        self._reader = weakref.ref(reader)

    def end(self) -> None:
        """Wait for what is in flight, and end the pass. To be called within a `shield`, once it is stopped."""
        pieces = {id(slot.piece): slot.piece for slot in self._slots if slot.piece is not None}
        for piece in pieces.values():
            with suppress(LateError):  # the interpreter ends
                piece.end()
        for _ in range(self._threads):
            self._queue.put(None)
        self._over.put(False)
        self._close_run()

    def abandon(self) -> None:
        """Have the threads end what is in flight, and the pass; waits for nothing."""
        for _ in range(self._threads):
            self._queue.put(None)
        self._over.put(True)

    def add(self, message: Message) -> None:
        """Take a message in."""
        if not isinstance(message, Message):
            raise TypeError(f"send_bulk takes Messages, got {type(message).__name__}")
        slot = _Slot(message)
        try:
            prepared = self._dispatch.prepare(message, run=self._run)
        except SmsgateError as error:
            slot.result = self._dispatch.ended(message, error)
            slot.ends_piece = True
            self._pieces += 1
            self._slots.append(slot)
            return
        self._slots.append(slot)
        self._assign(slot, prepared)

    def take(self) -> SendResult | None:
        """Return the next result once it is there; None if there is none to come."""
        if not self._slots:
            return None
        slot = self._slots[0]
        result = slot.result or self._result(slot)
        self._slots.popleft()
        if slot.ends_piece or (slot.piece is not None and slot.place == len(slot.piece.sends) - 1):
            self._pieces -= 1
        return result

    def _assign(self, slot: _Slot, prepared: PreparedSend) -> None:
        hop = self._dispatch.bulk_hop(prepared)
        piece = self._open.get(hop.provider.name) if hop else None
        if piece is None:
            piece = _Piece(hop)
            self._pieces += 1
            if hop is not None:
                self._open[hop.provider.name] = piece
        slot.place = len(piece.sends)
        piece.sends.append(prepared)
        slot.piece = piece
        if len(piece.sends) >= piece.size:
            self._send(piece)

    def _send(self, piece: _Piece) -> None:
        """Have a worker send a piece."""
        if piece.hop is not None:
            self._open.pop(piece.hop.provider.name, None)
        piece.queued = True
        self._queue.put(piece)
        if self._threads < self._workers:
            self._threads += shield(lambda: self._start(self._work))
        if not self._threads:
            self._submit(piece)

    def _start(self, work: Callable[[], None]) -> bool:
        """Start a thread; False if none can be, as when the interpreter ends."""
        try:
            Thread(target=work, name="smsgate-bulk", daemon=True).start()
        except RuntimeError:
            return False
        return True

    def _work(self) -> None:
        while True:
            try:
                piece = self._queue.get(timeout=IDLE)
            except Empty:
                if self.stopped or self._is_abandoned:
                    return
                continue
            if piece is None:
                return
            self._submit(piece)

    def _watch(self) -> None:
        """End the pass in the reader's place, where signal handlers have torn its own end."""
        while True:
            try:
                is_open = self._over.get(timeout=IDLE)
            except Empty:
                if not self._is_abandoned:
                    continue
                is_open = True
            if is_open:
                self.stop()
                self.end()
            return

    @property
    def _is_abandoned(self) -> bool:
        reader = self._reader()
        return reader is None or getgeneratorstate(reader) == GEN_CLOSED

    def _submit(self, piece: _Piece) -> None:
        piece.ended.run(lambda: self._ended(piece))

    def _ended(self, piece: _Piece) -> Ended:
        try:
            return self._dispatch.submit(piece.hop, piece.sends, self._stop)
        except BaseException as error:  # noqa: BLE001 - raised once all results were given
            self.failure = error
            self.stop()
            reason = f"its sending ended with {type(error).__name__}; the message may have been sent"
            lost = [self._dispatch.ended(each.message, UnknownOutcomeError(reason)) for each in piece.sends]
            return Ended(lost, [], 0.0)

    def _result(self, slot: _Slot) -> SendResult:
        piece = slot.piece
        if piece is not None and not piece.queued and not self.stopped:
            self._send(piece)
        if piece is None or (self.stopped and piece.ended.cancel()):
            return self._dispatch.ended(slot.message, NotSentError(STOPPED))
        return piece.results[slot.place]

    def _close_run(self) -> None:
        try:
            run = self._passes.pop()
        except IndexError:
            return
        assert self._dispatch.journal is not None  # noqa: S101 - it had opened the run
        try:
            self._dispatch.journal.close_run(run)
        except JournalError as error:
            _log.error("run %r is marked as ended once the journal can be written: %s", run, error)
