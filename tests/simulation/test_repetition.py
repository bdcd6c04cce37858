"""The same seed is the same history."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.plan import Plan
from tests.simulation.planted_bugs import failover_on_unknown
from tests.simulation.playing import in_thread, play
from tests.simulation.shrinking import report, shrink

ROOT = Path(__file__).parents[2]
SEED = "107"


def story(seed: int) -> list[str]:
    lines: list[str] = []
    in_thread(lambda: play(Plan.of(seed), lines))
    return lines


def printed(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-m", "tests.simulation", SEED]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_a_seed_has_the_same_story_every_time() -> None:
    assert [story(seed) for seed in range(10)] == [story(seed) for seed in range(10)]


def test_a_seed_has_the_same_story_under_any_hash_seed() -> None:
    assert printed("1") == printed("2")


def test_two_seeds_have_two_stories() -> None:
    assert story(1) != story(2)


def test_a_history_that_fails_is_made_smaller_and_its_story_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    failover_on_unknown(monkeypatch)

    def smallest() -> tuple[Plan, Plan, str]:
        failures = (play(Plan.of(seed)) for seed in range(500))
        failure = next(one for one in failures if one is not None and one.plan.texts > 1)
        small = shrink(failure)
        return failure.plan, small.plan, report(small)

    large, small, printed_story = in_thread(smallest)
    assert len(small.faults) < len(large.faults)
    assert small.texts <= large.texts
    assert "TEXTED TWICE" in printed_story.splitlines()[0]
    assert f"python -m tests.simulation {large.seed}" in printed_story
    assert "is on air as a-1" in printed_story
