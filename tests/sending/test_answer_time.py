"""A request that sends begins only while its answer still has time: else the message is certainly not sent."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest

from smsgate import (
    Accepted,
    Answer,
    Conversation,
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
    SendsBulk,
    SqliteJournal,
    Submission,
    UnreachableError,
)
from smsgate.adapter.deadline import ANSWER_SHARE, Deadline
from smsgate.routing.breaker import BreakerState
from smsgate.testing import StubTransport, answer
from smsgate.transport.pacing import PacedTransport
from smsgate.transport.transport import Unblocked
from tests.blocking_core import BlockingTransport, VirtualEngine
from tests.rotating_token_adapter import Rotating, RotatingSettings
from tests.stub_provider import SENT, StubAdapter, StubProvider, StubSettings, accepting, send_result
from tests.virtual_time import VirtualTime

MESSAGE = Message("+27821234567", "Hello")
COO = Request("POST", "send", effect=Effect.SENDS)


@pytest.fixture(name="clock")
def _clock() -> VirtualTime:
    return VirtualTime()


class Impatient(MemoryPaceStore):
    """Refuses to make a test wait."""

    def reserve(self, account: str, interval: float, patience: float) -> float:
        wait = super().reserve(account, interval, patience)
        if 0 < wait <= patience:
            raise AssertionError(f"the test would wait {wait} s")
        return wait


def paced(
    clock: VirtualTime, store: MemoryPaceStore, late: float = 0.0, **settings: float
) -> tuple[BlockingTransport, StubTransport]:
    stub = StubTransport(lambda _: SENT)
    adapter = StubAdapter(StubSettings(**settings), provider="a")  # type: ignore[arg-type]
    engine = VirtualEngine(clock, lambda seconds: clock.sleep(seconds + late))
    return BlockingTransport(PacedTransport(adapter, Unblocked(stub), store, engine)), stub


def timed(clock: VirtualTime, seconds: float, effect: Effect, transport: BlockingTransport) -> Request:
    whole = Deadline(seconds, clock.now + seconds, clock=clock.clock)
    deadline = Deadline.at(
        transport.core._adapter.settings,  # type: ignore[attr-defined]
        whole,
    )
    return Request("POST", "send", effect=effect, deadline=deadline)


def test_the_end_of_a_block_is_not_waited_for_where_the_answer_would_have_no_time(clock: VirtualTime) -> None:
    store = Impatient(clock.clock)
    store.block("stub/a", 60.0)
    provider = StubProvider("a", lambda _: SENT, pace_store=store)
    result = send_result(Gateway([provider], deadline=60.5), MESSAGE)
    assert (result.outcome, provider.asked, type(result.error)) == (Outcome.NOT_SENT, 0, RateLimitedError)
    assert str(result.error) == (
        "a: deadline exceeded before POST send: the account's next slot is in 60.0 s (blocked by the vendor), "
        "with 60.5 s of 60.5 s left, and an answer needs 15 s"
    )
    assert isinstance(result.error, RateLimitedError)
    assert result.error.retry_after == 60.0


@pytest.mark.parametrize(
    ("block", "deadline", "settings", "begins"),
    [
        (44.9, 60.0, {}, True),
        (45.1, 60.0, {}, False),
        (0.7, 1.0, {"read_timeout": 30.0}, True),
        (0.8, 1.0, {"read_timeout": 30.0}, False),
        (57.9, 60.0, {"read_timeout": 2.0}, True),
        (58.1, 60.0, {"read_timeout": 2.0}, False),
    ],
)
def test_a_quarter_of_the_deadline_is_the_answers_or_read_timeout_where_that_is_less(
    clock: VirtualTime, block: float, deadline: float, settings: dict[str, float], *, begins: bool
) -> None:
    assert ANSWER_SHARE == 0.25
    store = MemoryPaceStore(clock.clock)
    store.block("stub/a", block)
    transport, stub = paced(clock, store, **settings)
    request = timed(clock, deadline, Effect.SENDS, transport)
    if begins:
        assert transport.ask(request, {}) == SENT
    else:
        with pytest.raises(RateLimitedError, match="deadline exceeded before POST send"):
            transport.ask(request, {})
    assert len(stub.requests) == begins


def test_a_look_up_waits_for_a_slot_up_to_its_whole_deadline(clock: VirtualTime) -> None:
    store = MemoryPaceStore(clock.clock)
    store.block("stub/a", 59.9)
    transport, _ = paced(clock, store)
    assert transport.ask(timed(clock, 60.0, Effect.READS, transport), {}) == SENT


def test_a_sleep_that_took_too_long_leaves_the_text_unsent(clock: VirtualTime) -> None:
    store = MemoryPaceStore(clock.clock)
    store.block("stub/a", 1.0)
    transport, stub = paced(clock, store, late=8.5)  # a busy machine
    with pytest.raises(NotSentError) as caught:
        transport.ask(timed(clock, 10.0, Effect.SENDS, transport), {})
    assert str(caught.value) == (
        "deadline exceeded before POST send: 0.5 s of 10 s left, and an answer needs 2.5 s; give it a longer deadline"
    )
    assert stub.requests == []


def test_what_a_send_had_when_it_began_counts_for_every_provider_of_its_route() -> None:
    def slow(_: Request) -> ProviderError:
        time.sleep(0.8)
        return UnreachableError("down")

    second = accepting("b")
    result = send_result(Gateway([StubProvider("a", slow), second]), MESSAGE, deadline=1.0)
    assert (result.outcome, second.asked) == (Outcome.NOT_SENT, 0)
    late = str(result.attempts[1].error)
    assert late.startswith("b: deadline exceeded before POST send: ")
    assert late.endswith(" s of 1 s left, and an answer needs 0.25 s; give it a longer deadline")


def test_a_renewal_that_took_too_long_leaves_the_text_unsent() -> None:
    def vendor(request: Request) -> Answer:
        if request.path != "renew":
            return answer(401)
        time.sleep(0.9)
        return answer(json={"access_token": "new"})

    stub = StubTransport(vendor)
    provider = Provider("acme", Rotating(RotatingSettings(token="old"), provider="acme"), stub)
    with pytest.raises(NotSentError, match=r"before POST messages: .* of 1 s left, and an answer needs 0.25 s"):
        provider.send(MESSAGE, deadline=1.0)
    assert [request.path for request in stub.requests] == ["messages", "renew"]


def test_a_journal_that_took_too_long_leaves_the_text_unsent(tmp_path: Path) -> None:
    provider = accepting("a")
    path = tmp_path / "journal.db"
    with Gateway([provider], journal=SqliteJournal(str(path))) as gateway:
        gateway.send(MESSAGE)
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
            other.execute("BEGIN IMMEDIATE")
            release = Timer(1.6, other.execute, ["ROLLBACK"])
            release.start()
            result = send_result(gateway, MESSAGE, deadline=2.0)
            release.join()
    assert (result.outcome, provider.asked) == (Outcome.NOT_SENT, 1)


class BulkStubAdapter(StubAdapter, SendsBulk):
    bulk_size = 10

    def send_bulk(self, messages: Sequence[Message], submissions: Sequence[Submission]) -> Conversation[list[Accepted]]:
        yield Request("POST", "flock", json=len(messages), effect=Effect.SENDS)
        return [Accepted(message_id="1") for _ in messages]


def test_a_bulk_call_keeps_time_for_its_answer_too(clock: VirtualTime) -> None:
    stub = StubTransport(lambda _: SENT)
    adapter = BulkStubAdapter(StubSettings(rate="1/min"), provider="a")
    provider = Provider("a", adapter, stub, pace_store=Impatient(clock.clock))
    with Gateway([provider, accepting("b")], deadline=70) as gateway:
        results = [*gateway.send_bulk([MESSAGE] * 20, workers=1)]
    assert [result.provider for result in results] == ["a"] * 10 + ["b"] * 10
    assert [str(request) for request in stub.requests] == ["POST flock"]


def test_a_bulk_call_begins_with_what_is_left_of_its_messages_deadline() -> None:
    stub = StubTransport(lambda _: SENT)
    provider = Provider("a", BulkStubAdapter(StubSettings(), provider="a"), stub)
    deadline = Deadline(60.0, time.monotonic() + 14.0)
    said = [*provider.send_bulk([MESSAGE] * 2, deadline=deadline)]
    assert [type(each) for each in said] == [NotSentError] * 2
    assert stub.requests == []


def test_a_deadline_that_was_missed_says_nothing_against_the_provider() -> None:
    with Gateway([accepting("a")]) as gateway:
        for _ in range(20):
            assert send_result(gateway, MESSAGE, deadline=0).outcome is Outcome.NOT_SENT
        assert gateway.breaker("a") is BreakerState.CLOSED
        assert gateway.send(MESSAGE).outcome is Outcome.ACCEPTED
