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
from collections.abc import Iterator
from pathlib import Path

from smsgate import Gateway, Message

WORKERS = 8


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


def rate(vendor: dict[str, object], count: int, journal: str | None) -> float:
    """Send messages; return how many went out in a second."""
    settings: dict[str, object] = {"providers": {"zoom": vendor}}
    if journal is not None:
        settings["journal"] = journal
    messages = (Message("+27821234567", f"Your code is {each}") for each in range(count))
    with Gateway.from_mapping(settings) as gateway:
        started = time.perf_counter()
        accepted = sum(bool(result.message_id) for result in gateway.send_bulk(messages, workers=WORKERS))
        seconds = time.perf_counter() - started
    assert accepted == count
    return count / seconds


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
    pairs: list[tuple[float, float]] = []
    with sandbox() as vendor, tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        vendor["bulk_size"] = wanted.bulk_size
        rate(vendor, wanted.messages // 4, None)  # warms both processes up
        for each in range(wanted.pairs):
            without = rate(vendor, wanted.messages, None)
            pairs.append((without, rate(vendor, wanted.messages, str(Path(folder, f"{each}.db")))))
        commit = commit_time(folder)
    figures: dict[str, object] = {
        "messages": wanted.messages,
        "pairs": wanted.pairs,
        "workers": WORKERS,
        "bulk_size": wanted.bulk_size,
        "commit_ms": commit,
        "without_per_second": round(statistics.median(without for without, _ in pairs)),
        "with_per_second": round(statistics.median(with_ for _, with_ in pairs)),
        "ratio": round(statistics.median(with_ / without for without, with_ in pairs), 3),
        "ratios": [round(with_ / without, 3) for without, with_ in pairs],
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
