"""Every request of an account waits for its slot, within the time that its caller has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smsgate import (
    Answer,
    Config,
    ConfigError,
    Effect,
    Gateway,
    MemoryPaceStore,
    Message,
    NotSentError,
    Outcome,
    Provider,
    ProviderError,
    RateLimitedError,
    Request,
    UnreachableError,
)
from smsgate.adapter.deadline import Deadline
from smsgate.testing import StubTransport, answer
from smsgate.transport.pacing import PacedTransport
from smsgate.transport.transport import Unblocked
from tests.blocking_core import BlockingTransport, VirtualEngine
from tests.rotating_token_adapter import Rotating, RotatingSettings
from tests.virtual_time import VirtualTime

MESSAGE = Message("+27821234567", "Hello")
LOOKUP = Request("GET", "things")
OK = answer(json={})
SENT = answer(json={"id": "m1"})


class Impatient(Rotating):
    blocked_for = 60.0


def paced(
    time: VirtualTime,
    *says: Answer | ProviderError,
    rate: str | None = "30/min",
    store: MemoryPaceStore | None = None,
    sleep: Callable[[float], None] | None = None,
) -> tuple[BlockingTransport, StubTransport]:
    stub = StubTransport(says)
    adapter = Impatient(RotatingSettings(token="t", rate=rate), provider="acme")
    pace_store = store or MemoryPaceStore(time.clock)
    paced = PacedTransport(adapter, Unblocked(stub), pace_store, VirtualEngine(time, sleep))
    return BlockingTransport(paced), stub


class Ticking(VirtualTime):
    """A clock that goes on by a step at each look."""

    def __init__(self, step: float) -> None:
        super().__init__()
        self.step, self.shortest = step, 1.0

    def clock(self) -> float:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.shortest = min(self.shortest, seconds)
        self.now += max(0.0, seconds)


def lookup(time: VirtualTime, seconds: float) -> Request:
    return Request("GET", "things", deadline=Deadline(seconds, time.now + seconds, clock=time.clock))


def test_requests_go_out_at_the_rate(time: VirtualTime) -> None:
    transport, _ = paced(time, OK, OK, OK)
    moments = []
    for _ in range(3):
        transport.ask(LOOKUP, {})
        moments.append(time.now)
    assert moments == [0.0, 2.0, 4.0]


@pytest.mark.parametrize("step", [each / 10_000 for each in range(1, 12)])
def test_a_send_that_can_be_stopped_never_sleeps_for_less_than_no_time(step: float) -> None:
    """The clock goes on at each look; `time.sleep` refuses a negative time, after which the send would be unknown."""
    time = Ticking(step)
    store = MemoryPaceStore(time.clock)
    adapter = Impatient(RotatingSettings(token="t", rate="1000/s"), provider="acme")
    stub = Unblocked(StubTransport([OK] * 50))
    transport = BlockingTransport(PacedTransport(adapter, stub, store, VirtualEngine(time)))
    deadline = Deadline(60.0, 60.0, clock=time.clock, stopped=lambda: False)
    for _ in range(50):
        store.reserve("rotating/acme", 0.001, 60.0)
        transport.ask(Request("POST", "things", effect=Effect.SENDS, deadline=deadline), {})
    assert time.shortest >= 0


def test_what_sends_is_not_begun_once_it_is_stopped(time: VirtualTime) -> None:
    transport, stub = paced(time, OK)
    stopped = Deadline(60.0, 60.0, clock=time.clock, stopped=lambda: True)
    with pytest.raises(NotSentError, match="sending was stopped before POST things"):
        transport.ask(Request("POST", "things", effect=Effect.SENDS, deadline=stopped), {})
    assert stub.requests == []
    transport.ask(Request("GET", "things", deadline=stopped), {})


def test_an_account_without_a_rate_never_waits(time: VirtualTime) -> None:
    for rate in (None, "unlimited"):
        transport, _ = paced(time, OK, OK, OK, rate=rate)
        for _ in range(3):
            transport.ask(LOOKUP, {})
    assert time.slept == []


def test_a_request_whose_slot_comes_too_late_is_refused_at_once_with_the_time_of_its_slot(time: VirtualTime) -> None:
    transport, stub = paced(time, OK)
    transport.ask(LOOKUP, {})
    with pytest.raises(RateLimitedError) as caught:
        transport.ask(lookup(time, 1.5), {})
    assert str(caught.value) == (
        "deadline exceeded before GET things: the account's next slot is in 2.0 s (rate 30/min), "
        "with 1.5 s of 1.5 s left"
    )
    assert caught.value.retry_after == 2.0
    assert (len(stub.requests), time.slept) == (1, [])


def test_waiting_comes_off_the_time_that_the_request_has(time: VirtualTime) -> None:
    transport, stub = paced(time, OK, OK)
    transport.ask(LOOKUP, {})
    transport.ask(lookup(time, 5.0), {})
    assert [request.deadline and request.deadline.left for request in stub.requests] == [None, 3.0]


def test_without_a_limit_of_its_own_a_request_waits_as_long_as_the_settings_deadline(time: VirtualTime) -> None:
    store = MemoryPaceStore(time.clock)
    transport, _ = paced(time, OK, store=store)
    store.block("rotating/acme", 61.0)
    with pytest.raises(RateLimitedError, match=r"is in 61\.0 s \(blocked by the vendor\), with 60 s of 60 s left$"):
        transport.ask(LOOKUP, {})
    time.now += 1.0
    assert transport.ask(LOOKUP, {}) == OK
    assert time.slept == [60.0]


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [(answer(429), 60.0), (answer(429, retry_after="7"), 7.0), (answer(429, retry_after="soon"), 60.0)],
    ids=["the vendor's own time", "Retry-After", "a Retry-After that says nothing"],
)
def test_a_429_blocks_the_whole_account(time: VirtualTime, refusal: Answer, seconds: float) -> None:
    store = MemoryPaceStore(time.clock)
    blocked, _ = paced(time, refusal, rate=None, store=store)
    other, _ = paced(time, OK, rate=None, store=store)
    assert blocked.ask(LOOKUP, {}) == refusal
    other.ask(LOOKUP, {})
    assert time.slept == [seconds]


def test_who_waits_when_the_account_is_blocked_waits_for_another_slot(time: VirtualTime) -> None:
    store = MemoryPaceStore(time.clock)

    def sleep(seconds: float) -> None:
        if not time.slept:
            store.block("rotating/acme", 30.0)  # another thread's 429
        time.sleep(seconds)

    transport, _ = paced(time, OK, OK, store=store, sleep=sleep)
    transport.ask(LOOKUP, {})
    transport.ask(LOOKUP, {})
    assert time.now == 30.0


def test_a_caller_without_the_time_for_a_block_that_came_meanwhile_gets_an_error(time: VirtualTime) -> None:
    store = MemoryPaceStore(time.clock)

    def sleep(seconds: float) -> None:
        store.block("rotating/acme", 30.0)
        time.sleep(seconds)

    transport, stub = paced(time, OK, store=store, sleep=sleep)
    transport.ask(LOOKUP, {})
    with pytest.raises(RateLimitedError, match=r"is in 28\.0 s \(blocked by the vendor\), with 3 s of 5 s left"):
        transport.ask(lookup(time, 5.0), {})
    assert len(stub.requests) == 1


def test_renewals_and_retries_take_slots_too() -> None:
    store = CountingStore()
    renewed = answer(json={"access_token": "new"})
    stub = StubTransport([answer(401), renewed, answer(json={"id": "m1"})])
    adapter = Rotating(RotatingSettings(token="t", rate="10000/s"), provider="acme")
    Provider("acme", adapter, stub, pace_store=store).send(MESSAGE)
    assert store.reserved == ["rotating/acme"] * 3


class CountingStore(MemoryPaceStore):
    def __init__(self) -> None:
        super().__init__()
        self.reserved: list[str] = []

    def reserve(self, account: str, interval: float, patience: float) -> float:
        self.reserved.append(account)
        return super().reserve(account, interval, patience)


class BrokenStore(MemoryPaceStore):
    def reserve(self, account: str, interval: float, patience: float) -> float:
        raise LookupError(f"canary {account} {interval} {patience}")

    def __repr__(self) -> str:
        return "BrokenStore()"


class ForgetfulStore(MemoryPaceStore):
    def block(self, account: str, seconds: float) -> None:
        raise LookupError(f"canary {account} {seconds}")


def test_a_store_that_fails_ends_a_send_as_not_sent() -> None:
    adapter = Rotating(RotatingSettings(token="t"), provider="acme")
    provider = Provider("acme", adapter, StubTransport(), pace_store=BrokenStore())
    with pytest.raises(NotSentError) as caught:
        provider.send(MESSAGE)
    assert str(caught.value) == "acme: the pacing store failed (LookupError); repair or remove BrokenStore()"


def test_a_block_that_cannot_be_kept_does_not_lose_the_answer() -> None:
    adapter = Rotating(RotatingSettings(token="t"), provider="acme")
    provider = Provider("acme", adapter, StubTransport([answer(429)]), pace_store=ForgetfulStore())
    with pytest.raises(RateLimitedError, match="too many requests"):
        provider.send(MESSAGE)


def test_the_callers_deadline_reaches_every_request_of_a_send() -> None:
    stub = StubTransport([answer(401), answer(json={"access_token": "new"}), answer(json={"id": "m1"})])
    adapter = Rotating(RotatingSettings(token="t"), provider="acme")
    Gateway([Provider("acme", adapter, stub)]).send(MESSAGE, deadline=5.0)
    first, renewal, repeated = (request.deadline for request in stub.requests)
    assert renewal is None  # a renewal that is cut short may cost the token
    assert first is not None
    assert first is repeated
    assert 5.0 > first.left > 0.0


def test_a_deadline_that_is_over_asks_nothing() -> None:
    stub = StubTransport()
    adapter = Rotating(RotatingSettings(token="t"), provider="acme")
    with pytest.raises(
        NotSentError, match=r"deadline exceeded before POST messages: 0 s of 0 s left; give it a longer deadline"
    ):
        Gateway([Provider("acme", adapter, stub)]).send(MESSAGE, deadline=0.0)
    assert stub.requests == []


def test_no_slot_in_time_leads_to_the_next_provider_of_the_route() -> None:
    busy = Provider("busy", Rotating(RotatingSettings(token="t", rate="1/h"), provider="busy"), StubTransport([OK]))
    free = Provider("free", Rotating(RotatingSettings(token="t"), provider="free"), StubTransport([SENT, SENT]))
    BlockingTransport(busy.core._transport).ask(LOOKUP, {})
    result = Gateway([busy, free]).send(MESSAGE, deadline=5.0)
    assert [(attempt.provider, attempt.outcome, type(attempt.error)) for attempt in result.attempts] == [
        ("busy", Outcome.NOT_SENT, RateLimitedError),
        ("free", Outcome.ACCEPTED, type(None)),
    ]


def test_an_unreachable_vendor_blocks_nothing(time: VirtualTime) -> None:
    transport, _ = paced(time, UnreachableError("down"), OK, rate=None)
    with pytest.raises(UnreachableError):
        transport.ask(LOOKUP, {})
    transport.ask(LOOKUP, {})
    assert time.slept == []


def test_the_settings_of_every_adapter_take_a_rate_and_a_pacing_file(tmp_path: Path) -> None:
    zoom = {"adapter": "zoomconnect", "email": "me@example.com", "token": "t"}
    good = {**zoom, "rate": "55/min", "pacing_file": str(tmp_path / "pace.db")}
    settings = Config.from_mapping({"providers": {"zoom": good}}).accounts["zoom"].settings
    assert (settings.rate, settings.pacing_file) == ("55/min", str(tmp_path / "pace.db"))
    with pytest.raises(ConfigError, match=r"rate must be a rate such as .*, got 'fast'"):
        Config.from_mapping({"providers": {"zoom": {**zoom, "rate": "fast"}}})
    with pytest.raises(ConfigError, match=r"pacing_file must be in an existing folder"):
        Config.from_mapping({"providers": {"zoom": {**zoom, "pacing_file": str(tmp_path / "no" / "pace.db")}}})


def test_a_gateway_paces_by_the_file_of_its_settings(tmp_path: Path) -> None:
    path = tmp_path / "pace.db"
    zoom = {"adapter": "zoomconnect", "email": "e", "token": "t", "base_url": "http://127.0.0.1:1"}
    settings = {"providers": {"zoom": {**zoom, "rate": "1/h", "pacing_file": str(path)}}}
    with Gateway.from_mapping(settings) as one, Gateway.from_mapping(settings) as other:
        with pytest.raises(UnreachableError):
            one.send(MESSAGE)
        with pytest.raises(
            RateLimitedError,
            match=r"is in 3[56]\d\d.* \(rate 1/h\), with [56][0-9.]+ s of 60 s left, and an answer needs 15 s",
        ):
            other.send(MESSAGE)


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()
