"""The wall clock leaps: a key is remembered and a lease runs by the journal's own time, which does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from smsgate import Gateway, JournalSettings, OptOut, Pruned, Reply, SqliteJournal
from smsgate.journal import Claim, Intent
from smsgate.journal.database.clock import Clock
from smsgate.journal.inbox import EventState
from tests.plain_adapter import Line, Plain, message, provider

DAY = 24 * 60 * 60.0
NOON = 1_800_000_000.0


class Machine:
    """A machine's clocks: time passes for both, and people set one."""

    def __init__(self) -> None:
        self.wall = NOON
        self.uptime = 1000.0
        self.boot = "first"

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.uptime += seconds

    def restarts(self, off: float) -> None:
        self.wall += off
        self.uptime, self.boot = 5.0, f"after {self.boot}"

    @property
    def clock(self) -> Clock:
        return Clock(wall=lambda: self.wall, uptime=lambda: self.uptime, boot=self.boot)


@contextmanager
def gateway(path: str, line: Line, machine: Machine, key_days: float = 30) -> Iterator[Gateway]:
    journal = SqliteJournal(JournalSettings(path=path, key_days=key_days), clock=machine.clock)
    with Gateway([provider("a", line, Plain)], journal=journal) as opened:
        yield opened


# Keys -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leap", [40 * DAY, -40 * DAY, 4000 * DAY])
def test_a_clock_that_leaps_and_comes_back_makes_no_key_expire(leap: float, path: str) -> None:
    line, machine = Line(), Machine()
    with gateway(path, line, machine) as opened:
        opened.send(message(key="k"))
        machine.wall += leap
        opened.send(message(key="k"))
        opened.send(message(key="other"))
        machine.wall -= leap
        opened.send(message(key="k"))
        opened.send(message(key="other"))
    assert len(line.requests) == 2


def test_a_process_that_starts_while_the_clock_is_ahead_knows_the_keys(path: str) -> None:
    line, machine = Line(), Machine()
    with gateway(path, line, machine) as opened:
        opened.send(message(key="k"))
    machine.wall += 40 * DAY
    with gateway(path, line, machine) as opened:
        opened.send(message(key="k"))
    assert len(line.requests) == 1


def test_a_key_expires_after_its_days_whatever_the_wall_clock_says(path: str) -> None:
    line, machine = Line(), Machine()
    with gateway(path, line, machine) as opened:
        opened.send(message(key="k"))
        machine.passes(31 * DAY)
        machine.wall -= 100 * DAY
        opened.send(message(key="k"))
    assert len(line.requests) == 2


@pytest.mark.parametrize("off", [0, 10, 40 * DAY, -40 * DAY])
def test_a_machine_that_starts_with_a_wrong_clock_makes_no_key_expire(off: float, path: str) -> None:
    line, machine = Line(), Machine()
    with gateway(path, line, machine) as opened:
        opened.send(message(key="k"))
    for _ in range(10):
        machine.restarts(off)
        with gateway(path, line, machine) as opened:
            opened.send(message(key="k"))
            opened.send(message())
        machine.wall = NOON
    assert len(line.requests) == 11


def test_a_machine_that_restarts_often_forgets_a_key_in_the_end(path: str) -> None:
    line, machine = Line(), Machine()
    with gateway(path, line, machine, key_days=1) as opened:
        opened.send(message(key="k"))
    for _ in range(26):
        machine.restarts(off=12 * 60 * 60)
        with gateway(path, line, machine, key_days=1) as opened:
            opened.send(message(key="k"))
            opened.send(message())
    assert len(line.requests) == 28


# Leases ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leap", [DAY, -DAY])
def test_a_leap_lists_nothing_that_is_being_sent(leap: float, path: str) -> None:
    machine = Machine()
    with (
        closing(SqliteJournal(path, clock=machine.clock)) as one,
        closing(SqliteJournal(path, clock=machine.clock)) as two,
    ):
        [claim] = one.begin([Intent(message(key="k"), "a")]).wait(10)
        assert isinstance(claim, Claim)
        machine.wall += leap
        assert two.unknowns() == []
        assert one.intend(claim, "a", []) == claim


