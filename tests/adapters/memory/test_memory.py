"""An account without a vendor accepts what a vendor can be asked for, and keeps it for a test to read."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import (
    AsyncGateway,
    ConfigError,
    Gateway,
    InvalidMessageError,
    Media,
    Message,
    NotFoundError,
    NotSentError,
    Outcome,
    Provider,
    SendResult,
    Status,
)
from smsgate.testing import StubTransport
from smsgate_memory import Memory, MemorySettings, Outbox
from tests.child_process import fork

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MESSAGE = Message("+27821234567", "Hello")
DEV: dict[str, object] = {"providers": {"dev": {"adapter": "memory"}}}


def outbox(gateway: Gateway, name: str = "dev") -> Outbox:
    found = gateway.provider(name).vendor
    assert isinstance(found, Outbox)
    return found


def test_a_message_is_delivered_at_once_and_kept() -> None:
    with Gateway.from_mapping(DEV) as gateway:
        result = gateway.send(MESSAGE)
        assert (result.outcome, result.status, result.provider) == (Outcome.ACCEPTED, Status.DELIVERED, "dev")
        assert outbox(gateway).messages == [MESSAGE]
        assert outbox(gateway).ids == [result.message_id]
        assert result.message_id is not None
        assert gateway.provider("dev").status(result.message_id).status is Status.DELIVERED
        outbox(gateway).clear()
        assert outbox(gateway).messages == []
        with pytest.raises(NotFoundError, match="is no message of this process"):
            gateway.provider("dev").status(result.message_id)


def test_whatever_a_message_may_ask_is_accepted() -> None:
    asked = Message(
        "+27821234567",
        "Hello",
        sender="ACME",
        send_at=datetime.now(UTC) + timedelta(days=1),
        validity=timedelta(hours=1),
        media=[Media(f"https://example.com/{place}.png", "image/png") for place in range(10)],
        reference="17",
        campaign="c",
        extra={"memory": {"a": 1}},
    )
    with Gateway.from_mapping(DEV) as gateway:
        result = gateway.send(asked)
        assert (result.status, result.sender) == (Status.SCHEDULED, "ACME")
        assert outbox(gateway).messages == [asked]
        assert result.message_id is not None
        assert gateway.provider("dev").status(result.message_id).status is Status.SCHEDULED
        with pytest.raises(InvalidMessageError, match="too long"):
            gateway.send(Message("+27821234567", "Hello", sender="ACME MESSAGES"))
        pool = Message("+27821234567", "Hello", sender=f"MG{'0a' * 16}")
        assert gateway.send(pool).message == pool


def test_the_outbox_has_the_sender_of_the_settings() -> None:
    settings = {**DEV, "senders": {"ZA": "27820001111", "+1": {"service": f"MG{'0a' * 16}"}}}
    with Gateway.from_mapping(settings) as gateway:
        assert gateway.send(MESSAGE).message == MESSAGE
        gateway.send(Message("+12025550123", "Hello"))
        assert [message.sender for message in outbox(gateway).messages] == ["27820001111", f"MG{'0a' * 16}"]


def test_a_journal_and_a_run_work_as_with_a_vendor(tmp_path: Path) -> None:
    settings = {**DEV, "journal": str(tmp_path / "j.db")}
    messages = [Message(f"+2782123{number:04}", "Hello") for number in range(50)]
    for expected in (50, 0):
        with Gateway.from_mapping(settings) as gateway:
            results = [*gateway.send_bulk(messages, run="r")]
            assert {result.outcome for result in results} == {Outcome.ACCEPTED}
            assert len(outbox(gateway).messages) == expected
    with Gateway.from_mapping(settings) as gateway:
        keyed = Message("+27821234567", "Hello", key="k")
        assert gateway.send(keyed).message_id == gateway.send(keyed).message_id
        assert outbox(gateway).messages == [keyed]


def test_a_scheduled_message_is_delivered_once_its_time_has_come() -> None:
    kept = Memory(MemorySettings(), provider="dev")
    dev = Provider("dev", kept, StubTransport())
    waits = Message("+27821234567", "Hi", send_at=datetime.now(UTC) + timedelta(days=1))
    for message, status in ((waits, Status.SCHEDULED), (evolve(waits, send_at=NOON), Status.DELIVERED)):
        kept.outbox.clear()
        kept.outbox.add("1", message)
        assert dev.status("1").status is status


def test_asyncio_works_alike() -> None:
    async def send() -> tuple[SendResult, list[SendResult], list[Message]]:
        async with AsyncGateway.from_mapping(DEV) as gateway:
            one = await gateway.send(MESSAGE)
            others = [result async for result in gateway.send_bulk([MESSAGE] * 20)]
            adapter = gateway.provider("dev").adapter
            assert isinstance(adapter, Memory)
            return one, others, adapter.outbox.messages

    one, others, messages = asyncio.run(send())
    assert {result.outcome for result in (one, *others)} == {Outcome.ACCEPTED}
    assert messages == [MESSAGE] * 21


def test_threads_share_an_account_and_accounts_share_nothing() -> None:
    settings = {"providers": {"a": {"adapter": "memory"}, "b": {"adapter": "memory"}}}
    with Gateway.from_mapping(settings) as gateway, Gateway.from_mapping(settings) as other:
        with ThreadPoolExecutor(8) as pool:
            results = [*pool.map(lambda _: gateway.send(MESSAGE), range(200))]
        assert sorted(outbox(gateway, "a").ids) == sorted(str(result.message_id) for result in results)
        assert [outbox(gateway, "b").messages, outbox(other, "a").messages] == [[], []]


def test_the_oldest_messages_are_forgotten() -> None:
    settings = {"providers": {"dev": {"adapter": "memory", "keep": 2}}}
    with Gateway.from_mapping(settings) as gateway:
        for text in "abc":
            gateway.send(Message("+27821234567", text))
        assert [message.text for message in outbox(gateway).messages] == ["b", "c"]
    with pytest.raises(ConfigError, match=r"keep must be 1 to 1,000,000, got 0"):
        Gateway.from_mapping({"providers": {"dev": {"adapter": "memory", "keep": 0}}})


def test_a_child_has_an_outbox_of_its_own() -> None:
    kept = Outbox(10)
    kept.add("1", MESSAGE)

    def child() -> None:
        kept.add("2", MESSAGE)
        assert kept.ids == ["1", "2"]

    assert fork(child).wait() == 0
    assert kept.ids == ["1"]


def test_a_file_has_each_accepted_message_whichever_gateway_sent_it(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    settings = {"providers": {name: {"adapter": "memory", "file": str(file)} for name in ("one", "two")}}
    with Gateway.from_mapping(settings) as gateway, Gateway.from_mapping(settings) as other:
        first = gateway.send(MESSAGE)
        media = Message("+27821234567", "Olá\n", media=[Media("https://example.com/a", "image/png")], reference="17")
        second = other.send(media, provider="two")
    assert [json.loads(line) for line in file.read_text("utf-8").splitlines()] == [
        {"message_id": first.message_id, "provider": "one", "to": "+27821234567", "text": "Hello"},
        {
            "message_id": second.message_id,
            "provider": "two",
            "to": "+27821234567",
            "text": "Olá\n",
            "reference": "17",
            "media": [{"url": "https://example.com/a", "content_type": "image/png"}],
        },
    ]


def test_a_file_that_cannot_be_written_sends_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="file must be in an existing folder"):
        Gateway.from_mapping({"providers": {"dev": {"adapter": "memory", "file": str(tmp_path / "none" / "x")}}})
    with Gateway.from_mapping({"providers": {"dev": {"adapter": "memory", "file": str(tmp_path)}}}) as gateway:
        with pytest.raises(NotSentError, match=r"cannot be written \(Is a directory\); name another file"):
            gateway.send(MESSAGE)
        assert outbox(gateway).messages == []
