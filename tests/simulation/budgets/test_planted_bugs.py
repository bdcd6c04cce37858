"""Bugs that are planted in the budgets of the journal are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.budgets.planted_bugs import PLANTED
from tests.simulation.budgets.playing import first_of
from tests.simulation.playing import in_thread

MOST = 500
"""Histories within which each is found; usually far fewer are needed."""


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.__name__ for plant in PLANTED])
def test_a_bug_planted_in_budgets_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    failure = in_thread(lambda: first_of(range(MOST)))
    assert failure is not None
    assert not failure.kind.startswith("RAISED")
    print(f"after {failure.plan.seed + 1} histories: {failure.error}")  # noqa: T201 - shown with -s
