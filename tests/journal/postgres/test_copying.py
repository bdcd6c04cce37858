"""A journal that moves from a file to a server."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import (
    ConfigError,
    ConflictError,
    DeliveryReport,
    JournalError,
    JournalSettings,
    Message,
    OptedOutError,
    Outcome,
    PostgresJournal,
    SqliteJournal,
    Status,
)
from smsgate.journal.opening import copy_journal
from smsgate.model.claim import Claim, Intent
from smsgate.model.entry import State
from tests.child_process import fork
from tests.journal_at import rows
from tests.plain_adapter import LOST, OK, TO, Line, gateway, message, provider

pytestmark = pytest.mark.threads  # about the journal alone

STOPPED = "+27829999999"

STRANGE = DeliveryReport(
    provider="a", message_id="elsewhere", status=Status.FAILED, raw_status=None, reason="\0 and \ue000 and \ue0000"
)
"""A report on a message that was sent elsewhere, with what PostgreSQL does not take."""


@pytest.fixture
def source(tmp_path: Path) -> JournalSettings:
    """A journal with some of everything."""
    path = str(tmp_path / "journal.db")
    with gateway(path, Line(OK)) as opened:
        opened.send(message("done ☎", key="done"))
        opened.opt_outs.add(STOPPED)
        [*opened.send_bulk((message(f"{each % 3}") for each in range(9)), run="campaign")]
    with gateway(path, Line(LOST)) as opened, pytest.raises(Exception, match="cut"):
        opened.send(message("in doubt", key="doubt"))
    assert fork(lambda: SqliteJournal(path).begin([Intent(message(key="flying"), "a")]).wait(10)).wait() == 0
    with closing(SqliteJournal(path)) as journal:
        journal.inbox.record(STRANGE)
    return JournalSettings(path=path)


def target(database: str) -> JournalSettings:
    return JournalSettings(path=database)


def test_everything_is_known_in_the_copy(source: JournalSettings, database: str) -> None:
    copied = copy_journal(source, target(database))
    assert (copied["entries"], copied["opt_outs"], copied["runs"], copied["salt"]) == (12, 1, 1, 1)
    line = Line(OK)
    with gateway(database, line) as opened:
        assert opened.send(message("done ☎", key="done")).outcome is Outcome.ACCEPTED
        with pytest.raises(ConflictError, match="belongs to another message"):
            opened.send(message("another", key="done"))
        with pytest.raises(OptedOutError):
            opened.send(Message(STOPPED, "Hello"))
        assert {*opened.send_bulk((message(f"{each % 3}") for each in range(9)), run="campaign")}
        assert [entry.key for entry in opened.unknowns.list()] == ["doubt", "flying"]
        assert line.texts == []
        assert opened.send(message("new")).outcome is Outcome.ACCEPTED
    assert rows(database, "SELECT max(id), count(*) FROM entries") == [(13, 13)]


def test_numbers_and_times_go_on(source: JournalSettings, database: str) -> None:
    copy_journal(source, target(database))
    [(number, moment)] = rows(source.path, "SELECT drawn, moment FROM timeline")
    with closing(PostgresJournal(database)) as journal:
        [claim] = journal.begin([Intent(message(), "a")]).wait(30)
        assert isinstance(claim, Claim)
        assert claim.submission.number == number % (2**31 - 1) + 1
    assert rows(database, "SELECT moment FROM timeline")[0][0] >= moment


def test_a_report_settles_what_was_in_doubt_before(source: JournalSettings, database: str) -> None:
    copy_journal(source, target(database))
    with closing(PostgresJournal(database)) as journal:
        [entry, _] = journal.unknowns()
        [asked] = entry.asked
        assert asked.submission is not None
        journal.inbox.record(
            DeliveryReport(
                provider="a",
                message_id="17",
                status=Status.DELIVERED,
                raw_status="delivered",
                submission=asked.submission.id,
            )
        )
        assert journal.find(entry.id).state is State.ACCEPTED


def test_it_is_known_which_account_was_asked(source: JournalSettings, database: str) -> None:
    copy_journal(source, target(database))
    with closing(PostgresJournal(database)) as journal:
        asked = [[each.account for each in entry.asked] for entry in journal.unknowns()]
    assert asked == [
        [provider("a", Line(OK)).account],
        [None],
    ]  # the second one's was not given


def test_texts_that_the_server_does_not_take_are_kept(source: JournalSettings, database: str) -> None:
    copy_journal(source, target(database))
    with closing(PostgresJournal(database)) as journal:
        journal.inbox.record(evolve(STRANGE, message_id="another"))
        assert [each.reason for each in journal.inbox.unmatched()] == [STRANGE.reason] * 2


def test_a_journal_in_use_is_not_copied(source: JournalSettings, database: str) -> None:
    with closing(SqliteJournal(source)) as journal:
        journal.begin([Intent(Message(TO, "x"), "a")]).wait(10)
        with pytest.raises(JournalError, match=r"process \d+ on .* uses it; stop that first"):
            copy_journal(source, target(database))
    with closing(PostgresJournal(database)) as empty:
        assert empty.unknowns() == []


def test_a_journal_with_entries_is_not_overwritten(source: JournalSettings, database: str) -> None:
    copy_journal(source, target(database))
    with pytest.raises(JournalError, match="has entries already; name a database or a schema without any"):
        copy_journal(source, target(database))


def test_a_journal_is_copied_from_a_file_to_a_server_only(source: JournalSettings) -> None:
    with pytest.raises(ConfigError, match="a journal is copied from a file to a database"):
        copy_journal(source, source)


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, database: str) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        copy_journal(JournalSettings(path=str(tmp_path / "missing.db")), target(database))
    assert not [*tmp_path.iterdir()]
