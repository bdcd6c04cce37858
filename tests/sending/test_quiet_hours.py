"""In quiet hours a message is refused, scheduled at its vendor, or kept in the journal; it is never sent by night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import (
    Accepted,
    ConfigError,
    Conversation,
    Effect,
    Gateway,
    JournalSettings,
    KeepText,
    LimitsValidity,
    Message,
    OptOut,
    Outcome,
    PlanChangedError,
    PlanError,
    QuietHoursError,
    Reply,
    Request,
    Route,
    SendsLater,
    SqliteJournal,
    State,
    Status,
    Submission,
)
from smsgate.guards.guards import Guards
from smsgate.guards.quiet_hours import QuietHours, QuietRule, Then
from smsgate.guards.quiet_times import QuietTimes
from tests.journal_at import rows
from tests.plain_adapter import DOWN, LOST, TO, InBulk, Line, Plain, message, provider
from tests.stub_provider import send_result

HERE = timedelta(hours=2)
"""South Africa's clocks are never set."""


class Later(Plain, SendsLater):
    """Takes messages for later."""

    name = "later"

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        at = message.send_at and message.send_at.isoformat()
        yield Request("POST", "send", json={"text": message.text, "at": at}, effect=Effect.SENDS)
        return Accepted(message_id=str(next(self.ids)), status=Status.SCHEDULED if at else Status.QUEUED)


class Valid(Plain, LimitsValidity):
    """Takes the validity of messages."""

    name = "valid"


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


def over(now: datetime) -> datetime:
    """Return when it is quiet no more: in two to three hours."""
    return (now + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)


def night(then: Then, now: datetime | None = None) -> Guards:
    """Return quiet hours that have begun an hour ago where the recipient is."""
    now = now or datetime.now(UTC)
    start, end = (now - timedelta(hours=1) + HERE).time(), (over(now) + HERE).time()
    times = QuietTimes(start=start.replace(minute=0, second=0, microsecond=0), end=time(end.hour))
    return Guards(quiet_hours=QuietHours((QuietRule(times=times, then=then),)))


@contextmanager
def quiet(
    path: str | None,
    *lines: Line,
    then: Then = Then.SCHEDULE,
    adapters: Sequence[type[Plain]] = (Plain, Plain),
    routes: Sequence[Route] = (),
    guards: Guards | None = None,
) -> Iterator[Gateway]:
    journal = None if path is None else SqliteJournal(path)
    providers = [provider(*each) for each in zip("ab", lines, adapters, strict=False)]
    with Gateway(providers, journal=journal, routes=routes, guards=guards or night(then)) as opened:
        yield opened


def test_a_message_is_refused_with_the_time_from_which_it_may_be_sent() -> None:
    line = Line()
    with quiet(None, line, then=Then.REFUSE) as opened:
        with pytest.raises(QuietHoursError, match=r"Africa/Johannesburg.; send it from") as refused:
            opened.send(message("a"))
        plan = opened.plan(message("a"))
        quote = opened.quote([message("a")])
    assert refused.value.allowed_at is not None
    assert timedelta(hours=1) < refused.value.allowed_at - datetime.now(UTC) <= timedelta(hours=3)
    assert isinstance(plan.refusal, QuietHoursError)
    assert (quote.refused, quote.held, line.texts) == (1, 0, [])


def test_a_message_is_kept_and_not_sent_before_its_time(path: str) -> None:
    line = Line()
    with quiet(path, line) as opened:
        result = opened.send(message("a", key="k"))
        again = opened.send(message("a", key="k"))
        dry = opened.send(message("b"), dry_run=True)
        plan, quote = opened.plan(message("b")), opened.quote([message("b"), message("c", urgent=True)])
        [entry] = opened.held.list()
        assert [*opened.send_due()] == []
    until = result.held_until
    assert until is not None
    assert (result.outcome, result.status, result.error, result.attempts) == (Outcome.HELD, Status.SCHEDULED, None, ())
    assert (again.held_until, entry.due, entry.state, plan.held_until) == (until, until, State.HELD, until)
    assert (dry.outcome, dry.held_until, plan.reason) == (Outcome.NOT_SENT, until, None)
    assert (quote.held, quote.messages) == (1, 2)
    assert line.texts == []


