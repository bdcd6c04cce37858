"""A gateway whose vendors call, and their calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from threading import Lock

from smsgate import (
    Event,
    Gateway,
    Provider,
    SqliteJournal,
    WebhookSettings,
)
from smsgate.testing import StubTransport, Unpaced
from smsgate.testing.stub import Said
from smsgate.webhooks import Receiver, WebhookAnswer, WebhookRequest
from smsgate_salesmsg import Salesmsg
from smsgate_salesmsg.settings import SalesmsgSettings
from smsgate_zoomconnect import ZoomConnect
from smsgate_zoomconnect.settings import ZoomConnectSettings
from tests.stub_provider import accepting

SECRET = "s3cret-that-nobody-guesses"
STATUSES = {200, 400, 403, 404, 405, 411, 413, 415, 500, 501, 503}
"""What the documentation lists."""
JSON = {"Content-Type": "application/json"}
SAST = timezone(timedelta(hours=2))


def zoom(says: Iterable[Said] | Callable[..., Said] = (), kind: type[ZoomConnect] = ZoomConnect) -> Provider:
    settings = ZoomConnectSettings(email="ops@example.com", token="canary-token")
    return Provider("zoom", kind(settings, provider="zoom"), StubTransport(says), pace_store=Unpaced())


def sales(says: Iterable[Said] | Callable[..., Said] = ()) -> Provider:
    settings = SalesmsgSettings(token="canary-token", team_id=16)
    return Provider("sales", Salesmsg(settings, provider="sales"), StubTransport(says), pace_store=Unpaced())


def webhooks(**others: object) -> WebhookSettings:
    return WebhookSettings(**{"secret": SECRET, **others})  # type: ignore[arg-type] # the test says what


def gateway(*providers: Provider, journal: SqliteJournal | None = None, **settings: object) -> Gateway:
    """Return a gateway with Zoom Connect, Salesmsg and a vendor that never calls, or these providers."""
    return Gateway(
        providers or (zoom(), sales(), accepting("dumb")),
        journal=journal,
        default_region="ZA",
        webhooks=webhooks(**settings),
    )


class Application:
    """Has what was delivered, and fails when the test says so."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.failures: list[BaseException] = []
        self._lock = Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            if self.failures:
                raise self.failures.pop(0)
            self.events.append(event)

    @property
    def event(self) -> Event:
        [event] = self.events
        return event


def report(message_id: str = "40124213", status: str = "DELIVERED", **more: object) -> bytes:
    return json.dumps({"messageId": message_id, "status": status, **more}).encode()


def reply(message_id: str = "5a757f2a", text: str = "Yes", **more: object) -> bytes:
    return json.dumps({"messageId": message_id, "from": "+27821234567", "message": text, **more}).encode()


def digits(when: datetime) -> str:
    """Write a time as Zoom Connect does."""
    return f"{when.astimezone(SAST):%Y%m%d%H%M%S}"


def ago(**span: float) -> str:
    return digits(datetime.now(UTC) - timedelta(**span))


def post(
    receiver: Receiver,
    body: bytes = b"",
    *,
    path: str = f"/zoom/{SECRET}",
    query: str = "",
    headers: Mapping[str, str] = JSON,
    method: str = "POST",
    peer: str = "127.0.0.1",
) -> WebhookAnswer:
    request = WebhookRequest(method=method, path=path, query=query, headers=headers, peer=peer)
    return receiver.receive(request, body)
