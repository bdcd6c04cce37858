"""Processes that share a journal are killed while vendors fail; what the vendors have is compared with every end.

`make soak` plays 2,000 histories. The one that fails is printed with its story: who did what, and when.
"""

from __future__ import annotations

import pytest

from tests.soak.plan import SoakPlan
from tests.soak.playing import play_each

FEW, PARTS = 12, 2
MANY, SOAK_PARTS = 40, 50


def failures(seeds: range) -> list[str]:
    """Play histories; return the reports of those that broke a promise."""
    return [played for _, played in play_each(map(SoakPlan.of, seeds)) if isinstance(played, str)]


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_processes_lose_nothing_and_text_no_person_twice(part: int) -> None:
    assert failures(range(part * FEW, (part + 1) * FEW)) == []


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_two_thousand_histories_of_killed_processes(part: int) -> None:
    assert failures(range(1_000 + part * MANY, 1_000 + (part + 1) * MANY)) == []
