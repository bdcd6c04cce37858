"""Many histories of a route over Twilio, BulkSMS and Telnyx, each from a seed: no text twice, and none lost.

The adapters are those that are shipped, the vendors are made up. `make soak` plays 20,000.
"""

from __future__ import annotations

import secrets
from functools import partial

import pytest

from tests.simulation.playing import in_thread
from tests.simulation.route.playing import failing

FIXED, RANDOM, SOAK = 100, 50, 2_000
"""Histories of one test."""
PARTS, SOAK_PARTS = 4, 10
"""Tests, which any number of processes share."""


@pytest.mark.parametrize("part", range(PARTS))
def test_every_history_of_a_route_keeps_every_promise(part: int) -> None:
    assert in_thread(partial(failing, range(part * FIXED, (part + 1) * FIXED))) is None


def test_histories_of_a_route_from_random_seeds_keep_every_promise() -> None:
    base = secrets.randbelow(10**9)
    print(f"seeds {base} to {base + RANDOM - 1}")  # noqa: T201 - shown if it fails
    assert in_thread(partial(failing, range(base, base + RANDOM))) is None


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_many_histories_of_a_route_keep_every_promise(part: int) -> None:
    assert in_thread(partial(failing, range(part * SOAK, (part + 1) * SOAK))) is None
