"""The accounts of a simulated process at the vendors of a route: the adapters that are shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from smsgate import Adapter, MemoryPaceStore, Settings, TokenStore
from smsgate.provider import AsyncProvider
from smsgate_bulksms import BulkSms
from smsgate_telnyx import Telnyx
from smsgate_twilio import Twilio
from tests.simulation.account import READ_TIMEOUT
from tests.simulation.adapter import SETTLING
from tests.simulation.engine import SimulatedEngine
from tests.simulation.plan import Plan
from tests.simulation.route.line import RouteLine
from tests.simulation.route.truth import RouteTruth
from tests.simulation.route.vendor import RouteVendor
from tests.simulation.vendor import Vendor


def accounts(vendors: Sequence[Vendor], engine: SimulatedEngine, token: TokenStore, plan: Plan) -> list[AsyncProvider]:
    """Return a process's accounts at the vendors, none of which has a token."""
    del token
    return [
        AsyncProvider(
            vendor.name,
            adapter(vendor.name, plan.per_second),
            RouteLine(vendor, cast("RouteTruth", vendor.truth), engine, READ_TIMEOUT),
            engine,
            pace_store=MemoryPaceStore(engine.now),
        )
        for vendor in cast("Sequence[RouteVendor]", vendors)
    ]


KINDS: Mapping[str, type[Adapter[Any]]] = {"twilio": Twilio, "bulksms": BulkSms, "telnyx": Telnyx}


@cache
def adapter(name: str, per_second: int | None = None, settling: float | None = SETTLING) -> Adapter[Settings]:
    """Return the adapter of a vendor; Twilio has an API key and Telnyx no public key, so no call has a signature."""
    own = {
        "twilio": {"account_sid": f"AC{'0' * 32}", "key_sid": f"SK{'0' * 32}", "key_secret": "simulated"},
        "bulksms": {"token_id": "id", "token_secret": "simulated"},
        "telnyx": {"api_key": "simulated"},
    }[name]
    kind = KINDS[name]
    rate = None if per_second is None else f"{per_second}/s"
    settings: dict[str, Any] = {"read_timeout": READ_TIMEOUT, "settling": settling, "rate": rate, **own}
    return kind(kind.Settings(**settings), provider=name)
