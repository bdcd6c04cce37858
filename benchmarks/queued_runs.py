"""A run on a queue: Celery's workers, a journal in PostgreSQL, Valkey as the broker, and a vendor that takes 5 ms.

``python -m benchmarks.queued_runs`` prints figures; ``--json FILE`` and ``--page FILE`` write them too. It measures one
runner with a journal in SQLite, one worker and four workers without faults, and four workers of which ten are killed,
with one restart of each server. The vendor counts what it accepted by recipient.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from smsgate import Gateway, Message
from tests.contrib.celery import application
from tests.contrib.celery.counting_vendor import CountingVendor
from tests.contrib.celery.workers import Workers, children
from tests.postgres_server import PostgresServer
from tests.valkey_server import Valkey, running_valkey

DURABLE = ("fsync=on", "full_page_writes=on")
"""As a server is set up."""
VENDOR_SECONDS = 0.005
KILLS = 10
SEED = 17
LONGEST = 1800.0
PAGE = """# A run on a queue, with workers that are killed

{count:,} messages, each to a number of its own, are enqueued in a journal and sent by Celery's workers (one child
each), with {in_flight} in flight at each. The journal is in PostgreSQL (`fsync=on`), the broker is Valkey (`appendfsync
always`), and a vendor on loopback takes 5 ms for each message and counts what it accepted by number. All of it is on
one machine: {machine}, load {load} at the end. `make bench-queue` writes this page and [queue.json](queue.json).

## Killed

Four workers. Ten times one of them is killed with `kill -9` as the vendor has accepted so many messages: five times its
child, five times the whole worker, which is started again. PostgreSQL is stopped and started once, and Valkey is killed
and started once.

| | messages |
|---|---|
| lost: not accepted by the vendor, and not listed as unknown | {killed[lost]} |
| accepted twice | {killed[duplicates]} |
| listed as unknown | {killed[unknown]} |
| of these, accepted by the vendor | {killed[unknown_and_accepted]} |
| at most in flight as processes and the journal's server ended | {killed[most_unknown]} |
| a second, from the start of the workers | {killed[per_second]} |

An unknown message is not sent again. `smsgate unknown reconcile` asks the vendor.

## Not killed

| | messages a second |
|---|---|
| one runner, journal in SQLite | {sqlite_per_second} |
| one worker, journal in PostgreSQL | {workers_1_per_second} |
| four workers, journal in PostgreSQL | {workers_4_per_second} |

{half:,} messages each. Workers, broker, journal and vendor share two cores, which other programs used too: what four
workers gain is limited by the cores, and by the journal, whose transactions are serial.
"""


@contextmanager
def enqueued(environment: Mapping[str, str], count: int) -> Iterator[Gateway]:
    """Open the application's gateway, with so many messages in its queue."""
    os.environ.update(environment)
    application.app.conf.broker_url = environment["TEST_BROKER"]
    with application.open_gateway() as gateway:
        began = time.perf_counter()
        done = gateway.enqueue((Message(f"+2782{each:07}", f"Your code is {each}") for each in range(count)), run="r")
        assert done.enqueued == count
        print(f"  enqueued {count / (time.perf_counter() - began):,.0f}/s", flush=True)
        yield gateway


def wait_for_end(gateway: Gateway, workers: Workers) -> None:
    ends = time.monotonic() + LONGEST
    while not gateway.runs.status("r").is_over:
        assert time.monotonic() < ends, workers.log
        time.sleep(0.1)


def truth(gateway: Gateway, vendor: CountingVendor, count: int) -> dict[str, object]:
    """Compare what the vendor accepted with what the journal says."""
    status = gateway.runs.status("r")
    listed = {entry.to for entry in gateway.unknowns.list(run="r")}
    wanted = {f"+2782{each:07}" for each in range(count)}
    assert status.accepted + status.unknown == count, status
    return {
        "lost": len(wanted - {*vendor.accepted} - listed),
        "duplicates": vendor.accepted.total() - len(vendor.accepted),
        "unknown": status.unknown,
        "unknown_and_accepted": len(listed & {*vendor.accepted}),
    }


def rate_of_runner(environment: Mapping[str, str], vendor: CountingVendor, count: int, in_flight: int) -> float:
    """Return the messages a second of one runner in this process."""
    with enqueued(environment, count) as gateway:
        began = time.perf_counter()
        gateway.runs.runner(in_flight=in_flight).work(until_empty=True)
        seconds = time.perf_counter() - began
        print(f"  {truth(gateway, vendor, count)}", flush=True)
    return count / seconds


