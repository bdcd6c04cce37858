"""Where an event is from: no caller is believed to be the vendor unless we asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smsgate import DeliveryReport, Gateway, Provider, Reply, Source, Status
from tests.plain_adapter import Line, gateway, message
from tests.receiving.polled_vendor import Vendor, WithReplies

SINCE = datetime(2000, 1, 1, tzinfo=UTC)


def test_an_event_is_from_a_webhook_unless_it_says_otherwise() -> None:
    report = DeliveryReport(provider="a", message_id="1", status=Status.SENT, raw_status=None)
    reply = Reply(provider="a", message_id="r1", sender="+27821234567", text="Yes")
    assert {report.source, reply.source} == {Source.WEBHOOK}


ASKING: dict[str, Callable[[Gateway, Provider], Iterable[object]]] = {
    "status": lambda opened, _: [opened.status("1")],
    "provider.status": lambda _, provider: [provider.status("1")],
    "provider.statuses": lambda _, provider: provider.statuses(["1"]),
    "provider.replies": lambda _, provider: provider.replies(SINCE),
    "poll": lambda opened, _: opened.poll(),
}


@pytest.mark.parametrize("way", ASKING)
def test_what_the_vendor_answers_was_asked_for_whatever_the_adapter_says(tmp_path: Path, way: str) -> None:
    vendor = Vendor()
    vendor.statuses, vendor.replies = {"1": "sent"}, {"r1": "Yes"}
    with gateway(str(tmp_path / "journal.db"), Line(vendor), adapter=WithReplies) as opened:
        opened.send(message())
        events = [*ASKING[way](opened, opened.provider("a"))]
    assert events
    assert {getattr(event, "source", None) for event in events} == {Source.POLLED}
