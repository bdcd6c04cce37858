"""Tells the story of one history: ``python -m tests.simulation SEED``; its plan is printed first."""

from __future__ import annotations

import sys

from tests.simulation.plan import Plan
from tests.simulation.playing import in_thread, play


def main() -> int:
    """Play the history of a seed."""
    plan = Plan.of(int(sys.argv[1]))
    story: list[str] = []
    failure = in_thread(lambda: play(plan, story))
    sys.stdout.write(
        "\n".join([plan.words, *story, "kept every promise" if failure is None else str(failure.error), ""])
    )
    return failure is not None


if __name__ == "__main__":
    sys.exit(main())
