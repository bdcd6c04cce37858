"""Time by turns: every subject once a round, so that a busy moment of the machine does not fall on one of them only."""

from collections.abc import Callable
from timeit import Timer
from typing import Any

SECONDS = 0.02  # of one measurement, at least
ROUNDS = 9

Call = Callable[[Any], Any] | None


def nanoseconds(subjects: dict[str, Call], inputs: list[Any]) -> dict[str, float]:
    """Return the best round of each subject, in nanoseconds a call; None stands for `str.encode("utf-16-be")`."""
    timers = {name: _timer(call, inputs) for name, call in subjects.items()}
    times = {name: _enough(timer) for name, timer in timers.items()}
    best = dict.fromkeys(subjects, float("inf"))
    for _ in range(ROUNDS):
        for name, timer in timers.items():
            best[name] = min(best[name], timer.timeit(times[name]))
    return {name: round(best[name] / times[name] / len(inputs) * 1e9, 1) for name in subjects}


def _timer(call: Call, inputs: list[Any]) -> Timer:
    # The yardstick is the bare expression: no function stands around it.
    statement = "message.encode('utf-16-be')" if call is None else "call(message)"
    return Timer(f"for message in inputs: {statement}", globals={"call": call, "inputs": inputs})


def _enough(timer: Timer) -> int:
    times = 1
    while timer.timeit(times) < SECONDS:
        times *= 2
    return times