def rate_of_workers(environment: Mapping[str, str], vendor: CountingVendor, count: int, number: int) -> float:
    """Return the messages a second of so many workers, from the first that the vendor accepts."""
    with enqueued(environment, count) as gateway, running(environment) as workers:
        for _ in range(number):
            workers.start()
        workers.start("beat", "--schedule", str(workers.folder / "beat"), "--loglevel=WARNING")
        time.sleep(10)  # all of them are ready, and have begun
        before, began = vendor.accepted.total(), time.perf_counter()
        wait_for_end(gateway, workers)
        seconds = time.perf_counter() - began
        print(f"  {truth(gateway, vendor, count)}", flush=True)
    return (count - before) / seconds


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[Workers]:
    folder = Path(tempfile.mkdtemp(prefix="smsgate-workers-"))
    try:
        with Workers(folder, environment) as workers:
            yield workers
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def killed(
    environment: Mapping[str, str],
    vendor: CountingVendor,
    servers: tuple[PostgresServer, Valkey],
    count: int,
    in_flight: int,
) -> dict[str, object]:
    """Kill ten workers, each at a count of messages, and start each server again once."""
    dice, (postgres, valkey) = random.Random(SEED), servers
    with enqueued(environment, count) as gateway, running(environment) as workers:
        started = [workers.start() for _ in range(4)]
        workers.start("beat", "--schedule", str(workers.folder / "beat"), "--loglevel=WARNING")
        began = time.perf_counter()
        for kill in range(KILLS):
            vendor.wait_for((kill + 1) * count // (KILLS + 2), LONGEST)
            victim = dice.choice(started)
            if kill % 2:
                for pid in children(victim):
                    os.kill(pid, signal.SIGKILL)
            else:
                workers.kill(victim)
                started[started.index(victim)] = workers.start()
            if kill == KILLS // 3:
                postgres.stop()
                postgres.start()
            if kill == 2 * KILLS // 3:
                valkey.kill()
                valkey.start()
            print(f"  {kill + 1} killed at {vendor.accepted.total():,}", flush=True)
        wait_for_end(gateway, workers)
        seconds = time.perf_counter() - began
        most = KILLS * in_flight + 4 * in_flight  # and what was in flight as the journal's server ended
        return {**truth(gateway, vendor, count), "most_unknown": most, "per_second": round(count / seconds)}


def wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--in-flight", type=int, default=20)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--page", type=Path)
    return parser.parse_args()


def main() -> None:
    options = wanted()
    figures: dict[str, object] = {
        "machine": f"{os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}",
        "messages": options.count,
        "in_flight": options.in_flight,
        "vendor_ms": VENDOR_SECONDS * 1000,
    }
    kept = ("--appendonly", "yes", "--appendfsync", "always")
    with PostgresServer(*DURABLE) as postgres, running_valkey(*kept) as valkey, tempfile.TemporaryDirectory() as folder:

        def environment(vendor: CountingVendor, journal: str) -> dict[str, str]:
            valkey.command("FLUSHALL")
            return {
                "TEST_BROKER": valkey.url,
                "TEST_VENDOR": vendor.url,
                "TEST_JOURNAL": journal,
                "TEST_IN_FLIGHT": str(options.in_flight),
            }

        print("one runner, SQLite", flush=True)
        with CountingVendor(VENDOR_SECONDS) as vendor:
            place = str(Path(folder, "journal.db"))
            rate = rate_of_runner(environment(vendor, place), vendor, options.count // 2, options.in_flight)
            figures["sqlite_per_second"] = round(rate)
        for number in (1, 4):
            print(f"{number} workers, PostgreSQL", flush=True)
            with CountingVendor(VENDOR_SECONDS) as vendor:
                place = postgres.create_database(f"workers_{number}")
                rate = rate_of_workers(environment(vendor, place), vendor, options.count // 2, number)
                figures[f"workers_{number}_per_second"] = round(rate)
        print("4 workers, 10 killed, each server restarted", flush=True)
        with CountingVendor(VENDOR_SECONDS) as vendor:
            place = postgres.create_database("killed")
            servers = postgres, valkey
            figures["killed"] = killed(environment(vendor, place), vendor, servers, options.count, options.in_flight)
    figures["load"] = [round(each, 1) for each in os.getloadavg()]
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if options.page:
        options.page.write_text(page_of(figures), encoding="utf-8")


def page_of(figures: Mapping[str, Any]) -> str:
    """Return the page that shows the figures."""
    count = figures["messages"]
    return PAGE.format_map({**figures, "count": count, "half": count // 2, "load": figures["load"][0]})


if __name__ == "__main__":
    main()
