"""A campaign that can be killed: run in a process of its own, by name."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

from smsgate import AsyncGateway, Gateway, Message

TO = "+27821234567"
WORKERS = 4


def settings(vendor: dict[str, str], journal: str, lease: float = 5.0, bulk_size: int = 1) -> dict[str, object]:
    return {
        "providers": {"zoom": {"adapter": "zoomconnect", "read_timeout": 10, "bulk_size": bulk_size, **vendor}},
        "journal": {"path": journal, "lease": lease, "patience": 20},
    }


def messages(name: str, count: int) -> Iterator[Message]:
    """Give a campaign's messages; every tenth text is the same."""
    return (Message(TO, f"{name} {'again' if each % 10 == 0 else each}") for each in range(count))


def send(
    vendor: dict[str, str], journal: str, name: str, count: int, *, lease: float = 5.0, bulk_size: int = 1
) -> None:
    """Send the campaign, or what is left of it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Gateway.from_mapping(settings(vendor, journal, lease, bulk_size)) as gateway:
        for _ in gateway.send_bulk(messages(name, count), workers=WORKERS, run=name):
            pass


def send_on_event_loop(vendor: dict[str, str], journal: str, name: str, count: int, *, bulk_size: int = 1) -> None:
    """Send the campaign with tasks."""

    async def run() -> None:
        async with AsyncGateway.from_mapping(settings(vendor, journal, bulk_size=bulk_size)) as gateway:
            async for _ in gateway.send_bulk(messages(name, count), in_flight=WORKERS, run=name):
                pass

    asyncio.run(run())


def send_one(vendor: dict[str, str], journal: str, key: str, lease: float = 5.0) -> None:
    """Send one message with a key; leave with 0 if it was accepted."""
    with Gateway.from_mapping(settings(vendor, journal, lease)) as gateway:
        result = gateway.send(Message(TO, "Your code is 4711", key=key))
    os._exit(0 if result.message_id else 1)
