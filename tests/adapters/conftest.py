from __future__ import annotations

import pytest


@pytest.fixture(params=["null", "absent"])
def nulls(request: pytest.FixtureRequest) -> str:
    """How the vendor writes what it has no value for: as null, or not at all; no document says which.

    For `Sandbox(absent=...)`, in every test of an adapter over real HTTP.
    """
    return str(request.param)
