"""What many callers want at once is written by one statement, and is as if each had come alone."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from attrs import evolve

from smsgate import DeliveryReport, Message, NotSentError, Outcome, SendResult, Source, Status
from smsgate.journal import Claim, Entry, Intent, State
from smsgate.journal.database.commits import Change, one_by_one
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.journal import FIRST, LAST, DatabaseJournal
from smsgate.journal.postgres.versions import COLUMNS
from smsgate.model.errors import ConflictError, InvalidMessageError, JournalError, OptedOutError, UnknownOutcomeError
from smsgate.model.opt_out_scope import ALL
from smsgate.model.result import Attempt
from smsgate.model.submission import Submission
from smsgate.runtime.shield import Pending
from tests.journal_at import journal_at, rows
from tests.plain_adapter import TO, message

pytestmark = pytest.mark.threads  # no gateway is in this process

T = TypeVar("T")
SUBMISSION = re.compile("sg[0-9a-f]{18}")
NOW = 1_800_000_000.0
STARTED = datetime(2026, 11, 20, 12, tzinfo=UTC)
OTHER = "+27821234568"
KINDS = {
    Outcome.NOT_SENT: NotSentError("no connection"),
    Outcome.REJECTED: InvalidMessageError("too dear"),
    Outcome.UNKNOWN: UnknownOutcomeError("the connection was cut"),
}


def number_from(number: int, path: str | Path, clock: Callable[[], float] | None = None) -> None:
    """Make a journal whose submissions have the numbers after one."""
    journal_at(str(path), clock=clock).close()
    rows(str(path), "UPDATE timeline SET drawn = ?", number)
    if clock is not None:
        rows(str(path), "UPDATE timeline SET moment = ?, wall = ?", clock(), clock())


def opened(path: str | Path) -> DatabaseJournal:
    return journal_at(str(path), clock=lambda: NOW)


def commit(journal: DatabaseJournal, changes: Sequence[Change]) -> list[Pending[object]]:
    """Have changes made in one commit, by this thread: the writer's does not run yet."""
    journal._writer._commits.commit(changes)
    return [change.pending for change in changes]


def begun(journal: DatabaseJournal, *callers: Sequence[Intent]) -> list[Pending[object]]:
    """Begin what several callers want in one commit."""
    wanted = [(intents, journal._passes.get(intents[0].run or "")) for intents in callers]
    return commit(journal, [Change(journal._claims.begin, each, Pending(), order=LAST) for each in wanted])


def settled(journal: DatabaseJournal, *callers: Sequence[tuple[Claim, SendResult]]) -> list[Pending[object]]:
    """Record what several callers have to record in one commit."""

    def kept(ended: Sequence[tuple[Claim, SendResult]]) -> Callable[[], None]:
        return lambda: journal._unrecorded.keep(ended)

    settle = journal._entries.settle_all
    return commit(journal, [Change(settle, each, Pending(), kept(each), FIRST) for each in callers])


def make(journal: DatabaseJournal, change: Callable[[Connection], T]) -> T:
    """Make one change in a commit of its own."""
    [pending] = commit(journal, [Change(one_by_one, change, Pending())])
    return cast("T", pending.wait(0))


def open_run(journal: DatabaseJournal, run: str) -> None:
    journal._passes[run] = make(journal, lambda connection: journal._claims.open_run(connection, run))


def opt_out(journal: DatabaseJournal, number: str) -> None:
    make(journal, lambda connection: journal._entries.opt_outs.add(connection, number, ALL))


def given(pending: Pending[object]) -> list[Any]:
    """Return what a caller was given for each of its messages."""
    return cast("list[Any]", pending.wait(0))


def result(about: Message, outcome: Outcome, message_id: str | None = None) -> SendResult:
    error = KINDS.get(outcome)
    return SendResult(
        message=about,
        outcome=outcome,
        status=Status.QUEUED,
        provider="a",
        message_id=message_id if outcome is Outcome.ACCEPTED else None,
        segments=1,
        attempts=(Attempt("a", outcome, error, STARTED, 0.25),),
        error=error,
    )


def short(each: object) -> object:
    """Say what a caller was given, without what differs between two journals."""
    if isinstance(each, Entry):
        return (each.id, each.state, each.key, each.run, each.message)
    if isinstance(each, Claim):
        return evolve(each, submission=Submission("id", number=each.submission.number))
    return repr(each)


