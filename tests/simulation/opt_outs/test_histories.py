"""Many histories in which people opt out of some senders: each is silenced as they said, and nothing else is.

What is durable of their wishes is compared with the journal at the end. `make soak` plays 20,000.
"""

from __future__ import annotations

import secrets
from functools import partial

import pytest

from tests.simulation.opt_outs.playing import failing
from tests.simulation.playing import in_thread

FIXED, RANDOM, SOAK = 40, 15, 2_000
"""Histories of one test."""
PARTS, SOAK_PARTS = 2, 10
"""Tests, which any number of processes share."""


@pytest.mark.parametrize("part", range(PARTS))
def test_every_history_with_opt_outs_keeps_every_promise(part: int) -> None:
    assert in_thread(partial(failing, range(part * FIXED, (part + 1) * FIXED))) is None


def test_histories_with_opt_outs_from_random_seeds_keep_every_promise() -> None:
    base = secrets.randbelow(10**9)
    print(f"seeds {base} to {base + RANDOM - 1}")  # noqa: T201 - shown if it fails
    assert in_thread(partial(failing, range(base, base + RANDOM))) is None


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_many_histories_with_opt_outs_keep_every_promise(part: int) -> None:
    assert in_thread(partial(failing, range(part * SOAK, (part + 1) * SOAK))) is None
