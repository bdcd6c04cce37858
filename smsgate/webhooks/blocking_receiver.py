"""The receiver for threads."""

from __future__ import annotations

import time
from collections.abc import Callable
from inspect import iscoroutinefunction

from smsgate.adapter.webhook import LARGEST_BODY
from smsgate.blocking.face import blocking, direct
from smsgate.blocking.gateway import Gateway
from smsgate.config.webhooks import WebhookSettings
from smsgate.model.errors import ConfigError, WebhookError
from smsgate.model.event import Event
from smsgate.webhooks.admission import refused
from smsgate.webhooks.answer import WebhookAnswer
from smsgate.webhooks.receiver import AsyncReceiver, Body
from smsgate.webhooks.request import WebhookRequest

__all__ = ["Receiver"]


class Receiver:
    """Takes vendors' calls and delivers their events; threads share it.

    An application that is served by WSGI or ASGI mounts `webhooks.wsgi` or `webhooks.asgi` instead.
    """

    def __init__(
        self,
        gateway: Gateway,
        on_event: Callable[[Event], object],
        settings: WebhookSettings | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make a receiver with these settings or the gateway's; `on_event` is called once for each event.

        Raises `ConfigError` without settings, or where no provider calls, or one that does cannot be asked (`confirm`).
        """
        if iscoroutinefunction(on_event) or iscoroutinefunction(type(on_event).__call__):
            raise ConfigError("on_event is a coroutine function, which nothing would await here; use webhooks.asgi")
        self.core = AsyncReceiver(gateway.core, on_event, settings, clock=clock)

    admit = direct(AsyncReceiver.admit)
    take = blocking(AsyncReceiver.take)

    def receive(self, request: WebhookRequest, body: Body) -> WebhookAnswer:
        """Answer a request; its body is read only if it is admitted, and at most 64 KiB and a byte of it."""
        admitted = self.admit(request)
        if isinstance(admitted, WebhookAnswer):
            return admitted
        try:
            content = body if isinstance(body, bytes) else body(LARGEST_BODY + 1)
        except WebhookError as error:
            return refused(admitted.provider, error)
        except OSError:  # the caller went away, or takes too long
            return refused(admitted.provider, WebhookError("the body did not arrive"))
        return self.take(admitted, content)
