"""The file itself: locks that a copy drops, a journal that is deleted or replaced while it is used, who may read it."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from smsgate import JournalError, SqliteJournal
from smsgate.journal.database.connection import Connection
from smsgate.journal.sqlite.file_locks import FileLocks
from smsgate.journal.sqlite.unusable import BusyFileError
from tests.child_process import fork
from tests.journal.sqlite.file_transport import FileTransport, gateway, message

linux = pytest.mark.skipif(sys.platform != "linux", reason="no other system has locks that a copy does not drop")
PARTS = ("", "-wal", "-shm")
GONE = "stop every program that uses it, put the file with the latest entries in its place, and start them again"


@pytest.fixture
def transport(tmp_path: Path) -> FileTransport:
    return FileTransport(tmp_path / "sent.txt")


@pytest.fixture
def settings(tmp_path: Path, path: str) -> str:
    """Return a settings file with the journal, for the command line."""
    file = tmp_path / "smsgate.toml"
    file.write_text(
        f'journal = "{path}"\n[providers.zoom]\nadapter = "zoomconnect"\nemail = "ops@example.com"\ntoken = "canary"\n'
    )
    return str(file)


def smsgate(*arguments: str) -> str:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "smsgate", *arguments],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([".", "adapters"])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def copy(path: str, to: Path) -> None:
    """Copy the files as a backup within the process does: each is closed afterwards, and POSIX drops its locks."""
    for part in PARTS:
        shutil.copyfile(f"{path}{part}", f"{to}{part}")


def checkpoint(path: str) -> None:
    """Write the log into the file, as SQLite does now and then."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint").fetchone()[0] == 0


def send(names: str, path: str, transport: Path) -> None:
    """Send, and write the log into the file after each."""
    with gateway(path, FileTransport(transport)) as opened:
        for name in names:
            opened.send(message(name))
            checkpoint(path)


def run(processes: ForkServerContext, names: str, path: str, transport: FileTransport) -> None:
    """Send in another process, which is no child of this one."""
    process = processes.Process(target=send, args=(names, path, transport.path))
    process.start()
    process.join(60)
    assert process.exitcode == 0


# Locks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@linux
def test_a_copy_within_the_process_and_a_command_beside_it_lose_no_key(
    path: str, settings: str, transport: FileTransport, tmp_path: Path, processes: ForkServerContext
) -> None:
    with gateway(path, transport) as opened:
        for name in "abc":
            opened.send(message(name))
        copy(path, tmp_path / "backup.db")
        smsgate("unknown", "list", "--config", settings)
        for name in "defghi":
            opened.send(message(name))
        run(processes, "abcdefghi", path, transport)
        for name in "ihg":
            opened.send(message(name))
    run(processes, "abcdefghi", path, transport)
    assert transport.texts == Counter("abcdefghi")


@linux
def test_a_copy_while_a_change_is_made_lets_no_other_process_write(path: str, tmp_path: Path) -> None:
    with closing(SqliteJournal(path)) as journal:

        def change(connection: Connection) -> None:
            connection.execute("UPDATE salt SET salt = salt")
            copy(path, tmp_path / "backup.db")
            locks = FileLocks(path)
            with closing(locks), pytest.raises(BusyFileError):
                locks.begin_writing()

        journal._writer.make(change, 30)
        with closing(FileLocks(path)) as locks:
            locks.begin_writing()


@linux
def test_the_index_of_the_log_is_not_cleared_under_a_process_that_has_copied_it(
    path: str, transport: FileTransport, tmp_path: Path, processes: ForkServerContext
) -> None:
    with gateway(path, transport) as opened:
        opened.send(message("a"))
        copy(path, tmp_path / "backup.db")
        run(processes, "b", path, transport)
        size = Path(f"{path}-shm").stat().st_size
        assert size >= 32_768
        opened.send(message("c"))
        assert [opened.core._journal.find(entry).key for entry in (1, 2, 3)] == ["a", "b", "c"]