def test_a_message_that_is_not_valid_for_so_long_is_refused(path: str) -> None:
    line = Line()
    with quiet(path, line, adapters=[Valid]) as opened:
        with pytest.raises(QuietHoursError, match=r"for longer than the message's validity of 0:30:00; send it from"):
            opened.send(message("code", validity=timedelta(minutes=30)))
        plan = opened.plan(message("code", validity=timedelta(minutes=30)))
        assert opened.send(message("news", validity=timedelta(hours=4))).outcome is Outcome.HELD
        assert opened.send(message("code", validity=timedelta(minutes=30), urgent=True)).outcome is Outcome.ACCEPTED
    assert isinstance(plan.refusal, QuietHoursError)
    assert line.texts == ["code"]


def test_when_its_time_has_come_and_it_is_still_quiet_it_is_kept_on(path: str) -> None:
    line = Line()
    with quiet(path, line) as opened:
        until = opened.send(message("a")).held_until
        rows(path, "UPDATE due SET moment = 0, at = 0")
        [kept] = opened.send_due()
        assert (kept.outcome, kept.held_until, [*opened.send_due()]) == (Outcome.HELD, until, [])
    with quiet(path, line, guards=Guards()) as by_day:
        rows(path, "UPDATE due SET moment = 0")
        [sent] = by_day.send_due()
        by_day.opt_outs.add("+27821234568")
    assert (sent.outcome, line.texts) == (Outcome.ACCEPTED, ["a"])


def test_urgent_messages_and_those_of_urgent_routes_pass_and_so_does_the_answer_to_a_stop(path: str) -> None:
    line = Line()
    routes = [Route(name="codes", providers=("a",), campaign="otp", urgent=True)]
    with quiet(path, line, then=Then.REFUSE, routes=routes) as opened:
        opened.send(message("urgent", urgent=True))
        opened.send(message("a code", campaign="otp"))
        stop = OptOut(Reply(message_id="7", provider="a", sender=TO, text="STOP"), "STOP")
        opened.send(message("you are out"), confirms=stop)
        with pytest.raises(QuietHoursError):
            opened.send(message("not urgent"))
    assert line.texts == ["urgent", "a code", "you are out"]


def test_a_message_with_its_own_time_is_judged_at_that(path: str) -> None:
    line, now = Line(), datetime.now(UTC)
    with quiet(path, line, adapters=[Later], guards=night(Then.REFUSE, now)) as opened:
        by_day = message("by day", send_at=over(now) + timedelta(hours=5))
        assert opened.send(by_day).outcome is Outcome.ACCEPTED
        with pytest.raises(QuietHoursError) as refused:
            opened.send(message("by night", send_at=now + timedelta(days=1)))
        assert refused.value.allowed_at == over(now) + timedelta(days=1)


def test_the_first_provider_sends_it_later_if_it_can(path: str) -> None:
    plain, later = Line(), Line()
    with quiet(path, later, plain, adapters=[Later, Plain]) as opened:
        result = opened.send(message("a", key="k"))
        again = opened.send(message("a", key="k"))
        plan = opened.plan(message("b"))
        entry = opened.unknowns.get(1)
    at = later.requests[0].json["at"]  # type: ignore[index]
    assert result.message == message("a", key="k")
    assert (result.outcome, result.status, result.held_until) == (Outcome.ACCEPTED, Status.SCHEDULED, None)
    assert result.notes == (f"quiet hours: the vendor is to send it at {plan.send_at:%Y-%m-%d %H:%M} UTC",)
    assert entry.message is not None
    assert (entry.message.send_at, plan.send_at, plan.held_until) == (
        datetime.fromisoformat(at),
        entry.message.send_at,
        None,
    )
    assert (again.message_id, len(later.requests), plain.texts) == (result.message_id, 1, [])


def test_no_provider_is_asked_by_night_that_cannot_send_it_later(path: str) -> None:
    plain, later = Line(), Line(DOWN)
    with quiet(path, later, plain, adapters=[Later, Plain]) as opened:
        assert send_result(opened, message("a")).outcome is Outcome.NOT_SENT
    with quiet(path, plain, later, adapters=[Plain, Later]) as opened:
        assert opened.send(message("b")).outcome is Outcome.HELD
    assert plain.texts == []


