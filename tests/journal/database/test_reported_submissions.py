"""A report that names a submission settles the message of that submission, and no other one."""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.context import ForkServerContext

import pytest
from attrs import evolve

from smsgate import DeliveryReport, Message, Outcome, Reply, Status, Submission
from smsgate.journal import Claim, Entry, EventState, Intent, RecordedEvent, State
from smsgate.journal.database.journal import DatabaseJournal
from tests.journal.database.test_submissions import begin, unknown, unknown_at
from tests.journal_at import journal_at
from tests.plain_adapter import TO, Line, gateway, message

pytestmark = pytest.mark.threads  # no gateway is in this process, but for the ones that close


@pytest.fixture(name="journal")
def _journal(path: str) -> Iterator[DatabaseJournal]:
    with closing(journal_at(path)) as opened:
        yield opened


def report(submission: Submission | str, message_id: str, **fields: object) -> DeliveryReport:
    named = submission.id if isinstance(submission, Submission) else submission
    wanted = {"status": Status.DELIVERED, "raw_status": "DELIVERED", "provider": "a", **fields}
    return DeliveryReport(message_id=message_id, submission=named, **wanted)  # type: ignore[arg-type]


def lost(journal: DatabaseJournal, text: str = "Your code is 4711") -> Claim:
    """Begin a message whose outcome is unknown."""
    [claim] = begin(journal, Intent(message(text), "a"))
    journal.settle([(claim, unknown(message(text), "a"))]).wait(10)
    return claim


def entry_of(recorded: RecordedEvent) -> Entry | None:
    assert isinstance(recorded.event, DeliveryReport)
    return recorded.event.entry


def is_open(journal: DatabaseJournal, claim: Claim) -> bool:
    return journal.find(claim.entry_id).state in {State.INTENT, State.UNKNOWN}


def test_a_report_settles_the_unknown_message_of_its_submission(journal: DatabaseJournal) -> None:
    claim = lost(journal)
    recorded = journal.inbox.record(report(claim.submission, "17"))
    entry = journal.find(claim.entry_id)
    assert (recorded.state, entry_of(recorded)) == (EventState.NEW, entry)
    assert (entry.state, entry.result().message_id, entry.result().status) == (State.ACCEPTED, "17", Status.DELIVERED)
    assert entry.delivery is not None
    assert entry.delivery.submission == claim.submission.id
    assert journal.inbox.find("a", "17") == entry


def test_each_of_two_equal_messages_is_settled_by_its_own_report(journal: DatabaseJournal) -> None:
    one, other = lost(journal), lost(journal)
    journal.inbox.record(report(other.submission, "18"))
    assert journal.find(one.entry_id).state is State.UNKNOWN
    journal.inbox.record(report(one.submission, "17"))
    assert [journal.find(each.entry_id).result().message_id for each in (one, other)] == ["17", "18"]


def test_a_report_before_the_answer_was_lost_settles_the_message_as_it_becomes_unknown(
    journal: DatabaseJournal,
) -> None:
    [claim] = begin(journal)
    assert entry_of(journal.inbox.record(report(claim.submission, "17"))) is None
    assert [(each.state, each.asked[0].message_id) for each in [journal.find(claim.entry_id)]] == [(State.INTENT, "17")]
    journal.settle([(claim, unknown(message(), "a"))]).wait(10)
    assert journal.inbox.find("a", "17").id == claim.entry_id
    assert journal.inbox.find("a", "17").result().status is Status.DELIVERED


def test_a_report_before_the_answer_leaves_the_message_to_the_answer(journal: DatabaseJournal) -> None:
    [claim] = begin(journal)
    journal.inbox.record(report(claim.submission, "17"))
    end = evolve(unknown(message(), "a"), outcome=Outcome.ACCEPTED, message_id="17", error=None, attempts=())
    journal.settle([(claim, end)]).wait(10)
    assert journal.inbox.find("a", "17").result().status is Status.DELIVERED


def _killed(path: str) -> None:
    """Begin two messages in a process that is killed before it knows how they ended."""
    with closing(journal_at(path)) as journal:
        claims = begin(journal, *[Intent(message(), "a")] * 2)
        journal.inbox.record(report(claims[0].submission, "17"))
        os.kill(os.getpid(), signal.SIGKILL)


