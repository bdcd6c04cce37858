"""Calls that a webhook receiver refuses, on standard error: a wrong URL at the vendor is found by them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from smsgate.cli.error_lines import print_error
from smsgate.cli.output import one_line
from smsgate.cli.verbose_log import is_verbose

__all__ = ["RefusalLines", "refusals_shown"]

AT_ONCE = 5
"""How many refusals are shown as they come, after which a line tells of several."""
PAUSE = 10.0
"""Seconds between two lines in a flood."""


class RefusalLines(logging.Handler):
    """Prints what the receiver logs: a few lines as they come, in a flood one in `PAUSE` seconds, with a count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.INFO)
        self._clock = clock
        self._left, self._omitted, self._last = AT_ONCE, 0, clock()

    def emit(self, record: logging.LogRecord) -> None:
        """Print or count a record; the caller has the lock of the handler, and what is logged has no secret."""
        now = self._clock()
        if now - self._last >= PAUSE:
            self._left = max(self._left, 1)
        if self._left == 0:
            self._omitted += 1
            return
        more = f" (and {self._omitted:,} more since the last line)" if self._omitted else ""
        self._left, self._omitted, self._last = self._left - 1, 0, now
        print_error(f"smsgate: {one_line(record.getMessage())}{more}")


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Show them while a receiver runs; with --verbose they are among what is logged."""
    if is_verbose():
        yield
        return
    log, lines = logging.getLogger("smsgate.webhooks"), RefusalLines()
    level = log.level
    log.addHandler(lines)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(level)
        log.removeHandler(lines)
