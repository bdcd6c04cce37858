from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from smsgate import Gateway, Provider
from smsgate.sandbox import Sandbox
from smsgate.testing import StubTransport
from smsgate_telnyx import Telnyx, TelnyxSettings
from smsgate_telnyx_sandbox import Telnyx as Vendor

Stubbed = Callable[..., tuple[Provider, StubTransport]]
PROFILE = "4000eba1-a0c0-4563-9925-b25e842a7cb6"


@pytest.fixture
def stubbed() -> Stubbed:
    """Return a provider that is given these answers, and the stub that has its requests."""

    def stubbed(says: Any = (), **settings: Any) -> tuple[Provider, StubTransport]:
        own = {"api_key": "KEY0123-of-the-tests", "messaging_profile_id": PROFILE, "read_attempts": 1}
        stub = StubTransport(says)
        return Provider("tel", Telnyx(TelnyxSettings(**{**own, **settings}), provider="tel"), stub), stub

    return stubbed


@pytest.fixture
def sandbox(nulls: str) -> Iterator[Sandbox]:
    """Deliver after a minute, which tests let pass with `advance`; numbers of Russia are not on the profile's list."""
    vendor = Vendor(delivery=timedelta(minutes=1), blocked=("+7",))
    with Sandbox(vendors=[vendor], stall=0.05, absent=["telnyx"] if nulls == "absent" else []) as sandbox:
        yield sandbox


@pytest.fixture
def gateway(sandbox: Sandbox) -> Iterator[Gateway]:
    account = {"adapter": "telnyx", "base_url": sandbox.url("telnyx"), "rate": "unlimited"}
    with Gateway.from_mapping({"providers": {"tel": {**account, **sandbox.credentials("telnyx")}}}) as opened:
        yield opened


@pytest.fixture
def provider(gateway: Gateway) -> Provider:
    return gateway.provider("tel")