def test_reports_settle_what_a_killed_process_was_sending(path: str, processes: ForkServerContext) -> None:
    child = processes.Process(target=_killed, args=(path,))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    with closing(journal_at(path)) as journal:
        [second] = journal.unknowns()  # the first one was settled by the report from before
        assert journal.inbox.find("a", "17").id == 1
        [asked] = second.asked
        assert asked.submission is not None
        journal.inbox.record(report(asked.submission, "18"))
        assert journal.unknowns() == []
        assert journal.inbox.find("a", "18").id == second.id


def test_a_killed_process_is_noticed_by_the_report_itself(path: str, processes: ForkServerContext) -> None:
    with closing(journal_at(path)) as journal:
        child = processes.Process(target=_killed, args=(path,))
        child.start()
        child.join(60)
        reading = "SELECT submissions FROM entries WHERE id = 2"
        [[written]] = journal._writer.make(lambda connection: connection.execute(reading).fetchall())
        [[_, _, _, named, *_]] = json.loads(written)
        recorded = journal.inbox.record(report(named, "18"))
        entry = entry_of(recorded)
        assert entry is not None
        assert (entry.id, entry.state) == (2, State.ACCEPTED)


@pytest.mark.parametrize("status", [Status.PENDING, Status.UNKNOWN])
def test_a_status_that_a_draft_may_have_proves_nothing(journal: DatabaseJournal, status: Status) -> None:
    claim = lost(journal)
    journal.inbox.record(report(claim.submission, "17", status=status))
    entry = journal.find(claim.entry_id)
    assert (entry.state, entry.asked[0].message_id) == (State.UNKNOWN, None)
    journal.inbox.record(report(claim.submission, "17"))
    assert journal.inbox.find("a", "17").id == claim.entry_id


def test_a_report_that_names_no_submission_there_is_kept_and_logged_once(
    journal: DatabaseJournal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "smsgate.journal")
    claim = lost(journal)
    elsewhere = report(claim.submission, "17", provider="b")
    never = report("sg000000000000000000", "18")
    for each in (elsewhere, elsewhere, never, evolve(never, status=Status.SENT, raw_status="SENT"), never):
        recorded = journal.inbox.record(each)
        assert entry_of(recorded) is None
    assert journal.find(claim.entry_id).state is State.UNKNOWN
    kept = [(each.provider, each.message_id, each.submission) for each in journal.inbox.unmatched()]
    assert kept == [("a", "18", "sg000000000000000000"), ("b", "17", claim.submission.id)]
    why = "which no open entry has there; it is kept"
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.INFO] == [
        f"b: the report on '17' names the submission '{claim.submission.id}', {why}",
        f"a: the report on '18' names the submission 'sg000000000000000000', {why}",
    ]


