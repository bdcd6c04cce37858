"""Time by turns: everything once a round, so that a busy moment of the machine does not fall on one subject only.

Processor time is measured, in short runs of which the best counts, because the machine may have other work.
"""

from collections.abc import Callable
from time import process_time
from timeit import Timer
from typing import Any, NamedTuple

SECONDS = 0.005  # of one measurement, at least
ROUNDS = 50


class Workload(NamedTuple):
    """Inputs, and what is called with each of them; None as a call means ``str.encode("utf-16-be")``."""

    subjects: dict[str, Callable[[Any], Any] | None]
    inputs: list[Any]


def nanoseconds(workloads: dict[str, Workload]) -> dict[str, dict[str, float]]:
    """Return the best round of each subject with each workload, in nanoseconds a call."""
    timers = {
        (workload, name): _timer(call, inputs)
        for workload, (subjects, inputs) in workloads.items()
        for name, call in subjects.items()
    }
    times = {key: _enough(timer) for key, timer in timers.items()}
    best = dict.fromkeys(timers, float("inf"))
    for _ in range(ROUNDS):
        for key, timer in timers.items():
            best[key] = min(best[key], timer.timeit(times[key]))
    return {
        workload: {
            name: round(best[workload, name] / times[workload, name] / len(inputs) * 1e9, 1) for name in subjects
        }
        for workload, (subjects, inputs) in workloads.items()
    }


def _timer(call: Callable[[Any], Any] | None, inputs: list[Any]) -> Timer:
    # The yardstick is the bare expression: no function is around it.
    statement = "message.encode('utf-16-be')" if call is None else "call(message)"
    return Timer(f"for message in inputs: {statement}", timer=process_time, globals={"call": call, "inputs": inputs})


def _enough(timer: Timer) -> int:
    times = 1
    while timer.timeit(times) < SECONDS:
        times *= 2
    return times
