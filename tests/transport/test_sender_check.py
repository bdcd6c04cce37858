"""A sender that no vendor can take is refused before any request, and a route goes on to the next provider."""

from __future__ import annotations

import asyncio

import pytest

from smsgate import AsyncProvider, Gateway, InvalidMessageError, Message
from smsgate.engine.event_loop import EventLoop
from smsgate.testing import StubTransport
from smsgate.transport.transport import Unblocked
from tests.sender_adapters import POOL, Hooli, Pools, adapter, provider


def message(sender: str) -> Message:
    return Message("+27821234567", "Hello", sender=sender)


@pytest.mark.parametrize("sender", ["+27821234567", "27821234567", "12345", "ACME"])
def test_a_sender_reaches_the_vendor_as_it_is_written(sender: str) -> None:
    hooli, stub = provider(Hooli)
    hooli.send(message(sender))
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


@pytest.mark.parametrize("country", ["US", "CA", "PR"])
def test_a_name_to_a_country_that_takes_none_is_refused(country: str) -> None:
    to = {"US": "+12025550123", "CA": "+14165550123", "PR": "+17875550123"}[country]
    hooli, stub = provider(Hooli)
    with pytest.raises(InvalidMessageError) as raised:
        hooli.send(Message(to, "Hello", sender="ACME"))
    assert str(raised.value) == (
        f"hooli (hooli): {country} takes no name as a sender, got 'ACME' (the message's own); give the message, or the "
        "country in [senders], a number or a short code"
    )
    assert stub.requests == []
    hooli.send(Message(to, "Hello", sender="12345"))
    hooli.send(Message("+12425550123", "Hello", sender="ACME"))
    assert len(stub.requests) == 2


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
