from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    """The address of a database without tables."""
    return new_database()
