"""A runner that meets a full budget waits for room: no message is refused for good, and none counts as tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from smsgate import Budget, Gateway, Guards, Message, PriceList
from tests.journal_at import journal_at, rows
from tests.sending.runs.test_runner import Hours, counted
from tests.stub_provider import StubProvider, accepting

TO = "+27821234567"
HOURLY = Budget(name="all", per="1h", most=3)


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


@contextmanager
def opened(
    path: str, hours: Hours, *budgets: Budget, providers: str = "a"
) -> Iterator[tuple[Gateway, list[StubProvider]]]:
    vendors = [accepting(name, PriceList("EUR", {"+27": Decimal("0.05")})) for name in providers]
    with Gateway(vendors, guards=Guards(counting=budgets), journal=journal_at(path, clock=hours)) as gateway:
        yield gateway, vendors


def send_what_is_due(gateway: Gateway) -> None:
    """Send each range that is due, once."""
    for each in gateway.runs.dispatch("r"):
        gateway.runs.runner("r").work_range(each.id)


def five(**fields: object) -> Iterator[Message]:
    return (Message(TO, str(each), **fields) for each in range(5))  # type: ignore[arg-type]


def test_what_has_no_room_stays_queued_until_there_is_some(path: str) -> None:
    hours = Hours()
    with opened(path, hours, HOURLY) as (gateway, [vendor]):
        gateway.enqueue(five(), run="r")
        send_what_is_due(gateway)
        assert counted(gateway) == {"accepted": 3, "queued": 2}
        assert rows(path, "SELECT count(*) FROM entries WHERE tries > 0") == [(0,)]
        [lane] = gateway.runs.status("r").lanes
        assert lane.paused_until is None
        assert lane.waits_for is not None
        assert lane.waits_for.startswith("budgets.all: 3 of 3 messages used; there is room at ")
        hours.now += 1_800
        assert gateway.runs.dispatch("r") == []
        hours.now += 1_801
        send_what_is_due(gateway)
        assert counted(gateway) == {"accepted": 5}
        assert vendor.asked == 5


def test_a_message_that_no_providers_budget_has_room_for_stays_queued_too(path: str) -> None:
    hours, each = Hours(), Budget(name="each", per="1h", most=1, by="provider")
    with opened(path, hours, each, providers="ab") as (gateway, _):
        gateway.enqueue(five(), run="r")
        send_what_is_due(gateway)
        assert counted(gateway) == {"accepted": 2, "queued": 3}
        hours.now += 3_601
        send_what_is_due(gateway)
        assert counted(gateway) == {"accepted": 4, "queued": 1}


def test_a_message_that_takes_more_than_there_ever_is_ends_rejected(path: str) -> None:
    tiny = Budget(name="spend", per="1h", most="0.01", unit="EUR")
    with opened(path, Hours(), tiny) as (gateway, [vendor]):
        gateway.enqueue(five(), run="r")
        send_what_is_due(gateway)
        assert counted(gateway) == {"rejected": 5}
        assert gateway.runs.status("r").lanes == ()
        assert vendor.asked == 0


def test_other_messages_of_a_range_do_not_wait(path: str) -> None:
    otp = Budget(name="otp", per="1h", most=1, by="recipient", campaigns=["otp"])
    with opened(path, Hours(), otp) as (gateway, _):
        gateway.enqueue([*five(campaign="otp"), *five()], run="r")
        send_what_is_due(gateway)
        assert counted(gateway) == {"accepted": 6, "queued": 4}