def test_a_lease_runs_out_although_the_clock_was_set_back(path: str) -> None:
    machine = Machine()
    with (
        closing(SqliteJournal(path, clock=machine.clock)) as one,
        closing(SqliteJournal(path, clock=machine.clock)) as two,
    ):
        one.begin([Intent(message(key="k"), "a")]).wait(10)
        machine.wall -= DAY
        machine.uptime += 16
        assert [entry.key for entry in two.unknowns()] == ["k"]


def test_what_was_being_sent_when_the_machine_went_down_is_listed_soon_after(path: str) -> None:
    machine = Machine()
    first = SqliteJournal(path, clock=machine.clock)
    first.begin([Intent(message(key="k"), "a")]).wait(10)
    machine.restarts(off=-DAY)
    with closing(SqliteJournal(path, clock=machine.clock)) as journal:
        machine.passes(16)
        assert [entry.key for entry in journal.unknowns()] == ["k"]
    first._finalizer.detach()
    first._database.close()


# What comes back ------------------------------------------------------------------------------------------------------


def test_an_event_is_remembered_while_the_clock_leaps(path: str) -> None:
    machine = Machine()
    reply = Reply(provider="a", message_id="r1", sender="+27821234567", text="Hello")
    with closing(SqliteJournal(path, clock=machine.clock)) as journal:
        assert journal.inbox.record(reply).state is EventState.NEW
        journal.inbox.delivered(reply)
        machine.wall += 40 * DAY
        assert journal.inbox.record(reply).state is EventState.SEEN
        machine.wall -= 40 * DAY
        assert journal.inbox.record(reply).state is EventState.SEEN


def test_a_message_is_awaited_although_the_clock_was_ahead_for_a_while(path: str) -> None:
    line, machine = Line(), Machine()
    with gateway(path, line, machine) as opened:
        opened.send(message())

        def awaited() -> list[str]:
            now = datetime.fromtimestamp(machine.wall, UTC)
            return [*opened.core._journal.inbox.awaited("a", since=now - timedelta(days=3), before=now, most=5)]

        machine.wall += 40 * DAY
        assert awaited() == ["1"]
        machine.wall -= 40 * DAY
        assert awaited() == ["1"]
        machine.passes(4 * DAY)
        assert awaited() == []


def test_a_stop_counts_although_the_opt_in_before_it_was_recorded_with_a_clock_ahead(path: str) -> None:
    machine = Machine()
    number = "+27821234567"
    with closing(SqliteJournal(path, clock=machine.clock)) as journal:
        journal.inbox.opt_out(number)
        machine.wall += 40 * DAY
        journal.inbox.opt_in(number)
        machine.wall -= 40 * DAY
        machine.passes(600)
        said = datetime.fromtimestamp(machine.wall - 300, UTC)
        stop = Reply(provider="a", message_id="r1", sender=number, text="STOP", received_at=said)
        journal.inbox.record(OptOut(stop, "STOP"))
        assert journal.inbox.opted_out(number) is not None


@pytest.mark.parametrize("running", [True, False])
def test_a_clock_that_leaps_forward_deletes_nothing(path: str, *, running: bool) -> None:
    """The journal's time counts none of it while the machine runs, and an hour at most while it is off."""
    line, machine = Line(), Machine()
    with gateway(path, line, machine) as opened:
        opened.send(message("one"))
        opened.send(message("two"))
        if running:
            machine.wall += 4000 * DAY
            assert opened.journal.prune(keep="30d", keep_text="1d") == Pruned()
    machine.restarts(off=4000 * DAY)
    with gateway(path, line, machine) as opened:
        assert opened.journal.prune(keep="30d", keep_text="1d") == Pruned()
