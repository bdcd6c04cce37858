"""A wall clock that is set does not make "not there" certain before the vendor had time to show a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Budget,
    BudgetExceededError,
    Conversation,
    Doubt,
    Effect,
    Gateway,
    Guards,
    Message,
    OnUnknown,
    Outcome,
    Provider,
    ProviderError,
    Reconciles,
    Request,
    Route,
    Settings,
    SqliteJournal,
    State,
    Submission,
    UnknownOutcomeError,
)
from smsgate.engine import Threads
from smsgate.engine.event_loop import EventLoop
from smsgate.guards.quiet_hours import QuietHours, QuietRule, Then
from smsgate.guards.quiet_times import Day, QuietTimes
from smsgate.journal import JournalSettings
from smsgate.journal.database.clock import Clock
from smsgate.testing import StubTransport, Unpaced, answer
from tests.skipped_waits import skip_waits

MESSAGE = Message("+27821234567", "Your code is 4711")


class Late(Adapter[Settings], Reconciles):
    """Its vendor shows nothing yet, and would within 15 minutes."""

    name = "late"
    Settings = Settings

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        return Accepted(message_id=str((yield Request("POST", "texts", effect=Effect.SENDS)).json()))

    def reconcile(self, doubt: Doubt) -> Conversation[None]:
        yield Request("GET", "texts")


class SetClock:
    """The wall clock of a machine, which a test sets; its uptime goes on as the test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead, self.uptime = timedelta(0), 1000.0
        for engine in (Threads, EventLoop):
            monkeypatch.setattr(engine, "utc", lambda _: datetime.now(UTC) + self.ahead)

    def wall(self) -> float:
        return (datetime.now(UTC) + self.ahead).timestamp()

    def journal_clock(self) -> Clock:
        return Clock(wall=self.wall, uptime=lambda: self.uptime, boot="one")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    skip_waits(monkeypatch)
    return SetClock(monkeypatch)


def gateway(
    stub: StubTransport,
    journal: SqliteJournal | None,
    on_unknown: OnUnknown = OnUnknown.HOLD,
    guards: Guards | None = None,
) -> Gateway:
    provider = Provider("a", Late(Settings(base_url="http://vendor"), provider="a"), stub, pace_store=Unpaced())
    route = Route(name="default", providers=("a",), on_unknown=on_unknown)
    return Gateway([provider], route=route, journal=journal, guards=guards)


def says(request: Request) -> Answer | ProviderError:
    return UnknownOutcomeError("no answer") if request.effect is Effect.SENDS else answer(json=[])


@pytest.mark.parametrize("days", [1, -1])
def test_an_entry_is_not_sent_once_the_journals_own_time_says_so(tmp_path: Path, clock: SetClock, days: int) -> None:
    settings = JournalSettings(path=str(tmp_path / "j.db"))
    journal = SqliteJournal(settings, clock=clock.journal_clock())
    with gateway(StubTransport(says), journal, OnUnknown.HOLD) as opened:
        opened.send_bulk([MESSAGE]).__next__()
        [entry] = opened.unknowns.list()
        clock.ahead = timedelta(days=days)
        for minutes in (0, 14):
            clock.uptime += 60 * minutes
            with pytest.raises(UnknownOutcomeError, match="is certain from"):
                opened.unknowns.reconcile(entry.id)
        clock.uptime += 120
        assert opened.unknowns.reconcile(entry.id).state is State.NOT_SENT


@pytest.mark.parametrize("journal", [True, False])
def test_a_clock_that_is_set_during_a_send_does_not_end_it(tmp_path: Path, clock: SetClock, *, journal: bool) -> None:
    def set_and_say(request: Request) -> Answer | ProviderError:
        clock.ahead += timedelta(hours=1)
        return says(request)

    kept = SqliteJournal(JournalSettings(path=str(tmp_path / "j.db"))) if journal else None
    with gateway(StubTransport(set_and_say), kept, OnUnknown.RECONCILE) as opened:
        [result] = opened.send_bulk([MESSAGE])
    assert result.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("per", ["1d", "day"])
def test_a_clock_that_is_set_back_gives_no_room_in_a_budget(tmp_path: Path, clock: SetClock, per: str) -> None:
    guards = Guards(counting=[Budget(name="otp", per=per, most=2)])

    def opened() -> Gateway:
        journal = SqliteJournal(JournalSettings(path=str(tmp_path / "j.db")), clock=clock.journal_clock())
        return gateway(StubTransport([answer(json="1"), answer(json="2")]), journal, guards=guards)

    clock.ahead = datetime(2026, 11, 20, 12, tzinfo=UTC) - datetime.now(UTC)  # no day ends within the minutes below
    with opened() as first:
        for text in ("1", "2"):
            first.send(Message(MESSAGE.to, text))
        for days in (-1, 1, -400):
            clock.ahead += timedelta(days=days)
            clock.uptime += 60
            with pytest.raises(BudgetExceededError, match="2 of 2 messages used"):
                first.send(MESSAGE)
    with opened() as second, pytest.raises(BudgetExceededError):  # a new process
        second.send(MESSAGE)


def test_a_held_message_is_not_sent_within_quiet_hours_whatever_the_clock_was_set_to(
    tmp_path: Path, clock: SetClock
) -> None:
    times = QuietTimes.on(time(20), time(8), tuple(Day))
    guards = Guards(quiet_hours=QuietHours((QuietRule(times=times, then=Then.SCHEDULE),)))
    evening = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 22:00 in South Africa
    clock.ahead = evening - datetime.now(UTC)
    journal = SqliteJournal(JournalSettings(path=str(tmp_path / "j.db")), clock=clock.journal_clock())
    with gateway(StubTransport([answer(json="1")]), journal, guards=guards) as opened:
        assert opened.send(MESSAGE).outcome is Outcome.HELD
        clock.ahead -= timedelta(days=1)
        clock.uptime += timedelta(hours=11).total_seconds()  # due by the journal's time, and still evening by the clock
        assert [result.outcome for result in opened.send_due()] == [Outcome.HELD]
        assert [entry.state for entry in opened.held.list()] == [State.HELD]
        clock.ahead += timedelta(hours=11)  # 09:00
        clock.uptime += timedelta(hours=11).total_seconds()
        assert [result.outcome for result in opened.send_due()] == [Outcome.ACCEPTED]
