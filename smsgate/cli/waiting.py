"""Asks again until the status of a message is final."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from smsgate.model.event import DeliveryReport

__all__ = ["changes"]

SHORTEST, LONGEST, GROWTH = 1.0, 30.0, 1.5
"""Seconds between two questions, and by how much each pause is longer than the one before."""


def changes(
    ask: Callable[[], DeliveryReport],
    seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[DeliveryReport]:
    """Yield the first report and each that says something else, until one is final or `seconds` have passed.

    The last question is asked when the time is up.
    """
    end, pause = clock() + seconds, SHORTEST
    last: DeliveryReport | None = None
    while True:
        report = ask()
        if last is None or (report.status, report.raw_status) != (last.status, last.raw_status):
            yield report
        last = report
        left = end - clock()
        if report.status.is_final or left <= 0:
            return
        sleep(min(pause, left))
        pause = min(pause * GROWTH, LONGEST)
