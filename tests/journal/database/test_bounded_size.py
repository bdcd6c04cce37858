"""What nothing needs any more is forgotten, a few rows at a time; no transaction is long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import Outcome, SendResult, Status
from smsgate.journal import Intent, State
from smsgate.journal.database import arrivals, questions, unmatched
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.model.result import Attempt
from tests.journal.database.test_inbox import report
from tests.journal.database.test_submissions import begin, unknown
from tests.journal_at import journal_at, rows
from tests.plain_adapter import message

pytestmark = pytest.mark.threads  # no gateway is in this process

DAY = timedelta(days=1)


class Wall:
    """A clock that the test sets; the journal's time goes with it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture(name="wall")
def _wall() -> Wall:
    return Wall()


@pytest.fixture(name="journal")
def _journal(path: str, wall: Wall) -> Iterator[DatabaseJournal]:
    with closing(journal_at(path, clock=wall)) as opened:
        yield opened


def count(journal: DatabaseJournal, table: str) -> int:
    make: Callable[[str], int] = lambda statement: journal._writer.make(  # noqa: E731
        lambda connection: int(connection.execute(statement).fetchone()[0])
    )
    return make(f"SELECT count(*) FROM {table}")


def accepted(journal: DatabaseJournal, wall: Wall, count: int) -> None:
    """Record messages that a accepted under the ids 1, 2, ..."""
    sent = message()
    attempt = Attempt("a", Outcome.ACCEPTED, None, wall.now, 0.1)
    result = SendResult(
        message=sent,
        outcome=Outcome.ACCEPTED,
        status=Status.QUEUED,
        provider="a",
        message_id=None,
        segments=1,
        attempts=(attempt,),
    )
    claims = begin(journal, *[Intent(sent, "a")] * count)
    journal.settle([(claim, evolve(result, message_id=f"{place}")) for place, claim in enumerate(claims, 1)]).wait(10)


def test_a_report_that_no_entry_has_is_kept_for_thirty_days(journal: DatabaseJournal, wall: Wall) -> None:
    for each in range(3):
        journal.inbox.record(report(Status.DELIVERED, f"foreign {each}"))
        wall.now += DAY
    wall.now += timedelta(seconds=unmatched.REMEMBERED) - 2 * DAY
    journal.inbox.record(report(Status.DELIVERED, "new"))
    assert [each.message_id for each in journal.inbox.unmatched()] == ["foreign 1", "foreign 2", "new"]
    assert count(journal, "deliveries") == 3


def test_a_report_that_came_before_the_answer_is_not_forgotten(journal: DatabaseJournal, wall: Wall) -> None:
    journal.inbox.record(report(Status.DELIVERED, "1"))
    assert [each.message_id for each in journal.inbox.unmatched()] == ["1"]
    accepted(journal, wall, 1)
    assert journal.inbox.unmatched() == []
    wall.now += 2 * timedelta(seconds=unmatched.REMEMBERED)
    journal.inbox.record(report(Status.DELIVERED, "new"))
    delivery = journal.inbox.find("a", "1").delivery
    assert delivery is not None
    assert delivery.status is Status.DELIVERED


def test_an_answer_that_does_not_count_leaves_its_report_as_it_is(journal: DatabaseJournal, wall: Wall) -> None:
    """The message was claimed again meanwhile."""
    [claim] = begin(journal)
    journal.interrupt([claim])
    journal.reclaim(claim.entry_id, "b").wait(10)
    journal.inbox.record(report(Status.DELIVERED, "1"))
    attempt = Attempt("a", Outcome.ACCEPTED, None, wall.now, 0.1)
    late = evolve(
        unknown(message(), "a"), outcome=Outcome.ACCEPTED, message_id="1", provider="a", attempts=(attempt,), error=None
    )
    journal.settle([(claim, late)]).wait(10)
    assert [each.message_id for each in journal.inbox.unmatched()] == ["1"]


def test_arrivals_are_forgotten_a_few_at_a_time(journal: DatabaseJournal, wall: Wall) -> None:
    for each in range(25):
        journal.inbox.record(report(Status.DELIVERED, f"{each}"))
    wall.now += timedelta(seconds=arrivals.REMEMBERED) + DAY
    left = []
    for each in range(3):
        journal.inbox.record(report(Status.DELIVERED, f"new {each}"))
        left.append(count(journal, "arrivals"))
    assert left == [16, 7, 3]


def test_messages_that_are_too_old_are_given_up_in_short_transactions(
    journal: DatabaseJournal, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "STEP", 4)
    accepted(journal, wall, 10)
    wall.now += 5 * DAY
    asks = {"since": wall.now - 3 * DAY, "before": wall.now, "most": 100, "now": wall.now}
    sizes = statement_sizes(journal)
    assert journal.inbox.awaited("a", **asks) == []  # type: ignore[arg-type]
    assert max(sizes) <= 4
    assert count(journal, "entries WHERE polled IS NOT NULL") == 0


def statement_sizes(journal: DatabaseJournal) -> list[int]:
    """Return a list to which the number of messages is added that each transaction gives up."""
    sizes: list[int] = []
    asked = journal._entries.questions.awaited

    def noted(*arguments: object) -> object:
        before = count_now(arguments[0])
        found = asked(*arguments)  # type: ignore[arg-type]
        sizes.append(before - count_now(arguments[0]))
        return found

    journal._entries.questions.awaited = noted  # type: ignore[assignment, method-assign]
    return sizes


def count_now(connection: object) -> int:
    statement = "SELECT count(*) FROM entries WHERE polled IS NOT NULL"
    return int(connection.execute(statement).fetchone()[0])  # type: ignore[attr-defined]


def test_messages_that_were_asked_for_by_a_clock_that_was_ahead_are_asked_for_again_at_once(
    journal: DatabaseJournal, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "STEP", 4)
    accepted(journal, wall, 10)
    ids = [f"{each}" for each in range(1, 11)]
    journal.inbox.asked("a", ids, wall.now + DAY)
    asks = {"since": wall.now - 3 * DAY, "before": wall.now, "most": 4}
    assert journal.inbox.awaited("a", **asks) == []  # type: ignore[arg-type]
    assert journal.inbox.awaited("a", now=wall.now, **asks) == ["1", "2", "3", "4"]  # type: ignore[arg-type]
    assert count(journal, "entries WHERE polled = 0") == 10


def test_the_rows_of_processes_that_ended_are_deleted_while_others_run(path: str, wall: Wall) -> None:
    with closing(journal_at(path, clock=wall)) as journal:
        [claim] = begin(journal)
        [(own,)] = rows(path, "SELECT id FROM leases")
        ended = "INSERT INTO leases (id, host, pid, lease) VALUES (?, 'elsewhere', 4711, 0)"
        for each in (91, 92, 93):
            rows(path, ended, each)
        rows(path, "UPDATE entries SET owner = 92 WHERE id = ?", claim.entry_id)
        assert [entry.id for entry in journal.unknowns()] == [claim.entry_id]
        assert rows(path, "SELECT id FROM leases") == [(own,)]
        assert journal.find(claim.entry_id).state is State.UNKNOWN
