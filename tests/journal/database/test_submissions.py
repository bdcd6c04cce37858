"""Every attempt to hand a message to a provider has an id and a number of its own, durable with the intent."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from smsgate import Message, NotSentError, Outcome, SendResult, Status, Submission, UnknownOutcomeError
from smsgate.journal import Asked, Claim, Intent, State
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.model.result import Attempt
from smsgate.model.submission import LARGEST_NUMBER
from tests.journal.database.full_disk import disk_of
from tests.journal.database.test_intent_set import STARTED, number_from
from tests.journal_at import journal_at, rows
from tests.plain_adapter import message

pytestmark = pytest.mark.threads  # no gateway is in this process


@pytest.fixture(name="journal")
def _journal(path: str) -> Iterator[DatabaseJournal]:
    with closing(journal_at(path)) as opened:
        yield opened


def begin(journal: DatabaseJournal, *intents: Intent) -> list[Claim]:
    begun = journal.begin(intents or [Intent(message(), "a")]).wait(10)
    claims = [each for each in begun if isinstance(each, Claim)]
    assert len(claims) == len(begun)
    return claims


def unknown(about: Message, *providers: str, message_id: str | None = None) -> SendResult:
    """Return the result of a message that providers were asked for, and none of them answered."""
    error = UnknownOutcomeError("the connection was cut", message_id=message_id)
    return SendResult(
        message=about,
        outcome=Outcome.UNKNOWN,
        status=Status.UNKNOWN,
        provider=providers[-1],
        message_id=None,
        segments=1,
        attempts=tuple(Attempt(each, Outcome.UNKNOWN, error, STARTED, 0.25) for each in providers),
        error=error,
    )


def unknown_at(provider: str) -> list[Asked]:
    return [Asked(provider, STARTED)]


def out_as_reference(submission: Submission) -> Submission:
    return Submission(submission.id, number=submission.number, reference=submission.id)


def test_an_intent_is_durable_with_its_submission(path: str, journal: DatabaseJournal) -> None:
    one, other = begin(journal, *(Intent(message(each), "a") for each in "12"))
    assert one.submission.id != other.submission.id
    assert other.submission.number == (one.submission.number or 0) % LARGEST_NUMBER + 1
    assert one.submission.reference is one.submission.callback_url is None
    [(written,)] = rows(path, "SELECT submissions FROM entries WHERE id = ?", one.entry_id)
    [[provider, _, message_id, *submission]] = json.loads(written)
    assert (provider, message_id, submission) == ("a", None, [one.submission.id, one.submission.number, True])
    assert [each.submission for each in journal.find(one.entry_id).asked] == [out_as_reference(one.submission)]


@pytest.mark.parametrize(
    "intent", [Intent(message(), "a", referenced=False), Intent(message(reference="order 17"), "a")], ids=str
)
def test_it_is_recorded_that_the_id_does_not_go_out_as_the_reference(journal: DatabaseJournal, intent: Intent) -> None:
    [claim] = begin(journal, intent)
    assert [each.submission for each in journal.find(claim.entry_id).asked] == [claim.submission]
    following = journal.intend(claim, "b", [], referenced=intent.referenced)
    assert [each.submission for each in journal.find(claim.entry_id).asked] == [following.submission]
    journal.interrupt([following])
    resent = journal.reclaim(claim.entry_id, "a", referenced=intent.referenced).wait(10)
    asked = [each.submission for each in journal.find(claim.entry_id).asked]
    assert asked == [following.submission, resent.submission]


def test_each_provider_gets_a_submission_of_its_own_and_the_same_one_the_same(journal: DatabaseJournal) -> None:
    [claim] = begin(journal)
    assert journal.intend(claim, "a", []) == claim
    following = journal.intend(claim, "b", unknown_at("a"))
    assert following.submission not in {claim.submission, None}
    assert following.submission.number != claim.submission.number
    assert journal.intend(following, "b", unknown_at("a")) == following
    assert [(each.provider, each.submission) for each in journal.find(claim.entry_id).asked] == [
        ("a", out_as_reference(claim.submission)),
        ("b", out_as_reference(following.submission)),
    ]


def test_an_unknown_end_keeps_the_submissions_of_all_that_may_have_the_text(journal: DatabaseJournal) -> None:
    [claim] = begin(journal)
    following = journal.intend(claim, "b", unknown_at("a"))
    journal.settle([(following, unknown(message(), "a", "b", message_id="17"))]).wait(10)
    entry = journal.find(claim.entry_id)
    assert entry.state is State.UNKNOWN
    assert [(each.provider, each.message_id, each.submission) for each in entry.asked] == [
        ("a", "17", out_as_reference(claim.submission)),
        ("b", "17", out_as_reference(following.submission)),
    ]
    assert {each.since for each in entry.asked} == {STARTED}


def test_a_resend_by_hand_is_another_submission(journal: DatabaseJournal) -> None:
    [claim] = begin(journal)
    journal.interrupt([claim])
    resent = journal.reclaim(claim.entry_id, "a").wait(10)
    assert resent.submission.id != claim.submission.id
    assert resent.submission.number != claim.submission.number
    assert [each.submission for each in journal.find(claim.entry_id).asked] == [
        out_as_reference(claim.submission),
        out_as_reference(resent.submission),
    ]


def test_a_message_that_was_not_sent_and_is_sent_again_is_another_submission(journal: DatabaseJournal) -> None:
    [claim] = begin(journal, Intent(message(key="k"), "a"))
    down = NotSentError("no connection")
    end = SendResult(
        message=message(key="k"),
        outcome=Outcome.NOT_SENT,
        status=Status.PENDING,
        provider="a",
        message_id=None,
        segments=1,
        attempts=(Attempt("a", Outcome.NOT_SENT, down, STARTED, 0.25, claim.submission.id),),
        error=down,
    )
    journal.settle([(claim, end)]).wait(10)
    assert [each.submission for each in journal.find(claim.entry_id).result().attempts] == [claim.submission.id]
    [again] = begin(journal, Intent(message(key="k"), "a"))
    assert (again.entry_id, again.submission.id == claim.submission.id) == (claim.entry_id, False)
    assert [each.submission for each in journal.find(claim.entry_id).asked] == [out_as_reference(again.submission)]


def test_an_end_that_the_disk_could_not_take_has_its_submission(path: str, journal: DatabaseJournal) -> None:
    [claim] = begin(journal)
    disk = disk_of(path)
    disk.fill()
    try:
        journal.settle([(claim, unknown(message(), "a", message_id="17"))])
        [kept] = journal.unknowns()
        written = out_as_reference(claim.submission)
        assert [(each.message_id, each.submission) for each in kept.asked] == [("17", written)]
    finally:
        disk.make_room()
    begin(journal)
    assert journal.unknowns()[0].asked == kept.asked


def test_the_numbers_go_round_after_the_last_one(path: str) -> None:
    number_from(LARGEST_NUMBER - 2, path)
    with closing(journal_at(path)) as journal:
        numbers = [claim.submission.number for claim in begin(journal, *[Intent(message(), "a")] * 4)]
        assert numbers == [LARGEST_NUMBER - 1, LARGEST_NUMBER, 1, 2]
        [claim] = begin(journal)
        assert claim.submission.number == 3
        assert journal.intend(claim, "b", []).submission.number == 4


def test_every_journal_begins_with_a_number_of_its_own(new_path: Callable[[str], str]) -> None:
    first = []
    for each in "abcd":
        with closing(journal_at(new_path(each))) as journal:
            first.append(begin(journal)[0].submission.number)
    assert len({*first}) == 4


def test_messages_that_are_known_draw_no_number(journal: DatabaseJournal) -> None:
    [claim] = begin(journal, Intent(message(key="k"), "a"))
    journal.begin([Intent(message(key="k"), "a")]).wait(10)
    [following] = begin(journal)
    assert following.submission.number == (claim.submission.number or 0) % LARGEST_NUMBER + 1


def _drawn(path: str, folder: Path, barrier: Barrier, *, dies: bool) -> None:
    """Begin messages in a process of its own, one commit after the other, and write down their numbers."""
    with closing(journal_at(path)) as journal, (folder / f"{os.getpid()}.numbers").open("w") as written:
        barrier.wait(60)
        for _ in range(15):
            claims = begin(journal, *[Intent(message(), "a")] * 5)
            journal.interrupt(claims[:2])
            again = [journal.reclaim(each.entry_id, "b").wait(10) for each in claims[:2]]
            ours = [*claims, *again, journal.intend(claims[2], "b", [])]
            written.writelines(f"{each.submission.number} {each.submission.id}\n" for each in ours)
            written.flush()
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)


def test_two_processes_never_draw_the_same_number_even_if_one_is_killed(
    path: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    number_from(LARGEST_NUMBER - 40, path)
    barrier = processes.Barrier(3)
    children = [
        processes.Process(target=_drawn, args=(path, tmp_path, barrier), kwargs={"dies": dies})
        for dies in (False, True, False)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert sorted(child.exitcode or 0 for child in children) == [-9, 0, 0]
    drawn = [line.split() for each in tmp_path.glob("*.numbers") for line in each.read_text().splitlines()]
    assert len(drawn) == len({number for number, _ in drawn}) == len({id_ for _, id_ in drawn}) == 3 * 15 * 8
