"""What a guard against pumping says of a number by itself, before a provider is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import ConfigError, Gateway, InvalidMessageError, JournalSettings, Message, PumpingError, SendResult
from smsgate.guards.guards import Guards
from smsgate.guards.pumping import PumpingGuard
from smsgate.model.count_within import CountWithin
from smsgate.model.line_type import LineType, line_type_of
from smsgate.model.pumping import Conversion
from tests.journal_at import journal_at
from tests.stub_provider import SENT, StubProvider

ZA, LATVIAN, FIXED, AMERICAN = "+27821234567", "+37121234567", "+27215551234", "+12015550123"
NOW = datetime(2026, 11, 30, tzinfo=UTC)
OTP = PumpingGuard(name="guard.otp", campaigns=["otp"], countries=["ZA"])
CONVERSION = Conversion(least=0.2, window=3600, after=600, min_messages=20, prefix=6)


def code(to: str, campaign: str | None = "otp") -> Message:
    return Message(to, "Your code is 4711", campaign=campaign)


def refused(guard: PumpingGuard, message: Message) -> PumpingError:
    """Return the error of a message that is refused before the vendor is asked."""
    vendor = StubProvider("vendor", [])
    with Gateway([vendor], guards=Guards(pumping=[guard])) as gateway, pytest.raises(PumpingError) as raised:
        gateway.send(message)
    assert vendor.asked == 0
    return raised.value


def sent(guard: PumpingGuard, message: Message) -> SendResult:
    with Gateway([StubProvider("vendor", [SENT])], guards=Guards(pumping=[guard])) as gateway:
        return gateway.send(message)


def test_a_country_that_is_not_allowed_is_refused_with_guard_rule_and_fix() -> None:
    error = refused(OTP, code(LATVIAN))
    assert (error.guard, error.rule) == ("guard.otp", "countries")
    assert str(error) == ("guard.otp.countries allows ZA and +37121234567 is in LV; add it if people there sign in")
    assert isinstance(error, InvalidMessageError)
    assert sent(OTP, code(ZA)).provider == "vendor"


def test_a_number_of_no_country_is_refused() -> None:
    assert "+881612345678 belongs to no country" in str(refused(OTP, code("+881612345678")))


def test_a_kind_of_line_that_is_not_allowed_is_refused() -> None:
    mobile = PumpingGuard(name="guard.otp", line_types=["mobile", "fixed_line_or_mobile"])
    error = refused(mobile, code(FIXED))
    assert (error.guard, error.rule) == ("guard.otp", "line_types")
    assert str(error) == (
        "guard.otp.line_types allows mobile, fixed_line_or_mobile and +27215551234 is fixed_line; "
        "add that if people sign in with such"
    )
    for number in (ZA, AMERICAN):
        assert sent(mobile, code(number)).provider == "vendor"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (ZA, LineType.MOBILE),
        (FIXED, LineType.FIXED_LINE),
        (AMERICAN, LineType.FIXED_LINE_OR_MOBILE),
        ("+448001111111", LineType.TOLL_FREE),
        ("+447601234567", LineType.PAGER),
        ("+27000000000", LineType.UNKNOWN),
    ],
)
def test_the_kinds_of_lines_are_those_of_the_number_plans(number: str, expected: LineType) -> None:
    assert line_type_of(number) is expected


def test_other_campaigns_and_routes_are_not_guarded() -> None:
    assert sent(OTP, code(LATVIAN, "offers")).provider == "vendor"
    assert sent(OTP, code(LATVIAN, None)).provider == "vendor"
    assert sent(evolve(OTP, routes=["codes"]), code(LATVIAN)).provider == "vendor"
    assert refused(evolve(OTP, routes=["default"]), code(LATVIAN)).rule == "countries"


def test_a_plan_shows_the_refusal() -> None:
    with Gateway([StubProvider("vendor", [])], guards=Guards(pumping=[OTP])) as gateway:
        assert isinstance(gateway.plan(code(LATVIAN)).refusal, PumpingError)


def test_a_burst_reserves_one_message_of_the_numbers_block() -> None:
    [reserved] = evolve(OTP, burst=CountWithin(20, 600)).reservations(code(ZA), 3, "default", {}, NOW)
    assert (reserved.name, reserved.value, reserved.amount) == ("guard.otp.burst", "+2782123", 1)
    assert (reserved.most, reserved.lasts, reserved.unit) == (20, 600, "messages")
    assert not evolve(OTP, burst=CountWithin(20, 600)).reservations(code(ZA, "offers"), 1, "default", {}, NOW)


@pytest.mark.parametrize(
    ("rule", "setting"),
    [({"sequential": CountWithin(5, 600)}, "sequential"), ({"conversion": CONVERSION}, "min_conversion")],
)
def test_what_only_a_journal_can_count_is_no_guard_without_one(
    rule: dict[str, object], setting: str, path: str
) -> None:
    guards = Guards(pumping=[PumpingGuard(name="guard.otp", **rule)])  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=rf"guard\.otp\.{setting} needs a journal; set journal"):
        Gateway([StubProvider("vendor", [])], guards=guards)
    with Gateway(
        [StubProvider("vendor", [SENT])], guards=guards, journal=journal_at(JournalSettings(path=path))
    ) as gateway:
        assert gateway.send(code(ZA)).provider == "vendor"


def test_a_message_that_was_refused_may_be_sent_once_the_guard_allows_it(path: str) -> None:
    message = evolve(code(LATVIAN), key="code-1")
    with Gateway([StubProvider("vendor", [])], guards=Guards(pumping=[OTP]), journal=journal_at(path)) as gateway:
        with pytest.raises(PumpingError):
            gateway.send(message)
        [entry] = gateway.journal.find(key="code-1")
        error = entry.result(message).error
        assert isinstance(error, PumpingError)
        assert (error.guard, error.rule) == ("guard.otp", "countries")
    with Gateway([StubProvider("vendor", [SENT])], journal=journal_at(path)) as gateway:
        assert gateway.send(message).provider == "vendor"


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")
