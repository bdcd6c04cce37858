"""A campaign is killed at any instant and run again: no person is texted twice, and none is forgotten."""

from __future__ import annotations

import random
import time
from collections import Counter
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess

import pytest

from smsgate import Gateway, Outcome
from smsgate.journal.address import is_postgres
from smsgate.sandbox import Sandbox
from tests.journal.database.campaign import WORKERS, messages, send, send_on_event_loop, settings
from tests.journal_at import rows

pytestmark = pytest.mark.threads  # it kills a process of its own

COUNT = 40
MOST_KILLS = 3


def kill_after(texts: int, process: BaseProcess, sandbox: Sandbox, rest: float) -> None:
    """Start the campaign, and kill it a moment after so many texts are on air, or let it end if there are not."""
    process.start()
    while process.is_alive() and len(sandbox.texts) < texts:
        time.sleep(0.001)
    time.sleep(rest)
    process.kill()
    process.join()
    process.close()


def check_whole(path: str) -> None:
    if not is_postgres(path):
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]


def run(seed: int, processes: ForkServerContext, sandbox: Sandbox, vendor: dict[str, str], path: str) -> None:
    dice = random.Random(seed)
    kills = dice.randint(1, MOST_KILLS)
    bulk_size = dice.choice([1, 1, 5])
    name = f"run {seed}"
    for _ in range(kills):
        campaign = dice.choice([send, send_on_event_loop])
        process = processes.Process(target=campaign, args=(vendor, path, name, COUNT), kwargs={"bulk_size": bulk_size})
        kill_after(dice.randint(len(sandbox.texts), COUNT), process, sandbox, dice.uniform(0, 0.01))
        check_whole(path)
    with Gateway.from_mapping(settings(vendor, path, bulk_size=bulk_size)) as gateway:
        results = [*gateway.send_bulk(messages(name, COUNT), workers=WORKERS, run=name)]
        listed = [*gateway.unknowns.list(run=name)]
    wanted = Counter(message.text for message in messages(name, COUNT))
    on_air_texts = Counter(text.text for text in sandbox.texts)
    accepted = Counter(result.message.text for result in results if result.outcome is Outcome.ACCEPTED)
    unknown = Counter(result.message.text for result in results if result.outcome is Outcome.UNKNOWN)
    assert on_air_texts <= wanted, f"seed {seed}: texted twice: {on_air_texts - wanted}"
    assert accepted + unknown == wanted, f"seed {seed}: lost: {wanted - accepted - unknown}"
    assert accepted <= on_air_texts, f"seed {seed}: accepted and not on air: {accepted - on_air_texts}"
    assert len(listed) == unknown.total() <= WORKERS * bulk_size * kills, f"seed {seed}: {listed}"
    assert Counter(entry.message.text for entry in listed if entry.message) == unknown
    check_whole(path)


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_run_that_is_run_again_texts_everybody_once(
    seed: int, processes: ForkServerContext, sandbox: Sandbox, vendor: dict[str, str], path: str
) -> None:
    run(seed, processes, sandbox, vendor, path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(6, 1050))
def test_a_thousand_killed_runs(
    seed: int, processes: ForkServerContext, sandbox: Sandbox, vendor: dict[str, str], path: str
) -> None:
    run(seed, processes, sandbox, vendor, path)
