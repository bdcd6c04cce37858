"""The clients that are timed, by the names that the command line and the figures have for them."""

from __future__ import annotations

from .client import Client, in_event_loop
from .gateways import GATEWAYS, MOST_WORKERS
from .loops import aiohttp, httpx, transport

CLIENTS: dict[str, Client] = GATEWAYS | {
    "transport": in_event_loop(transport),
    "aiohttp": in_event_loop(aiohttp),
    "httpx": in_event_loop(httpx),
}

TITLES = {
    "asyncio": "`AsyncGateway.send_bulk`",
    "asyncio-journal": "`AsyncGateway.send_bulk`, journal",
    "threads": "`Gateway.send_bulk`",
    "threads-journal": "`Gateway.send_bulk`, journal",
    "to-thread": "`Gateway.send` in `asyncio.to_thread`",
    "transport": "smsgate's transport alone, bare loop",
    "aiohttp": "aiohttp, bare loop",
    "httpx": "httpx, bare loop",
}

MOST = {"threads": MOST_WORKERS, "threads-journal": MOST_WORKERS, "to-thread": MOST_WORKERS}
"""Messages in flight of those that need a thread for each."""
SLOW = {"httpx": 250}
"""Messages in a block of those that would take minutes, or as many as are in flight if that is more."""
NEXT_DOOR = ("asyncio", "asyncio-journal", "threads", "threads-journal")
"""Who sends to the vendor that answers at once."""
