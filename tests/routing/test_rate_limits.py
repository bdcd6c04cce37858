"""Where an account's turns or the vendor's block leave no room, the next provider is asked at once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from smsgate import (
    Accepted,
    Conversation,
    Effect,
    Gateway,
    MemoryPaceStore,
    Message,
    NotSentError,
    Outcome,
    Provider,
    RateLimitedError,
    RejectedError,
    Request,
    Route,
    SendsBulk,
    Submission,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.testing import StubTransport, answer
from tests.stub_provider import SENT, Said, StubAdapter, StubProvider, StubSettings, accepting, send_result
from tests.virtual_time import VirtualTime

MESSAGE = Message("+27821234567", "Hello")
BLOCK = answer(429)


class Counted(MemoryPaceStore):
    """Remembers how long each caller was ready to wait, and refuses to make a test wait."""

    def reserve(self, account: str, interval: float, patience: float) -> float:
        wait = super().reserve(account, interval, patience)
        if 0 < wait <= patience:
            raise AssertionError(f"a test would wait {wait} s")
        return wait


@pytest.fixture(name="time")
def _time() -> VirtualTime:
    return VirtualTime()


def tale(gateway: Gateway, deadline: float | None = None) -> list[tuple[str, Outcome, str]]:
    result = send_result(gateway, MESSAGE, deadline)
    return [(each.provider, each.outcome, type(each.error).__name__) for each in result.attempts]


GONE_ON = [("a", Outcome.NOT_SENT, "RateLimitedError"), ("b", Outcome.ACCEPTED, "NoneType")]


def test_a_send_whose_slot_is_beyond_the_deadline_goes_to_the_next_provider_at_once(time: VirtualTime) -> None:
    first = StubProvider("a", lambda _: SENT, rate="1/min", pace_store=Counted(time.clock))
    gateway = Gateway([first, accepting("b")])
    assert gateway.send(MESSAGE, deadline=30).provider == "a"
    assert tale(gateway, deadline=30) == GONE_ON
    assert first.asked == 1


def test_the_gateways_own_deadline_counts_where_the_caller_has_none(time: VirtualTime) -> None:
    first = StubProvider("a", lambda _: SENT, rate="1/min", pace_store=Counted(time.clock))
    gateway = Gateway([first, accepting("b")], deadline=30)
    assert gateway.send(MESSAGE).provider == "a"
    assert tale(gateway) == GONE_ON


def test_without_another_provider_the_error_says_when_the_next_slot_is(time: VirtualTime) -> None:
    gateway = Gateway([StubProvider("a", lambda _: SENT, rate="1/min", pace_store=Counted(time.clock))])
    gateway.send(MESSAGE)
    with pytest.raises(
        RateLimitedError,
        match=r"before POST send: the account's next slot is in 60.0 s \(rate 1/min\), with 30 s of 30 s left",
    ) as caught:
        gateway.send(MESSAGE, deadline=30)
    assert caught.value.retry_after == 60


def test_a_blocked_provider_is_skipped_and_not_waited_for_until_its_block_has_ended(time: VirtualTime) -> None:
    first = StubProvider("a", [BLOCK, SENT], pace_store=Counted(time.clock))
    gateway = Gateway([first, accepting("b")], deadline=3600)
    assert tale(gateway) == GONE_ON
    assert gateway.plan(MESSAGE).steps[0].obstacle == ("account blocked by the vendor; retries in 60 s")
    assert tale(gateway) == GONE_ON
    assert first.asked == 1
    time.now += 60
    assert gateway.plan(MESSAGE).steps[0].obstacle is None
    assert tale(gateway) == [("a", Outcome.ACCEPTED, "NoneType")]


def test_a_blocked_provider_is_skipped_as_the_last_one_too(time: VirtualTime) -> None:
    last = StubProvider("b", [BLOCK], pace_store=Counted(time.clock))
    gateway = Gateway([StubProvider("a", lambda _: UnreachableError("down")), last], deadline=3600)
    for _ in range(2):
        result = send_result(gateway, MESSAGE)
        assert isinstance(result.error, NotSentError)
        assert (result.outcome, last.asked) == (Outcome.NOT_SENT, 1)
    assert str(result.error) == (
        "no provider of the route accepted the message: a: down; b: account blocked by the vendor; retries in 60 s"
    )


def test_a_provider_without_another_waits_for_the_end_of_its_block() -> None:
    gateway = Gateway([StubProvider("a", [answer(429, retry_after="1"), SENT])])
    assert tale(gateway) == [("a", Outcome.NOT_SENT, "RateLimitedError")]
    assert tale(gateway, deadline=30) == [("a", Outcome.ACCEPTED, "NoneType")]


def test_the_error_of_an_exhausted_route_says_when_the_first_of_them_may_be_asked_again() -> None:
    says = {"a": answer(429, retry_after="40"), "b": answer(429, retry_after="7"), "c": answer(401)}
    gateway = Gateway([StubProvider(name, [said]) for name, said in says.items()])
    with pytest.raises(NotSentError) as caught:
        gateway.send(MESSAGE)
    assert caught.value.retry_after == 7


def test_a_store_that_cannot_be_read_is_no_proof_of_a_block_and_not_asked() -> None:
    class Broken(MemoryPaceStore):
        def blocked(self, account: str) -> float:
            raise OSError(account)

    first = StubProvider("a", [SENT], pace_store=Broken())
    gateway = Gateway([first, accepting("b")])
    assert "the pacing store failed (OSError)" in (gateway.plan(MESSAGE).steps[0].obstacle or "")
    assert tale(gateway) == [("a", Outcome.NOT_SENT, "NotSentError"), ("b", Outcome.ACCEPTED, "NoneType")]
    assert first.asked == 0


@pytest.mark.parametrize("deadline", [0, -1, 1e-9, float("nan")])
def test_a_deadline_that_is_over_before_anybody_is_asked_sends_nothing(deadline: float) -> None:
    providers = [accepting("a"), accepting("b")]
    result = send_result(Gateway(providers), MESSAGE, deadline)
    assert result.outcome is Outcome.NOT_SENT
    assert [str(each.error) for each in result.attempts] == [
        f"{name}: deadline exceeded before POST send: 0 s of {deadline:g} s left; give it a longer deadline"
        for name in ("a", "b")
    ]
    assert sum(each.asked for each in providers) == 0


def test_what_is_left_of_the_deadline_goes_to_each_provider() -> None:
    providers = [StubProvider("a", lambda _: UnreachableError("down")), accepting("b")]
    Gateway(providers, route=Route(name="r", providers=("a", "b"))).send(MESSAGE, deadline=20)
    first, second = (provider.stub.requests[0].deadline for provider in providers)
    assert first is not None
    assert first == second
    assert (first.seconds, 20 >= first.left > 0) == (20, True)


class BulkStubAdapter(StubAdapter, SendsBulk):
    """Takes ten messages in one call."""

    bulk_size = 10

    def send_bulk(
        self, messages: Sequence[Message], submissions: Sequence[Submission]
    ) -> Conversation[list[Accepted | RejectedError | NotSentError | UnknownOutcomeError]]:
        yield Request("POST", "flock", json=len(messages), effect=Effect.SENDS)
        return [Accepted(message_id="1") for _ in messages]


def flock(time: VirtualTime, *says: Said, rate: str | None = None) -> tuple[Provider, StubTransport]:
    stub = StubTransport(says)
    adapter = BulkStubAdapter(StubSettings(rate=rate), provider="a")
    return Provider("a", adapter, stub, pace_store=Counted(time.clock)), stub


def test_a_blocked_provider_is_skipped_in_bulk_too(time: VirtualTime) -> None:
    first, stub = flock(time, BLOCK)
    with Gateway([first, accepting("b")], deadline=3600) as gateway:
        results = [*gateway.send_bulk([MESSAGE] * 40, workers=1)]
    assert ({result.provider for result in results}, len(stub.requests)) == ({"b"}, 1)


def test_a_bulk_call_whose_slot_is_beyond_the_deadline_goes_to_the_next_provider_at_once(time: VirtualTime) -> None:
    first, stub = flock(time, SENT, rate="1/min")
    with Gateway([first, accepting("b")], deadline=30) as gateway:
        results = [*gateway.send_bulk([MESSAGE] * 20, workers=1)]
    assert [result.provider for result in results] == ["a"] * 10 + ["b"] * 10
    assert [str(request) for request in stub.requests] == ["POST flock"]
