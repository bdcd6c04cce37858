"""The queue of a journal: a range has one owner, counts are those of the entries, no message is lost with a process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smsgate import Message, NotSentError, Outcome, RunState, SendResult, State, Status
from smsgate.journal import Begun, Claim, Entry, Intent, QueuedMessage, Range, RowEnd
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.journal.queue import MOST_TRIES
from smsgate.model.price import Price
from tests.journal_at import journal_at
from tests.plain_adapter import message

pytestmark = pytest.mark.threads  # no gateway is in this process
LEASE = 15.0


class Hours:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def opened(path: str, clock: Hours) -> Iterator[DatabaseJournal]:
    with journal_at(path, clock=clock) as journal:
        yield journal


def enqueue(journal: DatabaseJournal, texts: str, run: str = "r", lane: str = "a") -> Sequence[object]:
    journal.open_run(run)
    try:
        return journal.queue.add(run, lane, [message(text) for text in texts])
    finally:
        journal.close_run(run)


def claimed(journal: DatabaseJournal, lane: str = "a") -> tuple[Range, Sequence[QueuedMessage]]:
    found = journal.queue.claim(lane)
    assert found is not None
    return found, journal.queue.messages(found)


def begin(journal: DatabaseJournal, queued: Sequence[QueuedMessage]) -> Sequence[Begun]:
    return journal.begin([Intent(each.message, "a", entry_id=each.entry_id) for each in queued]).wait(30)


def result(sent: Message, outcome: Outcome, message_id: str | None = None) -> SendResult:
    price = Price(amount=Decimal("0.25"), unit="ZAR") if outcome is Outcome.ACCEPTED else None
    error = None if outcome is Outcome.ACCEPTED else NotSentError("no")
    return SendResult(
        message=sent,
        outcome=outcome,
        status=Status.QUEUED if error is None else Status.PENDING,
        provider="a",
        message_id=message_id,
        segments=1,
        attempts=(),
        error=error,
        price=price,
    )


def test_a_message_is_valid_from_when_it_was_enqueued_also_when_it_is_put_off(path: str) -> None:
    clock = Hours()
    start, two, later = datetime.fromtimestamp(clock(), UTC), timedelta(hours=2), timedelta(minutes=30)
    ends = [start + two, start + two + later, None]
    with opened(path, clock) as journal:
        journal.open_run("r")
        whole = [message("now", validity=two), message("at", validity=two, send_at=start + later), message("ever")]
        assert journal.queue.add("r", "a", whole) == [True] * 3
        journal.close_run("r")
        clock.now += 3_600
        _, queued = claimed(journal)
        assert [each.valid_until for each in queued] == ends
        until = start + timedelta(minutes=90)
        held = [Intent(each.message, None, entry_id=each.entry_id, hold_until=until) for each in queued]
        assert [each.state for each in journal.begin(held).wait(30) if isinstance(each, Entry)] == [State.HELD] * 3
        clock.now += 3_600
        assert [each.valid_until for each in journal.due.next(3)] == ends


def counts(journal: DatabaseJournal, run: str = "r") -> dict[str, int]:
    status = journal.queue.status(run)
    names = ("queued", "in_flight", "accepted", "rejected", "not_sent", "unknown", "cancelled")
    return {name: count for name in names if (count := getattr(status, name))}


def test_a_queued_entry_is_claimed_once_and_counted(path: str) -> None:
    with opened(path, Hours()) as journal:
        assert enqueue(journal, "abc") == [True, True, True]
        found, queued = claimed(journal)
        assert (found.run, found.lane, [each.message.text for each in queued]) == ("r", "a", ["a", "b", "c"])
        first, second, third = begin(journal, queued)
        assert isinstance(first, Claim)
        assert isinstance(second, Claim)
        assert isinstance(third, Claim)
        again = begin(journal, queued)
        assert [each.state for each in again if isinstance(each, Entry)] == [State.INTENT] * 3
        assert counts(journal) == {"in_flight": 3}
        ends = [
            (first, result(queued[0].message, Outcome.ACCEPTED, "1")),
            (second, result(queued[1].message, Outcome.UNKNOWN)),
            (third, result(queued[2].message, Outcome.NOT_SENT)),
        ]
        journal.settle(ends).wait(30)
        journal.settle(ends).wait(30)
        status = journal.queue.status("r")
        assert counts(journal) == {"accepted": 1, "unknown": 1, "not_sent": 1}
        assert (status.segments, status.cost) == (1, {"ZAR": Decimal("0.25")})


def test_two_entries_of_one_commit_are_one_claim(path: str) -> None:
    with opened(path, Hours()) as journal:
        enqueue(journal, "a")
        _, queued = claimed(journal)
        begun = begin(journal, [*queued, *queued])
        assert [type(each) for each in begun] == [Claim, Entry]
        assert counts(journal) == {"in_flight": 1}


def test_a_range_has_one_owner_until_it_is_given_back(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal, opened(path, hours) as other:
        enqueue(journal, "ab")
        found, queued = claimed(journal)
        assert journal.queue.claim("a") is None
        assert other.queue.claim("a") is None
        assert other.queue.claim_range(found.id) is None
        assert [(lane.lane, lane.ranges, lane.due) for lane in other.queue.lanes()] == [("a", 1, 0)]
        journal.queue.finish(found, [], 30.0)
        assert other.queue.claim("a") is None
        hours.now += 31
        taken, again = claimed(other)
        assert (taken.id, taken.claim, again) == (found.id, found.claim + 1, queued)
        assert not journal.queue.is_claimed(found)
        journal.queue.finish(found, [], 0.0)  # too late: it is another's
        assert other.queue.is_claimed(taken)


def test_what_a_process_had_as_it_died_is_unknown_and_the_rest_is_sent_by_another(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal, opened(path, hours) as other:
        enqueue(journal, "abc")
        _, queued = claimed(journal)
        begun = begin(journal, queued[:2])
        assert isinstance(begun[1], Claim)
        journal.settle([(begun[1], result(queued[1].message, Outcome.NOT_SENT))]).wait(30)
        assert other.queue.claim("a") is None
        hours.now += LEASE + 1
        _, left = claimed(other)
        assert [each.message.text for each in left] == ["b", "c"]
        assert counts(other) == {"unknown": 1, "queued": 2}


def test_a_range_that_could_not_be_given_back_is_claimed_again_by_its_own_process(path: str) -> None:
    with opened(path, Hours()) as journal:
        enqueue(journal, "a")
        found, _ = claimed(journal)
        assert journal.queue.claim("a") is None
        journal.queue.abandon(found)
        again, queued = claimed(journal)
        assert (again.id, len(queued)) == (found.id, 1)


def test_a_message_is_tried_so_often_and_then_not_sent(path: str) -> None:
    with opened(path, Hours()) as journal:
        enqueue(journal, "a")
        for tries in range(MOST_TRIES):
            found, [queued] = claimed(journal)
            assert queued.tries == tries
            [claim] = begin(journal, [queued])
            assert isinstance(claim, Claim)
            end = result(queued.message, Outcome.NOT_SENT)
            journal.settle([(claim, end)]).wait(30)
            journal.queue.finish(found, [RowEnd(queued.entry_id, end, counts=True)], 0.0)
        assert counts(journal) == {"not_sent": 1}
        assert journal.queue.lanes() == []
        assert journal.find(queued.entry_id).recorded is not None


def test_what_does_not_count_is_queued_again_as_often_as_it_takes(path: str) -> None:
    with opened(path, Hours()) as journal:
        enqueue(journal, "a")
        for _ in range(MOST_TRIES + 2):
            found, [queued] = claimed(journal)
            assert queued.tries == 0
            [claim] = begin(journal, [queued])
            assert isinstance(claim, Claim)
            end = result(queued.message, Outcome.NOT_SENT)
            journal.settle([(claim, end)]).wait(30)
            journal.queue.finish(found, [RowEnd(queued.entry_id, end, counts=False)], 0.0)
            assert journal.find(queued.entry_id).state is State.QUEUED


def test_a_lane_is_paused_for_twice_as_long_each_time_until_it_works(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal:
        enqueue(journal, "a")
        enqueue(journal, "b", lane="b")
        for seconds in (10, 20, 40):
            journal.queue.pause_lane("a", 10.0, "refused", counts=True)
            hours.now += seconds - 1
            assert journal.queue.claim("a") is None
            [paused, _] = journal.queue.status("r").lanes
            assert (paused.name, paused.reason) == ("a", "refused")
            hours.now += 1
            assert journal.queue.status("r").lanes[0].paused_until is None
        journal.queue.free_lane("a")
        journal.queue.pause_lane("a", 10.0, "refused", counts=True)
        hours.now += 10
        assert journal.queue.claim("a") is not None
        assert journal.queue.claim("b") is not None


def test_ranges_are_dispatched_lane_by_lane_and_again_once_their_owner_has_died(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal, opened(path, hours) as other:
        for text in "abc":
            enqueue(journal, text)
        enqueue(journal, "d", lane="b")
        assert [each.id for each in journal.queue.dispatch(2, 300.0)] == [1, 2, 4]
        assert journal.queue.claim_range(1) is not None
        assert journal.queue.dispatch(2, 300.0) == []
        hours.now += LEASE + 1
        assert [each.id for each in other.queue.dispatch(2, 300.0)] == [1]
        hours.now += 300
        assert [each.id for each in other.queue.dispatch(9, 300.0)] == [1, 2, 3, 4]


def test_a_paused_run_is_not_claimed_and_a_cancelled_one_ends(path: str) -> None:
    with opened(path, Hours()) as journal:
        enqueue(journal, "ab")
        assert journal.queue.change("r", RunState.PAUSED).state is RunState.PAUSED
        assert (journal.queue.claim("a"), journal.queue.lanes()) == (None, [])
        journal.queue.change("r", RunState.OPEN)
        found, _ = claimed(journal)
        journal.queue.change("r", RunState.CANCELLED)
        assert not journal.queue.cancel_range("r")  # it is being sent
        journal.queue.finish(found, [], 0.0)
        assert counts(journal) == {"cancelled": 2}
        assert journal.queue.status("r").is_over


def test_the_rate_is_that_of_the_last_minutes(path: str) -> None:
    hours = Hours()
    with opened(path, hours) as journal:
        enqueue(journal, "abcdefghij")
        _, queued = claimed(journal)
        for each in queued[:5]:
            [claim] = begin(journal, [each])
            assert isinstance(claim, Claim)
            hours.now += 2
            journal.settle([(claim, result(each.message, Outcome.ACCEPTED, str(each.entry_id)))]).wait(30)
        status = journal.queue.status("r")
        assert status.rate == pytest.approx(0.5)
        assert status.estimated_end is not None
        assert (status.estimated_end - status.at).total_seconds() == pytest.approx(10)
