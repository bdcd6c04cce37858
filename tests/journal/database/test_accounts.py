"""An entry says which account its provider was when that was asked, on every way to a vendor, and goes on to say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from smsgate import DeliveryReport, NotSentError, Outcome, Source, Status
from smsgate.journal import Finding, Intent, State
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.model.on_undelivered import OnUndelivered
from smsgate.model.vendor_ids import Found
from smsgate.sending.failure import not_begun
from tests.journal.database.full_disk import disk_of
from tests.journal.database.test_due import Hours, hold
from tests.journal.database.test_intent_set import STARTED, result
from tests.journal.database.test_queue import claimed, enqueue
from tests.journal.database.test_submissions import begin, unknown, unknown_at
from tests.journal_at import journal_at
from tests.plain_adapter import TO, message

pytestmark = pytest.mark.threads  # no gateway is in this process

OLD, NEW, OTHER = "zoomconnect:1f0c5e2ab971", "bulksms:0123456789ab", "twilio:ba9876543210"
UNDELIVERED = DeliveryReport(
    provider="a", message_id="17", status=Status.FAILED, raw_status="failed", source=Source.POLLED
)


@pytest.fixture(name="hours")
def _hours() -> Hours:
    return Hours()


@pytest.fixture(name="journal")
def _journal(path: str, hours: Hours) -> Iterator[DatabaseJournal]:
    with closing(journal_at(path, clock=hours)) as opened:
        yield opened
        assert opened.records.check() == []


def accounts(journal: DatabaseJournal, entry_id: int) -> list[tuple[str, str | None]]:
    return [(each.provider, each.account) for each in journal.find(entry_id).asked]


def intent(text: str = "Your code is 4711", key: str | None = None, account: str | None = OLD) -> Intent:
    return Intent(message(text, key=key), "a", account=account)


def test_an_intent_is_durable_with_its_account(journal: DatabaseJournal) -> None:
    claims = begin(journal, intent("1"), intent("2", account=NEW), intent("3", account=None), intent("4"))
    found = [accounts(journal, each.entry_id) for each in claims]
    assert found == [[("a", OLD)], [("a", NEW)], [("a", None)], [("a", OLD)]]
    assert [journal.find(each.entry_id).asked[0].submission is not None for each in claims] == [True] * 4


def test_the_next_provider_has_an_account_of_its_own(journal: DatabaseJournal) -> None:
    [claim] = begin(journal, intent())
    following = journal.intend(claim, "b", unknown_at("a"), account=OTHER)
    assert accounts(journal, claim.entry_id) == [("a", OLD), ("b", OTHER)]
    journal.settle([(following, unknown(message(), "a", "b"))]).wait(10)
    assert accounts(journal, claim.entry_id) == [("a", OLD), ("b", OTHER)]


def test_what_is_unknown_as_its_process_ended_says_it(journal: DatabaseJournal) -> None:
    [claim] = begin(journal, intent())
    journal.interrupt([claim])
    [entry] = journal.unknowns()
    assert [each.account for each in entry.asked] == [OLD]


def test_an_end_that_the_disk_could_not_take_says_it(path: str, journal: DatabaseJournal) -> None:
    [claim] = begin(journal, intent())
    disk = disk_of(path)
    disk.fill()
    try:
        journal.settle([(claim, unknown(message(), "a"))])
        assert accounts(journal, claim.entry_id) == [("a", OLD)]
    finally:
        disk.make_room()
    begin(journal, intent("another"))
    assert accounts(journal, claim.entry_id) == [("a", OLD)]


def test_one_that_is_sent_again_by_another_account_says_both(journal: DatabaseJournal) -> None:
    [claim] = begin(journal, intent())
    journal.interrupt([claim])
    again = journal.reclaim(claim.entry_id, "a", account=NEW).wait(10)
    assert accounts(journal, claim.entry_id) == [("a", OLD), ("a", NEW)]
    journal.settle([(again, unknown(message(), "a"))]).wait(10)
    assert accounts(journal, claim.entry_id) == [("a", OLD), ("a", NEW)]


def test_one_that_certainly_was_not_sent_again_says_the_first(journal: DatabaseJournal) -> None:
    [claim] = begin(journal, intent())
    journal.interrupt([claim])
    again = journal.reclaim(claim.entry_id, None, account=NEW).wait(10)
    assert accounts(journal, claim.entry_id) == [("a", OLD)]
    journal.interrupt([again])
    assert accounts(journal, claim.entry_id) == [("a", OLD)]


def test_one_that_was_not_sent_says_the_account_that_is_asked_now(journal: DatabaseJournal) -> None:
    [claim] = begin(journal, intent(key="k"))
    journal.settle([(claim, not_begun(message(key="k"), NotSentError("no")))]).wait(10)
    [again] = begin(journal, intent(key="k", account=NEW))
    assert (again.entry_id, accounts(journal, claim.entry_id)) == (claim.entry_id, [("a", NEW)])


def test_a_queued_message_says_it(journal: DatabaseJournal) -> None:
    enqueue(journal, "x")
    _, [queued] = claimed(journal)
    [claim] = begin(journal, Intent(queued.message, "a", entry_id=queued.entry_id, account=OLD))
    assert accounts(journal, claim.entry_id) == [("a", OLD)]


def test_a_held_message_says_it(journal: DatabaseJournal, hours: Hours) -> None:
    hold(journal, message("x"))
    hours.pass_(3700)
    [due] = journal.due.next(10)
    [claim] = begin(journal, Intent(due.message, "a", entry_id=due.entry_id, account=OLD))
    assert accounts(journal, claim.entry_id) == [("a", OLD)]


def test_a_second_try_says_it(journal: DatabaseJournal, hours: Hours) -> None:
    rule = OnUndelivered(providers=("b",), after=timedelta(seconds=1))
    [first] = begin(journal, Intent(message(), "a", account=OLD, on_undelivered=rule))
    accepted = result(message(), Outcome.ACCEPTED, "17")
    journal.settle([(first, accepted)]).wait(10)
    journal.inbox.record(UNDELIVERED)
    hours.pass_(60)
    [due] = journal.due.next(10)
    [claim] = begin(journal, Intent(due.message, "b", entry_id=due.entry_id, account=OTHER))
    journal.interrupt([claim])
    assert accounts(journal, claim.entry_id) == [("b", OTHER)]


def test_what_is_found_out_and_what_is_erased_does_not_lose_it(journal: DatabaseJournal) -> None:
    [claim] = begin(journal, intent())
    journal.interrupt([claim])
    found = Finding(outcome=Outcome.ACCEPTED, provider="a", message_id="17", status=Status.QUEUED)
    assert journal.resolve(claim.entry_id, found).state is State.ACCEPTED
    journal.records.erase(TO)
    assert accounts(journal, claim.entry_id) == [("a", OLD)]


def test_an_id_that_is_chosen_does_not_lose_it(journal: DatabaseJournal) -> None:
    [claim] = begin(journal, intent())
    journal.interrupt([claim])
    assert journal.choose_id(claim.entry_id, "a", Found(("17",)), STARTED) == "17"
    [asked] = journal.find(claim.entry_id).asked
    assert (asked.message_id, asked.account) == ("17", OLD)
