"""Processes make second tries side by side and are killed: no person gets two, and each is recorded or unknown."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from multiprocessing.context import ForkServerContext

import pytest

from smsgate import Gateway, Message, Source, State, Status
from smsgate.sandbox import DeliveryOutcome, Fault, Sandbox
from tests.journal.database.second_tries import make_second_tries, settings
from tests.journal_at import rows

pytestmark = pytest.mark.threads  # it kills processes of its own

COUNT = 16
NUMBERS = [f"+2782123{each:04}" for each in range(COUNT)]


@pytest.fixture(name="vendors", scope="module")
def _vendors() -> Iterator[Sandbox]:
    with Sandbox(vendors=["zoomconnect", "bulksms"], stall=60) as sandbox:
        yield sandbox


def providers(sandbox: Sandbox) -> Mapping[str, object]:
    return sandbox.settings()["providers"]


def fail_all(sandbox: Sandbox, path: str) -> None:
    """Send a message to each number, have all of them fail, and ask the vendor where they are."""
    with Gateway.from_mapping(settings(providers(sandbox), path)) as gateway:
        for result in gateway.send_bulk([Message(number, "Your code is 4711") for number in NUMBERS]):
            sandbox.end("zoomconnect", str(result.message_id), DeliveryOutcome.FAILED)
        reports = [*gateway.poll()]
        assert len(reports) == COUNT
    rows(path, "UPDATE due SET moment = 0")


def second_texts(sandbox: Sandbox) -> Counter[str]:
    return Counter(text.to for text in sandbox.texts if text.vendor == "bulksms")


@pytest.mark.parametrize("seed", [0, *(pytest.param(each, marks=pytest.mark.soak) for each in range(1, 20))])
def test_second_tries_of_killed_processes_text_no_person_twice(
    seed: int, processes: ForkServerContext, vendors: Sandbox, path: str
) -> None:
    vendors.reset()
    dice = random.Random(seed)
    fail_all(vendors, path)
    for _ in range(2):
        makers = [processes.Process(target=make_second_tries, args=(providers(vendors), path)) for _ in range(3)]
        for maker in makers:
            maker.start()
        wanted = dice.randint(0, COUNT - 1)
        while any(maker.is_alive() for maker in makers) and second_texts(vendors).total() < wanted:
            time.sleep(0.001)
        for maker in makers[:2]:
            maker.kill()
        for maker in makers:
            maker.join()
    with Gateway.from_mapping(settings(providers(vendors), path)) as gateway:
        [*gateway.send_due()]
        [*gateway.unknowns.list()]
        entries = [entry for number in NUMBERS for entry in gateway.journal.find(to=number)]
        assert gateway.journal.check() == []
    texts = second_texts(vendors)
    assert max(texts.values()) == 1, f"seed {seed}: {texts}"
    for entry in entries:
        first, second = entry.attempts
        assert first.delivery is not None
        assert (first.provider, first.state, first.delivery.status.is_final) == ("zoomconnect", State.ACCEPTED, True)
        assert second.state in {State.ACCEPTED, State.UNKNOWN}, f"seed {seed}: {entry}"
        assert second.state is State.UNKNOWN or texts[entry.to] == 1, f"seed {seed}: {entry}"
    assert len(entries) == COUNT
    assert rows(path, "SELECT * FROM due") == []


def test_one_that_was_killed_while_the_vendor_was_asked_is_unknown(
    processes: ForkServerContext, vendors: Sandbox, path: str
) -> None:
    vendors.reset()
    fail_all(vendors, path)
    rows(path, "DELETE FROM due WHERE entry > 1")
    vendors.misbehave("bulksms", Fault.STALL_BEFORE, times=None)
    maker = processes.Process(target=make_second_tries, args=(providers(vendors), path))
    maker.start()
    while rows(path, "SELECT 1 FROM entries WHERE state = 'intent'") == []:
        time.sleep(0.01)
    maker.kill()
    maker.join()
    vendors.behave()
    with Gateway.from_mapping(settings(providers(vendors), path)) as gateway:
        assert [*gateway.send_due()] == []
        [entry] = gateway.unknowns.list()
        assert [each.provider for each in entry.asked] == ["bulksms"]
        assert [each.state for each in entry.attempts] == [State.ACCEPTED, State.UNKNOWN]


def test_the_reports_of_both_vendors_come_to_one_message(vendors: Sandbox, path: str) -> None:
    vendors.reset()
    with Gateway.from_mapping(settings(providers(vendors), path)) as gateway:
        sent = gateway.send(Message(NUMBERS[0], "Your code is 4711", key="order-17"))
        vendors.end("zoomconnect", str(sent.message_id), DeliveryOutcome.FAILED)
        [failed] = gateway.poll()
        rows(path, "UPDATE due SET moment = 0")
        [second] = gateway.send_due()
        vendors.end("bulksms", str(second.message_id), DeliveryOutcome.DELIVERED)
        [delivered] = gateway.poll()
        entry = gateway.deliveries.get(str(sent.message_id), provider="zoomconnect")
    assert entry.id == gateway_entry(failed) == gateway_entry(delivered)
    assert entry.delivery is not None
    assert (entry.delivery.provider, entry.delivery.status, entry.delivery.source) == (
        "bulksms",
        Status.DELIVERED,
        Source.POLLED,
    )


def gateway_entry(event: object) -> int | None:
    entry = getattr(event, "entry", None)
    return None if entry is None else entry.id
