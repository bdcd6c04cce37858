"""Slots are given evenly, first come, first served, by every store alike; times are made up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from smsgate import FilePaceStore, MemoryPaceStore, PaceStore
from smsgate.model.rate import Rate, read_rate
from tests.transport.redis_clock import ClockedPaceStore
from tests.virtual_time import VirtualTime

Make = Callable[[VirtualTime], PaceStore]


@pytest.fixture(params=["memory", "file", "redis"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    if request.param == "memory":
        return lambda time: MemoryPaceStore(time.clock)
    if request.param == "file":
        return lambda time: FilePaceStore(tmp_path / "pace.db", time.clock)
    server = request.getfixturevalue("valkey")
    return lambda time: ClockedPaceStore(server, time)


def test_slots_are_an_interval_apart_however_many_come_at_once(make: Make) -> None:
    store = make(VirtualTime(1000.0))
    assert [store.reserve("a", 2.0, 60.0) for _ in range(4)] == [0.0, 2.0, 4.0, 6.0]


def test_unused_time_is_not_saved_up(make: Make) -> None:
    time = VirtualTime(1000.0)
    store = make(time)
    store.reserve("a", 2.0, 60.0)
    time.now = 5000.0
    assert [store.reserve("a", 2.0, 60.0) for _ in range(2)] == [0.0, 2.0]


def test_a_slot_beyond_the_callers_deadline_is_left_to_others(make: Make) -> None:
    store = make(VirtualTime(1000.0))
    store.reserve("a", 2.0, 60.0)
    assert store.reserve("a", 2.0, 1.9) == 2.0
    assert store.reserve("a", 2.0, 2.0) == 2.0
    assert store.reserve("a", 2.0, 60.0) == 4.0


def test_accounts_do_not_wait_for_each_other(make: Make) -> None:
    store = make(VirtualTime(1000.0))
    assert [store.reserve(account, 2.0, 60.0) for account in "aab"] == [0.0, 2.0, 0.0]
    store.block("a", 30.0)
    assert (store.blocked("a"), store.blocked("b")) == (30.0, 0.0)


def test_an_account_without_a_rate_waits_for_blocks_only(make: Make) -> None:
    store = make(VirtualTime(1000.0))
    assert [store.reserve("a", 0.0, 60.0) for _ in range(3)] == [0.0] * 3
    store.block("a", 30.0)
    assert [store.reserve("a", 0.0, 60.0) for _ in range(3)] == [30.0] * 3


def test_after_a_block_slots_are_even_again(make: Make) -> None:
    time = VirtualTime(1000.0)
    store = make(time)
    store.reserve("a", 2.0, 60.0)
    store.block("a", 30.0)
    assert [store.reserve("a", 2.0, 60.0) for _ in range(3)] == [30.0, 32.0, 34.0]
    time.now += 30.0
    assert store.blocked("a") == 0.0
    assert store.reserve("a", 2.0, 60.0) == 6.0


def test_a_shorter_block_does_not_end_a_longer_one(make: Make) -> None:
    store = make(VirtualTime(1000.0))
    store.block("a", 60.0)
    store.block("a", 5.0)
    assert store.blocked("a") == 60.0


def test_a_slot_reserved_for_after_a_block_is_not_given_twice(make: Make) -> None:
    store = make(VirtualTime(1000.0))
    assert [store.reserve("a", 10.0, 60.0) for _ in range(3)] == [0.0, 10.0, 20.0]
    store.block("a", 15.0)
    assert store.reserve("a", 10.0, 60.0) == 30.0


def test_a_clock_that_is_set_back_moves_the_slots_with_it(make: Make) -> None:
    time = VirtualTime(1_000_000.0)
    store = make(time)
    store.reserve("a", 2.0, 60.0)
    store.block("a", 30.0)
    time.now -= 3600.0
    assert store.blocked("a") == 30.0
    assert store.reserve("a", 2.0, 60.0) == 30.0


def test_a_block_ends_by_a_clock_that_was_set_back_though_no_slot_was_taken(make: Make) -> None:
    time = VirtualTime(1_000_000.0)
    store = make(time)
    store.block("a", 30.0)
    time.now -= 3600.0
    assert (store.blocked("a"), store.reserve("a", 2.0, 1.0)) == (30.0, 30.0)
    time.now += 20.0
    assert (store.blocked("a"), store.reserve("a", 2.0, 1.0)) == (10.0, 10.0)


@pytest.mark.parametrize("make", ["file", "redis"], indirect=True)
def test_two_stores_in_one_place_share_its_slots_and_blocks(make: Make) -> None:
    time = VirtualTime(1000.0)
    one, other = (make(time) for _ in range(2))
    assert [store.reserve("a", 2.0, 60.0) for store in (one, other, one)] == [0.0, 2.0, 4.0]
    one.block("a", 30.0)
    assert other.blocked("a") == 30.0


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pace.db"
    path.write_text("something else, and long enough to be looked at by SQLite as the header of a database file")
    with pytest.raises(sqlite3.DatabaseError):
        FilePaceStore(path).reserve("a", 2.0, 60.0)


@pytest.mark.parametrize(
    ("text", "rate", "interval"),
    [
        ("55/min", Rate(55, 60), 60 / 55),
        ("55 / minute", Rate(55, 60), 60 / 55),
        ("10/s", Rate(10, 1), 0.1),
        ("1000/h", Rate(1000, 3600), 3.6),
        ("20000/day", Rate(20000, 86400), 4.32),
    ],
)
def test_a_rate_is_read_as_people_write_it(text: str, rate: Rate, interval: float) -> None:
    assert read_rate(text) == rate
    assert rate.interval == interval


@pytest.mark.parametrize("text", [None, "unlimited"])
def test_no_rate_is_no_pacing(text: str | None) -> None:
    assert read_rate(text) is None


@pytest.mark.parametrize(
    "text", ["", "55", "0/min", "-1/s", "5.5/min", "55/week", "55 per minute", "\u0665/min", "1/s\n"]
)
def test_anything_else_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be a rate such as '55/min', '10/s' or '1000/h', or 'unlimited', got"):
        read_rate(text)
