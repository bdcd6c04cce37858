"""Plays histories with quiet hours."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from tests.simulation.held.history import HeldHistory
from tests.simulation.held.plan import HeldPlan
from tests.simulation.playing import Failure, first_failure
from tests.simulation.playing import play as play_any
from tests.simulation.shrinking import report, shrink

play = partial(play_any, history=HeldHistory)


def first_of(seeds: Iterable[int]) -> Failure | None:
    """Play the histories of seeds until one fails."""
    return first_failure(seeds, HeldPlan.of, play)


def failing(seeds: Iterable[int]) -> str | None:
    """Play histories; return the report of the first that fails."""
    failure = first_of(seeds)
    return None if failure is None else report(shrink(failure, play), play, "python -m tests.simulation.held")
