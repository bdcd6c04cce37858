"""The accounts of a simulated process at the simulated vendors."""

from __future__ import annotations

from functools import cache

from smsgate import MemoryPaceStore, Settings, TokenStore
from smsgate.provider import AsyncProvider
from tests.simulation.adapter import Simulated, WithEverything, WithToken
from tests.simulation.engine import SimulatedEngine
from tests.simulation.line import Line
from tests.simulation.vendor import Vendor

READ_TIMEOUT = 1.0


def account(vendor: Vendor, engine: SimulatedEngine, token: TokenStore, per_second: int | None) -> AsyncProvider:
    """Return a process's account at a vendor, which may make so many requests a second."""
    kind = WithToken if vendor.needs_token else WithEverything if vendor.lists else Simulated
    return AsyncProvider(
        vendor.name,
        _adapter(kind, vendor.name, per_second),
        Line(vendor, engine, READ_TIMEOUT),
        engine,
        pace_store=MemoryPaceStore(engine.now),
        token_store=token if vendor.needs_token else None,
    )


@cache
def _adapter(kind: type[Simulated], provider: str, per_second: int | None) -> Simulated:
    rate = None if per_second is None else f"{per_second}/s"
    return kind(Settings(base_url="http://simulated", read_timeout=READ_TIMEOUT, rate=rate), provider=provider)
