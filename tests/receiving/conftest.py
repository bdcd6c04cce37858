from __future__ import annotations

from pathlib import Path

import pytest

from tests.receiving.polled_vendor import Vendor


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()
