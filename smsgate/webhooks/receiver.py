"""Takes a vendor's call, whatever framework it came through."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from attrs import evolve

from smsgate.adapter.abilities.delivery import ReadsWebhooks, VerifiesWebhooks
from smsgate.adapter.call_reading import check_form, check_signature, read_call
from smsgate.adapter.stamp import stamped
from smsgate.adapter.webhook import WebhookCall, WebhookReading
from smsgate.config.webhooks import WebhookSettings
from smsgate.gateway import AsyncGateway
from smsgate.journal import EventState
from smsgate.model.errors import ConfigError, JournalError, MalformedAnswerError, WebhookError
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
            if not provider.can(VerifiesWebhooks):
                check_can_confirm(provider)
        self._clock = clock
        # a call from the future lives for as long again; by one clock none is forgotten while it may be believed
        self._nonces = Nonces(2 * settings.max_age, clock=clock)

    def admit(self, request: WebhookRequest) -> Admitted | WebhookAnswer:
        """Judge a request by all but its body, without asking a vendor; return the answer, or what `take` needs.

        A caller who does not know the secret learns nothing about the providers, nor by how long the answer takes.
        """
        admitted = self._admission.admit(request)
        return admitted.to(request) if isinstance(admitted, WebhookAnswer) else admitted

    async def take(self, admitted: Admitted, body: bytes) -> WebhookAnswer:
        """Read a call, deliver its events, and answer; asks the vendor where the settings say so (`confirm`).

        A GET or HEAD without fields is answered 200; one with fields is read if the adapter lists its method.
        """
        if admitted.is_check(body):
            return OK.to(admitted.request)
        try:
            return await self._receive(admitted, admitted.call(body))
        except WebhookError as error:
            return refused(admitted.provider, error)

    async def _receive(self, admitted: Admitted, call: WebhookCall) -> WebhookAnswer:
        provider, now = admitted.provider, datetime.fromtimestamp(self._clock(), UTC)
        adapter = provider.able(ReadsWebhooks, "webhooks")
        check_form(adapter, provider.adapter.name, call)
        source = Source.WEBHOOK
        if provider.can(VerifiesWebhooks):
            check_signature(provider.able(VerifiesWebhooks, "webhooks.verify"), call, now)
            source = Source.SIGNED
        reading = stamped(read_call(adapter, call), provider.name)
        if reading.sent_at and abs(now - reading.sent_at) > self._settings.age:
            raise WebhookError(f"it was made at {reading.sent_at:%Y-%m-%d %H:%M:%S} UTC", status=403)
        reading = evolve(reading, events=_sourced(reading.events, source, admitted.submission))
        if reading.nonce is None:
            return await self._deliver_all(provider, reading)
        said = f"{call.query}\0{call.media_type}\0".encode(errors="replace") + call.body
        if self._nonces.begin(provider.name, reading.nonce, blake2b(said, digest_size=16).digest()):
            return WebhookAnswer.of(reading.answer)
        answer = FAILED
        try:
            answer = await self._deliver_all(provider, reading)
        finally:
            self._nonces.end(provider.name, reading.nonce, taken=answer.is_success)
        return answer

    async def _deliver_all(self, provider: AsyncProvider, reading: WebhookReading) -> WebhookAnswer:
        """Deliver events until the application fails with one; what cannot be believed or kept hides no other."""
        problems = [*reading.unread]
        for event in reading.events:
            try:
                believed = await self._believed(provider, event)
            except WebhookError as error:
                problems.append(error)
                continue
            answer = OK if believed is None else await self._deliver(believed)
            if not answer.is_success:
                return answer
        if problems:
            raise _together(problems, len(reading.events) + len(reading.unread))
        return WebhookAnswer.of(reading.answer)

    async def _believed(self, provider: AsyncProvider, event: Event) -> Event | None:
        """Return what may be said of an event; None if it must be confirmed, and cannot be."""
        if self._settings.confirm and not _is_signed(event):
            found = await confirmed(provider, event)
            if found is None:
                logger.warning("%s was dropped: the vendor cannot be asked about it", _named(event))
                return None
            event = found
        try:
            return self._incoming.read(event)
        except MalformedAnswerError as error:
            raise WebhookError(str(error)) from error

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


def _sourced(events: Sequence[Event], source: Source, submission: str | None) -> tuple[Event, ...]:
    """Say in events how they came, and in reports which submission's address was called.

    A submission is one message: where reports of several came to its address, none is known to be about it.
    """
    ids = {event.message_id for event in events if isinstance(event, DeliveryReport)}
    named = submission if len(ids) == 1 else None
    return tuple(_with_source(event, source, named) for event in events)


def _with_source(event: Event, source: Source, submission: str | None) -> Event:
    match event:
        case DeliveryReport():
            return evolve(event, source=source, submission=submission)
        case Reply() | VendorEvent():
            return evolve(event, source=source)
    return event


def _is_signed(event: Event) -> bool:
    return isinstance(event, DeliveryReport | Reply | VendorEvent) and event.source is Source.SIGNED


def _together(problems: Sequence[WebhookError], number: int) -> WebhookError:
    """Return one error for a call of which parts were not taken, by which a vendor tries again."""
    if number == 1:
        return problems[0]
    status = max(problem.status for problem in problems)
    return WebhookError(f"{len(problems)} of {number} events were not taken: {problems[0]}", status=status)


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
