"""Bugs that are planted in the real code are found: a simulation that finds nothing proves nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.planted_bugs import PLANTED
from tests.simulation.playing import first_failure, in_thread

MOST = 1_500
"""Histories within which each is found; usually far fewer are needed."""


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.__name__ for plant in PLANTED])
def test_a_planted_bug_is_found(plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    failure = in_thread(lambda: first_failure(range(MOST)))
    assert failure is not None
    print(f"after {failure.plan.seed + 1} histories: {failure.error}")  # noqa: T201 - shown with -s
