"""What is read when a collector asks: breakers, blocked accounts, the journal, at a bounded cost."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import frozen

from smsgate import BreakerSettings, Gateway, Message, SmsgateError, UnknownOutcomeError, UnreachableError
from smsgate.telemetry.gauges import GaugeSource
from smsgate.testing import answer
from tests.stub_provider import StubProvider, accepting
from tests.telemetry_sdk import Metrics
from tests.virtual_time import VirtualTime

MESSAGE = Message("+27821234567", "Hello")


def test_a_breaker_shows_whether_it_is_open(measured: Metrics) -> None:
    down = StubProvider("down", lambda _: UnreachableError("no route to host", provider="down"))
    with Gateway([down, accepting("fine")], breaker=BreakerSettings(failures=1)) as gateway:
        assert measured.value("smsgate.breaker.state", provider="down") == 0
        gateway.send(MESSAGE)
        assert measured.value("smsgate.breaker.state", provider="down") == 2
        assert measured.value("smsgate.breaker.state", provider="fine") == 0


def test_an_account_that_the_vendor_refuses_shows_for_how_long(measured: Metrics) -> None:
    busy = StubProvider("busy", [answer(429, retry_after="50")])
    with Gateway([busy]) as gateway:
        assert measured.value("smsgate.account.blocked", provider="busy") == 0
        with suppress(SmsgateError):
            gateway.send(MESSAGE)
        blocked = measured.value("smsgate.account.blocked", provider="busy")
    assert blocked is not None
    assert 0 < blocked <= 50


def test_the_journal_shows_what_it_has(measured: Metrics, tmp_path: Path) -> None:
    place = str(tmp_path / "journal.db")
    settings = {"journal": place, "providers": {"kept": {"adapter": "memory"}}}
    with Gateway.from_mapping(settings) as gateway:
        gateway.send(MESSAGE)
        gateway.enqueue([MESSAGE] * 3, run="autumn")
        assert measured.value("smsgate.journal.entries", journal=place) == 4
        assert measured.value("smsgate.journal.queued", journal=place) == 3
        assert measured.value("smsgate.journal.unknown", journal=place) == 0
        assert (measured.value("smsgate.journal.size", journal=place) or 0) > 4096
    assert measured.value("smsgate.journal.entries", journal=place) is None  # closed


@frozen
class Counts:
    name: str = "counted"
    unknown: int = 0
    queued: int = 0
    entries: int = 0
    bytes: int = 0


def counted(took: float, time: VirtualTime, asked: list[float]) -> Callable[[], Counts]:
    def count() -> Counts:
        asked.append(time.clock())
        time.sleep(took)
        return Counts(entries=len(asked))

    return count


@pytest.mark.parametrize(("took", "pause"), [(0.001, 30.0), (0.3, 30.0), (2.0, 200.0)])
def test_counting_a_journal_takes_a_hundredth_of_the_time_at_most(took: float, pause: float) -> None:
    time, asked = VirtualTime(), list[float]()
    source = GaugeSource({}, {}, counted(took, time, asked), time.clock)
    for _ in range(4000):
        assert source.counts is not None
        time.sleep(0.25)
    pauses = [after - before - took for before, after in pairwise(asked)]
    assert len(pauses) >= 3
    assert {round(each) for each in pauses} == {round(pause)}


def test_a_journal_that_cannot_be_read_shows_nothing_and_hides_nothing_else(measured: Metrics) -> None:
    def fails(*_: object) -> float:
        raise UnknownOutcomeError("the store is gone")

    broken = GaugeSource({"broken": lambda: "half-open"}, {"broken": fails, "works": lambda: 3.0}, fails)  # type: ignore[arg-type]
    assert measured.value("smsgate.account.blocked", provider="works") == 3.0
    assert measured.value("smsgate.account.blocked", provider="broken") is None
    assert measured.value("smsgate.breaker.state", provider="broken") == 1
    assert broken.counts is None


def test_of_two_gateways_with_one_name_the_worse_shows(measured: Metrics) -> None:
    sources = [GaugeSource({"shared": lambda: "open"}, {}, None), GaugeSource({"shared": lambda: "closed"}, {}, None)]
    assert measured.value("smsgate.breaker.state", provider="shared") == 2
    del sources[0]
    gc.collect()
    assert measured.value("smsgate.breaker.state", provider="shared") == 0
