"""Four processes on two hosts share one account's rate through a server, whatever their clocks show and who dies.

They reserve slots and do not wait for them, so that a minute takes no minute and no busy machine changes the result:
the moments are those of the server's clock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from smsgate import RedisPaceStore
from tests.transport.conftest import ROOT, read_line, write_line
from tests.transport.redis_clock import ClockedPaceStore
from tests.valkey_server import Valkey
from tests.virtual_time import VirtualTime

MINUTE, EACH = 60_000_000, 60
Reserving = Callable[..., "list[subprocess.Popen[str]]"]


@pytest.fixture
def reserving(tmp_path: Path) -> Iterator[Reserving]:
    """Start processes, the first half on one host, the others on another; end them whatever happens."""
    with ExitStack() as running:

        def start(*orders: dict[str, Any]) -> list[subprocess.Popen[str]]:
            processes = []
            for place, each in enumerate(orders):
                host = tmp_path / f"host-{2 * place // len(orders)}"
                host.mkdir(exist_ok=True)
                process = running.enter_context(
                    subprocess.Popen(
                        [sys.executable, "-m", "tests.transport.pacing.reserving_process"],
                        cwd=host,
                        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        text=True,
                    )
                )
                running.callback(process.kill)
                write_line(process, json.dumps(each))
                processes.append(process)
            assert [read_line(process) for process in processes] == ["ready"] * len(processes)
            for process in processes:
                write_line(process, "begin")
            return processes

        yield start


def most_in_a_minute(slots: Sequence[int]) -> int:
    return max(sum(start <= slot < start + MINUTE for slot in slots) for start in slots)


def test_sixty_a_minute_over_four_processes_are_never_exceeded_and_fully_used(
    reserving: Reserving, valkey: Valkey
) -> None:
    whole = {"url": valkey.url, "slots": EACH, "interval": 1.0, "ahead": 0.0, "killed": False}
    killed = {**whole, "slots": 1, "killed": True}
    processes = reserving(whole, {**whole, "ahead": 20.0}, whole, killed)
    assert read_line(processes[-1]) == "reserved"
    processes[-1].kill()  # with its slot, which no request uses
    slots = sorted(slot for process in processes[:-1] for slot in json.loads(read_line(process)))
    assert len(slots) == 3 * EACH
    assert min(later - sooner for sooner, later in pairwise(slots)) >= 1_000_000
    assert most_in_a_minute(slots) == 60
    minutes = (slots[-1] - slots[0]) / MINUTE
    assert (len(slots) - 1) / minutes >= 0.95 * 60, f"{len(slots)} slots in {minutes:.2f} minutes"


def test_a_server_that_lost_its_memory_has_the_slots_back_that_a_process_saw(valkey: Valkey) -> None:
    time = VirtualTime(1000.0)
    first, second = ClockedPaceStore(valkey, time), ClockedPaceStore(valkey, time)
    assert [store.reserve("a", 1.0, 60.0) for store in (first, second) * 5] == [float(slot) for slot in range(10)]
    first.block("b", 30.0)
    valkey.command("FLUSHALL")
    time.now += 2.0
    assert second.reserve("a", 1.0, 60.0) == 8.0
    assert first.blocked("b") == 28.0
    assert second.blocked("b") == 28.0


def test_a_slot_that_only_another_process_saw_is_free_again_until_that_one_asks(valkey: Valkey) -> None:
    time = VirtualTime(1000.0)
    first, second = ClockedPaceStore(valkey, time), ClockedPaceStore(valkey, time)
    assert [store.reserve("a", 1.0, 60.0) for store in (first, second, second)] == [0.0, 1.0, 2.0]
    valkey.command("FLUSHALL")
    assert first.reserve("a", 1.0, 60.0) == 1.0
    second.blocked("a")
    assert first.reserve("a", 1.0, 60.0) == 3.0


def test_what_is_not_used_any_more_is_forgotten_by_the_server(valkey: Valkey) -> None:
    store = RedisPaceStore(valkey.url, timeout=60.0)
    store.reserve("a", 100.0, 0.0)
    store.block("b", 1000.0)
    left = {key: valkey.command("PTTL", key) / 1000 for key in valkey.command("KEYS", "*")}
    assert left.keys() == {"smsgate:pace:{a}", "smsgate:pace:{b}"}
    assert 100 < left["smsgate:pace:{a}"] <= 160
    assert 1000 < left["smsgate:pace:{b}"] <= 1060
    store.close()


def test_waits_without_bounds_are_taken_as_very_long(valkey: Valkey) -> None:
    store = RedisPaceStore(valkey.url, timeout=60.0)
    store.block("a", float("inf"))
    assert store.reserve("a", 1.0, -1.0) > 9e8
    assert store.reserve("a", 1.0, float("inf")) > 9e8
    store.close()
