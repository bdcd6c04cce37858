"""Bugs that are planted in what is held are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.held.planted_bugs import PLANTED
from tests.simulation.held.playing import first_of
from tests.simulation.playing import in_thread

MOST = 1_500
"""Histories within which each is found; usually far fewer are needed."""
FINDS = {
    "cancelled_is_sent": 265,
    "opt_out_meanwhile_is_not_seen": 16,
    "dead_keeps_what_it_took": 44,
}
"""The first seed that found a bug: its history is played before all others."""


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.__name__ for plant in PLANTED])
def test_a_bug_planted_in_what_is_held_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    failure = in_thread(lambda: first_of([FINDS.get(plant.__name__, 0), *range(MOST)]))
    assert failure is not None
    assert not failure.kind.startswith("RAISED")
    print(f"by the history of seed {failure.plan.seed}: {failure.error}")  # noqa: T201 - shown with -s