def test_the_last_that_closes_the_journal_removes_its_log(path: str, transport: FileTransport) -> None:
    first, second = gateway(path, transport), gateway(path, transport)
    first.send(message("a"))
    second.send(message("b"))
    first.close()
    assert Path(f"{path}-wal").exists()
    second.send(message("c"))
    second.close()
    assert [part for part in PARTS if Path(f"{path}{part}").exists()] == [""]


def test_two_journals_on_one_file_in_one_process_both_write(path: str) -> None:
    with closing(SqliteJournal(path)) as first, closing(SqliteJournal(Path(path))) as second:
        for each in range(20):
            (first if each % 2 else second).inbox.opt_out(f"+2782123{each:04}")
        assert len(first.inbox.opt_outs()) == len(second.inbox.opt_outs()) == 20


# Deleted, moved, replaced ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_sent_once_a_file_of_the_journal_is_deleted(part: str, path: str, transport: FileTransport) -> None:
    with gateway(path, transport) as opened:
        opened.send(message("a"))
        Path(f"{path}{part}").unlink()
        with pytest.raises(JournalError, match=f"{part}:? was deleted or moved while it was in use.*{GONE}"):
            opened.send(message("b"))
    assert transport.texts == Counter("a")


def test_a_journal_that_is_moved_away_and_back_is_used_again(path: str, transport: FileTransport) -> None:
    with gateway(path, transport) as opened:
        opened.send(message("a"))
        Path(path).rename(f"{path}.moved")
        with pytest.raises(JournalError, match=f"^journal {path}: was deleted or moved while it was in use; "):
            opened.send(message("b"))
        Path(f"{path}.moved").rename(path)
        opened.send(message("b"))
    assert transport.texts == Counter("ab")


def test_nothing_is_sent_once_an_older_copy_has_replaced_the_journal(
    path: str, transport: FileTransport, tmp_path: Path
) -> None:
    with gateway(path, transport) as opened:
        opened.send(message("a"))
    shutil.copyfile(path, tmp_path / "backup.db")
    with gateway(path, transport) as opened:
        opened.send(message("b"))
        Path(tmp_path / "backup.db").rename(path)
        with pytest.raises(JournalError, match=f"was replaced by another file while it was in use.*{GONE}"):
            opened.send(message("b"))
        with pytest.raises(JournalError, match="was replaced by another file"):
            opened.send(message("c"))
    assert transport.texts == Counter("ab")


@linux
def test_nothing_is_sent_once_an_older_copy_was_written_into_the_journal(
    path: str, transport: FileTransport, tmp_path: Path
) -> None:
    with gateway(path, transport) as opened:
        opened.send(message("a"))
    shutil.copyfile(path, tmp_path / "backup.db")
    with gateway(path, transport) as opened:
        opened.send(message("b"))
        checkpoint(path)
        opened.send(message("c"))
        shutil.copyfile(tmp_path / "backup.db", path)
        with pytest.raises(JournalError, match=f"was overwritten with an older copy while it was in use.*{GONE}"):
            opened.send(message("b"))
        with pytest.raises(JournalError, match="was overwritten"):
            opened.send(message("d"))
    assert transport.texts == Counter("abc")


@linux
def test_another_process_notices_the_older_copy_as_well(
    path: str, transport: FileTransport, tmp_path: Path, processes: ForkServerContext
) -> None:
    with gateway(path, transport) as opened:
        opened.send(message("a"))
    shutil.copyfile(path, tmp_path / "backup.db")
    with gateway(path, transport) as idle:
        run(processes, "bc", path, transport)
        shutil.copyfile(tmp_path / "backup.db", path)
        with pytest.raises(JournalError, match="was overwritten with an older copy"):
            idle.send(message("b"))
    assert transport.texts == Counter("abc")


def test_a_child_notices_that_its_parents_journal_was_replaced(
    path: str, transport: FileTransport, tmp_path: Path
) -> None:
    with gateway(path, transport) as opened:
        opened.send(message("a"))
        shutil.copyfile(path, tmp_path / "other.db")

        def child() -> None:
            Path(tmp_path / "other.db").rename(path)
            with pytest.raises(JournalError, match="was deleted, moved or replaced while it was in use"):
                opened.send(message("b"))

        assert fork(child).wait() == 0
    assert transport.texts == Counter("a")


