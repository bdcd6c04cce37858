"""Tells the story of one history: ``python -m tests.simulation SEED``; its plan is printed first."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.simulation.plan import Plan
from tests.simulation.playing import Failure, in_thread, play


def main(plan: Plan, play: Callable[[Plan, list[str]], Failure | None] = play) -> int:
    """Play a plan, and print what happens."""
    story: list[str] = []
    failure = in_thread(lambda: play(plan, story))
    sys.stdout.write(
        "\n".join([plan.words, *story, "kept every promise" if failure is None else str(failure.error), ""])
    )
    return failure is not None


if __name__ == "__main__":
    sys.exit(main(Plan.of(int(sys.argv[1]))))
