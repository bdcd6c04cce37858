from __future__ import annotations

from pathlib import Path

import pytest

from tests.receiving.polled_vendor import Vendor
from tests.skipped_waits import skip_waits


@pytest.fixture(autouse=True)
def _skipped_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no test wait before a provider is asked again."""
    skip_waits(monkeypatch)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()
