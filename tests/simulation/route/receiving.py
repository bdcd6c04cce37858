"""Takes the calls of vendors by the receiver that is shipped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from smsgate import Event
from smsgate.gateway import AsyncGateway
from smsgate.webhooks.admission import Admitted
from smsgate.webhooks.receiver import AsyncReceiver
from smsgate.webhooks.request import WebhookRequest
from tests.simulation.route.vendor import Call


async def receive(
    gateway: AsyncGateway, call: Call, on_event: Callable[[Event], Awaitable[None]], clock: Callable[[], float]
) -> bool:
    """Take a call; return whether the vendor may forget it."""
    receiver = AsyncReceiver(gateway, on_event, clock=clock)
    path = urlsplit(call.url).path
    admitted = receiver.admit(WebhookRequest(method="POST", path=path, headers={"content-type": call.media_type}))
    assert isinstance(admitted, Admitted), f"a call to {path} is refused: {admitted}"
    answer = await receiver.take(admitted, call.body)
    return 200 <= answer.status < 300
