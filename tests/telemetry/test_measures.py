"""What is counted of sends and requests, by names with few values each."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from smsgate import Gateway, Message, Outcome, PriceList, RejectedError, UnknownOutcomeError
from smsgate.telemetry.instruments import INSTRUMENTS, MESSAGES
from smsgate.telemetry.sends import SendWatch
from tests.stub_provider import SENT, StubProvider, send_result
from tests.telemetry_sdk import Metrics

NUMBER = "+27821234567"


def test_sends_are_counted_by_provider_and_outcome(measured: Metrics, tmp_path: Path) -> None:
    prices = tmp_path / "prices.csv"
    prices.write_text("prefix,price\n+27,0.25\n", encoding="utf-8")
    listed = PriceList.from_csv(prices, unit="ZAR")
    refusal, lost = RejectedError("no", provider="counted"), UnknownOutcomeError("lost", provider="counted")
    with Gateway([StubProvider("counted", [SENT, SENT, refusal, lost], prices=listed)]) as gateway:
        results = [send_result(gateway, Message(NUMBER, "x" * length)) for length in (10, 200, 300, 300)]
    assert [each.outcome for each in results] == [
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.REJECTED,
        Outcome.UNKNOWN,
    ]
    assert measured.values("smsgate.messages", provider="counted") == {
        frozenset({("provider", "counted"), ("outcome", "accepted")}): 2,
        frozenset({("provider", "counted"), ("outcome", "rejected"), ("error.type", "RejectedError")}): 1,
        frozenset({("provider", "counted"), ("outcome", "unknown"), ("error.type", "UnknownOutcomeError")}): 1,
    }
    assert measured.value("smsgate.segments", provider="counted") == 3
    cost = sum(each.price.amount for each in results if each.price and each.outcome is Outcome.ACCEPTED)
    assert cost == Decimal("0.75")
    assert measured.values("smsgate.cost", provider="counted") == {
        frozenset({("provider", "counted"), ("price.unit", "ZAR")}): float(cost)
    }
    assert measured.value("smsgate.send.duration", provider="counted", outcome="accepted") == 2
    assert measured.value("smsgate.request.duration", provider="counted", operation="send", outcome="accepted") == 2


@pytest.mark.threads
def test_every_metric_that_is_made_is_in_the_list(measured: Metrics) -> None:
    assert measured.names <= {each.name for each in INSTRUMENTS}
    assert len({each.name for each in INSTRUMENTS}) == len(INSTRUMENTS)


@pytest.mark.threads
def test_a_watch_that_fails_is_logged_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    unfit: Callable[[], object] = object
    SendWatch().end(unfit())  # type: ignore[arg-type]
    MESSAGES.record(0, {})
    assert caplog.messages == ["telemetry failed with AttributeError; it was ignored"]
