from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest

from smsgate import Answer, Provider, Request, Settings
from smsgate.sandbox import Sandbox
from smsgate.transport.http import HttpTransport
from smsgate_bulksms import BulkSms, BulkSmsSettings
from smsgate_bulksms_sandbox import BulkSms as SandboxBulkSms

Open = Callable[..., Provider]


class Recording(HttpTransport):
    """Remembers what went out, on its way to real HTTP."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.requests: list[Request] = []

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        self.requests.append(request)
        return super().ask(request, headers)


@pytest.fixture
def sandbox(nulls: str) -> Iterator[Sandbox]:
    """Deliver after an hour, which tests let pass with `advance`, and give lists in pages of two."""
    vendor = SandboxBulkSms(credit=1_000, delivery=timedelta(hours=1), page_size=2)
    with Sandbox(vendors=[vendor], stall=0.05, absent=["bulksms"] if nulls == "absent" else ()) as sandbox:
        yield sandbox


@pytest.fixture
def transports() -> Iterator[list[Recording]]:
    opened: list[Recording] = []
    yield opened
    for transport in opened:
        transport.close()


@pytest.fixture
def open_provider(sandbox: Sandbox, transports: list[Recording]) -> Open:
    def open_provider(**settings: object) -> Provider:
        chosen = {"base_url": sandbox.url("bulksms"), **sandbox.credentials("bulksms"), **settings}
        made = BulkSmsSettings(**chosen)  # type: ignore[arg-type]
        transports.append(Recording(made))
        return Provider("bulk", BulkSms(made, provider="bulk"), transports[-1])

    return open_provider


@pytest.fixture
def provider(open_provider: Open) -> Provider:
    return open_provider()


@pytest.fixture
def asked(transports: list[Recording], provider: Provider) -> list[Request]:  # noqa: ARG001 - it opens the transport
    """The requests of `provider`."""
    return transports[0].requests
