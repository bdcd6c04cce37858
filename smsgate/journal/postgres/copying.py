"""Moving a journal from an SQLite file to a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Mapping

from smsgate.journal.database.clock import Clock
from smsgate.journal.database.process import Process
from smsgate.journal.postgres.connection import PostgresConnection
from smsgate.journal.postgres.database import PostgresDatabase
from smsgate.journal.postgres.timeline import PostgresTimeline
from smsgate.journal.settings import JournalSettings
from smsgate.journal.sqlite.connection import SqliteConnection
from smsgate.journal.sqlite.database import SqliteDatabase
from smsgate.model.errors import JournalError

__all__ = ["copy_journal"]

_OWN = {"leases", "timeline", "sqlite_sequence", "sqlite_stat1"}
"""What each journal has for itself."""
_OPEN = {"entries": "state = 'intent'", **dict.fromkeys(("ranges", "runs", "due"), "owner IS NOT NULL")}
"""What a process had in hand as it died."""


def copy_journal(source: JournalSettings, target: JournalSettings) -> Mapping[str, int]:
    """Copy a file's journal into an empty one; see `smsgate.journal.opening.copy_journal`."""
    clock = Clock()
    file, server = SqliteDatabase(source.path, clock), PostgresDatabase(target, PostgresTimeline(clock.uptime))
    try:
        with file.transaction(source.patience) as read, server.transaction(target.patience) as write:
            _check_unused(read, file, source.name)
            _check_empty(write, target.name)
            (number,) = read.execute("SELECT drawn FROM timeline").fetchone()
            server.timeline.go_on(file.timeline.moment, number)
            return _copy(read, write)
    except file.failures as error:
        raise file.explain(error) from None
    except server.failures as error:
        raise server.explain(error) from None
    finally:
        file.close()
        server.close()


def _check_unused(read: SqliteConnection, file: SqliteDatabase, name: str) -> None:
    here = Process.this()
    for lease, *process in read.execute("SELECT lease, host, pid, boot, namespace, started FROM leases"):
        used_by = Process(*process)
        if lease > file.timeline.moment and not here.knows_gone(used_by):
            raise JournalError(f"journal {name}: process {used_by.pid} on {used_by.host} uses it; stop that first")


def _check_empty(write: PostgresConnection, name: str) -> None:
    if write.execute("SELECT 1 FROM entries LIMIT 1").fetchone() or write.execute("SELECT 1 FROM opt_outs").fetchone():
        raise JournalError(f"journal {name}: has entries already; name a database or a schema without any")


def _copy(read: SqliteConnection, write: PostgresConnection) -> dict[str, int]:
    """Copy every table; the salt too, so that keys and runs are known again."""
    tables = [name for (name,) in read.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    write.execute("DELETE FROM salt")
    copied = {}
    for table in sorted({*tables} - _OWN):
        columns = [row[1] for row in read.execute(f"PRAGMA table_info({table})")]
        rows = read.execute(f"SELECT {', '.join(columns)} FROM {table}")
        copied[table] = write.copy_rows(table, columns, rows)
        if "id" in columns:
            write.count_on(table)
    for table, open_rows in _OPEN.items():  # the copy counts its processes anew
        write.execute(f"UPDATE {table} SET owner = -1 WHERE {open_rows}")
    return copied
