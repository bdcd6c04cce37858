"""How the tables of a journal are found, made and upgraded in a PostgreSQL database."""

from __future__ import annotations

import secrets
from typing import Any

import psycopg
from psycopg import sql

from smsgate.journal.postgres.versions import VERSIONS
from smsgate.model.errors import JournalError
from smsgate.model.submission import LARGEST_NUMBER

__all__ = ["VERSION", "prepare_tables", "put_first_rows", "tables_version"]

VERSION = len(VERSIONS)
"""The version of the tables."""
_ENCODINGS = {"UTF8", "SQL_ASCII"}
"""Of databases that take any character; the second one takes any bytes."""
LEAST_SERVER = 130000
"""PostgreSQL 13, as the server says it."""
_UPGRADES = 0x736D7367
"""The first half of the lock that an upgrade has; the second is of the schema's name."""
_NOW = "SELECT extract(epoch FROM clock_timestamp())::double precision"
_THERE = "SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'journal'"
"""From the table itself: `to_regclass` may say what was so before another process made the tables."""
_IN_USE = "SELECT pid, host FROM leases WHERE lease > (SELECT moment FROM timeline) LIMIT 1"


def prepare_tables(opened: psycopg.Connection[tuple[Any, ...]], begin: str, schema: str, name: str) -> None:
    """Make the tables, or upgrade them, unless they are of this version.

    `begin` begins a transaction, `name` is the journal's in messages.

    Several processes may do so at once. Raises `JournalError` for tables of a newer smsgate, for those that an older
    one uses, for a server that is too old and for a database that cannot have every text.
    """
    if opened.info.server_version < LEAST_SERVER:
        raise JournalError(f"journal {name}: its server is PostgreSQL {opened.info.server_version // 10000}; use 13 on")
    encoding = opened.info.parameter_status("server_encoding")
    if encoding not in _ENCODINGS:
        raise JournalError(f"journal {name}: its database has the encoding {encoding}; name one that has UTF8")
    if tables_version(opened, schema, name) == VERSION:
        return
    opened.execute(begin.encode())
    try:
        _make_tables(opened, schema, name)
    except BaseException:
        if not opened.closed:
            opened.execute(b"ROLLBACK")
        raise
    opened.execute(b"COMMIT")


def _make_tables(opened: psycopg.Connection[tuple[Any, ...]], schema: str, name: str) -> None:
    opened.execute(b"SELECT pg_advisory_xact_lock($1, hashtext($2))", (_UPGRADES, schema))
    since = tables_version(opened, schema, name)
    if opened.execute(b"SELECT 1 FROM pg_namespace WHERE nspname = $1", (schema,)).fetchone() is None:
        opened.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    opened.execute(b"SELECT set_config('search_path', quote_ident($1), true)", (schema,))
    if 0 < since < VERSION:
        _check_unused(opened, name)
    _upgrade(opened, since)


def tables_version(opened: psycopg.Connection[tuple[Any, ...]], schema: str, name: str) -> int:
    """Return the version of the tables, 0 if there are none."""
    if opened.execute(_THERE.encode(), (schema,)).fetchone() is None:
        return 0
    row = opened.execute(sql.SQL("SELECT version FROM {}").format(sql.Identifier(schema, "journal"))).fetchone()
    version = 0 if row is None else int(row[0])
    if version > VERSION:
        raise JournalError(
            f"journal {name}: has tables of version {version} and this smsgate knows {VERSION}; upgrade smsgate"
        )
    return version


def _check_unused(opened: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    """Refuse to change the tables under a program that knows the old ones."""
    row = opened.execute(_IN_USE.encode()).fetchone()
    if row is not None:
        raise JournalError(f"journal {name}: an older smsgate uses it (process {row[0]} on {row[1]}); stop that first")


def _upgrade(opened: psycopg.Connection[tuple[Any, ...]], since: int) -> None:
    for script in VERSIONS[since:]:
        opened.execute(script.encode())
    if since == 0:
        put_first_rows(opened)
        opened.execute(b"CREATE TABLE journal (version BIGINT NOT NULL)")
        opened.execute(b"INSERT INTO journal VALUES (0)")
    opened.execute(b"UPDATE journal SET version = $1", (VERSION,))


def put_first_rows(opened: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Begin a journal in tables without rows."""
    number = secrets.randbelow(LARGEST_NUMBER)
    opened.execute(b"INSERT INTO salt VALUES ($1)", (secrets.token_bytes(32),))
    first = f"INSERT INTO timeline (moment, wall, drawn) SELECT now, now, {number} FROM ({_NOW} AS now) AS clock"
    opened.execute(first.encode())
