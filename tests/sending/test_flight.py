"""What is under way of a bulk send: it is counted, and given up where it is not waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from smsgate import BulkResults, Gateway, Outcome, PaceWait, Provider, Request, SendResult, Settings
from tests.plain_adapter import OK, InBulk, Line, Plain, Said, gateway, message

pytestmark = pytest.mark.threads  # a task is cancelled instead


class Slow(Line):
    """A vendor that answers once it may."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.may_answer = Event()

    def _answer(self, _: Request) -> Said:
        assert self.may_answer.wait(60)
        return OK


@pytest.fixture(name="line")
def _line() -> Iterator[Slow]:
    line = Slow()
    yield line
    line.may_answer.set()


def until(condition: Callable[[], bool]) -> None:
    patience = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < patience
        time.sleep(0.005)


def reading(results: BulkResults, into: list[SendResult]) -> Thread:
    reader = Thread(target=lambda: into.extend(results))
    reader.start()
    return reader


@pytest.mark.parametrize(("adapter", "each"), [(Plain, 1), (InBulk, 5)])
def test_what_is_in_flight_is_given_up_as_unknown_until_its_answer_comes(
    tmp_path: Path, line: Slow, adapter: type[Plain], each: int
) -> None:
    with gateway(str(tmp_path / "journal.db"), line, adapter=adapter) as opened:
        results = opened.send_bulk((message(f"{place}") for place in range(100)), workers=2, run="r")
        ends: list[SendResult] = []
        reader = reading(results, ends)
        until(lambda: len(line.requests) == 2)
        assert results.in_flight == 2 * each
        assert results.waits == ()
        results.abandon()
        reader.join(60)
        assert results.in_flight == 0
        assert [end.outcome for end in ends[: 2 * each]] == [Outcome.UNKNOWN] * 2 * each
        assert {end.outcome for end in ends[2 * each :]} == {Outcome.NOT_SENT}
        assert "was not waited for" in str(ends[0].error)
        assert len([*opened.unknowns.list("r")]) == 2 * each
        line.may_answer.set()
        until(lambda: not [*opened.unknowns.list("r")])
    assert len(line.requests) == 2


def test_what_waits_for_its_account_s_rate_is_not_in_flight(line: Slow) -> None:
    line.may_answer.set()
    settings = Settings(base_url="http://127.0.0.1", rate="2/h")
    account = Provider("a", Plain(settings, provider="a"), line)
    with Gateway([account], deadline=3600.0) as opened:
        account.send(message("takes the first slot"))
        results = opened.send_bulk(map(message, "xyz"), workers=2)
        ends: list[SendResult] = []
        reader = reading(results, ends)
        until(lambda: bool(results.waits))
        waits = results.waits
        assert waits == (PaceWait("a", "2/h"),)
        assert str(waits[0]) == "the rate of a: 2/h"
        until(lambda: not results.in_flight)
        results.stop()
        reader.join(60)
        assert {end.outcome for end in ends} == {Outcome.NOT_SENT}
    assert len(line.requests) == 1
