from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgres"])
def new_path(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Make the places of journals, by a name, in each database."""
    if request.param == "sqlite":
        return lambda name: str(tmp_path / f"{name}.db")
    make: Callable[[], str] = request.getfixturevalue("new_database")
    return lambda _: make()


@pytest.fixture
def path(new_path: Callable[[str], str]) -> str:
    """Where a journal is made."""
    return new_path("journal")


@pytest.fixture
def other_path(new_path: Callable[[str], str]) -> str:
    """Where another journal is made."""
    return new_path("other")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave asyncio with PostgreSQL to `make soak`: the database does not know what waits for it."""
    for item in items:
        if "[postgres-asyncio" in item.name:
            item.add_marker(pytest.mark.soak)
