"""What a journal's size costs: openings, lists, reports, polling and sends with 2,000,000 entries and with none.

``python benchmarks/journal_size.py`` fills a journal by plain SQL, in some minutes, and prints a table; ``--json FILE``
writes them too. A figure is the median of several; sends into the large and the empty journal alternate.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from smsgate import DeliveryReport, Message, Outcome, SendResult, SqliteJournal, Status, UnknownOutcomeError
from smsgate.journal import Claim, Intent
from smsgate.model.result import Attempt
from smsgate.model.submission import Submission

OLD, OPEN, UNKNOWN, SHARED = 90 * 86_400, 100_000, 40_000, 100_000
"""Seconds over which entries are spread; those on their way, those of unknown outcome, those of one reference."""
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
_ENTRIES = f"""
INSERT INTO entries (id, identity, fingerprint, run, key, recipient, text, reference, state, owner, claim, created,
    changed, moment, status, segments, provider, message_id, started, seconds, polled)
{_NUMBERS} SELECT i, randomblob(16), randomblob(16), iif(i % 2, 1 + i / 100000, NULL), iif(i % 2, NULL, 'order-' || i),
    '+2782' || printf('%07d', abs(random()) % 5000000), 'Your parcel ' || i || ' is here: https://example.com/' || i,
    iif(i <= {SHARED}, 'spring', NULL), 'accepted', 1, 1, ?2 - (?1 - i) * {OLD}.0 / ?1, ?2 - (?1 - i) * {OLD}.0 / ?1,
    ?3 - (?1 - i) * {OLD}.0 / ?1, 'queued', 1, 'a', 'm' || abs(random() % 1000000000000) || '-' || i, ?2, 0.05,
    iif(i > ?1 - {OPEN}, 0, NULL) FROM n"""
_DELIVERIES = """
INSERT INTO deliveries (provider, message_id, status, raw_status, reference, first, changed, confirmed)
SELECT provider, message_id, 'delivered', 'DELIVRD', reference, created, created, 1 FROM entries
WHERE polled IS NULL ORDER BY provider, message_id"""
_MADE_UNKNOWN = """
UPDATE entries SET state = 'unknown', status = NULL, provider = NULL, message_id = NULL, polled = NULL, submissions =
    json_array(json_array('a', '2026-11-01T00:00:00+00:00', NULL, printf('sg%018d', id), id, json('true')))
WHERE id % 50 = 1 AND id <= ?"""


def fill(path: str, count: int) -> None:
    """Write entries and what was reported of them; the indexes are made anew afterwards, which takes less time."""
    SqliteJournal(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = -500000")
        connection.execute("PRAGMA synchronous = OFF")
        indexes = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL")
        for name, _ in (found := indexes.fetchall()):
            connection.execute(f"DROP INDEX {name}")
        wall, moment = connection.execute("SELECT wall, moment FROM timeline").fetchone()
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO runs (id, name, pass, owner) VALUES (?, ?, 1, NULL)",
            [(each, f"run {each}") for each in range(1, 2 + count // 100000)],
        )
        connection.execute(_ENTRIES, (count, wall, moment))
        connection.execute(_DELIVERIES)
        for _, sql in found:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def kill(path: str) -> None:
    """Leave the lease of a process that ended without a word, before the machine was started again."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO leases (host, pid, lease, boot) VALUES ('here', 4711, 0, 'before')")
        connection.commit()


