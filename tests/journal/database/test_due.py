"""What a journal keeps until its time: it is sent then by one process, and by no other; nothing is lost with one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from smsgate import ConflictError, InvalidMessageError, Message, NotSentError, OptedOutError, Outcome, State, Status
from smsgate.journal import Begun, Claim, DueEnd, DueKind, DueMessage, Entry, Intent, Search
from smsgate.journal.database.commits import Change
from smsgate.journal.database.journal import LAST, DatabaseJournal
from smsgate.journal.queue import MOST_TRIES
from smsgate.model.result import SendResult
from smsgate.runtime.shield import Pending
from smsgate.sending.failure import not_begun
from tests.journal_at import journal_at, rows
from tests.plain_adapter import TO, message

pytestmark = pytest.mark.threads  # no gateway is in this process


class Hours:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


@contextmanager
def opened(path: str, clock: Hours) -> Iterator[DatabaseJournal]:
    with journal_at(path, clock=clock) as journal:
        yield journal


AN_HOUR = datetime.fromtimestamp(1_800_003_600, UTC)


def hold(journal: DatabaseJournal, *messages: Message, run: str | None = None) -> Sequence[Begun]:
    if run is None:
        return journal.begin([Intent(each, None, hold_until=AN_HOUR) for each in messages]).wait(30)
    journal.open_run(run)
    try:
        return journal.begin([Intent(each, None, run=run, hold_until=AN_HOUR) for each in messages]).wait(30)
    finally:
        journal.close_run(run)


def held(journal: DatabaseJournal, *texts: str) -> list[Entry]:
    begun = hold(journal, *map(message, texts))
    assert all(isinstance(each, Entry) and each.state is State.HELD for each in begun)
    return [each for each in begun if isinstance(each, Entry)]


def claim(journal: DatabaseJournal, due: DueMessage) -> Begun:
    [begun] = journal.begin([Intent(due.message, "a", entry_id=due.entry_id)]).wait(30)
    return begun


def result(sent: Message, outcome: Outcome) -> SendResult:
    if outcome is not Outcome.ACCEPTED:
        return not_begun(sent, NotSentError("no"))
    return SendResult(
        message=sent,
        outcome=outcome,
        status=Status.QUEUED,
        provider="a",
        message_id="17",
        segments=1,
        attempts=(),
    )


def texts(due: Sequence[DueMessage]) -> list[str]:
    return [each.message.text for each in due]


def test_what_is_held_is_no_claim_and_is_due_at_its_time_and_not_before(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal:
        [entry] = held(journal, "a")
        assert (entry.result().outcome, entry.result().status) == (Outcome.HELD, Status.SCHEDULED)
        assert entry.result().held_until == entry.due == journal.find(entry.id).due
        assert journal.find(entry.id) == entry
        assert [each.id for each in journal.records.find(Search(to=TO))] == [entry.id]
        assert (journal.records.stats().held, [each.id for each in journal.due.list()]) == (1, [entry.id])
        assert journal.due.next(10) == []
        due_in = journal.due.due_in()
        assert due_in == pytest.approx(3600, abs=20)
        hours.pass_(3590 - 20)
        assert journal.due.next(10) == []
        hours.pass_(60)
        [due] = journal.due.next(10)
        assert (due.entry_id, due.message, due.kind, due.tries) == (entry.id, message("a"), DueKind.HELD, 0)
        begun = claim(journal, due)
        assert isinstance(begun, Claim)
        assert journal.find(entry.id).state is State.INTENT
        journal.settle([(begun, result(due.message, Outcome.ACCEPTED))]).wait(30)
        journal.due.finish([DueEnd(entry.id, result(due.message, Outcome.ACCEPTED))])
        done = journal.find(entry.id)
        assert (done.state, done.due, journal.due.due_in()) == (State.ACCEPTED, None, None)
        assert journal.records.check() == []


def test_a_key_or_a_place_in_a_run_that_is_held_is_known(path: str) -> None:
    with opened(path, Hours()) as journal:
        [first] = hold(journal, message("a", key="k"))
        [again] = journal.begin([Intent(message("a", key="k"), "a")]).wait(30)
        assert isinstance(first, Entry)
        assert isinstance(again, Entry)
        assert (again.id, again.state) == (first.id, State.HELD)
        [other] = hold(journal, message("b", key="k"))
        assert isinstance(other, ConflictError)
        in_run = hold(journal, message("a"), message("a"), message("c"), run="r")
        repeated = hold(journal, message("c"), message("a"), message("a"), message("a"), run="r")
        ids = [each.id for each in in_run if isinstance(each, Entry)]
        assert [each.id for each in repeated if isinstance(each, Entry)] == [ids[2], ids[0], ids[1], ids[2] + 1]
        assert journal.records.report("r").open == 4


def test_who_opted_out_is_refused_when_a_message_is_held_and_when_it_is_due(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal:
        [entry] = held(journal, "a")
        journal.inbox.opt_out(TO)
        [refused] = hold(journal, message("b"))
        assert isinstance(refused, OptedOutError)
        hours.pass_(3660)
        [due] = journal.due.next(10)
        begun = claim(journal, due)
        assert isinstance(begun, OptedOutError)
        journal.due.finish([DueEnd(entry.id, not_begun(due.message, begun))])
        ended = journal.find(entry.id)
        assert (ended.state, ended.due) == (State.REJECTED, None)
        assert isinstance(ended.result().error, OptedOutError)


def test_two_processes_take_different_messages_and_one_claim_is_given(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as one, opened(path, hours) as two:
        held(one, "a", "b", "c")
        hours.pass_(3660)
        first, second = one.due.next(2), two.due.next(2)
        assert (texts(first), texts(second), two.due.next(2)) == (["a", "b"], ["c"], [])
        assert isinstance(claim(one, first[0]), Claim)
        lost = claim(two, first[0])  # though it was not taken here
        assert isinstance(lost, Entry)
        assert lost.state is State.INTENT
        two.due.finish([DueEnd(first[1].entry_id, result(first[1].message, Outcome.NOT_SENT))])
        assert one.due.next(9) == two.due.next(9) == []  # it was not the other's to give back
        one.due.release([first[1].entry_id])
        assert one.due.due_in() == 0  # soon is by now
        assert texts(two.due.next(9)) == ["b"]


def test_what_was_not_sent_is_held_again_with_longer_and_longer_pauses_and_ends_in_the_end(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal:
        [entry] = held(journal, "a")
        for tries in range(MOST_TRIES):
            hours.pass_(3660)
            [due] = journal.due.next(10)
            assert (due.tries, due.failures) == (tries, tries)
            begun = claim(journal, due)
            assert isinstance(begun, Claim)
            unsent = result(due.message, Outcome.NOT_SENT)
            journal.settle([(begun, unsent)]).wait(30)
            assert journal.find(entry.id).state is State.NOT_SENT
            journal.due.finish([DueEnd(entry.id, unsent, counts=True, delay=3600)])
        ended = journal.find(entry.id)
        assert (ended.state, ended.due, journal.due.due_in()) == (State.NOT_SENT, None, None)


def test_reasons_of_the_account_do_not_count(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal:
        [entry] = held(journal, "a")
        for _ in range(MOST_TRIES + 3):
            hours.pass_(3660)
            [due] = journal.due.next(10)
            journal.due.finish([DueEnd(entry.id, result(due.message, Outcome.NOT_SENT), counts=False, delay=3600)])
        assert journal.find(entry.id).state is State.HELD
        hours.pass_(3660)
        assert journal.due.next(10)[0].failures == MOST_TRIES + 3


def test_a_process_that_dies_after_its_claim_leaves_an_unknown_and_the_rest_is_sent_by_others(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as other, opened(path, hours) as journal:
        entries = held(journal, "a", "b", "c")
        hours.pass_(3660)
        due = journal.due.next(10)
        assert isinstance(claim(journal, due[0]), Claim)
        unsent = claim(journal, due[1])
        assert isinstance(unsent, Claim)
        journal.settle([(unsent, result(due[1].message, Outcome.NOT_SENT))]).wait(30)
        rows(path, "UPDATE leases SET lease = 0 WHERE id IN (SELECT owner FROM due)")
        assert texts(other.due.next(10)) == ["b", "c"]  # not sent, and not said so yet; and not begun
        assert journal.find(entries[0].id).state is State.UNKNOWN
        assert other.due.due_in() is None
        assert rows(path, "SELECT count(*) FROM due") == [(2,)]


@pytest.mark.parametrize("due_first", [True, False])
def test_of_a_message_that_is_due_and_is_sent_by_its_key_in_one_commit_one_claim_is_given(
    path: str, *, due_first: bool
) -> None:
    clock = Hours()
    with opened(path, clock) as journal:
        keyed = Message(TO, "hello", key="k")
        hold(journal, keyed)
        clock.pass_(3_600)
        [due] = journal.due.next(1)
        first = claim(journal, due)
        assert isinstance(first, Claim)
        journal.settle([(first, result(keyed, Outcome.NOT_SENT))]).wait(30)
        journal.due.release([due.entry_id])  # as where the process ends before it has said so
        [due] = journal.due.next(1)

        wanted = [Intent(due.message, "a", entry_id=due.entry_id), Intent(keyed, "a")]
        changes = [Change(journal._claims.begin, ([intent], None), Pending(), order=LAST) for intent in wanted]
        journal._writer._commits.commit(changes if due_first else changes[::-1])

        [one], [other] = [cast("Sequence[Begun]", change.pending.wait(0)) for change in changes]
        given, refused = (one, other) if due_first else (other, one)
        assert isinstance(given, Claim)
        assert isinstance(refused, Entry)
        assert refused.state is State.INTENT
        journal.settle([(given, result(keyed, Outcome.ACCEPTED))]).wait(30)
        journal.due.finish([DueEnd(due.entry_id, refused.result(keyed))])
        assert journal.find(due.entry_id).state is State.ACCEPTED
        assert journal.due.due_in() is None


def test_a_message_is_valid_from_when_it_was_to_be_sent_also_when_it_is_put_off(path: str) -> None:
    clock = Hours()
    two, start = timedelta(hours=2), datetime.fromtimestamp(clock(), UTC)
    with opened(path, clock) as journal:
        hold(
            journal,
            Message(TO, "now", validity=two),
            Message(TO, "at", validity=two, send_at=start + timedelta(minutes=30)),
            Message(TO, "ever"),
            Message(TO, "past the calendar", validity=timedelta(days=3660), send_at=datetime(9998, 1, 1, tzinfo=UTC)),
        )
        clock.pass_(3_600)
        due = journal.due.next(4)
        ends = [start + two, start + two + timedelta(minutes=30), None, None]
        assert [each.valid_until for each in due] == ends
        until = AN_HOUR + timedelta(minutes=30)
        journal.begin([Intent(each.message, None, entry_id=each.entry_id, hold_until=until) for each in due]).wait(30)
        clock.pass_(3_600)
        assert [each.valid_until for each in journal.due.next(4)] == ends


def test_a_message_is_cancelled_while_it_is_held_and_not_later(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal:
        one, two = held(journal, "a", "b")
        assert journal.due.cancel(one.id).state is State.CANCELLED
        assert "cancelled" in str(journal.find(one.id).result().error)
        hours.pass_(3660)
        [due] = journal.due.next(10)
        assert due.entry_id == two.id
        assert isinstance(claim(journal, due), Claim)
        with pytest.raises(ConflictError, match=f"entry {two.id} is not held but intent"):
            journal.due.cancel(two.id)
        assert journal.records.check() == []


def test_one_that_is_cancelled_after_it_was_taken_is_not_sent(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal:
        [entry] = held(journal, "a")
        hours.pass_(3660)
        [due] = journal.due.next(10)
        journal.due.cancel(entry.id)
        lost = claim(journal, due)
        assert isinstance(lost, Entry)
        assert lost.state is State.CANCELLED
        journal.due.finish([DueEnd(entry.id, lost.result())])
        assert journal.find(entry.id).state is State.CANCELLED


def test_a_person_with_a_held_message_is_not_erased_before_it_is_cancelled(path: str) -> None:
    with opened(path, Hours()) as journal:
        [entry] = held(journal, "a")
        with pytest.raises(
            ConflictError, match=f"held .entry {entry.id}.; cancel it: `smsgate held cancel {entry.id}`"
        ):
            journal.records.erase(TO)
        journal.due.cancel(entry.id)
        assert journal.records.erase(TO).entries == 1


def test_one_that_was_refused_is_held_in_the_same_entry(path: str) -> None:
    with opened(path, Hours()) as journal:
        [begun] = journal.begin([Intent(message("a", key="k"), None)]).wait(30)
        assert isinstance(begun, Claim)
        journal.settle([(begun, not_begun(message("a", key="k"), InvalidMessageError("too long")))]).wait(30)
        [entry] = hold(journal, message("a", key="k"))
        assert isinstance(entry, Entry)
        assert (entry.id, entry.state, entry.recorded) == (begun.entry_id, State.HELD, None)


def test_a_queued_message_that_is_held_counts_in_its_run_until_it_ends(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal:
        journal.open_run("r")
        journal.queue.add("r", "a", [message("a"), message("b"), message("c")])
        journal.close_run("r")
        claimed = journal.queue.claim("a")
        assert claimed is not None
        queued = journal.queue.messages(claimed)
        intents = [Intent(each.message, None, entry_id=each.entry_id, hold_until=AN_HOUR) for each in queued]
        begun = journal.begin(intents)
        assert [each.state for each in begun.wait(30) if isinstance(each, Entry)] == [State.HELD] * 3
        journal.queue.finish(claimed, [], 0)
        status = journal.queue.status("r")
        assert (status.held, status.queued, status.total, status.is_over) == (3, 0, 3, False)
        assert journal.records.stats().queued == 0
        hours.pass_(3660)
        [due] = journal.due.next(1)
        claim_ = claim(journal, due)
        assert isinstance(claim_, Claim)
        assert (journal.queue.status("r").held, journal.queue.status("r").in_flight) == (2, 1)
        journal.settle([(claim_, result(due.message, Outcome.ACCEPTED))]).wait(30)
        journal.queue.change("r", journal.queue.status("r").state.PAUSED)
        assert journal.due.next(9) == []
        journal.queue.change("r", journal.queue.status("r").state.CANCELLED)
        while journal.queue.cancel_range("r"):
            pass
        status = journal.queue.status("r")
        assert (status.held, status.accepted, status.cancelled, status.is_over) == (0, 1, 2, True)
        assert journal.records.check() == []
