from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest

from smsgate import Answer, Provider, Request, Settings
from smsgate.sandbox import Sandbox
from smsgate.transport.http import HttpTransport
from smsgate_zoomconnect import ZoomConnect, ZoomConnectExtras, ZoomConnectSettings
from smsgate_zoomconnect_sandbox import ZoomConnect as SandboxZoomConnect

Open = Callable[..., Provider]


class Recording(HttpTransport):
    """Remembers what went out, on its way to real HTTP."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.asked: list[str] = []

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        self.asked.append(str(request))
        return super().ask(request, headers)


@pytest.fixture
def sandbox(nulls: str) -> Iterator[Sandbox]:
    """Deliver after a minute, which tests let pass with `advance`, and give lists in pages of two."""
    vendor = SandboxZoomConnect(credit=1000, delivery=timedelta(minutes=1), page_size=2)
    with Sandbox(vendors=[vendor], stall=0.05, absent=["zoomconnect"] if nulls == "absent" else ()) as sandbox:
        yield sandbox


@pytest.fixture
def transports() -> Iterator[list[Recording]]:
    opened: list[Recording] = []
    yield opened
    for transport in opened:
        transport.close()


@pytest.fixture
def asked(transports: list[Recording], provider: Provider) -> list[str]:  # noqa: ARG001 - it opens the transport
    """The requests of `provider`, as "GET messages/{message_id}"."""
    return transports[0].asked


@pytest.fixture
def open_provider(sandbox: Sandbox, transports: list[Recording]) -> Open:
    def open_provider(**settings: object) -> Provider:
        chosen = {"base_url": sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect"), **settings}
        made = ZoomConnectSettings(**chosen)  # type: ignore[arg-type]
        transports.append(Recording(made))
        return Provider("zoom", ZoomConnect(made, provider="zoom"), transports[-1])

    return open_provider


@pytest.fixture
def provider(open_provider: Open) -> Provider:
    return open_provider()


@pytest.fixture
def vendor(provider: Provider) -> ZoomConnectExtras:
    extras = provider.vendor
    assert isinstance(extras, ZoomConnectExtras)
    return extras
