"""What can happen to a journal and to the process that writes it: nothing is sent that is not recorded."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from smsgate import Gateway, JournalError, JournalSettings, Outcome, SqliteJournal
from smsgate.journal import Claim, Intent, State
from smsgate.journal.sqlite import schema
from smsgate.journal.sqlite.file_locks import FileLocks
from smsgate.sandbox import Fault, Sandbox
from tests.journal.database.campaign import messages, send, send_one, settings
from tests.plain_adapter import Line, Plain, gateway, message, provider


def until(happens: Callable[[], object]) -> None:
    """Wait for something that must come; a test that waits for ever is ended from outside."""
    while not happens():
        time.sleep(0.005)


def stopped(pid: int | None) -> bool:
    """Say whether no thread of a process runs any more; true at once where there is no /proc to tell."""
    stats = [stat.read_text() for stat in Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(stat.rpartition(") ")[2].startswith("T") for stat in stats)


def halted(process: BaseProcess, path: str) -> int:
    """Halt a process while it does not have the database locked; return its id."""
    assert process.pid is not None
    while True:
        os.kill(process.pid, signal.SIGSTOP)
        until(lambda: stopped(process.pid))  # the signal is sent at once and reaches the threads one by one
        with (
            closing(FileLocks(path)) as locks,
            closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other,
        ):
            try:
                locks.begin_writing()
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                os.kill(process.pid, signal.SIGCONT)
                time.sleep(0.003)
                continue
            return process.pid


def file_of(path: str, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


# The process is halted -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_a_halted_process_was_sending_is_listed_and_its_late_answer_is_taken(
    processes: ForkServerContext, sandbox: Sandbox, vendor: dict[str, str], path: str
) -> None:
    sandbox.misbehave("zoomconnect", Fault.SLOW_DRIP)
    process = processes.Process(target=send_one, args=(vendor, path, "order-17", 0.3))
    process.start()
    until(lambda: sandbox.texts)
    pid = halted(process, path)
    with Gateway.from_mapping(settings(vendor, path)) as other:
        until(lambda: [*other.unknowns.list()])
        [entry] = other.unknowns.list()
        assert (entry.state, entry.key) == (State.UNKNOWN, "order-17")
        os.kill(pid, signal.SIGCONT)
        until(lambda: other.unknowns.get(entry.id).state is not State.UNKNOWN)
        assert other.unknowns.get(entry.id).state is State.ACCEPTED
    process.join()
    assert process.exitcode == 0
    assert len(sandbox.texts) == 1


def test_a_halted_campaign_that_another_continues_texts_everybody_once(
    processes: ForkServerContext, sandbox: Sandbox, vendor: dict[str, str], path: str
) -> None:
    process = processes.Process(target=send, args=(vendor, path, "campaign", 60), kwargs={"lease": 0.3})
    process.start()
    until(lambda: len(sandbox.texts) > 5)
    pid = halted(process, path)
    time.sleep(0.4)  # longer than its lease
    with Gateway.from_mapping(settings(vendor, path)) as other:
        results = [*other.send_bulk(messages("campaign", 60), run="campaign")]
        os.kill(pid, signal.SIGCONT)
        process.join()
        unknown = sum(result.outcome is Outcome.UNKNOWN for result in results)
        left = len([*other.unknowns.list()])
    on_air = [text.text for text in sandbox.texts]
    assert len(on_air) <= 60
    assert len({*on_air}) >= 54 - unknown
    assert left <= unknown <= 4


def test_a_process_that_was_halted_before_it_sent_does_not_send(path: str) -> None:
    now = [1_800_000_000.0]
    with closing(SqliteJournal(path, clock=lambda: now[0])) as journal:
        [claim] = journal.begin([Intent(message(), "a")]).wait(10)
        assert isinstance(claim, Claim)
        now[0] += 60
        with pytest.raises(JournalError, match="entry 1: this process was halted for longer than its lease"):
            journal.intend(claim, "a", [])
        journal.find(1)  # the lease is renewed, and yet others had time to list the entry
        with pytest.raises(JournalError, match="halted"):
            journal.intend(claim, "a", [])
        [fresh] = journal.begin([Intent(message(), "a")]).wait(10)
        assert isinstance(fresh, Claim)
        assert journal.intend(fresh, "a", []) == fresh


def test_the_next_provider_is_durable_before_it_is_asked(path: str) -> None:
    seen: list[list[str]] = []

    def look(_: object) -> Exception:
        with closing(sqlite3.connect(path)) as connection:
            seen.append(
                [row[0] for row in connection.execute("SELECT submissions FROM entries WHERE state = 'intent'")]
            )
        raise KeyboardInterrupt

    from smsgate import NotSentError

    first, second = Line(NotSentError("no connection")), Line(look)  # type: ignore[arg-type]
    with gateway(path, first, second) as opened:
        with pytest.raises(KeyboardInterrupt):
            opened.send(message())
        [entry] = opened.unknowns.list()
    assert [asked.provider for asked in entry.asked] == ["b"]
    assert len(seen) == 1
    assert '["b", ' in seen[0][0]


# The file ------------------------------------------------------------------------------------------------------------


def test_a_journal_of_a_newer_version_is_refused(path: str) -> None:
    SqliteJournal(path).close()
    newer = schema.VERSION + 1
    file_of(path, f"PRAGMA user_version = {newer}")
    with pytest.raises(
        JournalError, match=f"has tables of version {newer} and this smsgate knows {schema.VERSION}; upgrade"
    ):
        SqliteJournal(path)


def test_another_programs_database_is_refused_and_left_as_it_is(path: str) -> None:
    file_of(path, "CREATE TABLE theirs (a)")
    with pytest.raises(JournalError, match="is another program's database; name another file"):
        SqliteJournal(path)
    with closing(sqlite3.connect(path)) as connection:
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_schema")] == ["theirs"]


def test_a_file_that_is_no_database_is_refused(path: str) -> None:
    Path(path).write_bytes(b"to,text\n" * 1000)
    with pytest.raises(JournalError, match=r"it is not a journal.*SQLITE_NOTADB"):
        SqliteJournal(path)


@pytest.mark.parametrize("name", ["missing/journal.db", "."])
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(JournalError, match="it cannot be opened; check that the folder exists"):
        SqliteJournal(str(tmp_path / name))


def test_a_damaged_file_is_found_after_a_crash(path: str) -> None:
    with gateway(path, Line()) as opened:
        list(opened.send_bulk((message(f"{each}") for each in range(300)), run="campaign"))
    file_of(path, "INSERT INTO leases (host, pid, lease, boot) VALUES ('gone', 1, 0, 'an earlier one')")
    damaged = bytearray(Path(path).read_bytes())
    damaged[8192:-8192] = bytes(each ^ 0xFF for each in damaged[8192:-8192])
    Path(path).write_bytes(damaged)
    with pytest.raises(JournalError, match="is damaged"):
        SqliteJournal(path)


def test_after_a_crash_a_whole_file_is_opened_and_checked_once(path: str) -> None:
    SqliteJournal(path).close()
    file_of(path, "INSERT INTO leases (host, pid, lease, boot) VALUES ('gone', 1, 0, 'an earlier one')")
    SqliteJournal(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM leases").fetchone() == (0,)


def test_while_the_database_is_locked_nothing_is_sent(path: str) -> None:
    line = Line()
    with gateway(JournalSettings(path=path, patience=0.05), line) as opened:
        opened.send(message())
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(JournalError, match="another program has locked it; wait for that to end") as raised:
                opened.send(message())
            [result] = opened.send_bulk([message()])
            other.execute("ROLLBACK")
        assert raised.value.result is not None
        assert (raised.value.result.outcome, result.outcome) == (Outcome.NOT_SENT, Outcome.NOT_SENT)
        assert len(line.requests) == 1
        opened.send(message())
    assert len(line.requests) == 2


@contextmanager
def _full_disk(path: str) -> Iterator[None]:
    """Let no file of this process grow beyond what the journal's has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(Path(each).stat().st_size for each in (path, f"{path}-wal")) + 100_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill_the_disk(path: str) -> None:
    """Send until the disk is full, and then some; leave with how many were sent that are not recorded."""
    line = Line()
    with gateway(path, line) as opened:
        list(opened.send_bulk([message("before")], run="campaign"))
        with _full_disk(path):
            results = list(opened.send_bulk((message(f"{each}") for each in range(200)), run="campaign"))
        errors = {type(result.error) for result in results if result.outcome is Outcome.NOT_SENT}
        full = errors == {JournalError} and all("disk" in str(result.error) for result in results if result.error)
        after = opened.send(message("after"))
    with closing(sqlite3.connect(path)) as connection:
        recorded = [row[0] for row in connection.execute("SELECT text FROM entries")]
    unrecorded = [text for text in line.texts if text not in recorded]
    os._exit(0 if full and after.message_id and len(line.texts) < 202 and not unrecorded else 1)


@pytest.mark.slow
def test_on_a_full_disk_nothing_is_sent_that_is_not_recorded(processes: ForkServerContext, path: str) -> None:
    process = processes.Process(target=fill_the_disk, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == 0


def test_a_closed_journal_says_so(path: str) -> None:
    opened = Gateway([provider("a", Line())], journal=SqliteJournal(path))
    opened.close()
    opened.close()
    with pytest.raises(JournalError, match="is closed"):
        opened.send(message())


def test_an_interrupted_message_is_unknown(path: str) -> None:
    def interrupt(_: object) -> Exception:
        raise KeyboardInterrupt

    line = Line(interrupt)  # type: ignore[arg-type]
    with gateway(path, line, adapter=Plain) as opened:
        with pytest.raises(KeyboardInterrupt):
            opened.send(message(key="k"))
        [entry] = opened.unknowns.list()
    assert entry.key == "k"
