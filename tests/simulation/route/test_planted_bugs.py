"""Bugs that are planted in the adapters and in the core are found over a route, too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.playing import in_thread
from tests.simulation.route.planted_bugs import PLANTED
from tests.simulation.route.playing import first_of

MOST = 800
"""Histories within which each is found; usually far fewer are needed."""


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.__name__ for plant in PLANTED])
def test_a_bug_planted_in_a_route_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    failure = in_thread(lambda: first_of(range(MOST)))
    assert failure is not None
    print(f"after {failure.plan.seed + 1} histories: {failure.error}")  # noqa: T201 - shown with -s
