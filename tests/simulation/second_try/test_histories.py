"""Many histories with second tries, each from a seed: none without proof, none twice, none lost.

The second vendor has a text only if the first one had ended it as failed before. `make soak` plays 20,000.
"""

from __future__ import annotations

import secrets
from functools import partial

import pytest

from tests.simulation.playing import in_thread
from tests.simulation.second_try.playing import failing

FIXED, RANDOM, SOAK = 40, 20, 2_000
"""Histories of one test."""
PARTS, SOAK_PARTS = 2, 10
"""Tests, which any number of processes share."""


@pytest.mark.parametrize("part", range(PARTS))
def test_every_history_with_second_tries_keeps_every_promise(part: int) -> None:
    assert in_thread(partial(failing, range(part * FIXED, (part + 1) * FIXED))) is None


def test_histories_with_second_tries_from_random_seeds_keep_every_promise() -> None:
    base = secrets.randbelow(10**9)
    print(f"seeds {base} to {base + RANDOM - 1}")  # noqa: T201 - shown if it fails
    assert in_thread(partial(failing, range(base, base + RANDOM))) is None


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_many_histories_with_second_tries_keep_every_promise(part: int) -> None:
    assert in_thread(partial(failing, range(part * SOAK, (part + 1) * SOAK))) is None
