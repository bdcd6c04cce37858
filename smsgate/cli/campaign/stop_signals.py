"""The signals that stop a campaign, and the output of a program whose terminal has gone."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

__all__ = ["discard_lost_output", "stop_signals"]

_HANG_UP = getattr(signal, "SIGHUP", None)
"""Windows has none."""


@contextmanager
def stop_signals(interrupt: Callable[[], None], hang_up: Callable[[], None]) -> Iterator[None]:
    """Call `interrupt` at each SIGINT and SIGTERM, and `hang_up` at each SIGHUP that is not ignored (as by nohup)."""
    calls = {signal.SIGINT: interrupt, signal.SIGTERM: interrupt}
    if _HANG_UP is not None and signal.getsignal(_HANG_UP) is not signal.SIG_IGN:
        calls[_HANG_UP] = hang_up
    before = {number: signal.signal(number, lambda number, _: calls[signal.Signals(number)]()) for number in calls}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def discard_lost_output() -> None:
    """Send stdout and stderr to the null device where their terminal or their reader has gone."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # no descriptor: a test's, or one that is closed
            if _is_lost(stream.fileno()):
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, stream.fileno())
                os.close(null)


def _is_lost(descriptor: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return False
    watch = select.poll()
    watch.register(descriptor, 0)
    return any(events & (select.POLLHUP | select.POLLERR) for _, events in watch.poll(0))
