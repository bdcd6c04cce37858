"""Which ids the other messages to a recipient have, and what follows for the one that is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import ConflictError, Message, Outcome, SendResult, Status, UnknownOutcomeError
from smsgate.journal import Claim, Finding, Intent, State
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.model.result import Attempt
from smsgate.model.vendor_ids import Found
from tests.journal.database.test_reported_submissions import report
from tests.journal.database.test_submissions import begin, unknown
from tests.journal_at import journal_at
from tests.plain_adapter import message

pytestmark = pytest.mark.threads  # no gateway is in this process

ELSEWHERE = "+27821234568"


class Wall:
    """A clock that the test sets."""

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


def ended(about: Message, wall: Wall, *attempts: tuple[str, Outcome, str | None]) -> SendResult:
    """Return the result of attempts: a provider, how it ended and under which id."""
    tried = [
        Attempt(
            provider,
            outcome,
            UnknownOutcomeError("cut", message_id=id_) if outcome is Outcome.UNKNOWN else None,
            wall.now,
            0.1,
        )
        for provider, outcome, id_ in attempts
    ]
    provider, outcome, message_id = attempts[-1]
    accepted = outcome is Outcome.ACCEPTED
    return SendResult(
        message=about,
        outcome=outcome,
        status=Status.QUEUED if accepted else Status.UNKNOWN,
        provider=provider,
        message_id=message_id if accepted else None,
        segments=1,
        attempts=tuple(tried),
        error=None if accepted else tried[-1].error,
    )


def sent(
    journal: DatabaseJournal, wall: Wall, *attempts: tuple[str, Outcome, str | None], to: str | None = None
) -> Claim:
    about = message() if to is None else evolve(message(), to=to)
    [claim] = begin(journal, Intent(about, attempts[0][0]))
    journal.settle([(claim, ended(about, wall, *attempts))]).wait(10)
    return claim


def lost(journal: DatabaseJournal, wall: Wall, message_id: str | None = None) -> Claim:
    return sent(journal, wall, ("a", Outcome.UNKNOWN, message_id))


def test_the_ids_of_other_messages_to_the_same_recipient_are_named_and_no_others(
    journal: DatabaseJournal, wall: Wall
) -> None:
    sent(journal, wall, ("a", Outcome.ACCEPTED, "long before"))
    wall.now += timedelta(minutes=11)
    sent(journal, wall, ("a", Outcome.ACCEPTED, "shortly before"))
    sent(journal, wall, ("a", Outcome.ACCEPTED, "of another person"), to=ELSEWHERE)
    sent(journal, wall, ("b", Outcome.ACCEPTED, "of another provider"))
    sent(journal, wall, ("a", Outcome.UNKNOWN, "of one accepted elsewhere"), ("b", Outcome.ACCEPTED, "b1"))
    lost(journal, wall, "of one in doubt")
    lost(journal, wall, "a conversation:")
    own = lost(journal, wall, "its own")
    sent(journal, wall, ("a", Outcome.ACCEPTED, "after it"))
    resolved = lost(journal, wall)
    finding = Finding(outcome=Outcome.ACCEPTED, provider="a", message_id="by hand")
    journal.resolve(resolved.entry_id, finding)
    [in_flight] = begin(journal)
    journal.inbox.record(report(in_flight.submission, "of one in flight"))
    assert journal.taken_ids(own.entry_id, "a", wall.now) == {
        *("shortly before", "of one accepted elsewhere", "of one in doubt"),
        *("after it", "by hand", "of one in flight"),
    }


def test_five_thousand_messages_to_the_recipient_before_it_are_looked_at_and_an_id_is_not_taken_beyond_them(
    journal: DatabaseJournal, wall: Wall
) -> None:
    sent(journal, wall, ("a", Outcome.ACCEPTED, "17"))
    sent(journal, wall, ("a", Outcome.ACCEPTED, "18"))
    begin(journal, *[Intent(message(), "a")] * 4_999)
    own = lost(journal, wall)
    assert journal.taken_ids(own.entry_id, "a", wall.now) == {"18"}
    assert journal.choose_id(own.entry_id, "a", Found(("17",)), wall.now) is None


@pytest.mark.parametrize("by_hand", [False, True])
def test_an_id_of_a_message_that_another_provider_accepted_since_is_not_taken(
    journal: DatabaseJournal, wall: Wall, *, by_hand: bool
) -> None:
    sent(journal, wall, ("a", Outcome.UNKNOWN, "17"), ("b", Outcome.ACCEPTED, "b1"))
    own = lost(journal, wall)
    if by_hand:
        with pytest.raises(ConflictError, match="a's id '17' belongs to entry 1; nothing was changed"):
            journal.resolve(own.entry_id, Finding(outcome=Outcome.ACCEPTED, provider="a", message_id="17"))
    else:
        assert journal.choose_id(own.entry_id, "a", Found(("17",)), wall.now) is None
    assert journal.find(own.entry_id).state is State.UNKNOWN


def test_a_report_does_not_take_the_id_of_a_message_that_another_provider_accepted_since(
    journal: DatabaseJournal, wall: Wall
) -> None:
    sent(journal, wall, ("a", Outcome.UNKNOWN, "17"), ("b", Outcome.ACCEPTED, "b1"))
    own = lost(journal, wall)
    journal.inbox.record(report(own.submission, "17"))
    assert journal.find(own.entry_id).state is State.UNKNOWN
    journal.inbox.record(report(own.submission, "18"))
    assert journal.inbox.find("a", "18").id == own.entry_id


def test_a_text_may_be_one_whose_answer_was_lost_before_another_provider_accepted_it(
    journal: DatabaseJournal, wall: Wall
) -> None:
    sent(journal, wall, ("a", Outcome.UNKNOWN, None), ("b", Outcome.ACCEPTED, "b1"))
    own = lost(journal, wall)
    with pytest.raises(UnknownOutcomeError, match=r"1 text at the vendor may be this message .* 2 messages of smsgate"):
        journal.choose_id(own.entry_id, "a", Found(("17",)), wall.now)
    assert journal.choose_id(own.entry_id, "a", Found(("17", "18")), wall.now) == "17"


def test_a_message_of_unknown_outcome_keeps_the_id_that_it_was_given(journal: DatabaseJournal, wall: Wall) -> None:
    [claim] = begin(journal)
    assert journal.choose_id(claim.entry_id, "a", Found(("17",), exact=True), wall.now) == "17"
    journal.settle([(claim, unknown(message(), "a"))]).wait(10)
    other = lost(journal, wall)
    assert journal.taken_ids(other.entry_id, "a", wall.now) == {"17"}


@pytest.mark.parametrize("message_id", [None, "m1"])
def test_a_text_may_be_one_whose_answer_was_lost_before_its_message_was_sent_again(
    journal: DatabaseJournal, wall: Wall, message_id: str | None
) -> None:
    again, twin = lost(journal, wall, message_id), lost(journal, wall)
    assert again.entry_id != twin.entry_id
    claim = journal.reclaim(again.entry_id, "a").wait()
    journal.settle([(claim, ended(message(), wall, ("a", Outcome.ACCEPTED, "m2")))]).wait()
    if message_id is not None:
        assert journal.taken_ids(twin.entry_id, "a", wall.now) == {"m1", "m2"}
        assert journal.choose_id(twin.entry_id, "a", Found(("m1", "m2")), wall.now) is None
        finding = Finding(outcome=Outcome.ACCEPTED, provider="a", message_id="m1", reason="seen there")
        with pytest.raises(ConflictError, match="'m1' belongs to entry"):
            journal.resolve(twin.entry_id, finding)
        return
    with pytest.raises(UnknownOutcomeError, match=r"1 text at the vendor may be this message .* 2 messages of smsgate"):
        journal.choose_id(twin.entry_id, "a", Found(("m1", "m2")), wall.now)
    assert journal.choose_id(twin.entry_id, "a", Found(("m1", "m2", "m3")), wall.now) == "m1"
