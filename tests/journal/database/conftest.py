from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgres"])
def new_path(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Make the places of journals, by a name, in each database."""
    if request.param == "sqlite":
        return lambda name: str(tmp_path / f"{name}.db")
    make: Callable[[], str] = request.getfixturevalue("new_journal_database")
    return lambda _: make()


@pytest.fixture
def path(new_path: Callable[[str], str]) -> str:
    """Where a journal is made."""
    return new_path("journal")


@pytest.fixture
def other_path(new_path: Callable[[str], str]) -> str:
    """Where another journal is made."""
    return new_path("other")


SEEDS = 2
"""Seeds of each random test that are played with PostgreSQL by `make test`."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make slow` asyncio with PostgreSQL, which does not know what waits for it, and to `make soak` seeds."""
    for item in items:
        seed = re.search(r"\[postgres-([0-9]+)\]", item.name)
        if "[postgres-asyncio" in item.name:
            item.add_marker(pytest.mark.slow)
        elif seed is not None and int(seed[1]) >= SEEDS:
            item.add_marker(pytest.mark.soak)
