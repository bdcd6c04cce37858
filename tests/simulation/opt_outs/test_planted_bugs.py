"""Bugs that are planted in what opt-outs are of are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.opt_outs.planted_bugs import PLANTED
from tests.simulation.opt_outs.playing import first_of
from tests.simulation.playing import in_thread

MOST = 1_500
"""Histories within which each is found; usually far fewer are needed."""
FINDS = {"only_the_first_sender_counts": 83, "import_brings_back": 153, "campaign_forgotten": 18}
"""The first seed that found a bug: its history is played before all others."""


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.__name__ for plant in PLANTED])
def test_a_bug_planted_in_the_scopes_of_opt_outs_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    failure = in_thread(lambda: first_of([FINDS.get(plant.__name__, 0), *range(MOST)]))
    assert failure is not None
    assert not failure.kind.startswith("RAISED")
    print(f"by the history of seed {failure.plan.seed}: {failure.error}")  # noqa: T201 - shown with -s
