"""How much the journal costs: messages a second through `send_bulk`, against the sandbox in a process of its own.

``python -m benchmarks.journal`` prints a table; ``--json FILE`` writes the figures too. Runs without a journal, with
one in SQLite and with one in PostgreSQL on the same machine alternate, so that a busy machine slows all of them; a
ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from smsgate import Answer, Config, Gateway, Message, Outcome, Provider, Request, SendResult, Status
from smsgate.journal import Claim, Intent, JournalSettings
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.journal.opening import open_journal
from smsgate.model.result import Attempt
from smsgate.transport.http import HttpTransport
from tests.postgres_server import PostgresServer

CASES = ((8, 0), (8, 20), (64, 50), (256, 50))
"""Workers, and milliseconds that the vendor is away: next door, in the same country, and on another continent."""
KINDS = ("none", "sqlite", "postgres")
SETS = (1, 8, 64, 256)
"""How many messages are recorded at once."""
DURABLE = ("fsync=on", "full_page_writes=on")
"""As a server is set up."""


class Away(HttpTransport):
    """Real HTTP to a vendor that is a way off: each request waits first."""

    milliseconds = 0

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        time.sleep(self.milliseconds / 1000)
        return super().ask(request, headers)


@contextlib.contextmanager
def sandbox() -> Iterator[dict[str, object]]:
    program = "from smsgate.cli import main; main()"
    command = [sys.executable, "-c", program, "sandbox", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["providers"]["zoomconnect"]
        finally:
            process.terminate()


class Places:
    """Where journals are made, each in a file or a database of its own."""

    def __init__(self, folder: str, server: PostgresServer) -> None:
        self._folder = folder
        self._server = server
        self._count = 0

    def open(self, kind: str) -> DatabaseJournal | None:
        """Open an empty journal of a kind."""
        if kind == "none":
            return None
        self._count += 1
        name = f"journal_{self._count}"
        place = self._server.create_database(name) if kind == "postgres" else str(Path(self._folder, f"{name}.db"))
        return open_journal(JournalSettings(path=place))


def rate(
    vendor: dict[str, object], count: int, journal: DatabaseJournal | None, workers: int, milliseconds: int
) -> tuple[float, float]:
    """Send messages; return how many went out in a second, and the milliseconds of processor time of each."""
    account = Config.from_mapping({"providers": {"zoom": vendor}}).accounts["zoom"]
    transport = Away(account.settings)
    transport.milliseconds = milliseconds
    provider = Provider("zoom", account.adapter(account.settings, provider="zoom"), transport)
    messages = (Message("+27821234567", f"Your code is {each}") for each in range(count))
    with Gateway([provider], journal=journal) as gateway:
        started, used = time.perf_counter(), time.process_time()
        accepted = sum(bool(result.message_id) for result in gateway.send_bulk(messages, workers=workers))
        seconds, used = time.perf_counter() - started, time.process_time() - used
    assert accepted == count
    return count / seconds, used / count * 1000


def measured(
    vendor: dict[str, object], count: int, rounds: int, places: Places, case: tuple[int, int]
) -> dict[str, object]:
    """Send without a journal and with each kind in turn."""
    rate(vendor, count // 4, None, *case)  # warms both processes up
    found = [{kind: rate(vendor, count, places.open(kind), *case) for kind in KINDS} for _ in range(rounds)]
    figures: dict[str, object] = {"workers": case[0], "milliseconds_away": case[1]}
    for kind in KINDS:
        ratios = [each[kind][0] / each["none"][0] for each in found]
        figures[kind] = {
            "per_second": round(statistics.median(each[kind][0] for each in found)),
            "processor_ms": round(statistics.median(each[kind][1] for each in found), 3),
            "ratio": round(statistics.median(ratios), 3),
            "ratios": [round(ratio, 3) for ratio in ratios],
        }
    return figures


def processor_time(places: Places, kind: str, size: int, messages: int = 8192) -> float:
    """Return the microseconds of processor time of an intent and an end, where so many are recorded at once."""
    wanted = [Intent(Message("+27821234567", f"Your code is {each}"), "zoom") for each in range(size)]
    attempt = Attempt("zoom", Outcome.ACCEPTED, None, datetime.now(UTC), 0.05)
    ends = [
        SendResult(
            message=intent.message,
            outcome=Outcome.ACCEPTED,
            status=Status.QUEUED,
            provider="zoom",
            message_id=f"{place}",
            segments=1,
            attempts=(attempt,),
        )
        for place, intent in enumerate(wanted)
    ]
    journal = places.open(kind)
    assert journal is not None
    with journal:
        started = time.process_time()
        for _ in range(messages // size):
            claims = [each for each in journal.begin(wanted).wait(10) if isinstance(each, Claim)]
            journal.settle([*zip(claims, ends, strict=True)]).wait()
        return round((time.process_time() - started) / messages * 1e6, 1)


def commit_time(folder: str, commits: int = 200) -> float:
    """Return the milliseconds of a commit that the disk has: what the journal cannot undercut."""
    connection = sqlite3.connect(Path(folder, "commits.db"), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE commits (a)")
    started = time.perf_counter()
    for each in range(commits):
        connection.execute("INSERT INTO commits VALUES (?)", (each,))
    seconds = time.perf_counter() - started
    connection.close()
    return round(seconds / commits * 1000, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--bulk-size", type=int, default=1, help="messages of one call of the vendor's")
    parser.add_argument("--folder", help="where the journals are; default: the system's for temporary files")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with (
        sandbox() as vendor,
        tempfile.TemporaryDirectory(dir=wanted.folder) as folder,
        PostgresServer(*DURABLE) as server,
    ):
        vendor["bulk_size"] = wanted.bulk_size
        places = Places(folder, server)
        found = [measured(vendor, wanted.messages, wanted.rounds, places, each) for each in CASES]
        commit = commit_time(folder)
        sets = {kind: {size: processor_time(places, kind, size) for size in SETS} for kind in KINDS[1:]}
    figures: dict[str, object] = {
        "messages": wanted.messages,
        "rounds": wanted.rounds,
        "bulk_size": wanted.bulk_size,
        "commit_ms": commit,
        "processor_us_by_set": sets,
        "vendors": found,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    for name, figure in figures.items():
        print(f"{name:20} {figure}")
    if wanted.json:
        wanted.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
