"""Work that an exception of a signal handler cannot tear.

Python runs signal handlers in the main thread, between any two steps, and what they raise (KeyboardInterrupt, a soft
time limit) ends whatever that thread was doing: a lock may stay locked, a record half made. So nothing of that kind is
done there: `shield` has another thread do it, and the main thread only waits, on a `Pending` that it cannot break.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import start_new_thread
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from functools import partial, wraps
from queue import SimpleQueue
from threading import Lock, get_ident, main_thread
from typing import Generic, ParamSpec, TypeVar, cast

from smsgate.runtime.fork import notice_forks

__all__ = ["LateError", "Pending", "Stop", "shield", "shielded"]

P = ParamSpec("P")
T = TypeVar("T")

SLICE = 0.5
"""Seconds of one step of a wait: Windows sees a Ctrl-C, and every system the interpreter's end, only between two."""


MOST_IDLE = 2
"""Threads that wait for work of the main thread."""


class LateError(Exception):
    """What is pending has not come in time; a class of its own, since signal handlers raise `TimeoutError`."""


class Stop:
    """Says that nothing more is to begin; a signal handler may set it."""

    def __init__(self) -> None:
        self.is_set = False

    def set(self) -> None:
        """Let nothing more begin."""
        self.is_set = True


class Pending(Generic[T]):
    """What one thread gives and another waits for.

    `concurrent.futures.Future` takes a lock in Python code; an exception in the thread that waits can leave it locked,
    and the thread that gives stands still for ever. Here every step is one call of C: the giver never waits.
    """

    def __init__(self) -> None:
        self.done = False
        self._claimed: dict[str, object] = {}
        self._callbacks: list[Callable[[], object]] = []
        self._value: T | None = None
        self._error: BaseException | None = None
        self._gate = Lock()
        self._gate.acquire()

    def begin(self) -> bool:
        """Claim the work; False if it was begun or cancelled before."""
        mine = object()
        return self._claimed.setdefault("by", mine) is mine

    def cancel(self) -> bool:
        """Let the work not be begun; False if it was, then its result comes."""
        return self._claimed.setdefault("by", self) is self

    def run(self, call: Callable[[], T]) -> None:
        """Do the work and give what it returns or raises, unless it was cancelled."""
        if not self.begin():
            return
        try:
            value = call()
        except BaseException as error:  # noqa: BLE001 - raised by the thread that waits
            self.fail(error)
        else:
            self.give(value)

    def give(self, value: T) -> None:
        """Give the result."""
        self._value = value
        self._end()

    def fail(self, error: BaseException) -> None:
        """Give an error instead."""
        self._error = error
        self._end()

    def then(self, callback: Callable[[], object]) -> None:
        """Have a function called once it is done, by the thread that gives, or at once; it raises nothing."""
        self._callbacks.append(callback)
        if self.done:
            self._call_back()

    def wait(self, within: float | None = None) -> T:
        """Return the result or raise the error; LateError after `within` seconds, or as the interpreter ends."""
        ends = None if within is None else time.monotonic() + within
        while not self.done:
            left = SLICE if ends is None else min(SLICE, ends - time.monotonic())
            if left <= 0 or sys.is_finalizing():
                raise LateError
            if self._gate.acquire(timeout=left):
                self._gate.release()
        if self._error is not None:
            raise self._error
        return cast("T", self._value)

    def _end(self) -> None:
        self.done = True
        self._gate.release()
        self._call_back()

    def _call_back(self) -> None:
        while self._callbacks:
            try:
                callback = self._callbacks.pop()
            except IndexError:  # the other thread was faster
                return
            callback()


class _Workers:
    """Threads that do what the main thread hands over, one after the other; each waits for the next.

    They stay, usually just one: a thread that ends gives back what OpenSSL keeps for it, under a lock that a process
    which is forked at that instant inherits closed.
    """

    def __init__(self) -> None:
        self._work: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._idle: deque[None] = deque()
        """One entry for each thread that waits."""
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Begin without threads: they are the parent's."""
        self._work, self._idle = SimpleQueue(), deque()

    def hand_over(self, work: Callable[[], object]) -> bool:
        """Have a thread do work that raises nothing; False where no thread can be started."""
        if not (self._take_idle() or self._start()):
            return False
        self._work.put(work)
        return True

    def _take_idle(self) -> bool:
        try:
            self._idle.pop()
        except IndexError:
            return False
        return True

    def _start(self) -> bool:
        """Start one more: each is busy, as where a signal handler sends a message, too."""
        try:
            start_new_thread(self._run, (self._work, self._idle))  # threading.Thread.start takes locks in Python code
        except RuntimeError as error:  # as when the interpreter ends
            if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
                raise  # out of a signal handler, and not out of the call above
            return False
        return True

    def _run(self, tasks: SimpleQueue[Callable[[], object]], idle: deque[None]) -> None:
        while True:
            tasks.get()()
            if tasks is not self._work:  # the work has forked: its caller is not in this child, other threads may be
                os._exit(0)
            if len(idle) >= MOST_IDLE:
                return
            idle.append(None)


_workers = _Workers()


def shield(call: Callable[[], T]) -> T:
    """Call a function where no signal handler runs; return what it returns.

    The main thread has another thread call it. If a signal handler raises there meanwhile, that goes on at once, and
    the function still comes to its end. It must bound its own waits.
    """
    if get_ident() != main_thread().ident or sys.is_finalizing():
        return call()
    pending: Pending[T] = Pending()
    if not _workers.hand_over(partial(copy_context().run, pending.run, call)):
        return call()
    try:
        return pending.wait()
    finally:
        del pending  # an error's traceback leads to it


def shielded(function: Callable[P, T]) -> Callable[P, T]:
    """Have a function called where no signal handler runs."""

    @wraps(function)
    def outside(*args: P.args, **kwargs: P.kwargs) -> T:
        return shield(lambda: function(*args, **kwargs))

    return outside
