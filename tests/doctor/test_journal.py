"""The journal in the findings: whether it can be used, and what waits in it."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from smsgate import Gateway, JournalSettings, SqliteJournal, UnknownOutcomeError
from smsgate.doctor import Finding, FindingState
from smsgate.doctor.journal import examine_journal
from smsgate.doctor.subject import Subject
from smsgate.sandbox import Fault, Sandbox
from tests.child_process import fork
from tests.doctor.installation import settings_of


def examined(path: Path | str | None) -> list[Finding]:
    settings = None if path is None else JournalSettings(path=str(path))
    return [*examine_journal(Subject("journal"), settings, 5.0)]


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    path = tmp_path / "smsgate.db"
    SqliteJournal(path).close()
    return path


def test_a_journal_that_is_well(path: Path) -> None:
    [finding] = examined(path)
    assert finding.state is FindingState.OK
    assert f"{path} can be read and written" in finding.text
    assert [*path.parent.iterdir()] == [path]


def test_a_journal_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    [finding] = examined(tmp_path / "smsgate.db")
    assert finding.state is FindingState.OK
    assert "the first start makes it" in finding.text
    assert [*tmp_path.iterdir()] == []


def test_an_installation_without_a_journal_is_warned() -> None:
    [finding] = examined(None)
    assert finding.state is FindingState.WARNING
    assert finding.fix == 'set journal = "smsgate.db"'


def test_a_journal_is_looked_at_while_a_gateway_uses_it(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = settings_of(sandbox, "zoomconnect", tmp_path)
    with Gateway.from_mapping(settings) as gateway:
        gateway.send(gateway.message("+27821234567", "before"))
        [finding] = examined(settings["journal"])
        assert finding.state is FindingState.OK
        gateway.send(gateway.message("+27821234567", "after"))
        assert gateway.journal.stats().processes == 1, "only the gateway has a lease"


def test_messages_of_unknown_outcome_are_counted(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = settings_of(sandbox, "zoomconnect", tmp_path)
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, times=2, path=sandbox.send_path("zoomconnect"))
    with Gateway.from_mapping(settings) as gateway:
        for text in ("one", "two"):
            with pytest.raises(UnknownOutcomeError):
                gateway.send(gateway.message("+27821234567", text))
    [_, finding] = examined(settings["journal"])
    assert (finding.check, finding.state) == ("unknown", FindingState.WARNING)
    assert "2 messages have an unknown outcome, the oldest since 20" in finding.text
    assert "smsgate unknown reconcile" in finding.fix


def test_a_run_of_which_nothing_ends_is_named(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = settings_of(sandbox, "zoomconnect", tmp_path)
    with Gateway.from_mapping(settings) as gateway:
        gateway.enqueue([gateway.message("+27821234567", "one")], run="spring")
    assert len(examined(settings["journal"])) == 1, "it has only begun"
    with closing(sqlite3.connect(settings["journal"])) as file, file:
        file.execute("UPDATE progress SET created = created - 4000")
    [_, finding] = examined(settings["journal"])
    assert (finding.check, finding.state) == ("runs", FindingState.WARNING)
    assert "run spring: 1 are queued and none has ended since" in finding.text


def test_tables_of_an_earlier_version_are_left_as_they_are(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("PRAGMA user_version = 3")
    [finding] = examined(path)
    assert finding.state is FindingState.WARNING
    assert "has tables of version 3; the next start upgrades them" in finding.text
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (3,)


def test_tables_of_a_later_version_are_a_problem(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("PRAGMA user_version = 300")
    [finding] = examined(path)
    assert finding.state is FindingState.PROBLEM
    assert "upgrade smsgate" in finding.text


def test_another_programs_database_is_a_problem(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as file, file:
        file.execute("CREATE TABLE birds (name TEXT)")
    [finding] = examined(tmp_path / "other.db")
    assert finding.state is FindingState.PROBLEM
    assert "is another program's database" in finding.text


@pytest.fixture(name="closed_folder")
def _closed_folder(path: Path) -> Iterator[Path]:
    """A folder that an ordinary user may read, with a journal; not below pytest's, which others cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="smsgate-doctor-"))
    shutil.copy(path, folder / "smsgate.db")
    (folder / "smsgate.db").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.skipif(os.name == "nt", reason="folders have no such mode")
@pytest.mark.parametrize(
    ("name", "words"), [("smsgate.db", "the file {} is not"), ("new.db", "the folder {.parent} is")]
)
def test_a_folder_that_cannot_be_written_is_named(closed_folder: Path, name: str, words: str) -> None:
    place = closed_folder / name

    def look_as_ordinary_user() -> None:
        if os.geteuid() == 0:
            os.setuid(pwd.getpwnam("nobody").pw_uid)
        [finding] = examined(place)
        assert finding.state is FindingState.PROBLEM
        assert words.format(place) in finding.text, finding

    assert fork(look_as_ordinary_user).wait() == 0
