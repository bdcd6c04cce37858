"""What the receiving side logs: of an opt-out that will stop nothing, but neither who wrote nor what."""

from __future__ import annotations

import logging

import pytest

from smsgate import Event, Gateway, OptIn, OptOut, Reply
from tests.stub_provider import accepting

LOCAL = "0821234567"
WARNING = (
    "dumb: the opt-out 'r1' stops nothing: its sender cannot be read as a number; "
    "set default_region if the vendor writes numbers without their country"
)


def reply(sender: str, text: str = "Stop!") -> Reply:
    return Reply(provider="dumb", message_id="r1", sender=sender, text=text)


def opened(region: str | None = None) -> Gateway:
    return Gateway([accepting("dumb")], default_region=region)


def handed(gateway: Gateway, *replies: Reply) -> list[Event]:
    events: list[Event] = []
    for each in replies:
        gateway.incoming.deliver(each, events.append)
    return events


@pytest.mark.parametrize("sender", [LOCAL, "32000", "Shop"])
def test_an_opt_out_whose_sender_is_no_number_is_delivered_and_logged_once(
    caplog: pytest.LogCaptureFixture, sender: str
) -> None:
    assert handed(opened(), reply(sender), reply(sender)) == [OptOut(reply(sender), "STOP")]
    assert [(line.name, line.levelno, line.message) for line in caplog.records] == [
        ("smsgate.receiving.incoming", logging.WARNING, WARNING)
    ]


def test_so_is_one_that_was_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    opened().incoming.record(reply(LOCAL))
    assert caplog.messages == [WARNING]


def test_with_a_region_it_is_read_and_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert handed(opened("ZA"), reply(LOCAL)) == [OptOut(reply("+27821234567"), "STOP")]
    assert caplog.messages == []


def test_other_replies_from_what_is_no_number_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    (event,) = handed(opened(), reply("32000", "Hello"))
    assert event == reply("32000", "Hello")
    (event,) = handed(opened(), reply("32000", "Start"))
    assert isinstance(event, OptIn)
    assert caplog.messages == []
