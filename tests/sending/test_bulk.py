"""Many messages at once: results in order, read as they are needed, in the vendors' own bulk calls where they are."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread, Timer
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgate import (
    BreakerState,
    ConfigError,
    Gateway,
    InvalidMessageError,
    JournalError,
    Limits,
    MemoryPaceStore,
    Message,
    NotSentError,
    OnUnknown,
    Outcome,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Route,
    Scope,
    SendResult,
    UnknownOutcomeError,
)
from smsgate.sending.window import Window
from smsgate.testing import answer
from tests.plain_adapter import DOWN, LOST, NO, OK, InBulk, Line, Plain, Said, gateway, message, provider
from tests.sending.campaign_memory import BulkOfHundreds, stream
from tests.stub_provider import SENT, StubProvider

SPAN: ContextVar[str] = ContextVar("SPAN", default="none")


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


def messages(count: int) -> Iterator[Message]:
    return (message(f"{each}") for each in range(count))


# Order ---------------------------------------------------------------------------------------------------------------

ANSWERS: dict[str, Said] = {
    "accepted": OK,
    "down": DOWN,
    "refused": NO,
    "lost": LOST,
    "throttled": RateLimitedError("slow down"),
    "broken": ProviderError("500"),
}
ENDS = {
    "accepted": Outcome.ACCEPTED,
    "down": Outcome.NOT_SENT,
    "refused": Outcome.REJECTED,
    "lost": Outcome.UNKNOWN,
    "throttled": Outcome.NOT_SENT,
    "too long": Outcome.REJECTED,
    "elsewhere": Outcome.NOT_SENT,
}


def answer_to(request: Request) -> Said:
    assert isinstance(request.json, dict)
    return ANSWERS[request.json["text"].partition(" ")[0]]


def messages_of(endings: list[str]) -> list[Message]:
    return [
        message(f"{each} {place}" + "x" * 40_000 * (each == "too long"), route="none" if each == "elsewhere" else None)
        for place, each in enumerate(endings)
    ]


@settings(max_examples=60, deadline=None)
@given(
    endings=st.lists(st.sampled_from([*ENDS]), max_size=40),
    workers=st.integers(1, 9),
    adapter=st.sampled_from([Plain, InBulk]),
)
def test_results_come_in_the_order_of_the_messages_whatever_fails(
    endings: list[str], workers: int, adapter: type[Plain]
) -> None:
    def says(request: Request) -> Said:
        if request.path == "send":
            return answer_to(request)
        assert isinstance(request.json, dict)
        words = {"refused": "rejected", "down": "not sent", "throttled": "not sent"}
        kinds = {text: text.partition(" ")[0] for text in request.json["texts"]}
        return (
            LOST if "lost" in kinds.values() else answer(json={text: words.get(kind) for text, kind in kinds.items()})
        )

    sent = messages_of(endings)
    with gateway(None, Line(says), adapter=adapter) as opened:
        results = [*opened.send_bulk(sent, workers=workers)]
    assert [result.message for result in results] == sent
    if adapter is Plain and not {"lost", "down"} & {*endings}:  # else the breaker may open
        assert [result.outcome for result in results] == [ENDS[each] for each in endings]
    for result, each in zip(results, endings, strict=True):
        assert (result.error is None) is (result.outcome is Outcome.ACCEPTED)
        if ENDS[each] is Outcome.REJECTED and result.outcome is not Outcome.REJECTED:
            assert isinstance(result.error, NotSentError | UnknownOutcomeError)


def test_a_slow_first_message_does_not_delay_the_others() -> None:
    released, others = Event(), Event()
    seen: list[str] = []
    lock = Lock()

    def says(request: Request) -> Said:
        assert isinstance(request.json, dict)
        if request.json["text"] == "0":
            assert others.wait(10)
            released.set()
            return OK
        with lock:
            seen.append(request.json["text"])
            if len(seen) == 3:
                others.set()
        return OK

    with gateway(None, Line(says)) as opened:
        results = [result.message.text for result in opened.send_bulk(messages(4), workers=2)]
    assert results == ["0", "1", "2", "3"]
    assert released.is_set()


# Laziness ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("adapter", [Plain, InBulk])
def test_workers_see_the_context_variables_of_the_thread_that_reads_the_results(adapter: type[Plain]) -> None:
    """So the span of a request lies under the span in which a campaign is sent."""
    seen: list[str] = []

    def campaign(opened: Gateway) -> None:
        SPAN.set("campaign")
        assert len([*opened.send_bulk([message(str(each)) for each in range(20)], workers=4)]) == 20

    with Gateway([provider("a", Line(), adapter)]) as opened:
        opened.providers[0].on_request = lambda _: seen.append(SPAN.get())
        copy_context().run(campaign, opened)
    assert {*seen} == {"campaign"}


@pytest.mark.parametrize(("adapter", "most"), [(Plain, 2 * 3 + 1), (InBulk, 2 * 3 * 5 + 1)])
def test_messages_are_read_as_they_are_needed(adapter: type[Plain], most: int) -> None:
    read: list[int] = []

    def endless() -> Iterator[Message]:
        while True:
            read.append(1)
            yield message(f"{len(read)}")

    with gateway(None, Line(), adapter=adapter) as opened:
        results = opened.send_bulk(endless(), workers=3)
        assert read == []
        for taken in range(20):
            next(results)
            assert len(read) <= taken + most
        results.close()


def test_a_result_that_is_there_is_given_before_more_is_read() -> None:
    taken: list[str] = []

    def slow() -> Iterator[Message]:
        for each in range(5):
            while each - len(taken) > 1 and not line.requests:
                pass
            yield message(f"{each}")

    line = Line()
    with gateway(None, line) as opened:
        taken.extend(result.message.text for result in opened.send_bulk(slow(), workers=1))
    assert taken == ["0", "1", "2", "3", "4"]


def test_a_caller_that_stops_reading_waits_for_what_is_in_flight_and_begins_nothing_else(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        results = opened.send_bulk(messages(200), workers=2, run="campaign")
        next(results)
        results.close()
        begun = len(line.requests)
        assert begun <= 6
        assert [*opened.unknowns.list()] == []
        assert sum(1 for _ in opened.send_bulk(messages(200), workers=2, run="campaign")) == 200
    assert sorted(line.texts, key=int) == [f"{each}" for each in range(200)]


@pytest.mark.parametrize("error", [OSError("the cursor is lost"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
@pytest.mark.parametrize(("adapter", "workers"), [(Plain, 1), (Plain, 8), (InBulk, 8)])
def test_what_the_messages_raise_is_raised_once_every_result_was_given(
    path: str, error: BaseException, adapter: type[Plain], workers: int
) -> None:
    def broken() -> Iterator[Message]:
        yield from messages(33)
        raise error

    line = Line()
    given: list[SendResult] = []
    with gateway(path, line, adapter=adapter) as opened:
        with pytest.raises(type(error)) as raised:
            given.extend(opened.send_bulk(broken(), workers=workers, run="campaign"))  # keeps what came before
        assert raised.value is error
        assert [result.message.text for result in given] == [f"{each}" for each in range(33)]
        accepted = {result.message.text for result in given if result.outcome is Outcome.ACCEPTED}
        others = [result for result in given if result.outcome is not Outcome.ACCEPTED]
        assert all(str(result.error).startswith("sending was stopped before") for result in others)
        assert {result.outcome for result in others} <= {Outcome.NOT_SENT}
        assert [*opened.unknowns.list()] == []
        before = len(line.texts)
        assert {result.outcome for result in opened.send_bulk(messages(33), run="campaign")} == {Outcome.ACCEPTED}
        assert len(line.texts) - before == 33 - len(accepted)


def paused_line(line_says: Said = OK) -> tuple[Line, Event, Event]:
    """Return a line that begins to answer only once the test lets it, and says when it was asked."""
    asked, answers = Event(), Event()

    def says(_: Request) -> Said:
        asked.set()
        assert answers.wait(30)
        return line_says

    return Line(says), asked, answers


def test_what_was_read_ahead_is_not_begun_once_the_messages_have_raised() -> None:
    line, asked, answers = paused_line()

    def broken() -> Iterator[Message]:
        yield from messages(3)
        assert asked.wait(30)
        raise OSError("the cursor is lost")

    with gateway(None, line) as opened:
        results = opened.send_bulk(broken(), workers=2)
        Timer(0.05, answers.set).start()
        given = [next(results) for _ in range(3)]
        with pytest.raises(OSError, match="the cursor is lost"):
            next(results)
    assert [result.outcome is Outcome.ACCEPTED for result in given] == [f"{each}" in line.texts for each in range(3)]
    assert "2" not in line.texts


def test_a_bulk_send_that_is_stopped_begins_nothing_more_and_gives_a_result_for_each_message_that_was_read() -> None:
    line, asked, answers = paused_line()
    read: list[str] = []

    def reading() -> Iterator[Message]:
        for each in messages(100):
            read.append(each.text)
            yield each

    with gateway(None, line) as opened:
        results = opened.send_bulk(reading(), workers=2)

        def stop() -> None:
            assert asked.wait(30)
            results.stop()
            answers.set()

        stopping = Thread(target=stop)
        stopping.start()
        given = [*results]
        stopping.join()
    assert [result.message.text for result in given] == read
    assert len(line.texts) <= 2
    assert {result.message.text for result in given if result.outcome is Outcome.ACCEPTED} == {*line.texts}
    assert len(read) < 100


def test_a_message_that_no_provider_was_asked_for_yet_asks_none_once_it_is_stopped(path: str) -> None:
    """The bulk call is refused whole after the stop: none of its messages goes on by itself."""
    first, asked, answers = paused_line(DOWN)
    second = Line()
    with gateway(path, first, second, adapter=InBulk) as opened:
        results = opened.send_bulk(messages(5), workers=1, run="r")

        def stop() -> None:
            assert asked.wait(30)
            results.stop()
            answers.set()

        Thread(target=stop).start()
        given = [*results]
    assert [result.outcome for result in given] == [Outcome.NOT_SENT] * 5
    assert second.requests == []


def test_a_message_that_waits_for_its_rate_slot_is_not_sent_once_it_is_stopped() -> None:
    class Slots(MemoryPaceStore):
        def reserve(self, account: str, interval: float, patience: float) -> float:
            wait = super().reserve(account, interval, patience)
            reserved.put(wait)
            return wait

    def first(_: Request) -> Said:
        assert [reserved.get(timeout=30) for _ in range(2)][1] > 0
        results.stop()
        return SENT

    reserved: SimpleQueue[float] = SimpleQueue()
    slow = StubProvider("slow", first, rate="6/min", pace_store=Slots())
    with Gateway([slow]) as opened:
        results = opened.send_bulk(messages(8), workers=4)
        given = [*results]
    assert [result.outcome for result in given].count(Outcome.ACCEPTED) == slow.asked == 1
    reasons = {str(result.error) for result in given if result.outcome is Outcome.NOT_SENT}
    assert "slow: sending was stopped before POST send" in reasons
    assert all("sending was stopped before" in reason for reason in reasons)


def test_a_bulk_call_that_is_refused_whole_is_not_divided_once_it_is_stopped() -> None:
    line, asked, answers = paused_line(NotSentError("Bad request", scope=Scope.MESSAGE))
    with gateway(None, line, adapter=InBulk) as opened:
        results = opened.send_bulk(messages(5), workers=1)

        def stop() -> None:
            assert asked.wait(30)
            results.stop()
            answers.set()

        stopping = Thread(target=stop)
        stopping.start()
        given = [*results]
        stopping.join()
    assert [result.outcome for result in given] == [Outcome.NOT_SENT] * 5
    assert len(line.requests) == 1


def test_a_run_ends_though_signal_handlers_have_torn_its_end(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def torn(_: Window) -> None:
        raise KeyboardInterrupt

    with gateway(path, Line()) as opened:
        monkeypatch.setattr(Window, "close", torn)
        results = opened.send_bulk(messages(10), run="campaign")
        next(results)
        with pytest.raises(KeyboardInterrupt):
            results.close()
        monkeypatch.undo()
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            try:
                again = [*opened.send_bulk(messages(10), run="campaign")]
            except JournalError:
                time.sleep(0.05)
            else:
                break
        assert {result.outcome for result in again} == {Outcome.ACCEPTED}


@pytest.mark.parametrize("workers", [0, -1, 257])
def test_the_number_of_workers_has_limits(workers: int) -> None:
    with (
        gateway(None, Line()) as opened,
        pytest.raises(ConfigError, match=f"workers must be 1 to 256, got {workers}"),
    ):
        opened.send_bulk([], workers=workers)


# The vendor's own bulk call ------------------------------------------------------------------------------------------


def test_messages_go_in_the_vendors_own_bulk_calls() -> None:
    line = Line()
    with gateway(None, line, adapter=InBulk) as opened:
        results = [*opened.send_bulk(messages(12))]
    assert sorted((request.path, len(request.json["texts"])) for request in line.requests) == [  # type: ignore[index]
        ("send-bulk", 2),
        ("send-bulk", 5),
        ("send-bulk", 5),
    ]
    assert {(result.outcome, result.provider, len(result.attempts)) for result in results} == {
        (Outcome.ACCEPTED, "a", 1)
    }


def test_each_message_of_a_bulk_call_has_its_own_end_and_goes_on_by_itself(path: str) -> None:
    first, second = Line(answer(json={"1": "rejected", "2": "not sent"})), Line()
    with gateway(path, first, second, adapter=InBulk) as opened:
        results = [*opened.send_bulk(messages(4), run="campaign")]
    assert [(result.outcome, result.provider, len(result.attempts)) for result in results] == [
        (Outcome.ACCEPTED, "a", 1),
        (Outcome.REJECTED, "a", 1),
        (Outcome.ACCEPTED, "b", 2),
        (Outcome.ACCEPTED, "a", 1),
    ]
    assert second.texts == ["2"]


@pytest.mark.parametrize("said", [LOST, answer(500), answer(json=[])], ids=["cut", "500", "shape"])
def test_when_the_answer_to_a_bulk_call_is_lost_all_its_messages_are_unknown_and_none_goes_on(
    path: str, said: Said
) -> None:
    first, second = Line(said), Line()
    if said is not LOST and isinstance(said, type(OK)) and said.status == 200:
        first.says = UnknownOutcomeError("the answer has the wrong shape")
    with gateway(path, first, second, adapter=InBulk) as opened:
        results = [*opened.send_bulk(messages(5), run="campaign")]
        assert len([*opened.unknowns.list(run="campaign")]) == 5
    assert [result.outcome for result in results] == [Outcome.UNKNOWN] * 5
    assert second.requests == []


def test_a_bulk_call_that_was_refused_as_a_whole_goes_on_message_by_message() -> None:
    first, second = Line(DOWN), Line()
    with gateway(None, first, second, adapter=InBulk) as opened:
        results = [*opened.send_bulk(messages(7))]
    assert [result.provider for result in results] == ["b"] * 7
    assert sorted(second.texts) == [f"{each}" for each in range(7)]


def test_a_bulk_call_counts_once_for_the_breaker() -> None:
    line = Line(DOWN)
    with gateway(None, line, adapter=InBulk) as opened:
        list(opened.send_bulk(messages(20), workers=1))
        assert opened.breaker("a") is BreakerState.CLOSED
        list(opened.send_bulk(messages(5), workers=1))
        assert opened.breaker("a") is BreakerState.OPEN
        asked = len(line.requests)
        assert {result.outcome for result in opened.send_bulk(messages(5))} == {Outcome.NOT_SENT}
    assert len(line.requests) == asked


def test_messages_for_several_bulk_vendors_are_gathered_for_each() -> None:
    first, second = Line(), Line()
    route = Route(name="r", providers=("a", "b"), order="round_robin")
    with gateway(None, first, second, adapter=InBulk, route=route) as opened:
        results = [*opened.send_bulk(messages(20))]
    assert [result.message.text for result in results] == [f"{each}" for each in range(20)]
    assert [len(line.requests) for line in (first, second)] == [2, 2]


def test_what_is_refused_here_is_in_no_bulk_call() -> None:
    line = Line()
    strict = Gateway([provider("a", line, InBulk)], limits=Limits(max_segments=1))
    with strict as opened:
        results = [*opened.send_bulk([message("a"), message("x" * 200), message("b"), message("c", sender="Shop")])]
    assert [result.outcome for result in results] == [
        Outcome.ACCEPTED,
        Outcome.REJECTED,
        Outcome.ACCEPTED,
        Outcome.REJECTED,
    ]
    assert line.texts == ["a", "b"]
    assert isinstance(results[3].error, InvalidMessageError)


def test_a_bulk_vendor_is_reconciled_message_by_message() -> None:
    line = Line(lambda request: LOST if request.method == "POST" else answer(json=True))
    route = Route(name="r", providers=("a",), on_unknown=OnUnknown.RECONCILE)
    with gateway(None, line, adapter=InBulk, route=route) as opened:
        [result] = opened.send_bulk([message()])
    assert (result.outcome, result.message_id) == (Outcome.ACCEPTED, "17")


def test_errors_of_results_are_the_ones_that_send_would_raise() -> None:
    with gateway(None, Line(NO)) as opened:
        [result] = opened.send_bulk([message()])
        with pytest.raises(RejectedError) as raised:
            opened.send(message())
    assert str(result.error) == str(raised.value)


# Memory --------------------------------------------------------------------------------------------------------------


Growth: TypeAlias = Callable[[int, type[Plain], str | None], float]


@pytest.fixture(name="growth")
def _growth(request: pytest.FixtureRequest) -> Growth:
    return partial(growth_on, request.node.callspec.params["engine"])


def growth_on(engine: str, count: int, adapter: type[Plain], path: str | None) -> float:
    """Return by how many MiB the memory rose while so many messages were sent, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=stream, args=(engine, count, adapter, path, there))
    process.start()
    there.close()
    done, risen = here.recv()
    process.join()
    assert done == count
    return float(risen / 1024)


@pytest.mark.slow
def test_memory_stays_as_it_is_through_ten_thousand_messages(growth: Growth) -> None:
    assert growth(10_000, Plain, None) < 7


@pytest.mark.slow
def test_memory_stays_as_it_is_with_a_journal_and_bulk_calls(growth: Growth, path: str) -> None:
    assert growth(6000, BulkOfHundreds, path) < 3


@pytest.mark.soak
@pytest.mark.parametrize("adapter", [Plain, BulkOfHundreds])
def test_memory_stays_as_it_is_through_a_million_messages(growth: Growth, path: str, adapter: type[Plain]) -> None:
    assert growth(1_000_000, adapter, path if adapter is BulkOfHundreds else None) < 64
