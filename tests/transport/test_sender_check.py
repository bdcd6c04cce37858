"""A sender that no vendor can take is refused before any request, and a route goes on to the next provider."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from smsgate import (
    Accepted,
    Adapter,
    AsyncProvider,
    ChoosesSender,
    Conversation,
    Effect,
    Gateway,
    InvalidMessageError,
    Message,
    Provider,
    Request,
    Settings,
    Submission,
)
from smsgate.engine.event_loop import EventLoop
from smsgate.testing import StubTransport, answer
from smsgate.transport.transport import Unblocked

POOL = "MG-471147114711"


class Hooli(Adapter[Settings], ChoosesSender):
    """Takes any sender."""

    name = "hooli"
    Settings = Settings

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield Request("POST", "send", json={"from": message.sender}, effect=Effect.SENDS)
        return Accepted(message_id="1")


class Pools(Hooli):
    """Has pools of senders."""

    name = "pools"
    service_pattern = r"MG-\d+"


def adapter(kind: type[Hooli]) -> Hooli:
    return kind(Settings(base_url="https://hooli.test"), provider=kind.name)


def provider(kind: type[Hooli]) -> tuple[Provider, StubTransport]:
    stub = StubTransport(lambda _: answer(json={}))
    return Provider(kind.name, adapter(kind), stub), stub


def message(sender: str) -> Message:
    return Message("+27821234567", "Hello", sender=sender)


@pytest.mark.parametrize("sender", ["+27821234567", "27821234567", "12345", "ACME"])
def test_a_sender_reaches_the_vendor_as_it_is_written(sender: str) -> None:
    hooli, stub = provider(Hooli)
    assert hooli.send(message(sender)).message_id == "1"
    assert [request.json for request in stub.requests] == [{"from": sender}]


@pytest.mark.parametrize("sender", ["12", "ACME MESSAGES", "Acme ✓", POOL])
def test_a_sender_that_no_vendor_takes_is_refused_before_any_request(sender: str) -> None:
    hooli, stub = provider(Hooli)
    with pytest.raises(InvalidMessageError, match=r"^hooli \(hooli\): sender '.*; "):
        hooli.send(message(sender))
    with pytest.raises(InvalidMessageError, match=r"^hooli \(hooli\): sender '.*; "):
        hooli.check(message(sender))
    [refused] = hooli.send_bulk([message(sender)])
    assert isinstance(refused, InvalidMessageError)
    assert stub.requests == []


def test_asyncio_refuses_it_alike() -> None:
    async def refused(stub: StubTransport) -> None:
        hooli = AsyncProvider("hooli", adapter(Hooli), Unblocked(stub), EventLoop())
        with pytest.raises(InvalidMessageError, match="too long"):
            await hooli.send(message("ACME MESSAGES"))

    stub = StubTransport()
    asyncio.run(refused(stub))
    assert stub.requests == []


def test_the_id_of_a_pool_goes_to_the_provider_that_has_such() -> None:
    (hooli, others), (pools, stub) = provider(Hooli), provider(Pools)
    assert Gateway([hooli, pools]).send(message(POOL)).provider == "pools"
    assert [request.json for request in stub.requests] == [{"from": POOL}]
    assert others.requests == []
