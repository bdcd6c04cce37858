"""The journal in the project's own database: which address that is, and what a rolled back request does to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections, transaction
from psycopg.conninfo import conninfo_to_dict

from smsgate import ConfigError, JournalError, JournalSettings, Message
from smsgate.contrib.django import gateway
from smsgate.contrib.django.database import journal_address
from smsgate.contrib.django.gateways import current
from smsgate.contrib.django.project_config import read_config
from smsgate.journal.address import is_postgres
from tests.contrib.django.project import NUMBER, leave_tests, sms

MEMORY = {"providers": {"dev": {"adapter": "memory"}}}
PASSWORD = "canary:p@ss/word?#%"
POSTGRES = {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "sh@p", "PASSWORD": PASSWORD}


@contextmanager
def database(alias: str = "shop", **settings: Any) -> Iterator[None]:
    """Have one more database in the settings."""
    before = dict(connections.settings)
    connections.settings.update({alias: connections.configure_settings({"default": {}, alias: settings})[alias]})
    try:
        yield
    finally:
        connections[alias].close()
        del connections[alias]
        connections.settings.clear()
        connections.settings.update(before)


def parameters(address: str) -> Mapping[str, object]:
    return {name: value for name, value in conninfo_to_dict(address).items() if value is not None}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"HOST": "db.example.com", "PORT": 5433}, {"host": "db.example.com", "port": "5433"}),
        ({"HOST": "db"}, {"host": "db"}),
        ({"HOST": "::1", "PORT": "5432"}, {"host": "::1", "port": "5432"}),
        ({}, {}),
        ({"HOST": "/var/run/postgresql"}, {"host": "/var/run/postgresql"}),
        ({"HOST": "a,b", "PORT": "5432,5433"}, {"host": "a,b", "port": "5432,5433"}),
        (
            {
                "HOST": "db",
                "OPTIONS": {"sslmode": "verify-full", "pool": True, "assume_role": "x", "connect_timeout": 3},
            },
            {"host": "db", "sslmode": "verify-full", "connect_timeout": "3"},
        ),
    ],
)
def test_the_address_is_that_of_the_projects_server(settings: dict[str, Any], expected: dict[str, str]) -> None:
    with database(**POSTGRES, **settings):
        address = journal_address("shop")
    login = {"user": "sh@p", "password": PASSWORD, "dbname": "shop"}
    assert parameters(address) == {**login, **expected}
    checked = JournalSettings(path=address)
    assert "canary" not in repr(checked) + checked.name


def test_the_password_is_in_no_repr_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_tests(monkeypatch)
    with database(**POSTGRES, HOST="127.0.0.1", PORT="9"), sms({**MEMORY, "journal": "django:shop"}):
        assert "canary" not in repr(read_config())
        with pytest.raises(JournalError) as caught:
            gateway.send(Message(NUMBER, "Hi"))
    assert "canary" not in f"{caught.value}{caught.value!r}{caught.value.__cause__!r}"
    with database(**{**POSTGRES, "NAME": ""}), sms({**MEMORY, "journal": "django:shop"}):
        with pytest.raises(ConfigError, match="path must name a database") as refused:
            current.get()
        assert "canary" not in str(refused.value)


def test_an_alias_that_is_not_there_is_an_error_with_its_fix() -> None:
    with database(alias="analytics", **POSTGRES), pytest.raises(ConfigError, match="did you mean 'analytics'"):
        journal_address("analytic")
    with pytest.raises(ConfigError, match="DATABASES has no 'nowhere'; it has default"):
        journal_address("nowhere")


def test_a_database_that_is_neither_is_refused() -> None:
    """Django's own engine without a database is used, as MySQL's and Oracle's need drivers that are not here."""
    with database(ENGINE="django.db.backends.dummy"), pytest.raises(ConfigError, match=r"where no journal .*; name a"):
        journal_address("shop")
    with pytest.raises(ConfigError, match="is no file"):
        journal_address("default")


def test_for_sqlite_it_is_a_file_beside_the_projects(tmp_path: Path) -> None:
    with database(ENGINE="django.db.backends.sqlite3", NAME=tmp_path / "db.sqlite3"):
        assert journal_address("shop") == str(tmp_path / "db.smsgate.sqlite3")
    with database(ENGINE="django.db.backends.sqlite3", NAME=str(tmp_path / "db")):
        assert journal_address("shop") == str(tmp_path / "db.smsgate.db")


def test_the_projects_own_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_tests(monkeypatch)
    project = sqlite3.connect(tmp_path / "db.sqlite3")
    project.execute("CREATE TABLE shop_order (id)")
    project.close()
    with sms({**MEMORY, "journal": tmp_path / "db.sqlite3"}), pytest.raises(JournalError, match="another program's"):
        gateway.send(Message(NUMBER, "Hi"))


@pytest.mark.parametrize("engine", ["sqlite3", "postgresql"])
def test_a_request_that_is_rolled_back_forgets_its_orders_and_no_text(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    leave_tests(monkeypatch)
    settings: dict[str, Any] = {"NAME": str(tmp_path / "db.sqlite3")}
    if engine == "postgresql":
        new_database: Callable[[], str] = request.getfixturevalue("new_database")
        address = urlsplit(new_database())
        settings = {"NAME": address.path[1:], "HOST": address.hostname, "PORT": address.port, "USER": address.username}
    with database(ENGINE=f"django.db.backends.{engine}", **settings), sms({**MEMORY, "journal": "django:shop"}):
        assert is_postgres(journal_address("shop")) == (engine == "postgresql")
        with connections["shop"].cursor() as cursor:
            if engine == "postgresql":
                cursor.execute("CREATE SCHEMA IF NOT EXISTS public")  # which a test before may have dropped
            cursor.execute("CREATE TABLE shop_order (id integer)")
            with transaction.atomic(using="shop"):
                cursor.execute("INSERT INTO shop_order VALUES (17)")  # the project's transaction has its lock
                sent = gateway.send(Message(NUMBER, "We have your order 17", key="order 17"))
                transaction.set_rollback(True, using="shop")
            cursor.execute("SELECT count(*) FROM shop_order")
            assert cursor.fetchone() == (0,)
        again = gateway.send(Message(NUMBER, "We have your order 17", key="order 17"))
        assert again.message_id == sent.message_id
        assert len([*gateway.journal.find(to=NUMBER)]) == 1
