"""Signal handlers that raise, as a soft time limit and Ctrl-C do, at any instant of a send."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.separate_process import run_program, sent_texts, states

STORM = """
import random, signal, sys, time
from tests.separate_process import open_gateway
from tests.plain_adapter import InBulk, Plain, message

class Limit(Exception): pass
LIMITS = Limit, KeyboardInterrupt, RuntimeError, TimeoutError

folder, seed, rounds, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
dice = random.Random(seed)
armed = False
def interrupt(*_):
    if armed:
        raise dice.choice(LIMITS)
signal.signal(signal.SIGALRM, interrupt)
sys.unraisablehook = lambda told: None if isinstance(told.exc_value, LIMITS) else sys.__unraisablehook__(told)
# A handler may raise in a finaliser too, where Python reports it and goes on.

def storm(work, longest):
    "Call some work again and again, each time with a signal at a random instant."
    global armed
    interrupted = 0
    ends = time.monotonic() + seconds
    for each in range(rounds):
        if time.monotonic() > ends:
            break
        try:
            armed = True
            signal.setitimer(signal.ITIMER_REAL, dice.uniform(1e-5, longest), dice.uniform(1e-4, longest))
            work(each)
            armed = False
        except LIMITS:
            armed = False
            interrupted += 1
        finally:
            armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)
    return each, interrupted

def settled(gateway):
    "Wait, with a limit, until nothing is an intent any more."
    ends = time.monotonic() + 30
    while gateway.core.sender.journal._open._ends and time.monotonic() < ends:
        time.sleep(0.01)
    gateway.send(message("after the storm"))
"""


def seeds() -> list[int]:
    return [random.randrange(2**32)]


def check_whole(folder: Path, *, once: bool = True) -> None:
    """No entry is open, what the vendor took is recorded as accepted, and it was taken once."""
    recorded, texts = states(folder), sent_texts(folder)
    assert "intent" not in recorded.values()
    assert {text: recorded.get(text) for text in texts} == dict.fromkeys(texts, "accepted")
    if once:
        assert len({*texts}) == len(texts)
    with closing(sqlite3.connect(folder / "journal.db")) as connection:
        assert connection.execute("SELECT count(*) FROM runs WHERE owner IN (SELECT id FROM leases)").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM leases").fetchone() == (0,)


def run_storm(folder: Path, seed: int, work: str, rounds: int, seconds: float) -> int:
    """Run a storm; return how often it interrupted the work."""
    print(f"seed {seed}")  # noqa: T201 - shown where it fails
    ended = run_program(STORM + work, folder, str(seed), str(rounds), str(seconds))
    assert (ended.returncode, ended.stderr) == (0, ""), seed
    rounds_done, interrupted = map(int, ended.stdout.split())
    assert interrupted <= rounds_done + 1
    return interrupted


SENDS = """
gateway = open_gateway(folder, 0.0005)
messages = [message(f"{each}") for each in range(rounds)]  # before: phonenumbers loads its tables as it reads numbers
print(*storm(lambda each: gateway.send(messages[each]), 0.006))
settled(gateway)
assert [*gateway.unknowns.list()] == []
gateway.close()
"""
BULK = """
gateway = open_gateway(folder, 0.0005, InBulk if seed % 2 else Plain)
messages = [[message(f"{each} {place}") for place in range(30)] for each in range(rounds)]
def bulk(each):
    for result in gateway.send_bulk(iter(messages[each]), workers=3, run=f"r{each}"):
        pass
print(*storm(bulk, 0.1))
settled(gateway)
for run in range(3):  # none is open still
    list(gateway.send_bulk([], run=f"r{run}"))
gateway.close()
"""
READS = """
from tests.receiving.polled_vendor import ManyStatusesPerCall, Vendor
from tests.plain_adapter import Line, provider
from smsgate import Gateway, SqliteJournal
from datetime import timedelta
vendor = Vendor()
journal = SqliteJournal(folder + "/journal.db")
gateway = Gateway([provider("a", Line(vendor), ManyStatusesPerCall)], journal=journal, deadline=10)
ids = [gateway.send(message(str(each))).message_id for each in range(20)]
for each in ids:
    vendor.statuses[each] = "sent"
def read(each):
    list(gateway.poll(pause=timedelta()))
    list(gateway.unknowns.list())
    gateway.provider("a").statuses(ids)
print(*storm(read, 0.01))
settled(gateway)
assert len(list(gateway.provider("a").statuses(ids))) == 20
gateway.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(), ids=["seed"])
def test_no_send_that_a_signal_handler_interrupts_stays_open_or_locks_anything(seed: int, tmp_path: Path) -> None:
    assert run_storm(tmp_path, seed, SENDS, 4000, 2) > 10
    check_whole(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(), ids=["seed"])
def test_no_bulk_send_that_a_signal_handler_interrupts_stays_open_or_locks_anything(seed: int, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert run_storm(folder, seed, BULK, 400, 4) > 10
    check_whole(folder)


@pytest.mark.slow
def test_no_reading_that_a_signal_handler_interrupts_locks_anything(tmp_path: Path) -> None:
    assert run_storm(tmp_path, random.randrange(2**32), READS, 1000, 3) > 10


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("work", [SENDS, BULK], ids=["sends", "bulk"])
def test_nothing_of_many_storms_stays_open(seed: int, work: str, tmp_path: Path) -> None:
    run_storm(tmp_path, seed, work, 4000 if work is SENDS else 400, 40)
    check_whole(tmp_path)
