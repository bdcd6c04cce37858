"""The workers of a bulk send, each a thread."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Thread

from smsgate.engine.engine import Work
from smsgate.engine.run import run
from smsgate.runtime.shield import shield

__all__ = ["ThreadCrew"]

IDLE = 1.0
"""Seconds after which a worker without work looks whether there will be more."""


class ThreadCrew:
    """Threads, at most `most`; each is started when it is needed, and ends once `is_over` says so."""

    def __init__(self, most: int, is_over: Callable[[], bool], is_abandoned: Callable[[], bool]) -> None:
        self._most = most
        self._is_over = is_over
        self._is_abandoned = is_abandoned
        self.forget()

    def forget(self) -> None:
        """Begin without threads."""
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._ended: SimpleQueue[bool] = SimpleQueue()
        """Says to the watching thread whether it was abandoned."""
        self._threads = 0

    def submit(self, work: Work) -> None:
        """Have a thread do it, with the caller's context variables: its spans lie under the caller's."""
        context = copy_context()
        self._queue.put(lambda: context.run(run, work()))
        if self._threads < self._most:
            self._threads += shield(_start, self._work)
        if not self._threads:
            run(work())

    def watch(self, end: Work) -> None:
        """Have a thread call `end` where a signal handler has interrupted the owner's own."""
        _start(lambda: self._watch(end))

    def finish(self, *, abandoned: bool = False) -> None:
        """Have each thread end after what is queued."""
        for _ in range(self._threads):
            self._queue.put(None)
        self._ended.put(abandoned)

    def _work(self) -> None:
        while True:
            try:
                work = self._queue.get(timeout=IDLE)
            except Empty:
                if self._is_over() or self._is_abandoned():
                    return
                continue
            if work is None:
                return
            work()
            del work  # the wait for the next keeps nothing of this one

    def _watch(self, end: Work) -> None:
        while True:
            try:
                abandoned = self._ended.get(timeout=IDLE)
            except Empty:
                if not self._is_abandoned():
                    continue
                abandoned = True
            if abandoned:
                run(end())
            return


def _start(work: Callable[[], None]) -> bool:
    """Start a thread; False if none can be, as when the interpreter ends."""
    try:
        Thread(target=work, name="smsgate-bulk", daemon=True).start()
    except RuntimeError:
        return False
    return True
