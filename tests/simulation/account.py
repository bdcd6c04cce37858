"""The accounts of a simulated process at the simulated vendors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from smsgate import MemoryPaceStore, SenderTable, Settings, TokenStore
from smsgate.provider import AsyncProvider
from tests.simulation.adapter import Simulated, WithEverything, WithToken
from tests.simulation.engine import SimulatedEngine
from tests.simulation.kinds import LONG, Calling, Keyed, KeyedForLong, Kind, Referenced
from tests.simulation.line import Line
from tests.simulation.plan import Plan
from tests.simulation.vendor import Vendor

READ_TIMEOUT = 1.0
KINDS = {Kind.TEXT: Simulated, Kind.KEYED: Keyed, Kind.REFERENCED: Referenced, Kind.CALLING: Calling}


def accounts(vendors: Sequence[Vendor], engine: SimulatedEngine, token: TokenStore, plan: Plan) -> list[AsyncProvider]:
    """Return a process's accounts at the vendors."""
    references = not plan.turns_references_on or not engine.host.name.endswith(".1")
    return [
        AsyncProvider(
            vendor.name,
            _adapter(
                _kind(vendor),
                vendor.name,
                plan.per_second,
                plan.default_senders.get(vendor.name),
                references=references,
            ),
            Line(vendor, engine, READ_TIMEOUT),
            engine,
            pace_store=MemoryPaceStore(engine.now),
            token_store=token if vendor.needs_token else None,
        )
        for vendor in vendors
    ]


def _kind(vendor: Vendor) -> type[Simulated]:
    if vendor.needs_token:
        return WithToken
    if vendor.lists:
        return WithEverything
    return KeyedForLong if vendor.kind is Kind.KEYED and vendor.window == LONG else KINDS[vendor.kind]


@cache
def _adapter(
    kind: type[Simulated], provider: str, per_second: int | None, sender: str | None, *, references: bool
) -> Simulated:
    rate = None if per_second is None else f"{per_second}/s"
    settings = Settings(
        base_url="http://simulated",
        read_timeout=READ_TIMEOUT,
        rate=rate,
        references=references,
        senders=None if sender is None else SenderTable({"default": sender}),
    )
    return kind(settings, provider=provider)
