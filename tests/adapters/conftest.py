"""Tests of the adapters: how a vendor writes nothing, and which combinations `make test` plays."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest

Values = frozenset[tuple[str, int]]

AROUND = {"nulls", "engine"}
"""Axes that are the same for tests of any kind."""
FEW = 3
"""Axes with so many values at most have each pair of them played."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to soak the cases of a test which only combine again what its other cases have.

    `make test` plays each value of each axis (a fault, a variant of the documents, how nothing is written, the engine),
    and each pair of values of axes that have few. `make soak` plays the others.
    """
    tests = defaultdict[str, dict[pytest.Function, dict[str, int]]](dict)
    for item in items:
        if Path(__file__).parent in item.path.parents and isinstance(item, pytest.Function) and _axes(item):
            tests[item.nodeid.partition("[")[0]][item] = _axes(item)
    for cases in tests.values():
        _leave_to_soak(cases)


def _axes(item: pytest.Function) -> dict[str, int]:
    """Return which value a case has of each axis; nothing for a test that is to be played whole."""
    params = item.callspec.params if hasattr(item, "callspec") and not item.get_closest_marker("soak") else {}
    return {name: id(value) for name, value in params.items()} if AROUND & params.keys() else {}


def _leave_to_soak(cases: dict[pytest.Function, dict[str, int]]) -> None:
    lengths = Counter(name for name, _ in {value for axes in cases.values() for value in axes.items()})
    shows = {case: _shown(axes, [name for name in axes if lengths[name] <= FEW]) for case, axes in cases.items()}
    missing = set[Values]().union(*shows.values())
    while missing:
        case = max(shows, key=lambda each: len(shows[each] & missing))  # the first of equals, in every process
        missing -= shows.pop(case)
    for case in shows:
        case.add_marker(pytest.mark.soak)


def _shown(axes: dict[str, int], few: list[str]) -> set[Values]:
    """Return what a case shows: its values, and the pairs of those of short axes."""
    pairs = combinations([(name, axes[name]) for name in few], 2)
    return {frozenset(values) for values in [*([value] for value in axes.items()), *pairs]}


@pytest.fixture(params=["null", "absent"])
def nulls(request: pytest.FixtureRequest) -> str:
    """How the vendor writes what it has no value for: as null, or not at all; no document says which.

    For `Sandbox(absent=...)`, in every test of an adapter over real HTTP.
    """
    return str(request.param)