def test_an_id_that_another_message_has_is_not_taken_by_a_report(
    journal: DatabaseJournal, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither that of one in doubt under the same id, nor that of one in flight which a report named before."""
    in_flight, other, doubtful = *begin(journal, *[Intent(message(), "a")] * 2), lost(journal)
    journal.inbox.record(report(in_flight.submission, "17"))
    journal.inbox.record(report(doubtful.submission, "17", status=Status.SENT, raw_status="SENT"))
    journal.inbox.record(report(other.submission, "17", status=Status.FAILED, raw_status="FAILED"))
    assert journal.find(doubtful.entry_id).state is State.UNKNOWN
    assert [each.message_id for each in journal.find(other.entry_id).asked] == [None]
    assert [record.getMessage() for record in caplog.records] == [
        f"a: the report on '17' settles nothing, though it is about entry {each.entry_id} by what it names: "
        f"a's id '17' belongs to entry {in_flight.entry_id}; nothing was changed"
        for each in (doubtful, other)
    ]
    journal.settle([(each, unknown(message(), "a")) for each in (in_flight, other)]).wait(10)
    assert journal.inbox.find("a", "17").id == in_flight.entry_id
    assert {each.id for each in journal.unknowns()} == {other.entry_id, doubtful.entry_id}


def test_a_report_on_an_accepted_message_that_names_another_submission_is_of_the_accepted_one(
    journal: DatabaseJournal,
) -> None:
    one, other = lost(journal), lost(journal)
    journal.inbox.record(report(one.submission, "17"))
    recorded = journal.inbox.record(report(other.submission, "17", status=Status.FAILED, raw_status="FAILED"))
    assert entry_of(recorded) in {None, journal.find(one.entry_id)}
    assert journal.find(other.entry_id).state is State.UNKNOWN


def test_a_report_that_names_the_submission_late_settles_though_its_status_is_known(journal: DatabaseJournal) -> None:
    claim = lost(journal)
    anonymous = evolve(report("", "17"), submission=None)
    journal.inbox.delivered(journal.inbox.record(anonymous).event)
    assert is_open(journal, claim)
    assert journal.inbox.record(report(claim.submission, "17")).state is EventState.SEEN
    assert journal.inbox.find("a", "17").id == claim.entry_id


def test_the_submission_of_a_provider_that_was_asked_before_settles_too(journal: DatabaseJournal) -> None:
    [claim] = begin(journal)
    following = journal.intend(claim, "b", unknown_at("a"))
    journal.settle([(following, unknown(message(), "a", "b"))]).wait(10)
    journal.inbox.record(report(following.submission, "17"))  # of another provider
    assert is_open(journal, claim)
    journal.inbox.record(report(claim.submission, "18"))
    entry = journal.find(claim.entry_id)
    assert (entry.state, entry.result().provider, entry.result().message_id) == (State.ACCEPTED, "a", "18")


def test_a_report_of_the_submission_before_a_resend_settles_nothing(journal: DatabaseJournal) -> None:
    claim = lost(journal)
    resent = journal.reclaim(claim.entry_id, "a").wait(10)
    journal.inbox.record(report(claim.submission, "17"))
    journal.settle([(resent, unknown(message(), "a"))]).wait(10)
    assert is_open(journal, claim)
    journal.inbox.record(report(resent.submission, "18"))
    assert journal.inbox.find("a", "18").id == claim.entry_id


def test_a_reference_that_is_a_submission_settles_and_is_not_shown_as_the_applications_own(path: str) -> None:
    with gateway(path, Line()) as opened:
        journal = opened.core._journal
        assert isinstance(journal, DatabaseJournal)
        claim = lost(journal)
        events: list[object] = []
        given = evolve(report("", "17"), submission=None, reference=claim.submission.id)
        opened.incoming.deliver(given, events.append)
        opened.incoming.deliver(evolve(given, message_id="elsewhere", reference="order 17"), events.append)
        opened.incoming.deliver(
            Reply(provider="a", message_id="r1", sender=TO, text="Yes", reference=claim.submission.id), events.append
        )
        entry = opened.unknowns.get(claim.entry_id)
        assert events == [
            evolve(given, reference=None, submission=claim.submission.id, entry=entry),
            evolve(given, message_id="elsewhere", reference="order 17"),
            Reply(provider="a", message_id="r1", sender=TO, text="Yes"),
        ]
        assert entry.state is State.ACCEPTED
        assert entry.delivery is not None
        assert (entry.delivery.reference, entry.delivery.submission) == (None, claim.submission.id)


def test_without_a_journal_a_submission_is_not_shown_as_a_reference() -> None:
    named = Submission.new().id
    with gateway(None, Line()) as opened:
        events: list[object] = []
        given = evolve(report("", "17"), submission=None, reference=named)
        opened.incoming.deliver(given, events.append)
    assert events == [evolve(given, reference=None, submission=named)]


def test_an_application_that_names_a_message_itself_is_not_taken_for_a_submission(journal: DatabaseJournal) -> None:
    reference = "0123456789abcdef0123"
    about = Message(TO, "Your code is 4711", reference=reference)
    [claim] = begin(journal, Intent(about, "a"))
    journal.settle([(claim, unknown(about, "a"))]).wait(10)
    journal.inbox.record(evolve(report("", "17"), submission=None, reference=reference))
    assert journal.inbox.find("a", "17").id == claim.entry_id


def test_a_report_that_names_a_submission_is_not_believed_to_be_another_one_by_its_reference(
    journal: DatabaseJournal,
) -> None:
    about = message(reference="order 17")
    [claim] = begin(journal, Intent(about, "a"))
    journal.settle([(claim, unknown(about, "a"))]).wait(10)
    journal.inbox.record(report("sg000000000000000000", "17", reference="order 17"))
    assert journal.find(claim.entry_id).state is State.UNKNOWN
    journal.inbox.record(report(claim.submission, "18", reference="order 17"))
    assert journal.inbox.find("a", "18").id == claim.entry_id
