"""Defaults of a server, a database or a user that are not those of a new server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from smsgate import JournalError, JournalSettings, PostgresJournal
from smsgate.model.claim import Claim, Intent
from smsgate.model.entry import Entry
from tests.journal_at import locked, rows
from tests.plain_adapter import message
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.threads  # about the journal alone
TEXT = r"☎ é \ ' 🎉"
DEFAULTS = [
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_isolation", "repeatable read"),
    ("statement_timeout", "50"),
    ("lock_timeout", "1"),
    ("idle_in_transaction_session_timeout", "1"),
    ("standard_conforming_strings", "off"),
    ("array_nulls", "off"),
    ("bytea_output", "escape"),
    ("client_encoding", "latin1"),
    ("search_path", "public"),
    ("extra_float_digits", "0"),
    ("TimeZone", "Asia/Kolkata"),
]


@pytest.fixture(params=DEFAULTS, ids=[f"{name}={value}" for name, value in DEFAULTS])
def address(request: pytest.FixtureRequest, database: str) -> str:
    """The address of an empty database that has a default."""
    name, value = request.param
    with psycopg.connect(database, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {database.rpartition('/')[2]} SET {name} = '{value}'".encode())
    return database


def begin(address: str) -> list[type]:
    with closing(PostgresJournal(JournalSettings(path=address, patience=30))) as journal:
        begun = [journal.begin([Intent(message(TEXT, key=f"{each}"), "a")]).wait(60)[0] for each in range(5)]
        assert {entry.message and entry.message.text for entry in map(journal.find, range(1, 6))} == {TEXT}
        return [type(each) for each in begun]


def test_journals_that_are_opened_at_once_know_each_others_keys(address: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = [kind for begun in threads.map(begin, [address] * 4) for kind in begun]
    assert (found.count(Claim), found.count(Entry)) == (5, 15)


@pytest.mark.parametrize(("name", "value"), DEFAULTS[2:4])
def test_others_are_waited_for_as_long_as_the_journals_patience(database: str, name: str, value: str) -> None:
    with psycopg.connect(database, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {database.rpartition('/')[2]} SET {name} = '{value}'".encode())
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with closing(PostgresJournal(JournalSettings(path=database, patience=60))) as journal:
        with locked(database) as release:
            pending = journal.begin([Intent(message(), "a")])
            with psycopg.connect(database, autocommit=True) as server:
                server.execute("SET statement_timeout = 0")
                for _ in range(1000):
                    if server.execute(waiting).fetchone() != (0,):
                        break
                server.execute("SELECT pg_sleep(0.2)")  # longer than the defaults
            release()
        assert isinstance(pending.wait(60)[0], Claim)


@pytest.mark.parametrize("encoding", ["latin1", "SQL_ASCII"])
def test_an_address_that_names_an_encoding_takes_every_text(database: str, encoding: str) -> None:
    begin(f"{database}?client_encoding={encoding}")
    assert rows(database, "SELECT DISTINCT text FROM entries") == [(TEXT,)]


def test_a_database_that_cannot_have_every_text_is_refused(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS western")
        server.execute("CREATE DATABASE western TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(JournalError, match="its database has the encoding LATIN1; name one that has UTF8"):
        PostgresJournal(postgres.url.replace("/postgres", "/western"))


def test_a_server_that_takes_no_more_connections_says_so(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS many")
        server.execute("CREATE ROLE many LOGIN CONNECTION LIMIT 0")
    with pytest.raises(JournalError, match="its server takes no more connections; raise max_connections"):
        PostgresJournal(JournalSettings(path=database.replace("test@", "many@"), patience=0.2))
