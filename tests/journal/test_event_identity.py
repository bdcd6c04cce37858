"""Which events are the same: those that say the same of the same thing."""

from __future__ import annotations

from itertools import combinations

from attrs import evolve

from smsgate import DeliveryReport, Event, OptIn, OptOut, Reply, Source, Status, VendorEvent
from smsgate.journal.event_identity import identity

REPORT = DeliveryReport(provider="a", message_id="1", status=Status.UNDELIVERED, raw_status="absent")
REPLY = Reply(provider="a", message_id="1", sender="+27821234567", text="Stop")
OTHER = VendorEvent(provider="a", kind="contact.created", raw={"id": 1, "name": "Ada"})

APART: list[Event] = [
    REPORT,
    evolve(REPORT, raw_status="barred"),  # a new word, though it is the same status to us
    evolve(REPORT, raw_status=None),
    evolve(REPORT, raw_status=None, status=Status.DELIVERED),
    evolve(REPORT, message_id="2"),
    evolve(REPORT, provider="b"),
    REPLY,
    evolve(REPLY, message_id="2"),
    evolve(REPLY, provider="b"),
    OTHER,
    evolve(OTHER, kind="contact.updated"),
    evolve(OTHER, raw={"id": 2, "name": "Ada"}),
    evolve(OTHER, provider="b"),
]
SAME: list[tuple[Event, Event]] = [
    (REPORT, evolve(REPORT, reason="no such phone", source=Source.WEBHOOK, raw={"at": 1})),
    (REPORT, evolve(REPORT, source=Source.POLLED)),
    (REPLY, evolve(REPLY, text="Stop!", source=Source.WEBHOOK)),
    (REPLY, OptOut(REPLY, "STOP")),
    (REPLY, OptIn(REPLY, "START")),
    (OTHER, evolve(OTHER, raw={"name": "Ada", "id": 1})),
]


def test_events_that_say_something_else_are_apart() -> None:
    assert [pair for pair in combinations(APART, 2) if identity(pair[0]) == identity(pair[1])] == []


def test_events_that_say_the_same_are_one_however_they_came() -> None:
    assert [pair for pair in SAME if identity(pair[0]) != identity(pair[1])] == []
