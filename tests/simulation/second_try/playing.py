"""Plays histories with second tries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from tests.simulation.playing import first_failure
from tests.simulation.playing import play as play_any
from tests.simulation.second_try.history import SecondTryHistory
from tests.simulation.second_try.plan import SecondTryPlan
from tests.simulation.shrinking import report, shrink

play = partial(play_any, history=SecondTryHistory)


def failing(seeds: Iterable[int]) -> str | None:
    """Play histories; return the report of the first that fails."""
    failure = first_failure(seeds, SecondTryPlan.of, play)
    return None if failure is None else report(shrink(failure, play), play, "python -m tests.simulation.second_try")
