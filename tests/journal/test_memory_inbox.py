"""The memory of a gateway without a journal does not grow for ever."""

from __future__ import annotations

import pytest

from smsgate import DeliveryReport, Reply, Status
from smsgate.journal import EventState, MemoryInbox

MOST = 5


@pytest.fixture(name="inbox")
def _inbox() -> MemoryInbox:
    return MemoryInbox(most=MOST)


def reply(number: int) -> Reply:
    return Reply(provider="a", message_id=f"r{number}", sender="+27821234567", text="Yes")


def report(number: int, status: Status, word: str) -> DeliveryReport:
    return DeliveryReport(provider="a", message_id=str(number), status=status, raw_status=word)


def test_the_event_that_was_delivered_the_longest_ago_is_forgotten_first(inbox: MemoryInbox) -> None:
    for number in range(MOST + 1):
        assert inbox.record(reply(number)).state is EventState.NEW
        inbox.delivered(reply(number))
    assert [inbox.record(reply(number)).state for number in range(1, MOST + 1)] == [EventState.SEEN] * MOST
    assert inbox.record(reply(0)).state is EventState.NEW


def test_the_status_that_was_received_the_longest_ago_is_forgotten_first(inbox: MemoryInbox) -> None:
    for number in range(MOST + 1):
        inbox.record(report(number, Status.DELIVERED, "delivered"))
    late = [inbox.record(report(number, Status.SENT, "sent")).state for number in range(1, MOST + 1)]
    assert late == [EventState.SEEN] * MOST
    assert inbox.record(report(0, Status.SENT, "sent")).state is EventState.NEW
