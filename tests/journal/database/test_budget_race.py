"""Processes race for a budget and some are killed: never a text more than it has room for, and none less in the end."""

from __future__ import annotations

import time
from collections import Counter
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from smsgate import Outcome
from smsgate.journal import Finding
from smsgate.journal.database.journal import DatabaseJournal
from tests.journal.database.budget_race import open_racer, race, send_until_refused
from tests.journal_at import rows

pytestmark = pytest.mark.threads  # it kills processes of its own

PROCESSES, MOST = 8, 1000
KILLS = (150, 400, 700)
"""How many texts the vendor has when a process is killed."""


def texts_at(vendor: Path) -> list[str]:
    return vendor.read_text(encoding="utf-8").splitlines() if vendor.exists() else []


@pytest.mark.slow
def test_a_thousand_texts_are_sent_of_a_budget_of_a_thousand_by_processes_some_of_which_are_killed(
    path: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    vendor = tmp_path / "texts"
    open_racer(path, vendor, MOST).close()
    racers = [processes.Process(target=race, args=(path, vendor, MOST, str(each))) for each in range(PROCESSES)]
    for each in racers:
        each.start()
    for texts, killed in zip(KILLS, racers, strict=False):
        while len(texts_at(vendor)) < texts and any(each.is_alive() for each in racers):
            time.sleep(0.001)
        killed.kill()
    for each in racers:
        each.join()
    assert [each.exitcode for each in racers[len(KILLS) :]] == [0] * (PROCESSES - len(KILLS))
    with open_racer(path, vendor, MOST) as gateway:
        unknown = [*gateway.unknowns.list()]
        states = dict(rows(path, "SELECT state, count(*) FROM entries GROUP BY state"))
        assert states == {"accepted": MOST - len(unknown), "unknown": len(unknown)}
        assert len(texts_at(vendor)) <= MOST
        settle(gateway.core.sender.journal, vendor, [(each.id, each.message.text) for each in unknown if each.message])
        missing = MOST - len(texts_at(vendor))
        assert send_until_refused(gateway, "rest", MOST) == missing
        assert gateway.journal.check() == []
    sent = Counter(texts_at(vendor))
    assert (sent.total(), max(sent.values())) == (MOST, 1)


def settle(journal: object, vendor: Path, unknown: list[tuple[int, str]]) -> None:
    """Record of unknown messages whether the vendor has them."""
    assert isinstance(journal, DatabaseJournal)
    there = {*texts_at(vendor)}
    for entry_id, text in unknown:
        accepted = Finding(outcome=Outcome.ACCEPTED, provider="a", message_id=text)
        absent = Finding(outcome=Outcome.NOT_SENT, reason="not there")
        journal.resolve(entry_id, accepted if text in there else absent)
