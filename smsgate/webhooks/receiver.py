"""Takes a vendor's call, whatever framework it came through."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from traceback import extract_tb

from attrs import evolve

from smsgate.adapter.abilities.delivery import ReadsWebhooks
from smsgate.adapter.stamp import stamped
from smsgate.adapter.webhook import LARGEST_BODY, WebhookCall, WebhookReading
from smsgate.config.webhooks import WebhookSettings
from smsgate.gateway import AsyncGateway
from smsgate.journal import EventState
from smsgate.model.errors import ConfigError, JournalError, WebhookError
from smsgate.model.event import DeliveryReport, Event, Reply, VendorEvent
from smsgate.model.source import Source
from smsgate.provider import AsyncProvider
from smsgate.webhooks.admission import Admission, Admitted, refused
from smsgate.webhooks.answer import WebhookAnswer
from smsgate.webhooks.confirmation import check_can_confirm, confirmed
from smsgate.webhooks.nonces import Nonces
from smsgate.webhooks.request import WebhookRequest

__all__ = ["AsyncReceiver", "Body"]

logger = logging.getLogger("smsgate.webhooks")

LONGEST_WORD = 80
"""Characters of anything foreign in a log line."""
OK, FAILED, NOT_NOW = WebhookAnswer(200), WebhookAnswer(500), WebhookAnswer(503)

Body = bytes | Callable[[int], bytes]
"""A request's body, or what reads at most so many bytes of it."""


class AsyncReceiver:
    """Takes vendors' calls and delivers their events."""

    def __init__(
        self,
        gateway: AsyncGateway,
        on_event: Callable[[Event], object],
        settings: WebhookSettings | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make a receiver with these settings or the gateway's; `on_event` is called once for each event.

        Raises `ConfigError` without settings, or where no provider calls, or one that does cannot be asked (`confirm`).
        """
        settings = settings or gateway.webhooks
        if settings is None:
            raise ConfigError('there is no webhook secret; set [webhooks] secret = { env = "SMSGATE_WEBHOOK_SECRET" }')
        self._settings = settings
        self._incoming = gateway.incoming
        self._on_event = on_event
        self._admission = Admission(settings, gateway)
        for provider in self._admission.callers.values() if settings.confirm else ():
            check_can_confirm(provider)
        self._clock = clock
        # a call from the future lives for as long again; by one clock none is forgotten while it may be believed
        self._nonces = Nonces(2 * settings.max_age, clock=clock)

    def admit(self, request: WebhookRequest) -> Admitted | WebhookAnswer:
        """Judge a request by all but its body, without asking a vendor; return the answer, or what `take` needs.

        A caller who does not know the secret learns nothing about the providers, nor by how long the answer takes.
        """
        return self._admission.admit(request)

    async def take(self, admitted: Admitted, body: bytes) -> WebhookAnswer:
        """Read a call, deliver its events, and answer; asks the vendor where the settings say so (`confirm`).

        A GET or HEAD without fields is answered 200; one with fields is read if the adapter lists its method.
        """
        request = admitted.request
        if admitted.is_check(body):
            return OK
        query = request.query_without_secret()
        call = WebhookCall(method=request.method, query=query, headers=request.headers, body=body)
        try:
            return await self._receive(admitted, call)
        except WebhookError as error:
            return refused(admitted.provider, error)

    async def _receive(self, admitted: Admitted, call: WebhookCall) -> WebhookAnswer:
        provider = admitted.provider
        if len(call.body) > LARGEST_BODY:
            raise WebhookError(f"the body has over {LARGEST_BODY:,} bytes", status=413)
        adapter = provider.able(ReadsWebhooks, "webhooks")
        if call.method not in adapter.webhook_methods:
            methods = " and ".join(sorted(adapter.webhook_methods))
            reason = f"{call.method} came with fields or a body, and {provider.adapter.name} is read from {methods}"
            raise WebhookError(f"{reason}; set the vendor's webhook to that", status=405)
        reading = stamped(_reading(adapter, call), provider.name)
        if reading.sent_at and abs(datetime.fromtimestamp(self._clock(), UTC) - reading.sent_at) > self._settings.age:
            raise WebhookError(f"it was made at {reading.sent_at:%Y-%m-%d %H:%M:%S} UTC", status=403)
        reading = evolve(reading, events=_of_submission(reading.events, admitted))
        if reading.nonce is None:
            return await self._deliver_all(provider, reading)
        said = f"{call.query}\0{call.media_type}\0".encode(errors="replace") + call.body
        content = blake2b(said, digest_size=16).digest()
        if self._nonces.begin(provider.name, reading.nonce, content):
            return OK
        answer = FAILED
        try:
            answer = await self._deliver_all(provider, reading)
        finally:
            self._nonces.end(provider.name, reading.nonce, taken=answer is OK)
        return answer

    async def _deliver_all(self, provider: AsyncProvider, reading: WebhookReading) -> WebhookAnswer:
        events = [await self._confirmed(provider, event) for event in reading.events]
        for event in events:
            answer = OK if event is None else await self._deliver(event)
            if answer is not OK:
                return answer
        return OK

    async def _confirmed(self, provider: AsyncProvider, event: Event) -> Event | None:
        """Return what may be said of an event; None if it must be confirmed, and cannot be."""
        if self._settings.confirm:
            found = await confirmed(provider, event)
            if found is None:
                logger.warning("%s was dropped: the vendor cannot be asked about it", _named(event))
            return found
        if isinstance(event, DeliveryReport | Reply | VendorEvent):
            return evolve(event, source=Source.WEBHOOK)
        return event

    async def _deliver(self, event: Event) -> WebhookAnswer:
        try:
            state = await self._incoming.deliver(event, self._on_event)
        except JournalError as error:
            logger.error("%s was refused: %s", _named(event), error)  # noqa: TRY400 - the line says all
            return NOT_NOW
        except Exception:
            logger.exception("the application failed with %s", _named(event))
            return FAILED
        return NOT_NOW if state is EventState.BUSY else OK


def _of_submission(events: Sequence[Event], admitted: Admitted) -> tuple[Event, ...]:
    """Name the submission whose address was called in its reports; it is one message, so that all have one id."""
    if len({event.message_id for event in events if isinstance(event, DeliveryReport)}) != 1:
        return tuple(events)
    return tuple(
        evolve(event, submission=admitted.submission) if isinstance(event, DeliveryReport) else event
        for event in events
    )


def _reading(adapter: ReadsWebhooks, call: WebhookCall) -> WebhookReading:
    try:
        return adapter.read_webhook(call)
    except WebhookError:
        raise
    except Exception as error:  # a plug-in's error; its text may be a person's
        place = extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}, line {place.lineno}"
        raise WebhookError(f"its adapter failed: {type(error).__name__} in {where}", status=500) from error


def _named(event: Event) -> str:
    """Name an event by its ids only: what people write and their numbers are no business of a log."""
    match event:
        case DeliveryReport() | Reply():
            what = event.message_id
        case VendorEvent():
            what = event.kind
        case _:
            what = event.reply.message_id
    return f"{type(event).__name__} {what[:LONGEST_WORD]!r}"
