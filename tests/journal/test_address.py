from __future__ import annotations

from pathlib import Path

import pytest

from smsgate import JournalSettings
from smsgate.journal.address import is_postgres, without_password

pytestmark = pytest.mark.threads  # about settings alone


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user@host/database",
        "postgres://user:pass@host:5433/database?sslmode=verify-full",
        "postgresql://user@one:5432,two:5433/database?target_session_attrs=read-write",
        "postgresql://[::1]:5432/database",
        "postgresql:///database?host=/var/run/postgresql",
        "postgresql://host?dbname=database",
    ],
)
def test_an_address_of_a_database_is_taken_as_it_is(address: str) -> None:
    settings = JournalSettings(path=address)
    assert (settings.path, settings.is_postgres) == (address, True)
    assert settings.within(Path("/folder")) == settings


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:secret@host",
        "postgresql://user:secret@host/",
        "postgresql://user:secret@host:port/database",
        "postgresql://user:secret@host:123456/database",
        "postgresql://user:secret/word@host/database",
        "postgresql://user:secret#@host/database",
        "mysql://user:secret@host/database",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(ValueError, match=r"^path ") as caught:
        JournalSettings(path=address)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "path"),
    [("sqlite:///smsgate.db", "smsgate.db"), ("sqlite:////var/lib/smsgate.db", "/var/lib/smsgate.db")],
)
def test_a_file_may_be_written_as_an_address(address: str, path: str) -> None:
    settings = JournalSettings(path=address)
    assert (settings.path, settings.is_postgres) == (path, False)


def test_what_is_shown_of_an_address_has_no_password_and_no_query() -> None:
    shown = "postgresql://user@one,two:5433/database"
    assert without_password("postgresql://user:pa:ss@one,two:5433/database?password=secret") == shown
    assert without_password("smsgate.db") == "smsgate.db"
    assert not is_postgres("smsgate.db")
