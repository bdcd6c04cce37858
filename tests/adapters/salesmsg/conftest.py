from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from smsgate import Gateway, Provider
from smsgate.sandbox import Sandbox
from smsgate.testing import StubTransport
from smsgate_salesmsg import Salesmsg, SalesmsgSettings
from smsgate_salesmsg_sandbox import Salesmsg as Vendor

Stubbed = Callable[..., tuple[Provider, StubTransport]]


@pytest.fixture(scope="session")
def printed() -> Callable[[str], Any]:
    """Return an answer that the vendor's guide prints, repaired by hand where it is no JSON."""

    def printed(name: str) -> Any:
        return json.loads((Path(__file__).parent / "answers" / f"{name}.json").read_text(encoding="utf-8"))

    return printed


@pytest.fixture
def stubbed() -> Stubbed:
    """Return a provider that is given these answers, and what hears its requests."""

    def stubbed(says: Iterable[Any] | Callable[..., Any] = (), **settings: Any) -> tuple[Provider, StubTransport]:
        own = {"token": "a-token-of-the-tests", "team_id": 16, "number_id": 2, "rate": "unlimited", "read_attempts": 1}
        read = SalesmsgSettings(**{**own, **settings})
        stub = StubTransport(says)
        return Provider("sales", Salesmsg(read, provider="sales"), stub), stub

    return stubbed


@pytest.fixture
def vendor() -> Vendor:
    """Deliver after a minute, which tests let pass with `advance`, and block no account."""
    return Vendor(delivery=timedelta(minutes=1), limit=1_000)


@pytest.fixture
def sandbox(vendor: Vendor, nulls: str) -> Iterator[Sandbox]:
    with Sandbox(vendors=[vendor], stall=0.05, drip=0.001, absent=["salesmsg"] if nulls == "absent" else ()) as sandbox:
        yield sandbox


@pytest.fixture(params=["v2.2", "v2.3"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connected(sandbox: Sandbox) -> Iterator[Callable[..., Provider]]:
    """Return a provider on the sandbox, over HTTP."""
    opened: list[Gateway] = []

    def connected(**settings: Any) -> Provider:
        version = settings.get("api_version", "v2.2")
        own = {
            "adapter": "salesmsg",
            "rate": "unlimited",
            "base_url": sandbox.url("salesmsg").replace("v2.2", version),
            **sandbox.credentials("salesmsg"),
            **sandbox.account("salesmsg"),
        }
        opened.append(Gateway.from_mapping({"providers": {"sales": {**own, **settings}}}))
        return opened[-1].provider("sales")

    yield connected
    for gateway in opened:
        gateway.close()


@pytest.fixture
def sales(connected: Callable[..., Provider], version: str) -> Provider:
    """Return a provider of either version."""
    return connected(api_version=version)
