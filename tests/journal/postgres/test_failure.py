"""What a user can get wrong about a server, and what the error says."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest

from smsgate import Gateway, JournalError, JournalSettings, PostgresJournal
from smsgate.journal.postgres.schema import VERSION
from smsgate.model.claim import Intent
from tests.journal_at import rows
from tests.plain_adapter import message
from tests.postgres_server import WITH_PASSWORD, PostgresServer

pytestmark = pytest.mark.threads  # about the journal alone


def refused(path: str, **settings: str) -> str:
    with pytest.raises(JournalError) as caught:
        PostgresJournal(JournalSettings(path=path, patience=0.2, **settings))  # type: ignore[arg-type]
    text = str(caught.value)
    assert "\n" not in text
    assert "secret" not in text
    assert re.match(r"journal postgresql://[^ ]*: ", text)
    return text.partition(": ")[2]


def test_a_server_that_is_not_there() -> None:
    assert "Connection refused" in refused("postgresql://test:secret@127.0.0.1:1/x")


def test_a_database_that_is_not_there(postgres: PostgresServer) -> None:
    assert 'database "missing" does not exist' in refused(f"{postgres.url.rpartition('/')[0]}/missing")


def test_a_wrong_password(new_database: Callable[[], str]) -> None:
    address = new_database()
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"DROP ROLE IF EXISTS {WITH_PASSWORD}".encode())
        server.execute(f"CREATE ROLE {WITH_PASSWORD} LOGIN SUPERUSER PASSWORD 'right'".encode())
    text = refused(address.replace("test@", f"{WITH_PASSWORD}:secret@"))
    assert f'password authentication failed for user "{WITH_PASSWORD}"' in text
    assert "check the address, user and password" in text
    PostgresJournal(address.replace("test@", f"{WITH_PASSWORD}:right@")).close()


def test_a_user_who_may_not_make_tables(new_database: Callable[[], str]) -> None:
    address = new_database()
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS poor")
        server.execute("CREATE ROLE poor LOGIN")
    text = refused(address.replace("test@", "poor@"))
    assert "its user may not do that (permission denied for database" in text
    assert "grant it the rights on the schema" in text


def test_a_server_that_takes_no_changes(new_database: Callable[[], str]) -> None:
    address = new_database()
    PostgresJournal(address).close()
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {server.info.dbname} SET default_transaction_read_only = on")
    assert refused(address).startswith("its server is read-only, as a replica is; name the primary server")


def test_tables_of_a_newer_smsgate(new_database: Callable[[], str]) -> None:
    address = new_database()
    PostgresJournal(address).close()
    rows(address, "UPDATE journal SET version = ?", VERSION + 1)
    text = f"has tables of version {VERSION + 1} and this smsgate knows {VERSION}; upgrade smsgate"
    assert refused(address) == text


def test_tables_that_were_dropped_while_they_were_in_use(new_database: Callable[[], str]) -> None:
    address = new_database()
    with closing(PostgresJournal(address)) as journal:
        rows(address, "DROP TABLE entries")
        with pytest.raises(JournalError, match="its tables are missing; restore them from a copy"):
            journal.begin([Intent(message(), "a")]).wait(30)


@pytest.mark.parametrize(
    "path",
    [
        "postgresql://test:secret@127.0.0.1:5432",
        "postgresql://test:secret@127.0.0.1:port/x",
        "postgresql://test:sec/ret#secret@127.0.0.1/x",
        "mysql://test:secret@127.0.0.1/x",
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_asked(path: str) -> None:
    with pytest.raises(ValueError, match="path ") as caught:
        JournalSettings(path=path)
    assert "secret" not in str(caught.value)


def test_a_schema_has_a_plain_name() -> None:
    with pytest.raises(ValueError, match="schema must have 1 to 63 of a-z, 0-9 and _, and no digit first, got 'a b'"):
        JournalSettings(path="x", schema="a b")


def test_two_journals_in_one_database_know_nothing_of_each_other(new_database: Callable[[], str]) -> None:
    address = new_database()
    one, two = (JournalSettings(path=address, schema=name) for name in ("one", "two"))
    with closing(PostgresJournal(one)) as first, closing(PostgresJournal(two)) as second:
        [claim] = first.begin([Intent(message(key="k"), "a")]).wait(30)
        [other] = second.begin([Intent(message(key="k"), "a")]).wait(30)
        assert type(claim) is type(other)


def test_a_password_is_in_no_repr_and_no_error() -> None:
    settings = JournalSettings(path="postgresql://test:secret@127.0.0.1:1/x?sslpassword=secret")
    assert repr(settings).startswith("JournalSettings(path=postgresql://test@127.0.0.1:1/x, ")
    assert "secret" not in repr(settings)
    assert settings.name == "postgresql://test@127.0.0.1:1/x"


def test_a_gateway_names_its_journal_by_an_address(new_database: Callable[[], str]) -> None:
    address = new_database()
    providers = {"zoom": {"adapter": "zoomconnect", "email": "a@example.com", "token": "t"}}
    with Gateway.from_mapping({"providers": providers, "journal": address}) as gateway:
        assert [*gateway.unknowns.list()] == []
    assert rows(address, "SELECT count(*) FROM entries") == [(0,)]
