"""Processes that send what is due, side by side and killed: each person gets one text, and none is forgotten."""

from __future__ import annotations

import random
import time
from collections import Counter
from multiprocessing.context import ForkServerContext

import pytest

from smsgate import Gateway, State
from smsgate.sandbox import Sandbox
from tests.journal.database.campaign import messages, settings
from tests.journal.database.due_work import TO, hold, send_due

pytestmark = pytest.mark.threads  # it kills a process of its own

COUNT = 60


def wanted() -> Counter[str]:
    return Counter(message.text for message in messages("due", COUNT))


def test_two_workers_send_each_message_once(
    processes: ForkServerContext, sandbox: Sandbox, vendor: dict[str, str], path: str
) -> None:
    hold(vendor, path, COUNT)
    workers = [processes.Process(target=send_due, args=(vendor, path)) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert [each.exitcode for each in workers] == [0, 0]
    assert Counter(text.text for text in sandbox.texts) == wanted()


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_worker_leaves_unknowns_and_the_next_one_sends_the_rest(
    seed: int, processes: ForkServerContext, sandbox: Sandbox, vendor: dict[str, str], path: str
) -> None:
    dice = random.Random(seed)
    hold(vendor, path, COUNT)
    bulk_size = dice.choice([1, 5])
    worker = processes.Process(target=send_due, args=(vendor, path), kwargs={"bulk_size": bulk_size})
    worker.start()
    until = dice.randrange(COUNT)
    while worker.is_alive() and len(sandbox.texts) < until:
        time.sleep(0.001)
    time.sleep(dice.uniform(0, 0.01))
    worker.kill()
    worker.join()
    send_due(vendor, path, bulk_size=bulk_size)
    with Gateway.from_mapping(settings(vendor, path)) as gateway:
        entries = [*gateway.journal.find(to=TO)]
        assert gateway.journal.check() == []
    states = Counter(entry.state for entry in entries)
    texts = Counter(text.text for text in sandbox.texts)
    unknown = Counter(entry.message.text for entry in entries if entry.state is State.UNKNOWN and entry.message)
    accepted = Counter(entry.message.text for entry in entries if entry.state is State.ACCEPTED and entry.message)
    assert texts <= wanted(), f"seed {seed}: texted twice: {texts - wanted()}"
    assert accepted + unknown == wanted(), f"seed {seed}: {states}"
    assert accepted <= texts, f"seed {seed}: {accepted - texts}"
    assert unknown.total() <= 4 * bulk_size, f"seed {seed}: {states}"
