"""A process that polls is killed at any instant: what it had not handed on comes again, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from smsgate import Message, Outcome, Status
from smsgate.sandbox import Sandbox
from smsgate_zoomconnect_sandbox import ZoomConnect
from tests.receiving.polling_process import name, open_gateway, poll

TO = "+27821234567"
COUNT = 60
REPLIES = 10


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.receiving.polling_process"])
    return context


@pytest.fixture(scope="module")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[ZoomConnect(delivery=timedelta())]) as sandbox:
        yield sandbox


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines() if path.exists() else []


@pytest.mark.parametrize("seed", range(3))
def test_what_a_killed_process_had_not_delivered_comes_again(
    seed: int, processes: ForkServerContext, running_sandbox: Sandbox, path: str, tmp_path: Path
) -> None:
    run(seed, processes, running_sandbox, path, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3, 200))
def test_what_many_killed_processes_had_not_delivered_comes_again(
    seed: int, processes: ForkServerContext, running_sandbox: Sandbox, path: str, tmp_path: Path
) -> None:
    run(seed, processes, running_sandbox, path, tmp_path)


def run(seed: int, processes: ForkServerContext, running_sandbox: Sandbox, path: str, tmp_path: Path) -> None:
    sandbox, heard, dice = running_sandbox, tmp_path / "heard.txt", random.Random(seed)
    sandbox.reset()
    vendor = {"base_url": sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect")}
    with open_gateway(vendor, path) as gateway:
        results = [*gateway.send_bulk(Message(TO, f"Hello {number}") for number in range(COUNT))]
    assert {result.outcome for result in results} == {Outcome.ACCEPTED}
    wanted = {str(result.message_id) for result in results}
    wanted |= {sandbox.receive("zoomconnect", TO, f"Yes {number}") for number in range(REPLIES)}
    kills = dice.randint(1, 3)
    for _ in range(kills):
        process = processes.Process(target=poll, args=(vendor, path, str(heard)))
        process.start()
        most = dice.randint(len(lines(heard)), COUNT + REPLIES)
        while process.is_alive() and len(lines(heard)) < most:
            time.sleep(0.0005)
        time.sleep(dice.uniform(0, 0.01))  # or every kill would come just after a line
        process.kill()
        process.join()
        process.close()
    with open_gateway(vendor, path, ahead=120) as gateway:  # later than the dead may still have an event in hand
        told = Counter(line for line in lines(heard) if line in wanted)
        told.update(name(event) for event in gateway.poll(pause=timedelta()))
        assert told.keys() == wanted, f"seed {seed}: lost: {wanted - told.keys()}"
        assert told.total() <= len(wanted) + kills, f"seed {seed}: twice: {told}"
        assert [*gateway.poll(pause=timedelta())] == []
        deliveries = [gateway.deliveries.get(str(each.message_id), provider="zoom").delivery for each in results]
        assert {delivery and delivery.status for delivery in deliveries} == {Status.DELIVERED}