def test_a_file_that_was_replaced_is_unchanged_when_the_journal_is_closed(
    path: str, transport: FileTransport, tmp_path: Path
) -> None:
    """SQLite would remove the log by its name, which is another database's by now."""
    with gateway(path, transport) as opened:
        opened.send(message("a"))
        for part in PARTS:
            Path(f"{path}{part}").rename(tmp_path / f"away.db{part}")
        others = gateway(path, transport)
        others.send(message("b"))
    assert Path(f"{path}-wal").exists()
    others.send(message("c"))
    others.close()
    with gateway(path, transport) as opened:
        for name in "bc":
            opened.send(message(name))
    assert transport.texts == Counter("abc")


def test_a_vacuumed_journal_is_the_same_journal(path: str, transport: FileTransport) -> None:
    with gateway(path, transport) as opened:
        for name in "abc":
            opened.send(message(name))
        checkpoint(path)
        opened.send(message("d"))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DELETE FROM entries WHERE id = 1")
            connection.commit()
            connection.execute("VACUUM")
        opened.send(message("e"))
        checkpoint(path)
        opened.send(message("f"))
    assert transport.texts == Counter("abcdef")


def test_a_journal_with_a_relative_path_is_found_after_a_change_of_folder(
    tmp_path: Path, transport: FileTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with gateway("relative.db", transport) as opened:
        opened.send(message("a"))
        monkeypatch.chdir("/")
        opened.send(message("b"))
        assert fork(lambda: opened.send(message("c"))).wait() == 0
    assert (tmp_path / "relative.db").exists()


def test_a_journal_behind_a_link_is_noticed_when_the_link_is_turned(tmp_path: Path, transport: FileTransport) -> None:
    link = tmp_path / "link.db"
    (tmp_path / "folder").mkdir()
    link.symlink_to(tmp_path / "folder" / "real.db")
    with gateway(str(link), transport) as opened:
        opened.send(message("a"))
        link.unlink()
        link.symlink_to(tmp_path / "other.db")
        (tmp_path / "other.db").touch()
        with pytest.raises(JournalError, match="was replaced by another file"):
            opened.send(message("b"))


# Who may read it ------------------------------------------------------------------------------------------------------


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_a_journal_is_made_for_its_owner_alone_whatever_the_umask(path: str, transport: FileTransport) -> None:
    with gateway(path, transport) as opened:
        opened.send(message("a"))
        assert [stat.S_IMODE(Path(f"{path}{part}").stat().st_mode) for part in PARTS] == [0o600] * 3


def test_a_journal_that_others_may_read_is_warned_of_and_used(
    path: str, transport: FileTransport, caplog: pytest.LogCaptureFixture
) -> None:
    gateway(path, transport).close()
    Path(path).chmod(0o640)
    with caplog.at_level(logging.WARNING), gateway(path, transport) as opened:
        opened.send(message("a"))
    [record] = caplog.records
    assert record.getMessage() == (
        f"journal {path}: has numbers and texts, and its mode 0640 lets others use it; run chmod 600 {path}*"
    )


def test_a_journal_of_its_owner_alone_is_not_warned_of(
    path: str, transport: FileTransport, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        with gateway(path, transport) as opened:
            opened.send(message("a"))
    assert caplog.records == []


def test_a_journal_in_memory_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"path must be the name of a file, such as smsgate.db, or an address, .*, got ':memory:'"
    ):
        SqliteJournal(":memory:")


@linux
def test_a_file_system_without_such_locks_leaves_it_to_sqlite(
    path: str, transport: FileTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr("fcntl.fcntl", refuse)
    with gateway(path, transport) as opened, gateway(path, transport) as other:
        for name in "abc":
            opened.send(message(name))
            other.send(message(name))
    assert transport.texts == Counter("abc")
