"""A journal in PostgreSQL looked at, in a transaction that changes nothing and waits for no other."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from smsgate.journal.database.inspection import waiting
from smsgate.journal.inspection import GuardsCounted, Inspection
from smsgate.journal.postgres.failure import explain
from smsgate.journal.postgres.schema import VERSION, tables_version
from smsgate.journal.postgres.session import connection_defaults
from smsgate.journal.settings import JournalSettings
from smsgate.model.errors import JournalError

__all__ = ["inspect"]

_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {patience}; "
    """SET LOCAL search_path = "{schema}" """
)
_REPLICA = b"SELECT pg_is_in_recovery()"
_MAY_CREATE = b"SELECT has_database_privilege(current_database(), 'CREATE')"
_MAY_WRITE = b"SELECT has_table_privilege('entries', 'INSERT, UPDATE, DELETE')"


def inspect(settings: JournalSettings, patience: float, guards: GuardsCounted) -> Inspection:
    """Connect and look; raise `JournalError` where the server cannot be reached or the tables not be read."""
    limits = connection_defaults(settings)
    if "connect_timeout" not in conninfo_to_dict(settings.path):
        limits["connect_timeout"] = max(2, round(patience))
    try:
        with closing(
            psycopg.connect(settings.path, **limits, autocommit=True, cursor_factory=psycopg.RawCursor)
        ) as opened:
            opened.execute(_BEGIN.format(patience=int(patience * 1000), schema=settings.schema).encode())
            return _inspect(opened, settings, guards)
    except psycopg.Error as error:
        said = str(explain(error, settings.name, in_doubt=False)).removesuffix("; the change is not recorded")
        raise JournalError(said) from None


def _inspect(
    opened: psycopg.Connection[tuple[Any, ...]], settings: JournalSettings, guards: GuardsCounted
) -> Inspection:
    version = tables_version(opened, settings.schema, settings.name)
    number = opened.info.server_version
    server = f"PostgreSQL {number // 10000}.{number % 10000}"
    if version != VERSION:
        refused = _refused(opened, _MAY_CREATE, "its user may not make the tables; grant CREATE on the database")
        return Inspection(version=version, current=VERSION, server=server, refused=refused)
    found = waiting(lambda statement: opened.execute(statement.encode()).fetchall(), guards)
    refused = _refused(opened, _MAY_WRITE, "its user may not write the tables; grant it the rights on the schema")
    return Inspection(version=version, current=VERSION, server=server, refused=refused, **found)


def _refused(opened: psycopg.Connection[tuple[Any, ...]], may: bytes, why: str) -> str | None:
    if _is_so(opened, _REPLICA):
        return "its server is read-only, as a replica is; name the primary server"
    return None if _is_so(opened, may) else why


def _is_so(opened: psycopg.Connection[tuple[Any, ...]], question: bytes) -> bool:
    row = opened.execute(question).fetchone()
    return row is not None and bool(row[0])
