from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from smsgate.sandbox import Sandbox


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Processes that start in a moment, because another one has imported everything before."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.journal.database.campaign", "smsgate_zoomconnect", "smsgate.gateway"])
    return context


@pytest.fixture(scope="module")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox(stall=60) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def vendor(sandbox: Sandbox) -> dict[str, str]:
    return {"base_url": sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect")}


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")
