"""Calls that an exception of a signal handler cannot interrupt.

Python runs signal handlers in the main thread, between any two steps. What they raise (KeyboardInterrupt, a soft time
limit) ends whatever that thread was doing: a lock may stay locked, a record may be incomplete. So the main thread does
nothing of that kind itself: `shield` has another thread make the call, and the main thread waits on a `Pending`, which
an exception cannot leave in a bad state.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import start_new_thread
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from functools import partial, wraps
from queue import SimpleQueue
from threading import Lock, get_ident, main_thread
from typing import Generic, ParamSpec, Self, TypeAlias, TypeVar, cast

from smsgate.runtime.fork import notice_forks

__all__ = ["LateError", "Pending", "Stop", "in_event_loop", "shield", "shielded"]

P = ParamSpec("P")
T = TypeVar("T")

SLICE = 0.5
"""Seconds of one step of a wait: Windows sees a Ctrl-C, and every system the interpreter's end, only between two."""

MOST_IDLE = 2
"""Threads that wait for calls of the main thread."""


in_event_loop: ContextVar[bool] = ContextVar("in_event_loop", default=False)
"""Whether calls are made in a task of an event loop, in whose thread no signal handler raises: it cancels tasks."""


class LateError(Exception):
    """A result did not come in time; a class of its own, since signal handlers raise `TimeoutError`."""


class Stop:
    """Says that nothing more is to begin; a signal handler may set it, and leaving a ``with`` block sets it."""

    def __init__(self) -> None:
        self.is_set = False

    def set(self) -> None:
        """Let nothing more begin."""
        self.is_set = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.is_set = True


class Pending(Generic[T]):
    """A result that one thread gives and another waits for.

    `concurrent.futures.Future` takes a lock in Python code: an exception in the waiting thread can leave it locked, and
    then the giving thread waits for ever. Here each step is one call of C, and giving never waits.
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
        """Cancel work that was not begun; False if it was, then its result comes."""
        return self._claimed.setdefault("by", self) is self

    def give(self, value: T) -> None:
        """Give the result."""
        self._value = value
        self._end()

    def fail(self, error: BaseException) -> None:
        """Give an error instead."""
        self._error = error
        self._end()

    def then(self, callback: Callable[[], object]) -> None:
        """Have a function called once it is done, by the giving thread, or at once; the function raises nothing."""
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


_Call: TypeAlias = tuple[Pending[object], Callable[[], object]]


class _Workers:
    """Threads that make the main thread's calls, one after the other; each waits for the next.

    They stay, usually only one: a thread that ends frees what OpenSSL keeps for it, under a lock that a process which
    is forked at that instant inherits locked.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[_Call] = SimpleQueue()
        self._idle: deque[None] = deque()
        """One entry for each thread that waits."""
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Begin without threads: they are the parent's."""
        self._calls, self._idle = SimpleQueue(), deque()

    def submit(self, pending: Pending[T], call: Callable[[], T]) -> bool:
        """Have a thread make a call and give its result; False where no thread can be started."""
        if not (self._take_idle() or self._start()):
            return False
        self._calls.put((cast("Pending[object]", pending), call))
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
            start_new_thread(self._run, (self._calls, self._idle))  # threading.Thread.start takes locks in Python code
        except RuntimeError as error:  # as when the interpreter ends
            if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
                raise  # out of a signal handler, and not out of the call above
            return False
        return True

    def _run(self, calls: SimpleQueue[_Call], idle: deque[None]) -> None:
        while True:
            pending, call = calls.get()
            try:
                pending.give(call())
            except BaseException as error:  # noqa: BLE001 - raised by the main thread
                pending.fail(error)
            del pending, call  # the wait for the next keeps nothing of this one
            if calls is not self._calls:  # the call has forked: the main thread is not in this child, others may be
                os._exit(0)
            if len(idle) >= MOST_IDLE:
                return
            idle.append(None)


_workers = _Workers()


def shield(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function where no signal handler runs; return what it returns.

    The main thread has another thread call it. If a signal handler raises there meanwhile, that is raised at once, and
    the function still runs to its end. It must bound its own waits.
    """
    if get_ident() != main_thread().ident or in_event_loop.get() or sys.is_finalizing():
        return call(*args, **kwargs)
    pending: Pending[T] = Pending()
    if not _workers.submit(pending, partial(copy_context().run, call, *args, **kwargs)):
        return call(*args, **kwargs)
    try:
        return pending.wait()
    finally:
        del pending  # an error's traceback leads to it


def shielded(function: Callable[P, T]) -> Callable[P, T]:
    """Have a function called where no signal handler runs."""

    @wraps(function)
    def outside(*args: P.args, **kwargs: P.kwargs) -> T:
        if get_ident() != main_thread().ident or in_event_loop.get():
            return function(*args, **kwargs)
        return shield(function, *args, **kwargs)

    return outside
