"""The history of a message says what happened to it, by whom, in which order, and what happens next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from attrs import evolve

from smsgate import (
    FoundBy,
    Gateway,
    History,
    Message,
    NotFoundError,
    NotSentError,
    OnUnknown,
    OptedOutError,
    Outcome,
    RejectedError,
    Reply,
    Route,
    Source,
    Status,
    StepKind,
    UnknownOutcomeError,
)
from smsgate.journal import Intent
from tests.journal.database.test_inbox import asked_for, hand, report
from tests.journal.database.test_submissions import begin
from tests.journal_at import journal_at, rows
from tests.plain_adapter import DOWN, LOST, NO, OK, TO, Line, gateway, message

pytestmark = pytest.mark.threads  # the journal is the same in both

SECRET = "Your code is 4711"


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line) -> Iterator[Gateway]:
    with gateway(path, line, Line()) as opened:
        yield opened


def said(history: History) -> list[tuple[StepKind, str]]:
    return [(step.kind, step.text) for step in history.steps]


def found(opened: Gateway, text: str, found_by: FoundBy | None = None) -> list[tuple[int, FoundBy]]:
    return [(match.entry.id, match.found_by) for match in opened.journal.look_up(text, found_by=found_by)]


def test_an_accepted_message_waits_for_a_report_and_the_report_ends_it(opened: Gateway) -> None:
    opened.send(message(SECRET, key="k", reference="r", campaign="spring"))
    before = opened.journal.history(1)
    assert before.steps[0].text == ("key 'k', reference 'r', campaign 'spring', 17 characters, 1 segment")
    assert before.next.startswith("waits for a report")
    hand(opened, report(Status.SENT), asked_for(evolve(report(Status.FAILED), submission="sg0123456789abcdef01")))
    history = opened.journal.history(1)
    assert history.entry == opened.journal.get(1)
    assert [step.kind for step in history.steps] == ["intent", "attempt", "report", "report"]
    assert [*history.steps] == sorted(history.steps, key=lambda step: step.at)
    attempt, first, last = history.steps[1:]
    assert (attempt.provider, attempt.message_id, attempt.submission) == ("a", "1", "sg0123456789abcdef01")
    assert attempt.text.startswith("a: accepted after 0.0")
    assert attempt.seconds is not None
    assert first.text == "the first report; the journal keeps the status of the last one"
    assert last.text == "failed (FAILED), polled of a; no such phone; the application has had it as an event"
    assert history.next == "nothing: failed is final"
    assert all(SECRET not in step.text for step in history.steps)


@pytest.mark.parametrize(
    ("source", "words", "ends"),
    [
        (Source.WEBHOOK, "by webhook of a", "delivered is what a webhook says; polling asks the vendor"),
        (Source.SIGNED, "by signed webhook of a", "nothing: delivered is final"),
    ],
)
def test_a_report_says_how_it_came_and_whether_the_application_has_had_it(
    opened: Gateway, source: Source, words: str, ends: str
) -> None:
    opened.send(message())
    opened.incoming.record(evolve(report(Status.DELIVERED), source=source))
    history = opened.journal.history(1)
    assert history.steps[-1].text == f"delivered (DELIVERED), {words}; the application has not had it as an event"
    assert history.next.startswith(ends)


def test_a_provider_that_failed_comes_before_the_one_that_accepted(opened: Gateway, line: Line) -> None:
    line.says = DOWN
    opened.send(message())
    history = opened.journal.history(1)
    assert [step.provider for step in history.steps] == [None, "a", "b"]
    failed = history.steps[1]
    assert failed.text.endswith(f"submission {failed.submission}: no connection")
    assert failed.error is not None
    assert "b: accepted after" in history.steps[2].text


def test_an_intent_comes_first_though_the_clock_of_the_database_is_ahead(opened: Gateway, path: str) -> None:
    opened.send(message())
    rows(path, "UPDATE entries SET created = created + 3600")
    assert [step.kind for step in opened.journal.history(1).steps] == ["intent", "attempt"]


def test_a_refusal_has_the_vendors_words_and_code(opened: Gateway, line: Line) -> None:
    line.says = RejectedError("Invalid number", code="2")
    with pytest.raises(RejectedError):
        opened.send(message())
    history = opened.journal.history(1)
    assert history.steps[-1].text.endswith(": Invalid number [2]")
    assert history.next.startswith("nothing: a message that was refused is not sent again")


def test_a_message_that_was_not_sent_says_what_sends_it(opened: Gateway, line: Line) -> None:
    line.says = DOWN
    wanted = [message("1"), message("2", key="k")]
    for each in wanted:
        with pytest.raises(NotSentError):
            opened.send(each, provider="a")
    [*opened.send_bulk([message("3", provider="a")], run="spring")]
    assert [opened.journal.history(each).next for each in (1, 2, 3)] == [
        "nothing by itself; it may be sent again",
        "nothing by itself; sending it again with its key sends it",
        "nothing by itself; sending the run 'spring' again sends it",
    ]
    line.says = OK
    opened.send(wanted[1], provider="a")
    assert "claimed 2 times" in opened.journal.history(2).steps[0].text


def test_what_was_refused_before_any_request_may_be_sent_again(opened: Gateway) -> None:
    [result] = opened.send_bulk([message(sender="ACME", key="k")], run="spring")
    assert result.outcome is Outcome.REJECTED
    history = opened.journal.history(1)
    assert said(history)[0] == (StepKind.INTENT, "run 'spring', key 'k', sender 'ACME', 17 characters, 1 segment")
    assert history.steps[-1].text.endswith(": b (plain) takes no sender; leave it out or name another provider")
    assert history.next == "nothing by itself; sending the run 'spring' again sends it"


def test_an_unknown_message_says_how_it_is_settled_and_then_how_it_was(opened: Gateway, line: Line) -> None:
    line.says = LOST
    with pytest.raises(UnknownOutcomeError):
        opened.send(message())
    history = opened.journal.history(1)
    [asked] = opened.journal.get(1).asked
    assert asked.submission is not None
    assert (history.steps[-1].submission, history.steps[-1].message_id) == (asked.submission.id, "17")
    assert "`smsgate unknown reconcile 1`" in history.next
    assert "`smsgate unknown resolve 1`" in history.next
    opened.unknowns.resolve(1, Outcome.ACCEPTED, message_id="18")
    settled = opened.journal.history(1)
    assert said(settled)[-1] == (
        StepKind.OUTCOME,
        "accepted by a: settled later, by reconciliation, a report, or by hand; its id 18",
    )
    assert settled.next.startswith("waits for a report")


def test_a_message_that_was_settled_by_hand_says_so(opened: Gateway, line: Line) -> None:
    line.says = LOST
    with pytest.raises(UnknownOutcomeError):
        opened.send(message())
    opened.unknowns.resolve(1, Outcome.REJECTED)
    assert said(opened.journal.history(1))[-1] == (StepKind.OUTCOME, "rejected: marked by hand as rejected")


def test_a_message_that_is_sent_again_by_choice_keeps_who_was_asked_before(opened: Gateway, line: Line) -> None:
    line.says = UnknownOutcomeError("the connection was cut")
    with pytest.raises(UnknownOutcomeError):
        opened.send(message(), provider="a")
    before = opened.journal.history(1).steps[-1].submission
    opened.unknowns.resend(1, provider="b")
    history = opened.journal.history(1)
    assert [(step.provider, step.submission) for step in history.steps][1] == ("a", before)
    assert "it was sent again since, by choice" in history.steps[1].text
    assert history.steps[2].provider == "b"
    assert len(history.steps) == 3
    assert before is not None
    assert found(opened, before) == [(1, FoundBy.SUBMISSION)]


def test_a_message_that_is_sent_again_and_is_in_flight_has_each_asking_once(path: str, line: Line) -> None:
    line.says = UnknownOutcomeError("the connection was cut")
    with closing(journal_at(path)) as journal, gateway(path, line) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message())
        journal.reclaim(1, "a").wait(10)
        steps = opened.journal.history(1).steps
    assert [step.kind for step in steps] == ["intent", "attempt", "attempt"]
    assert len({step.submission for step in steps}) == 3


def test_an_unknown_that_fails_over_has_both_attempts(path: str) -> None:
    route = Route(name="r", providers=["a", "b"], on_unknown=OnUnknown.FAILOVER)
    with gateway(path, Line(LOST), Line(NO), route=route) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message())
        kinds = [step.kind for step in opened.journal.history(1).steps]
    assert kinds == ["intent", "attempt", "attempt", "outcome"]


def test_a_message_in_flight_and_one_whose_process_died(path: str) -> None:
    with closing(journal_at(path)) as journal:
        begin(journal)
        with gateway(path, Line()) as opened:
            history = opened.journal.history(1)
            assert history.steps[-1].text.endswith("; its answer is awaited")
            assert history.next.startswith("a provider is being asked")
            rows(path, "UPDATE entries SET owner = 0")  # of no process
            history = opened.journal.history(1)
    assert said(history)[-1] == (
        StepKind.OUTCOME,
        "unknown: listed as unknown: its process ended, or gave no sign of life, before it recorded an end",
    )
    assert history.steps[-2].text.endswith("; no answer is recorded")


def test_a_queued_message_waits_for_a_runner(path: str) -> None:
    with gateway(path, Line()) as opened:
        opened.enqueue([message(SECRET)], run="spring")
        history = opened.journal.history(1)
        assert said(history) == [(StepKind.QUEUED, "run 'spring', 17 characters, 1 segment")]
        assert history.next.startswith("waits for a runner (`smsgate work`)")
        opened.runs.pause("spring")
        assert "`smsgate run resume spring`" in opened.journal.history(1).next
        opened.runs.cancel("spring")
        history = opened.journal.history(1)
    why = "it, or its run 'spring', was cancelled before it was sent"
    assert said(history)[-1] == (StepKind.OUTCOME, f"cancelled: {why}")
    assert history.next == f"nothing: {why}"


def test_an_opt_out_before_a_message_explains_its_refusal(path: str) -> None:
    stop = Reply(
        provider="a", message_id="r", sender=TO, text="STOP", received_at=datetime(2026, 11, 20, 12, tzinfo=UTC)
    )
    with gateway(path, Line()) as opened:
        opened.enqueue([message()], run="spring")
        hand(opened, stop)
        opened.runs.runner("spring").work(until_empty=True)
        history = opened.journal.history(1)
        assert said(history)[0] == (
            StepKind.OPT_OUT,
            "asked not to be texted, by 'STOP' to a: no message is sent from then on",
        )
        assert history.steps[-1].kind is StepKind.OUTCOME
        assert "asked not to be texted" in history.steps[-1].text
        with pytest.raises(OptedOutError):
            opened.send(message("more"))
        opened.opt_outs.remove(TO)
        steps = opened.journal.history(1).steps
    assert (steps[-1].kind, steps[-1].text) == (StepKind.OPT_IN, "took an opt-out back, by hand")


def test_a_text_that_is_not_kept_has_its_segments_all_the_same(opened: Gateway) -> None:
    opened.send(message("x" * 200))
    opened.journal.erase(TO)
    history = opened.journal.history(1)
    assert history.steps[0].text == "2 segments"
    assert found(opened, TO) == [(1, FoundBy.NUMBER)]
    assert found(opened, history.entry.to) == [(1, FoundBy.NUMBER)]


def test_a_text_is_looked_up_as_everything_that_it_may_be(opened: Gateway, line: Line) -> None:
    opened.send(message("one", key="2"))  # entry 1, id 1 of a
    opened.send(message("two"), provider="b")  # entry 2, id 1 of b
    line.says = DOWN
    opened.send(message("three"))  # entry 3, id 2 of b
    [_, failed, _] = opened.journal.history(3).steps
    assert found(opened, "2") == [(3, FoundBy.MESSAGE_ID), (2, FoundBy.ENTRY), (1, FoundBy.KEY)]
    assert found(opened, "2", FoundBy.ENTRY) == [(2, FoundBy.ENTRY)]
    assert found(opened, "1") == [(2, FoundBy.MESSAGE_ID), (1, FoundBy.ENTRY)]
    for spelling in (TO, "27821234567", "+27 82 123 4567"):
        assert found(opened, spelling) == [(each, FoundBy.NUMBER) for each in (3, 2, 1)]
    assert failed.submission is not None
    assert found(opened, failed.submission) == [(3, FoundBy.SUBMISSION)]
    assert found(opened, "nothing") == found(opened, "") == found(opened, "9" * 30) == []
    with pytest.raises(NotFoundError):
        opened.journal.history(4)


def test_a_submission_is_found_in_flight_unknown_and_by_the_report_that_names_it(path: str, line: Line) -> None:
    with closing(journal_at(path)) as journal, gateway(path, line) as opened:
        [claim] = begin(journal, Intent(message(), "a"))
        assert found(opened, claim.submission.id) == [(1, FoundBy.SUBMISSION)]
        opened.send(message("two"))
        named = "sg0123456789abcdef01"
        hand(opened, evolve(report(Status.DELIVERED), submission=named))
        assert found(opened, named) == [(2, FoundBy.SUBMISSION)]
        line.says = LOST
        with pytest.raises(UnknownOutcomeError):
            opened.send(message("three"))
        [asked] = opened.journal.get(3).asked
        assert asked.submission is not None
        assert found(opened, asked.submission.id) == [(3, FoundBy.SUBMISSION)]


def test_messages_of_a_number_and_a_key_come_in_one_order(opened: Gateway) -> None:
    for each in range(60):  # more than a page
        opened.send(message(str(each)))
    opened.send(Message("+27821234568", "other", key=TO))
    opened.send(message("last"))
    assert [each for each, _ in found(opened, TO)] == [*range(62, 0, -1)]


def test_a_message_with_its_number_as_the_key_is_found_once(opened: Gateway) -> None:
    opened.send(message(key=TO))
    assert found(opened, TO) == [(1, FoundBy.KEY)]
