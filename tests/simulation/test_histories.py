"""Many histories of the core, each from a seed, and in all of them every promise is kept.

Each planted bug is found by one of the first 301 seeds; `make test` plays twice as many, `make slow` ten thousand, and
`make soak` a million: bugs that were not planted took thousands. A history that fails is made smaller, and its story is
printed.
"""

from __future__ import annotations

import secrets
from functools import partial

import pytest

from tests.simulation.playing import Failure, first_failure, in_thread
from tests.simulation.shrinking import report, shrink

FIXED, RANDOM, SLOW, SOAK = 150, 100, 500, 20_000
"""Histories of one test."""
PARTS, RANDOM_PARTS, SLOW_PARTS, SOAK_PARTS = 4, 2, 20, 50
"""Tests, which any number of processes share."""


def failing(seeds: range) -> str | None:
    """Play histories; return the report of the first that fails."""
    failure: Failure | None = first_failure(seeds)
    return None if failure is None else report(shrink(failure))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_history_of_the_fixed_seeds_keeps_every_promise(part: int) -> None:
    assert in_thread(partial(failing, range(part * FIXED, (part + 1) * FIXED))) is None


@pytest.mark.parametrize("part", range(RANDOM_PARTS))
def test_histories_of_random_seeds_keep_every_promise(part: int) -> None:
    del part  # each has seeds of its own
    base = secrets.randbelow(10**9)
    print(f"seeds {base} to {base + RANDOM - 1}")  # noqa: T201 - shown if it fails
    assert in_thread(partial(failing, range(base, base + RANDOM))) is None


@pytest.mark.slow
@pytest.mark.parametrize("part", range(SLOW_PARTS))
def test_ten_thousand_histories_keep_every_promise(part: int) -> None:
    base = PARTS * FIXED + part * SLOW
    assert in_thread(partial(failing, range(base, base + SLOW))) is None


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_a_million_histories_keep_every_promise(part: int) -> None:
    base = 10**9 + part * SOAK
    assert in_thread(partial(failing, range(base, base + SOAK))) is None
