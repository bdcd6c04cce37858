"""Bugs that are planted in the real code are found: a simulation that finds nothing proves nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.planted_bugs import PLANTED
from tests.simulation.playing import first_failure, in_thread

MOST = 1_500
"""Histories within which each is found; usually far fewer are needed."""
FINDS = {
    "token_used_twice": 27,
    "event_handed_over_twice": 63,
    "intent_not_given_back": 142,
    "cancelled_means_unknown": 138,
    "resent_by_two": 196,
    "failover_forgets_the_first": 300,
    "older_start_counts": 63,
    "confirmed_twice": 165,
    "refusal_believed": 298,
    "repeated_with_another_key": 31,
    "repeated_after_the_window": 205,
    "unsent_reference_searched": 29,
}
"""The first seed that found a bug: its history is played before all others, of which it may be one of hundreds."""


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.__name__ for plant in PLANTED])
def test_a_planted_bug_is_found(plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    seeds = [FINDS.get(plant.__name__, 0), *range(MOST)]
    failure = in_thread(lambda: first_failure(seeds))
    assert failure is not None
    print(f"by the history of seed {failure.plan.seed}: {failure.error}")  # noqa: T201 - shown with -s