def timed(make: Callable[[], object], times: int = 5) -> float:
    """Return the median of the milliseconds that something takes."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        make()
        found.append(time.perf_counter() - started)
    return round(statistics.median(found) * 1000, 2)


def opened(path: str, *, killed: bool) -> float:
    def once() -> float:
        if killed:
            kill(path)
        started = time.perf_counter()
        journal = SqliteJournal(path)
        seconds = time.perf_counter() - started
        journal.close()
        return seconds

    return round(statistics.median(once() for _ in range(3)) * 1000, 2)


def ended(intent: Intent, outcome: Outcome, message_id: str | None) -> SendResult:
    error = UnknownOutcomeError("cut") if outcome is Outcome.UNKNOWN else None
    attempt = Attempt("a", outcome, error, datetime.now(UTC), 0.05)
    status = Status.UNKNOWN if error else Status.QUEUED
    return SendResult(
        message=intent.message, outcome=outcome, status=status, provider="a", message_id=message_id, segments=1,
        attempts=(attempt,), error=error,
    )  # fmt: skip


def send(
    journal: SqliteJournal, at_once: int, outcome: Outcome = Outcome.ACCEPTED, *, reference: str | None = None
) -> None:
    places = [os.urandom(8).hex() for _ in range(at_once)]
    wanted = [
        Intent(
            Message(f"+2782{int(each, 16) % 5_000_000:07d}", "Your code is 4711", key=each, reference=reference), "a"
        )
        for each in places
    ]
    claims = [each for each in journal.begin(wanted).wait(30) if isinstance(each, Claim)]
    ends = [
        ended(each, outcome, f"m{place}" if outcome is Outcome.ACCEPTED else None)
        for each, place in zip(wanted, places, strict=True)
    ]
    journal.settle([*zip(claims, ends, strict=True)]).wait(30)


def sends(large: SqliteJournal, empty: SqliteJournal, at_once: int, rounds: int) -> dict[str, object]:
    """Send into both in turn; say what a message costs in each."""
    spent: dict[str, list[tuple[float, float]]] = {"large": [], "empty": []}
    for _ in range(rounds):
        for name, journal in (("large", large), ("empty", empty)):
            wall, processor = time.perf_counter(), time.process_time()
            send(journal, at_once)
            spent[name].append((time.perf_counter() - wall, time.process_time() - processor))
    found: dict[str, object] = {}
    for place, kind in enumerate(("wall", "processor")):
        middle = {name: statistics.median(each[place] for each in rounds) for name, rounds in spent.items()}
        found |= {f"{kind}_us_{name}": round(each / at_once * 1e6, 1) for name, each in middle.items()}
        found[f"{kind}_ratio"] = round(middle["large"] / middle["empty"], 3)
    return found


def polled(journal: SqliteJournal, most: int) -> dict[str, float]:
    """Go through what is open as a pass does, for `most` pages of 100; say what a page takes."""
    inbox, now = journal.inbox, datetime.now(UTC)
    bounds = {"since": now - timedelta(days=5), "before": now - timedelta(minutes=1)}
    pages, started = 0, time.perf_counter()
    ids = inbox.awaited("a", most=100, now=now, **bounds)
    while ids and pages < most:
        inbox.asked("a", ids, datetime.now(UTC))
        ids, pages = inbox.awaited("a", most=100, **bounds), pages + 1
    seconds = time.perf_counter() - started
    return {"pages": pages, "page_ms": round(seconds / max(1, pages) * 1000, 2)}


def report(message_id: str, reference: str | None = None, submission: str | None = None) -> DeliveryReport:
    return DeliveryReport(
        provider="a", message_id=message_id, status=Status.DELIVERED, raw_status="DELIVRD", reference=reference,
        submission=submission, raw={},
    )  # fmt: skip


def strange() -> DeliveryReport:
    return report(os.urandom(8).hex(), submission=Submission.new().id)


def measured(path: str, empty: str, pages: int) -> dict[str, object]:
    """Measure everything but what needs unknown entries."""
    found: dict[str, object] = {
        "open_ms": opened(path, killed=False),
        "open_after_a_kill_ms": opened(path, killed=True),
    }
    with SqliteJournal(path) as journal, SqliteJournal(empty) as other:
        run = iter(range(1000))
        found["unknowns_ms"] = timed(journal.unknowns)
        found["begin_a_run_ms"] = timed(lambda: journal.open_run(f"new {next(run)}"))
        found["unmatched_ms"] = timed(journal.inbox.unmatched)
        found["strange_report_ms"] = timed(lambda: journal.inbox.record(strange()), 25)
        unknown = Outcome.UNKNOWN
        found["unknown_with_shared_reference_ms"] = timed(lambda: send(journal, 1, unknown, reference="spring"), 9)
        found["poll"] = polled(journal, pages)
        send(journal, 256)
        found["sends_one_by_one"] = sends(journal, other, 1, 1500)
        found["sends_256_at_once"] = sends(journal, other, 256, 40)
    return found


def with_unknowns(path: str) -> dict[str, object]:
    """Measure with many entries of unknown outcome."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_MADE_UNKNOWN, (50 * UNKNOWN,))
        connection.commit()
    with SqliteJournal(path) as journal:
        return {
            "strange_report_ms": timed(lambda: journal.inbox.record(strange()), 25),
            "first_page_of_unknowns_ms": timed(journal.unknowns),
            "open_ms": opened(path, killed=True),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=2_000_000)
    parser.add_argument("--pages", type=int, default=1000, help="most pages of a polling pass")
    parser.add_argument("--folder", help="where the journals are; default: the system's for temporary files")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        path = str(Path(folder, "large.db"))
        fill(path, wanted.entries)
        size = Path(path).stat().st_size
        figures: dict[str, object] = {
            "entries": wanted.entries,
            "megabytes": round(size / 1e6),
            **measured(path, str(Path(folder, "empty.db")), wanted.pages),
            "with_40000_unknown": with_unknowns(path),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        }
    for name, figure in figures.items():
        print(f"{name:34} {figure}")
    if wanted.json:
        wanted.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