OF_GUARDS = {
    "used",
    "level",
    "budget_id",
    "entry",
    "submission",
    "amount",
    "until",
    "budget",
    "value",
    "slot",
    "sent",
    "line",
    "place",
}
"""Columns of other tables."""


def table(path: str) -> list[tuple[object, ...]]:
    kept = [name for name in COLUMNS if name not in {"identity", "fingerprint", *OF_GUARDS}]
    found = rows(path, f"SELECT {', '.join(kept)} FROM entries ORDER BY id")
    return [tuple(SUBMISSION.sub("id", each) if isinstance(each, str) else each for each in row) for row in found]


class History:
    """A run of steps that are drawn: intents of several callers, and how what they claimed ended."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def intents(self) -> list[Intent]:
        dice, run = self.dice, self.dice.choice([None, None, "run"])
        return [
            Intent(
                Message(
                    dice.choice([TO, OTHER, "+5511987654321"]),
                    dice.choice("ab"),
                    key=dice.choice([None, None, "k", "l"]),
                    reference=dice.choice([None, "r"]),
                ),
                dice.choice(["a", "b", None]),
                run,
                confirms=dice.random() < 0.3,
            )
            for _ in range(dice.randint(1, 3))
        ]

    def end(self, about: Message, claim: Claim) -> SendResult:
        return result(about, self.dice.choice([*Outcome]), f"{claim.entry_id}.{claim.number}")


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(each, marks=pytest.mark.soak) for each in range(6, 100))])
def test_a_set_of_callers_is_served_as_if_they_came_one_after_the_other(seed: int, path: str, other_path: str) -> None:
    drawn = History(seed)
    for place in (path, other_path):
        number_from(2**31 - 10, place, lambda: NOW)
    with opened(path) as together, opened(other_path) as alone:
        journals = (together, alone)
        for _ in range(4):
            stops = drawn.dice.random() < 0.5
            for journal in journals:
                open_run(journal, "run")
                if stops:
                    opt_out(journal, OTHER)
            for _ in range(4):
                callers = [drawn.intents() for _ in range(drawn.dice.randint(1, 6))]
                at_once = [given(pending) for pending in begun(together, *callers)]
                in_turn = [given(begun(alone, caller)[0]) for caller in callers]
                assert [[*map(short, each)] for each in at_once] == [[*map(short, each)] for each in in_turn]
                ends = [
                    (claim, drawn.end(intent.message, claim))
                    for caller, each in zip(callers, at_once, strict=True)
                    for intent, claim in zip(caller, each, strict=True)
                    if isinstance(claim, Claim) and drawn.dice.random() < 0.8
                ]
                settled(together, *([each] for each in ends))
                for each in ends:
                    settled(alone, [each])
            for journal in journals:
                make(journal, partial(journal._runs.close, passing=journal._passes["run"]))
    assert table(path) == table(other_path)


def test_one_key_of_two_callers_is_claimed_once(path: str) -> None:
    with opened(path) as journal:
        wanted = [[Intent(message(text, key="k"), "a")] for text in ("one", "one", "another")]
        [claim], [entry], [conflict] = map(given, begun(journal, *wanted))
    assert isinstance(claim, Claim)
    assert (type(entry), entry.id, entry.state) == (Entry, claim.entry_id, State.INTENT)
    assert isinstance(conflict, ConflictError)


def test_the_caller_whose_run_was_taken_over_fails_alone(path: str) -> None:
    with opened(path) as journal:
        for run in ("lost", "own"):
            open_run(journal, run)
        make(journal, lambda connection: connection.execute("UPDATE runs SET owner = 99 WHERE name = 'lost'"))
        first, *others = begun(journal, *([Intent(message(run or "none"), "a", run)] for run in ("lost", "own", None)))
        with pytest.raises(JournalError, match="run 'lost': was taken over by another process"):
            first.wait(0)
        assert [type(each) for pending in others for each in given(pending)] == [Claim, Claim]


def test_one_confirmation_of_an_opt_out_goes_out_of_a_set(path: str) -> None:
    with opened(path) as journal:
        opt_out(journal, TO)
        confirms = [[Intent(message(text), "a", confirms=text != "no")] for text in ("no", "yes", "again")]
        one_each = [each for pending in begun(journal, *confirms) for each in given(pending)]
    assert [type(each) for each in one_each] == [OptedOutError, Claim, OptedOutError]


def claimed(journal: DatabaseJournal, count: int) -> list[tuple[Claim, Message]]:
    messages = [message(f"{each}") for each in range(count)]
    [pending] = begun(journal, [Intent(each, "a") for each in messages])
    return [*zip(given(pending), messages, strict=True)]


def test_an_id_that_cannot_be_written_fails_alone_and_is_unknown(path: str) -> None:
    with opened(path) as journal:
        ids = ["1", "half \ud800", "3"]
        ends = [
            [(claim, result(about, Outcome.ACCEPTED, id_))]
            for (claim, about), id_ in zip(claimed(journal, 3), ids, strict=True)
        ]
        good, failed, good_too = settled(journal, *ends)
        assert (good.wait(0), good_too.wait(0)) == (None, None)
        with pytest.raises(JournalError):
            failed.wait(0)
        states = [journal.find(claim.entry_id).state for [(claim, _)] in ends]
        assert states == [State.ACCEPTED, State.UNKNOWN, State.ACCEPTED]


def test_an_id_with_a_nul_is_kept_whole(path: str) -> None:
    with opened(path) as journal:
        [(claim, about)] = claimed(journal, 1)
        settled(journal, [(claim, result(about, Outcome.ACCEPTED, "a\0b"))])
        assert journal.find(claim.entry_id).result().message_id == "a\0b"


@pytest.mark.parametrize("count", [1, 2, 3, 255, 256, 257, 600])
def test_a_set_of_any_size_is_written_whole(path: str, count: int) -> None:
    with opened(path) as journal:
        claims = claimed(journal, count)
        assert [claim.entry_id for claim, _ in claims] == [*range(1, count + 1)]
        settled(journal, [(claim, result(about, Outcome.ACCEPTED, about.text)) for claim, about in claims])
        ids = {journal.find(claim.entry_id).result().message_id for claim, _ in claims}
        assert ids == {f"{each}" for each in range(count)}
    assert len(table(path)) == count


def test_the_surer_of_two_ends_of_one_claim_counts_whatever_their_order(path: str) -> None:
    with opened(path) as journal:
        [(first, about), (second, _)] = claimed(journal, 2)
        sure, unsure = result(about, Outcome.ACCEPTED, "1"), result(about, Outcome.UNKNOWN)
        settled(
            journal, [(first, sure)], [(first, unsure)], [(second, unsure)], [(second, evolve(sure, message_id="2"))]
        )
        assert [journal.find(claim.entry_id).state for claim in (first, second)] == [State.ACCEPTED] * 2


def test_an_unknown_end_in_a_set_is_settled_by_the_report_that_came_before(path: str) -> None:
    with opened(path) as journal:
        [(first, _), (second, about)] = claimed(journal, 2)
        lost = UnknownOutcomeError("the connection was cut", message_id="17")
        unknown = evolve(result(about, Outcome.UNKNOWN), attempts=(Attempt("a", Outcome.UNKNOWN, lost, STARTED, 0.25),))
        report = DeliveryReport(
            provider="a", message_id="17", status=Status.DELIVERED, raw_status="D", source=Source.WEBHOOK
        )
        make(journal, lambda connection: journal._entries.deliveries.record(connection, report, None))
        settled(journal, [(first, result(about, Outcome.ACCEPTED, "1"))], [(second, unknown)])
        settled_later = journal.find(second.entry_id)
        assert (settled_later.state, settled_later.result().message_id) == (State.ACCEPTED, "17")


def test_an_end_is_recorded_before_the_next_use_of_its_key_in_the_same_commit(path: str) -> None:
    with opened(path) as journal:
        about = message(key="k")
        [pending] = begun(journal, [Intent(about, "a")])
        [claim] = given(pending)
        again = Change(journal._claims.begin, ([Intent(about, "a")], None), Pending(), order=LAST)
        ended = [(claim, result(about, Outcome.ACCEPTED, "1"))]
        commit(journal, [again, Change(journal._entries.settle_all, ended, Pending(), lambda: None, FIRST)])
        [entry] = given(again.pending)
        assert (entry.state, entry.result().message_id) == (State.ACCEPTED, "1")
