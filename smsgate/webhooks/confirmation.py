"""A call taken as a hint: what it says is read back from the vendor."""

from __future__ import annotations

from attrs import evolve

from smsgate.adapter.abilities.delivery import TellsStatus
from smsgate.adapter.abilities.messages import ReadsMessages
from smsgate.model.errors import ConfigError, NotFoundError, ProviderError, UnsupportedError, WebhookError
from smsgate.model.event import DeliveryReport, Event, Reply
from smsgate.model.source import Source
from smsgate.model.stored import Direction
from smsgate.provider import AsyncProvider

__all__ = ["check_can_confirm", "confirmed"]


def check_can_confirm(provider: AsyncProvider) -> None:
    """Raise `ConfigError` for a vendor that cannot be asked for anything that it tells."""
    if not (provider.can(TellsStatus) or provider.can(ReadsMessages)):
        raise ConfigError(
            f"webhooks.confirm: {provider.name} ({provider.adapter.name}) cannot be asked for a message; leave it out"
        )


async def confirmed(provider: AsyncProvider, event: Event) -> Event | None:
    """Return what the vendor itself says of what an event is about; None where it cannot be asked about such.

    Raises `WebhookError`: 403 for what the vendor does not know, 501 if it cannot be asked, 503 if it does not answer.
    """
    try:
        match event:
            case DeliveryReport():
                report = await provider.status(event.message_id)
                return evolve(report, source=Source.POLLED, submission=event.submission)
            case Reply():
                return await _reply(provider, event)
    except NotFoundError as error:
        raise WebhookError("the vendor does not know it", status=403) from error
    except UnsupportedError as error:
        raise WebhookError(str(error), status=501) from error
    except ProviderError as error:
        raise WebhookError(f"the vendor could not be asked: {type(error).__name__}", status=503) from error
    return None


async def _reply(provider: AsyncProvider, called: Reply) -> Reply:
    """Take nothing from the call but the id; its thread is part of that, at vendors that have threads."""
    message = await provider.messages.get(called.message_id)
    if message.direction is not Direction.INBOUND:
        raise WebhookError("the vendor does not list it as a reply", status=403)
    if not message.sender:
        raise WebhookError("the vendor does not say who sent it", status=403)
    thread = called.conversation if message.id.startswith(f"{called.conversation}:") else None
    return Reply(
        provider=provider.name,
        message_id=message.id,
        sender=message.sender,
        text=message.text or "",
        media=message.media,
        to=message.to,
        received_at=message.received_at,
        in_reply_to=message.in_reply_to,
        conversation=thread,
        reference=message.reference,
        campaign=message.campaign,
        source=Source.POLLED,
        raw=message.raw,
    )
