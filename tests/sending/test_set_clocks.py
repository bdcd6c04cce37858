"""A wall clock that is set does not make "not there" certain before the vendor had time to show a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    Doubt,
    Effect,
    Gateway,
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


def gateway(stub: StubTransport, journal: SqliteJournal | None, on_unknown: OnUnknown) -> Gateway:
    provider = Provider("a", Late(Settings(base_url="http://vendor"), provider="a"), stub, pace_store=Unpaced())
    route = Route(name="default", providers=("a",), on_unknown=on_unknown)
    return Gateway([provider], route=route, journal=journal)


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
