"""Real forks: a function in a child, whose end is waited for within bounds."""

from __future__ import annotations

import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

__all__ = ["Child", "fork", "locked"]

LONGEST = 30.0
"""Seconds until a child counts as hanging."""


class Child:
    """A forked child."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def wait(self, longest: float = LONGEST) -> int:
        """Return the exit code; a child that hangs is killed, and its code is negative."""
        ends = time.monotonic() + longest
        while time.monotonic() < ends:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
        os.kill(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def fork(function: Callable[[], object]) -> Child:
    """Run a function in a child, which leaves with 0 if it returns and with 1 if it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # of forking a process with threads, which is what is tested
        pid = os.fork()
    if pid:
        return Child(pid)
    code = 1
    try:
        function()
        code = 0
    except BaseException:  # noqa: BLE001 - shown, and seen in the code
        traceback.print_exc()
    finally:
        os._exit(code)


@contextmanager
def locked(lock: Any) -> Iterator[None]:
    """Have another thread lock."""
    taken, released = Event(), Event()

    def keep() -> None:
        with lock:
            taken.set()
            released.wait(LONGEST)

    thread = Thread(target=keep)
    thread.start()
    taken.wait(LONGEST)
    try:
        yield
    finally:
        released.set()
        thread.join()
