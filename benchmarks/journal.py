"""How much the journal costs: messages a second through `send_bulk`, against the sandbox in a process of its own.

``python benchmarks/journal.py`` prints a table; ``--json FILE`` writes the figures too. Runs with and without a journal
alternate, so that a busy machine slows both; the ratio is the median of the pairs' ratios.
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

from smsgate import Answer, Config, Gateway, Message, Outcome, Provider, Request, SendResult, SqliteJournal, Status
from smsgate.journal import Claim, Intent
from smsgate.model.result import Attempt
from smsgate.transport.http import HttpTransport

CASES = ((8, 0), (8, 20), (64, 50), (256, 50))
"""Workers, and milliseconds that the vendor is away: next door, in the same country, and on another continent."""
SETS = (1, 8, 64, 256)
"""How many messages are recorded at once."""


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


def rate(vendor: dict[str, object], count: int, journal: str | None, workers: int, milliseconds: int) -> float:
    """Send messages; return how many went out in a second."""
    account = Config.from_mapping({"providers": {"zoom": vendor}}).accounts["zoom"]
    transport = Away(account.settings)
    transport.milliseconds = milliseconds
    provider = Provider("zoom", account.adapter(account.settings, provider="zoom"), transport)
    messages = (Message("+27821234567", f"Your code is {each}") for each in range(count))
    with Gateway([provider], journal=SqliteJournal(journal) if journal else None) as gateway:
        started = time.perf_counter()
        accepted = sum(bool(result.message_id) for result in gateway.send_bulk(messages, workers=workers))
        seconds = time.perf_counter() - started
    assert accepted == count
    return count / seconds


def measured(
    vendor: dict[str, object], count: int, pairs: int, folder: str, case: tuple[int, int]
) -> dict[str, object]:
    """Send with and without a journal in turn."""
    workers, milliseconds = case
    rate(vendor, count // 4, None, *case)  # warms both processes up
    found: list[tuple[float, float]] = []
    for each in range(pairs):
        without = rate(vendor, count, None, *case)
        found.append((without, rate(vendor, count, str(Path(folder, f"{workers}-{milliseconds}-{each}.db")), *case)))
    return {
        "workers": workers,
        "milliseconds_away": milliseconds,
        "without_per_second": round(statistics.median(without for without, _ in found)),
        "with_per_second": round(statistics.median(with_ for _, with_ in found)),
        "ratio": round(statistics.median(with_ / without for without, with_ in found), 3),
        "ratios": [round(with_ / without, 3) for without, with_ in found],
    }


def processor_time(folder: str, size: int, messages: int = 8192) -> float:
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
    with SqliteJournal(str(Path(folder, f"set-{size}.db"))) as journal:
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
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--bulk-size", type=int, default=1, help="messages of one call of the vendor's")
    parser.add_argument("--folder", help="where the journals are; default: the system's for temporary files")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with sandbox() as vendor, tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        vendor["bulk_size"] = wanted.bulk_size
        found = [measured(vendor, wanted.messages, wanted.pairs, folder, each) for each in CASES]
        commit = commit_time(folder)
        sets = {size: processor_time(folder, size) for size in SETS}
    figures: dict[str, object] = {
        "messages": wanted.messages,
        "pairs": wanted.pairs,
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