def test_a_run_keeps_the_places_of_messages_that_are_held_or_scheduled(path: str) -> None:
    for adapter, outcome in ((InBulk, Outcome.HELD), (Later, Outcome.ACCEPTED)):
        line, run = Line(), adapter.__name__
        texts = [message(text) for text in "aab"]
        with quiet(path, line, adapters=[adapter]) as opened:
            first = [each.outcome for each in opened.send_bulk(texts, run=run)]
            second = [each.outcome for each in opened.send_bulk(texts, run=run)]
        with quiet(path, line, adapters=[adapter], guards=Guards()) as by_day:
            third = [each.outcome for each in by_day.send_bulk(texts, run=run)]
            rows(path, "UPDATE due SET moment = 0")
            [*by_day.send_due()]
            fourth = [each.outcome for each in by_day.send_bulk(texts, run=run)]
        assert first == second == third == [outcome] * 3
        assert fourth == [Outcome.ACCEPTED] * 3
        assert sorted(line.texts) == ["a", "a", "b"]


def test_a_run_on_a_queue_is_enqueued_by_night_and_sent_by_day(path: str) -> None:
    line = Line()
    with quiet(path, line) as opened:
        assert opened.enqueue([message("a"), message("b")], run="r").enqueued == 2
        opened.runs.runner().work(until_empty=True)
        status = opened.runs.status("r")
        assert (status.held, status.queued, line.texts) == (2, 0, [])
    with quiet(path, line, guards=Guards()) as by_day:
        rows(path, "UPDATE due SET moment = 0")
        by_day.runs.runner().work(until_empty=True)
        assert by_day.runs.status("r").accepted == 2
        assert by_day.journal.check() == []


def test_an_unknown_message_is_not_sent_again_by_night(path: str) -> None:
    with quiet(path, Line(LOST), guards=Guards()) as by_day:
        assert send_result(by_day, message("a")).outcome is Outcome.UNKNOWN
    line = Line()
    with quiet(path, line) as opened:
        with pytest.raises(QuietHoursError) as refused:
            opened.unknowns.resend(1)
        assert refused.value.result is not None
        assert refused.value.result.outcome is Outcome.UNKNOWN
        assert opened.unknowns.get(1).state is State.UNKNOWN
    assert line.texts == []


def test_what_was_refused_by_night_is_sent_by_day_with_the_same_key(path: str) -> None:
    line = Line()
    with quiet(path, line, then=Then.REFUSE) as opened, pytest.raises(QuietHoursError):
        opened.send(message("a", key="k"))
    with quiet(path, line, guards=Guards()) as by_day:
        assert by_day.send(message("a", key="k")).outcome is Outcome.ACCEPTED


def test_a_gateway_that_is_to_keep_messages_needs_a_journal_with_texts(path: str) -> None:
    needs = 'quiet hours with then = "schedule": needs a journal that keeps texts'
    with pytest.raises(ConfigError, match=needs):
        Gateway([provider("a", Line())], guards=night(Then.SCHEDULE))
    without = SqliteJournal(JournalSettings(path=path, text=KeepText.HASH))
    with without, pytest.raises(ConfigError, match=needs):
        Gateway([provider("a", Line())], guards=night(Then.SCHEDULE), journal=without)


def test_urgent_is_kept_with_a_message_and_is_no_content(path: str) -> None:
    line = Line()
    with quiet(path, line) as opened:
        first = opened.send(message("a", key="k", urgent=True))
        again = opened.send(message("a", key="k"))
        entry = opened.unknowns.get(1)
    assert entry.message == evolve(message("a", key="k"), urgent=True)
    assert (again.message_id, line.texts) == (first.message_id, ["a"])


def test_a_plan_is_not_sent_where_quiet_hours_would_keep_its_message(path: str) -> None:
    line = Line()
    with quiet(path, line) as opened:
        plan = opened.plan(message("a"))
        for planned in (plan, evolve(plan, held_until=None)):
            with pytest.raises(PlanError, match=r"quiet hours keep the message until .* send the message instead"):
                opened.send(planned)
        assert [*opened.held.list()] == []
        assert opened.send(plan.message).outcome is Outcome.HELD
    with quiet(None, line, guards=Guards()) as opened, pytest.raises(PlanChangedError, match="or are over"):
        opened.send(plan)
    assert line.texts == []


def test_a_plan_is_sent_at_the_time_that_it_shows(path: str) -> None:
    line = Line()
    with quiet(path, line, adapters=(Later,)) as opened:
        plan = opened.plan(message("a"))
        assert plan.send_at is not None
        assert opened.send(plan).status is Status.SCHEDULED
        early = opened.plan(message("b"))
        with pytest.raises(PlanChangedError, match="quiet hours have begun"):
            opened.send(evolve(early, send_at=None))
    assert len(line.texts) == 1
