"""A process that polls and can be killed: it writes down each event before it asks for the next one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from smsgate import DeliveryReport, Event, Gateway, Provider, Reply, SqliteJournal
from smsgate.transport.http import HttpTransport
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings


@contextmanager
def open_gateway(vendor: dict[str, str], journal: str, ahead: float = 0.0) -> Iterator[Gateway]:
    """Open a gateway whose journal is so many seconds ahead of the time."""
    settings = ZoomConnectSettings(
        base_url=vendor["base_url"], email=vendor["email"], token=vendor["token"], bulk_size=50
    )
    provider = Provider("zoom", ZoomConnect(settings, provider="zoom"), HttpTransport(settings))
    with Gateway([provider], journal=SqliteJournal(journal, clock=lambda: time.time() + ahead)) as gateway:
        yield gateway


def name(event: Event) -> str:
    assert isinstance(event, DeliveryReport | Reply)
    return event.message_id


def poll(vendor: dict[str, str], journal: str, heard: str) -> None:
    """Poll once."""
    with open_gateway(vendor, journal) as gateway, open(heard, "a", encoding="ascii", buffering=1) as lines:  # noqa: PTH123
        lines.writelines(handle(event) + "\n" for event in gateway.poll(pause=timedelta()))


def handle(event: Event) -> str:
    """Take as long as an application may, so that most kills come while it does."""
    time.sleep(0.003)
    return name(event)
