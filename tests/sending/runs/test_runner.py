"""Runners send what is queued: each message once, lane by lane, and again where it was certainly not sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from smsgate import (
    AuthenticationError,
    ConfigError,
    ConflictError,
    Gateway,
    LimitsValidity,
    Message,
    NotSentError,
    Outcome,
    Request,
    RunState,
    Scope,
    SendsLater,
    State,
    UnreachableError,
)
from smsgate.journal.database import queue_changes
from smsgate.journal.queue import MOST_TRIES
from smsgate.sending.runs import enqueueing
from tests.journal.sqlite.test_failure import until
from tests.journal_at import rows
from tests.plain_adapter import LOST, NO, OK, InBulk, Line, Plain, Said, gateway, message


class Hours:
    """A journal's clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


RANGE = 50


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have ranges of a tenth of their messages, so that few messages are several ranges."""
    for module in (enqueueing, queue_changes):
        monkeypatch.setattr(module, "RANGE", RANGE)


def texts(count: int, **fields: object) -> Iterator[Message]:
    return (message(str(each), **fields) for each in range(count))


def message_of_b(each: int) -> Message:
    return message(f"b{each}", provider="b")


def say(answers: dict[str, Said]) -> Callable[[Request], Said]:
    return lambda request: answers.get(request.json["text"], OK)  # type: ignore[index]


@contextmanager
def running(opened: Gateway, run: str | None = None, in_flight: int = 2) -> Iterator[None]:
    """Have a runner work in another thread."""
    runner = opened.runs.runner(run, in_flight=in_flight)
    thread = Thread(target=runner.work)
    thread.start()
    try:
        yield
    finally:
        runner.stop()
        thread.join()


def counted(opened: Gateway, run: str = "r") -> dict[str, int]:
    status = opened.runs.status(run)
    names = ("queued", "in_flight", "accepted", "rejected", "not_sent", "unknown", "cancelled")
    return {name: count for name in names if (count := getattr(status, name))}


def check_counts(opened: Gateway, path: str, run: str = "r") -> None:
    """Compare the counts with the entries."""
    scanned = rows(path, "SELECT state, count(*) FROM entries WHERE range_id IS NOT NULL GROUP BY state")
    names = {"intent": "in_flight", "not sent": "not_sent"}
    assert counted(opened, run) == {names.get(state, state): count for state, count in scanned}


class Timed(Plain, LimitsValidity, SendsLater):
    """Takes a validity and a time."""

    name = "timed"


def test_a_message_that_has_waited_for_longer_than_it_is_valid_is_refused(path: str) -> None:
    line = Line()
    with gateway(path, line, adapter=Timed) as opened:
        hour = timedelta(hours=1)
        queued = [message("code", validity=hour), message("offer", validity=3 * hour), message("news")]
        opened.enqueue(queued, run="r")
        rows(path, "UPDATE entries SET created = created - 7200")
        opened.runs.runner().work(until_empty=True)
        assert counted(opened) == {"accepted": 2, "rejected": 1}
        [refused] = [each for each in opened.journal.find(run="r") if each.state is State.REJECTED]
    assert refused.recorded is not None
    said = str(refused.recorded.error)
    assert re.search(r"the message waited, and its validity of 1:00:00 was over at .* UTC", said)
    assert sorted(line.texts) == ["news", "offer"]


def test_a_time_that_has_passed_in_the_queue_is_left_out(path: str) -> None:
    line, hour = Line(), timedelta(hours=1)
    with gateway(path, line, adapter=Timed) as opened:
        opened.enqueue([message(each, send_at=datetime.now(UTC) + hour) for each in ("past", "to come")], run="r")
        rows(path, "UPDATE entries SET send_at = send_at - 7200 WHERE text = 'past'")
        opened.runs.runner().work(until_empty=True)
        assert counted(opened) == {"accepted": 2}
    assert sorted(line.texts) == ["past", "to come"]


@pytest.mark.parametrize("adapter", [Plain, InBulk])
def test_a_runner_sends_each_queued_message_once(path: str, adapter: type[Plain]) -> None:
    line = Line()
    with gateway(path, line, adapter=adapter) as opened:
        opened.enqueue(texts(123), run="r")
        opened.runs.runner(in_flight=20).work(until_empty=True)
        opened.runs.runner().work(until_empty=True)
        assert counted(opened) == {"accepted": 123}
        status = opened.runs.status("r")
        assert (status.is_over, status.segments, status.lanes) == (True, 123, ())
        assert status.first is not None
        check_counts(opened, path)
    assert Counter(line.texts) == Counter(map(str, range(123)))


def test_each_end_is_counted_and_looked_up_as_of_any_entry(path: str) -> None:
    line = Line(say({"1": NO, "2": LOST}))
    with gateway(path, line) as opened:
        opened.enqueue(texts(4), run="r")
        opened.runs.runner().work(until_empty=True)
        assert counted(opened) == {"accepted": 2, "rejected": 1, "unknown": 1}
        [unknown] = opened.unknowns.list(run="r")
        opened.unknowns.resolve(unknown.id, Outcome.ACCEPTED)
        assert counted(opened) == {"accepted": 3, "rejected": 1}
        check_counts(opened, path)


def test_an_unknown_message_is_never_sent_again(path: str) -> None:
    line = Line(LOST)
    with gateway(path, line) as opened:
        opened.enqueue(texts(3), run="r")
        for _ in range(2):
            opened.runs.runner().work(until_empty=True)
            assert opened.enqueue(texts(3), run="r").known == 3
    assert Counter(line.texts) == Counter(map(str, range(3)))


def test_what_is_not_sent_is_tried_again_later_and_not_for_ever(path: str) -> None:
    hours = Hours()
    line = Line(NotSentError("try again", scope=Scope.MESSAGE))
    with gateway(path, line, clock=hours) as opened:
        opened.enqueue(texts(1), run="r")
        runner = opened.runs.runner(in_flight=1)
        for tries in range(1, MOST_TRIES + 1):
            assert runner.work_range(1)
            assert len(line.texts) == tries
            assert counted(opened) == ({"queued": 1} if tries < MOST_TRIES else {"not_sent": 1})
            assert not runner.work_range(1)  # not yet, or never
            hours.now += 1000
        assert opened.unknowns.get(1).state is State.NOT_SENT
        assert opened.enqueue(texts(1), run="r").enqueued == 1
        line.says = OK
        runner.work(until_empty=True)
        assert counted(opened) == {"accepted": 1}
        check_counts(opened, path)


def test_an_account_that_is_refused_pauses_its_lane_and_no_other(path: str) -> None:
    hours = Hours()
    refused, good = Line(AuthenticationError("wrong password", code="401")), Line()
    with gateway(path, refused, good, clock=hours) as opened:
        opened.enqueue(texts(120, provider="a"), run="r")
        opened.enqueue(map(message_of_b, range(120)), run="r")
        with running(opened):
            until(lambda: counted(opened) == {"queued": 120, "accepted": 120})
            until(lambda: opened.runs.status("r").lanes[0].paused_until is not None)
        asked = len(refused.texts)
        assert asked <= 8  # what was in flight, or about to be
        [lane] = opened.runs.status("r").lanes
        assert (lane.name, lane.reason, lane.ranges) == ("a", "wrong password", 3)
        assert not opened.runs.runner().work_range(1)
        hours.now += 100
        refused.says = OK
    with gateway(path, refused, good, clock=hours) as opened:  # whose circuit breaker is closed
        opened.runs.runner(in_flight=8).work(until_empty=True)
        assert counted(opened) == {"accepted": 240}
    assert Counter(good.texts) == Counter(f"b{each}" for each in range(120))


def test_a_slow_account_delays_no_other_ones_messages(path: str) -> None:
    free = Event()

    def slow(_: Request) -> Said:
        assert free.wait(60)
        return OK

    quick, stuck = Line(), Line(slow)
    with gateway(path, stuck, quick) as opened:
        opened.enqueue(texts(60, provider="a"), run="r")
        opened.enqueue(map(message_of_b, range(60)), run="r")
        with running(opened):
            until(lambda: opened.runs.status("r").accepted == 60)
            assert len(quick.texts) == 60
            free.set()
            until(lambda: opened.runs.status("r").accepted == 120)


def test_a_sustained_failure_to_connect_pauses_the_lane_and_counts_no_try(path: str) -> None:
    hours = Hours()
    line = Line(UnreachableError("no route to host"))
    with gateway(path, line, clock=hours) as opened:
        opened.enqueue(texts(50), run="r")
        for _ in range(MOST_TRIES + 2):
            opened.runs.runner(in_flight=2).work_range(1)
            hours.now += 10_000
        assert counted(opened) == {"queued": 50}
        line.says = OK
        hours.now += 10_000
        with gateway(path, line, clock=hours) as other:  # whose breaker is closed
            other.runs.runner().work(until_empty=True)
            assert counted(other) == {"accepted": 50}


def test_a_run_is_paused_resumed_and_cancelled_while_it_is_sent(path: str) -> None:
    taken, free = Event(), Event()

    def wait(_: Request) -> Said:
        taken.set()
        assert free.wait(60)
        return OK

    line = Line(wait)
    with gateway(path, line) as opened:
        opened.enqueue(texts(150), run="r")
        opened.enqueue(texts(3), run="other")
        opened.runs.pause("other")
        with running(opened):
            taken.wait(60)
            assert opened.runs.pause("r").state is RunState.PAUSED
            free.set()
            until(lambda: opened.runs.status("r").in_flight == 0)
        sent = len(line.texts)
        opened.runs.runner().work(until_empty=True)
        assert len(line.texts) == sent <= RANGE + 10
        opened.runs.resume("r")
        opened.runs.runner(in_flight=8).work(until_empty=True)
        assert opened.runs.status("r").accepted == 150
        done = opened.runs.cancel("other")
        assert (done.state, done.cancelled, done.is_over) == (RunState.CANCELLED, 3, True)
        with pytest.raises(ConflictError, match="the run 'other' was cancelled"):
            opened.runs.resume("other")
        assert [(each.name, each.total) for each in opened.runs.list()] == [("other", 3), ("r", 150)]


def test_a_cancelled_run_ends_with_what_is_in_flight(path: str) -> None:
    taken, free = Event(), Event()

    def wait(_: Request) -> Said:
        taken.set()
        assert free.wait(60)
        return OK

    line = Line(wait)
    with gateway(path, line) as opened:
        opened.enqueue(texts(120), run="r")
        with running(opened):
            taken.wait(60)
            opened.runs.cancel("r")
            free.set()
            until(lambda: opened.runs.status("r").is_over)
        status = opened.runs.status("r")
        assert status.accepted == len(line.texts) <= RANGE
        assert status.accepted + status.cancelled == 120
        check_counts(opened, path)


def test_a_range_is_sent_by_one_runner_though_two_are_given_it(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened, gateway(path, line) as other:
        opened.enqueue(texts(RANGE), run="r")
        start = Barrier(2)
        got: list[bool] = []

        def work(one: Gateway) -> None:
            start.wait(60)
            got.append(one.runs.runner().work_range(1))

        threads = [Thread(target=work, args=[one]) for one in (opened, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got) in ([False, True], [True, True])
    assert Counter(line.texts) == Counter(map(str, range(RANGE)))


def test_a_stopped_runner_gives_back_what_it_did_not_begin(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        opened.enqueue(texts(70), run="r")
        runner = opened.runs.runner(in_flight=1)
        line.says = lambda _: (runner.stop(), OK)[1]
        runner.work()
        assert 1 <= len(line.texts) <= 4
        assert counted(opened)["accepted"] == len(line.texts)
        assert counted(opened)["queued"] == 70 - len(line.texts)
        line.says = OK
        opened.runs.runner(in_flight=8).work(until_empty=True)
    assert Counter(line.texts) == Counter(map(str, range(70)))


def test_a_range_has_so_many_seconds(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        opened.enqueue(texts(10), run="r")
        assert opened.runs.runner().work_range(1, seconds=0.0)
        assert line.texts == []
        assert opened.runs.runner().work_range(1, seconds=600.0)
        assert counted(opened) == {"accepted": 10}


def test_a_message_that_opted_out_since_is_refused(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        opened.enqueue([message("a"), Message("+27821234568", "b")], run="r")
        opened.opt_outs.add("+27821234568")
        opened.runs.runner().work(until_empty=True)
        assert counted(opened) == {"accepted": 1, "rejected": 1}
        entry = opened.unknowns.get(2)
        assert entry.result().outcome is Outcome.REJECTED
        assert "asked not to be texted" in str(entry.result().error)
        check_counts(opened, path)
    assert line.texts == ["a"]


def test_a_message_whose_route_is_gone_ends_with_that_error(path: str) -> None:
    hours = Hours()
    with gateway(path, Line(), Line(), clock=hours) as opened:
        opened.enqueue([message("a", provider="b")], run="r")
    with gateway(path, Line(), clock=hours) as opened:
        for _ in range(MOST_TRIES):
            assert opened.runs.runner().work_range(1)
            hours.now += 10_000
        assert counted(opened) == {"not_sent": 1}
        assert isinstance(opened.unknowns.get(1).result().error, ConfigError)


def test_another_runs_messages_stay_queued(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        opened.enqueue(texts(2), run="r")
        opened.enqueue([message("x")], run="s")
        opened.runs.runner("s").work(until_empty=True)
        assert line.texts == ["x"]


def test_ranges_are_dispatched_once_until_patience_is_over(path: str) -> None:
    hours = Hours()
    with gateway(path, Line(), clock=hours) as opened:
        opened.enqueue(texts(110), run="r")
        assert [each.id for each in opened.runs.dispatch(per_lane=2)] == [1, 2]
        assert opened.runs.dispatch(per_lane=2) == []
        assert [each.id for each in opened.runs.dispatch()] == [3]
        assert opened.runs.dispatch() == []
        hours.now += 301
        opened.runs.pause("r")
        assert opened.runs.dispatch() == []
        opened.runs.resume("r")
        assert [each.id for each in opened.runs.dispatch()] == [1, 2, 3]


@pytest.mark.parametrize("in_flight", [0, 257])
def test_a_runner_has_some_messages_in_flight(path: str, in_flight: int) -> None:
    with gateway(path, Line()) as opened, pytest.raises(ConfigError, match="in_flight must be 1 to 256"):
        opened.runs.runner(in_flight=in_flight)
