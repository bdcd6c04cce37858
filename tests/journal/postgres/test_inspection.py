"""A journal in PostgreSQL looked at, while it is used, and where it cannot be."""

from __future__ import annotations

import psycopg
import pytest

from smsgate import JournalError, JournalSettings, PostgresJournal
from smsgate.journal.inspection import inspect_journal
from smsgate.journal.postgres.schema import VERSION
from tests.plain_adapter import LOST, Line, gateway, message
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.threads  # an inspection uses them


def test_a_database_without_tables_stays_without(database: str) -> None:
    found = inspect_journal(JournalSettings(path=database), 5.0)
    assert (found.version, found.current, found.refused) == (0, VERSION, None)
    assert (found.server or "").startswith("PostgreSQL 1")
    with psycopg.connect(database) as server:
        assert server.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'smsgate'").fetchone() is None


def test_a_journal_in_use_tells_what_waits_in_it(database: str) -> None:
    line = Line()
    with gateway(database, line) as opened:
        line.says = LOST
        [*opened.send_bulk([message("one"), message("two")], run="spring")]
        with psycopg.connect(database) as writer:
            writer.execute("SELECT 1 FROM smsgate.timeline FOR UPDATE")  # as one who writes
            found = inspect_journal(JournalSettings(path=database), 5.0)
    assert (found.version, found.unknown, found.refused) == (VERSION, 2, None)
    assert found.oldest_unknown is not None


def test_a_user_who_may_not_write_is_named(database: str) -> None:
    PostgresJournal(JournalSettings(path=database)).close()
    with psycopg.connect(database) as server:
        server.execute("DROP ROLE IF EXISTS reads_only")
        server.execute("CREATE ROLE reads_only LOGIN")
        server.execute("GRANT USAGE ON SCHEMA smsgate TO reads_only")
        server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA smsgate TO reads_only")
    found = inspect_journal(JournalSettings(path=database.replace("test@", "reads_only@")), 5.0)
    assert found.refused == "its user may not write the tables; grant it the rights on the schema"
    with psycopg.connect(database) as server:
        server.execute("DROP OWNED BY reads_only")
        server.execute("DROP ROLE reads_only")


def test_a_database_that_is_not_there_is_an_error(postgres: PostgresServer) -> None:
    address = f"postgresql://test@127.0.0.1:{postgres.port}/no_such_database"
    with pytest.raises(JournalError, match="no_such_database"):
        inspect_journal(JournalSettings(path=address), 5.0)
