"""A commit whose answer is lost: whether it is durable is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest

from smsgate import JournalError, JournalSettings, Outcome, PostgresJournal, SendResult, Status
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.journal.postgres.session import Session
from smsgate.model.claim import Claim, Intent
from smsgate.model.entry import State
from tests.journal_at import rows
from tests.plain_adapter import message

pytestmark = pytest.mark.threads  # about the journal alone


@pytest.fixture
def journal(database: str) -> Iterator[DatabaseJournal]:
    with closing(PostgresJournal(JournalSettings(path=database, patience=30))) as opened:
        yield opened


def begin(journal: DatabaseJournal, key: str | None, run: str | None = None) -> Claim:
    [begun] = journal.begin([Intent(message(key=key), "a", run=run)]).wait(60)
    assert isinstance(begun, Claim)
    return begun


def accepted(claim: Claim) -> tuple[Claim, SendResult]:
    result = SendResult(
        message=message(),
        outcome=Outcome.ACCEPTED,
        status=Status.QUEUED,
        provider="a",
        message_id=f"m{claim.entry_id}",
        segments=1,
        attempts=(),
    )
    return claim, result


def states(address: str) -> list[str]:
    return [state for (state,) in rows(address, "SELECT state FROM entries ORDER BY id")]


def make_lease_due(journal: DatabaseJournal) -> None:
    """Have the next transaction renew the lease, too."""
    lease = journal._lease
    lease._until = lease._uptime() + 1
    assert lease.due
    assert lease.runs


def cut(database: str, *, durable: bool) -> Callable[..., None]:
    """Return a commit whose answer is lost, after the server has made it durable or before it was asked."""
    commit = Session.commit

    def commit_and_lose(session: Session, row: tuple[float, float, int] | None, last_entry: int | None) -> None:
        if durable:
            commit(session, row, last_entry)
        with psycopg.connect(database, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [session.opened.info.backend_pid])
        session.opened.execute(b"SELECT 1")

    return commit_and_lose


@pytest.mark.parametrize("durable", [True, False])
def test_what_a_lost_commit_may_have_begun_is_never_sent_and_ends_as_not_sent(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    begin(journal, "before")
    monkeypatch.setattr(Session, "commit", cut(database, durable=durable))
    with pytest.raises(JournalError, match="the change may be recorded"):
        begin(journal, "k")
    monkeypatch.undo()
    again = begin(journal, "k")
    assert again.number == (2 if durable else 1)
    assert states(database) == ["intent", "intent"]


@pytest.mark.parametrize("durable", [True, False])
def test_an_end_whose_commit_is_lost_is_recorded_once(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    claim = begin(journal, "k")
    monkeypatch.setattr(Session, "commit", cut(database, durable=durable))
    with pytest.raises(JournalError, match="the change may be recorded"):
        journal.settle([accepted(claim)]).wait(60)
    monkeypatch.undo()
    assert journal.find(claim.entry_id).state is State.ACCEPTED
    assert states(database) == ["accepted"]


@pytest.mark.parametrize("durable", [True, False])
def test_a_resend_whose_commit_is_lost_leaves_the_message_unknown(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    claim = begin(journal, "k")
    journal.interrupt([claim])
    assert [entry.id for entry in journal.unknowns()] == [claim.entry_id]
    monkeypatch.setattr(Session, "commit", cut(database, durable=durable))
    with pytest.raises(JournalError, match="the change may be recorded"):
        journal.reclaim(claim.entry_id, "b").wait(60)
    monkeypatch.undo()
    [entry] = journal.unknowns()
    assert "a" in {each.provider for each in entry.asked}


@pytest.mark.parametrize("durable", [True, False])
@pytest.mark.parametrize("key", ["k", None])
def test_what_is_begun_while_the_lease_is_renewed_is_not_begun_twice(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, key: str | None, *, durable: bool
) -> None:
    begin(journal, "before")
    make_lease_due(journal)
    monkeypatch.setattr(Session, "commit", cut(database, durable=durable))
    with pytest.raises(JournalError, match="the change may be recorded"):
        begin(journal, key)
    monkeypatch.undo()
    assert journal.unknowns() == []
    assert states(database) == (["intent", "not sent"] if durable else ["intent"])


@pytest.mark.parametrize("durable", [True, False])
def test_what_the_very_first_commit_may_have_begun_ends_as_not_sent(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    monkeypatch.setattr(Session, "commit", cut(database, durable=durable))
    with pytest.raises(JournalError, match="the change may be recorded"):
        begin(journal, "k")
    monkeypatch.undo()
    assert journal.unknowns() == []
    assert states(database) == (["not sent"] if durable else [])
    journal.close()
    assert rows(database, "SELECT count(*) FROM leases") == [(0,)]


@pytest.mark.parametrize("durable", [True, False])
def test_a_resend_is_not_claimed_twice_while_the_lease_is_renewed(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    claim = begin(journal, "k")
    journal.interrupt([claim])
    journal.unknowns()
    make_lease_due(journal)
    monkeypatch.setattr(Session, "commit", cut(database, durable=durable))
    with pytest.raises(JournalError, match="the change may be recorded"):
        journal.reclaim(claim.entry_id, "b").wait(60)
    monkeypatch.undo()
    assert [entry.id for entry in journal.unknowns()] == [claim.entry_id]


@pytest.mark.parametrize("is_due", [True, False])
@pytest.mark.parametrize("durable", [True, False])
def test_a_run_whose_beginning_is_lost_can_be_begun_again(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, *, durable: bool, is_due: bool
) -> None:
    begin(journal, "before")
    if is_due:
        make_lease_due(journal)
    monkeypatch.setattr(Session, "commit", cut(database, durable=durable))
    with pytest.raises(JournalError, match="the change may be recorded"):
        journal.open_run("campaign")
    monkeypatch.undo()
    journal.open_run("campaign")
    begin(journal, None, run="campaign")
    journal.close_run("campaign")
    assert rows(database, "SELECT owner FROM runs") == [(None,)]


def test_a_run_that_another_process_has_begun_since_is_left_to_it(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(journal, "before")
    with closing(PostgresJournal(database)) as other:
        other.open_run("campaign")
        other.close_run("campaign")
        monkeypatch.setattr(Session, "commit", cut(database, durable=False))
        with pytest.raises(JournalError, match="the change may be recorded"):
            journal.open_run("campaign")
        monkeypatch.undo()
        other.open_run("campaign")
        assert journal.unknowns() == []  # what was lost is withdrawn by now
        begin(other, None, run="campaign")


@pytest.mark.parametrize("durable", [True, False])
def test_a_range_whose_claim_is_lost_can_be_claimed_again(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    journal.open_run("campaign")
    assert journal.queue.add("campaign", "a", [message("one"), message("two")]) == [True, True]
    journal.close_run("campaign")
    monkeypatch.setattr(Session, "commit", cut(database, durable=durable))
    with pytest.raises(JournalError, match="the change may be recorded"):
        journal.queue.claim("a")
    monkeypatch.undo()
    claimed = journal.queue.claim("a")
    assert claimed is not None
    assert len(journal.queue.messages(claimed)) == 2


def test_an_entry_of_another_process_is_not_taken_for_what_a_lost_commit_may_have_begun(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(journal, "before")
    monkeypatch.setattr(Session, "commit", cut(database, durable=False))
    with pytest.raises(JournalError, match="the change may be recorded"):
        begin(journal, "k")
    monkeypatch.undo()
    with closing(PostgresJournal(database)) as other:  # a server that crashed forgets ids that it had not written yet
        other_claim = begin(other, "another")
        assert other_claim.entry_id == 2
        assert journal.unknowns() == []
        assert states(database) == ["intent", "intent"]
        assert begin(journal, "k").entry_id == 3


@pytest.mark.parametrize("durable", [True, False])
def test_an_opt_out_whose_commit_is_lost_is_recorded_when_it_comes_again(
    database: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    monkeypatch.setattr(Session, "commit", cut(database, durable=durable))
    with pytest.raises(JournalError, match="the change may be recorded"):
        journal.inbox.opt_out("+27821234567")
    monkeypatch.undo()
    journal.inbox.opt_out("+27821234567")
    assert [each.number for each in journal.inbox.opt_outs()] == ["+27821234567"]
