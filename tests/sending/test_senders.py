"""A message without a sender goes out under the one of the settings, and stays what the application gave."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from smsgate import (
    AsyncGateway,
    AsyncProvider,
    Gateway,
    InvalidMessageError,
    JournalSettings,
    Message,
    OnUnknown,
    Outcome,
    Provider,
    Route,
    SenderTable,
    SqliteJournal,
    Step,
    UnknownOutcomeError,
)
from smsgate.engine.event_loop import EventLoop
from smsgate.testing import StubTransport, answer
from smsgate.transport.transport import Unblocked
from tests.plain_adapter import Line
from tests.plain_adapter import provider as plain
from tests.sender_adapters import POOL, Hooli, Pools, Profiles, adapter, provider
from tests.skipped_waits import skip_waits

COMMON = SenderTable({"ZA": "27820001111", "+1": {"service": POOL}, "default": "ACME"}, common=True)
ZA, US, DE = "+27821234567", "+12025550123", "+49301234567"


def senders(stub: StubTransport) -> list[object]:
    return [request.json for request in stub.requests]


def test_each_message_goes_out_under_the_sender_of_its_number() -> None:
    pools, stub = provider(Pools, COMMON)
    gateway = Gateway([pools])
    for to in (ZA, US, DE):
        message = Message(to, "Hello")
        result = gateway.send(message)
        assert result.message == message
        assert senders(stub)[-1] == {"from": result.sender}, "the vendor does not name it"
    gateway.send(Message(ZA, "Hello", sender="Shop"))
    pools.send(Message(ZA, "Hello"))
    expected = ["27820001111", POOL, "ACME", "Shop", "27820001111"]
    assert senders(stub) == [{"from": sender} for sender in expected]


def test_asyncio_does_alike() -> None:
    stub = StubTransport(lambda _: answer(json={}))

    async def send() -> None:
        pools = AsyncProvider("pools", adapter(Pools, COMMON), Unblocked(stub), EventLoop())
        async with AsyncGateway([pools]) as gateway:
            [step] = (await gateway.plan(Message(US, "Hello"))).steps
            assert (step.sender, step.sender_reason) == (POOL, "[senders] +1")
            result = await gateway.send(Message(ZA, "Hello"))
            assert result.message.sender is None
            async for each in gateway.send_bulk([Message(US, "Hello"), Message(DE, "Hello")]):
                assert each.outcome is Outcome.ACCEPTED

    asyncio.run(send())
    assert senders(stub)[0] == {"from": "27820001111"}
    assert sorted(str(each) for each in senders(stub)[1:]) == sorted(str({"from": sender}) for sender in (POOL, "ACME"))


def test_a_bulk_call_has_the_sender_of_each_message() -> None:
    profiles, stub = provider(Profiles, COMMON)
    messages = [Message(ZA, "a"), Message(DE, "b"), Message(DE, "c", sender="Shop"), Message(US, "d")]
    results = [*Gateway([profiles]).send_bulk(messages)]
    assert [result.message for result in results] == messages
    assert [result.outcome for result in results] == [*[Outcome.ACCEPTED] * 3, Outcome.REJECTED]
    assert "US takes no name as a sender" in str(results[3].error)
    assert senders(stub) == [["27820001111", "ACME", "Shop"]]
    with pytest.raises(InvalidMessageError, match=r"got 'ACME' \(\[senders\] default\); give the message"):
        profiles.check(messages[3])


def test_each_provider_uses_its_own_table_or_the_common_one_or_none() -> None:
    own = SenderTable({"default": "12345"})
    gateway = Gateway([plain("a", Line()), provider(Pools, COMMON)[0], provider(Hooli, own)[0]])
    assert gateway.plan(Message(US, "Hello")).steps == (
        Step(provider="a", price=None, obstacle=None),
        Step(provider="pools", price=None, obstacle=None, sender=POOL, sender_reason="[senders] +1"),
        Step(
            provider="hooli",
            price=None,
            obstacle=None,
            sender="12345",
            sender_reason="[providers.hooli.senders] default",
        ),
    )
    named, own_one, other = gateway.plan(Message(DE, "Hello", sender="Shop")).steps
    assert (named.sender, named.obstacle) == (None, "a (plain) takes no sender; leave it out or name another provider")
    assert [(step.sender, step.sender_reason) for step in (own_one, other)] == [("Shop", "the message's own")] * 2


def test_a_dry_run_says_which_sender_would_be_used() -> None:
    pools, stub = provider(Pools, COMMON)
    result = Gateway([pools]).send(Message(ZA, "Hello"), dry_run=True)
    assert (result.sender, result.message.sender, stub.requests) == ("27820001111", None, [])


def test_the_journal_keeps_what_the_application_gave(tmp_path: Path) -> None:
    """The key is that of the same message, whatever the settings choose later."""
    message = Message(ZA, "Hello", key="k")
    for table in (COMMON, SenderTable({"default": "Other"})):
        journal = SqliteJournal(JournalSettings(path=str(tmp_path / "j.db")))
        pools, stub = provider(Pools, table)
        with Gateway([pools], journal=journal) as gateway:
            result = gateway.send(message)
            assert result.message == message
            [entry] = gateway.journal.find(key="k")
            assert entry.message == message
            assert len(stub.requests) == (1 if table is COMMON else 0)


def lost(table: SenderTable) -> tuple[Provider, Hooli]:
    """Return a provider whose answers to sends are lost."""
    made = adapter(Hooli, table)
    return Provider("hooli", made, StubTransport(lambda _: UnknownOutcomeError("the connection was cut"))), made


def test_a_vendor_is_asked_at_once_about_the_sender_that_was_used(monkeypatch: pytest.MonkeyPatch) -> None:
    hooli, made = lost(COMMON)
    skip_waits(monkeypatch)
    route = Route(name="default", providers=("hooli",), on_unknown=OnUnknown.RECONCILE)
    result = Gateway([hooli], route=route).send(Message(ZA, "Hello"))
    assert (result.message_id, result.message.sender) == ("17", None)
    assert [doubt.message.sender for doubt in made.doubts] == ["27820001111"]


def test_a_vendor_is_asked_later_without_a_sender_that_the_settings_may_have_changed(tmp_path: Path) -> None:
    hooli, made = lost(COMMON)
    journal = SqliteJournal(JournalSettings(path=str(tmp_path / "j.db")))
    with Gateway([hooli], journal=journal) as gateway:
        for sender in (None, "Shop"):
            with pytest.raises(UnknownOutcomeError):
                gateway.send(Message(ZA, "Hello", sender=sender))
        for entry in [*gateway.unknowns.list()]:
            with suppress(UnknownOutcomeError):  # the vendor shows one text only
                gateway.unknowns.reconcile(entry.id)
    assert [doubt.message.sender for doubt in made.doubts] == [None, "Shop"]
