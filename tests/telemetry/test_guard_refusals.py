"""What guards refuse, or would refuse, is counted; what they would refuse is logged once a minute, without numbers."""

from __future__ import annotations

import logging

import pytest

from smsgate import Gateway, Message, PumpingError
from smsgate.guards.guards import Guards
from smsgate.guards.pumping import PumpingGuard
from smsgate.model.count_within import CountWithin
from smsgate.telemetry.guards import ObservedRefusals
from tests.stub_provider import SENT, StubProvider, send_result
from tests.telemetry_sdk import Metrics
from tests.virtual_time import VirtualTime

LATVIAN = "+37121234567"


def test_refusals_are_counted_by_guard_and_rule(measured: Metrics) -> None:
    guards = [
        PumpingGuard(name="guard.seen", countries=["ZA"], observe=True),
        PumpingGuard(name="guard.counted", line_types=["voip"], campaigns=["otp"]),
    ]
    with Gateway([StubProvider("vendor", [SENT])], guards=Guards(pumping=guards)) as gateway:
        assert send_result(gateway, Message(LATVIAN, "4711")).provider == "vendor"
        assert isinstance(send_result(gateway, Message(LATVIAN, "4711", campaign="otp")).error, PumpingError)
        gateway.plan(Message(LATVIAN, "4711"))
    assert measured.values("smsgate.guard.refusals") == {
        frozenset({("guard", "guard.seen"), ("rule", "countries"), ("observed", "true")}): 1,
        frozenset({("guard", "guard.counted"), ("rule", "line_types"), ("observed", "false")}): 1,
    }


def test_without_a_journal_a_burst_that_only_observes_is_counted_and_logged(
    measured: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    guard = PumpingGuard(name="guard.seen", burst=CountWithin(1, 600), observe=True)
    with Gateway([StubProvider("vendor", [SENT, SENT])], guards=Guards(counting=[guard], pumping=[guard])) as gateway:
        for _ in range(2):
            assert send_result(gateway, Message(LATVIAN, "4711")).provider == "vendor"
    assert measured.values("smsgate.guard.refusals") == {
        frozenset({("guard", "guard.seen"), ("rule", "burst"), ("observed", "true")}): 1
    }
    assert "guard.seen.burst would refuse a message (observe = true): sent all the same" in caplog.messages


def test_what_would_be_refused_is_logged_at_once_and_then_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    time = VirtualTime(100.0)
    observed = ObservedRefusals(time.clock)
    error = PumpingError(f"{LATVIAN} is in LV", guard="guard.otp", rule="countries")
    with caplog.at_level(logging.WARNING, "smsgate.guards"):
        for _ in range(3):
            observed.note(error)
        time.sleep(59)
        observed.note(error)
        observed.note(PumpingError("", guard="guard.otp", rule="burst"))
        time.sleep(1)
        observed.note(error)
    assert caplog.messages == [
        "guard.otp.countries would refuse a message (observe = true): sent all the same",
        "guard.otp.burst would refuse a message (observe = true): sent all the same",
        "guard.otp.countries would refuse 4 messages since the last record (observe = true): sent all the same",
    ]
    assert [getattr(record, "count", None) for record in caplog.records] == [1, 1, 4]
    assert LATVIAN not in caplog.text
