"""The threads of a bulk send."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread

from smsgate.adapter.deadline import Deadline
from smsgate.model.errors import UnknownOutcomeError
from smsgate.runtime.shield import Stop, shield
from smsgate.sending.chunk import Chunk
from smsgate.sending.ended import EndedSends
from smsgate.sending.failover import not_begun
from smsgate.sending.send import Sender

__all__ = ["IDLE", "Workers", "start_thread"]

IDLE = 1.0
"""Seconds after which a worker without work looks whether there will be more."""


def start_thread(work: Callable[[], None]) -> bool:
    """Start a thread; False if none can be, as when the interpreter ends."""
    try:
        Thread(target=work, name="smsgate-bulk", daemon=True).start()
    except RuntimeError:
        return False
    return True


class Workers:
    """Threads that submit chunks, at most `most` at a time; each is started when it is needed."""

    def __init__(self, sender: Sender, most: int, stop: Stop, is_abandoned: Callable[[], bool]) -> None:
        self.failure: BaseException | None = None
        """What ended a chunk and is no outcome of it."""
        self._sender = sender
        self._most = most
        self._stop = stop
        self._is_abandoned = is_abandoned
        self.forget()

    def forget(self) -> None:
        """Begin without threads."""
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = 0

    def submit(self, chunk: Chunk) -> None:
        """Have a worker submit a chunk, with the caller's context variables: its spans lie under the caller's."""
        chunk.queued = True
        self._queue.put(partial(copy_context().run, self._submit, chunk))
        if self._threads < self._most:
            self._threads += shield(start_thread, self._work)
        if not self._threads:
            self._submit(chunk)

    def finish(self) -> None:
        """Have each thread end after what is queued."""
        for _ in range(self._threads):
            self._queue.put(None)

    def _work(self) -> None:
        while True:
            try:
                work = self._queue.get(timeout=IDLE)
            except Empty:
                if self._stop.is_set or self._is_abandoned():
                    return
                continue
            if work is None:
                return
            work()
            del work  # the wait for the next keeps nothing of this one

    def _submit(self, chunk: Chunk) -> None:
        if not chunk.ended.begin():
            return
        try:
            chunk.ended.give(self._sender.submit(chunk.sends, self._stop, hop=chunk.hop))
        except BaseException as error:  # noqa: BLE001 - raised once all results were given
            self.failure = error
            self._stop.set()
            reason = f"sending it failed with {type(error).__name__}; the message may have been sent"
            lost = [not_begun(each.message, UnknownOutcomeError(reason)) for each in chunk.sends]
            chunk.ended.give(EndedSends(lost, [], Deadline.of(0.0)))
