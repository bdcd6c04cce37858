"""When two events are the same, and which of two that differ is believed; for a journal and for memory."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import blake2b

from smsgate.journal.report_effect import is_confirmed
from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply

__all__ = ["DELIVERY_TIME", "differs", "identity", "overruled"]

DELIVERY_TIME = timedelta(minutes=1).total_seconds()
"""How long an application may take with an event before another caller may deliver it again."""


def differs(said: bytes | None, says: bytes | None) -> bool:
    """Whether a reply differs from the one of the same id before; no, if that one is not known."""
    return said is not None and said != says


def overruled(said: bytes | None, says: bytes | None, event: Event, *, confirmed: bool) -> bool:
    """Whether an event came by webhook and differs from what the vendor has confirmed."""
    return confirmed and not is_confirmed(event) and differs(said, says)


def identity(event: Event) -> bytes:
    """Return what is the same of two events exactly if they say the same of the same thing."""
    match event:
        case DeliveryReport():
            parts = ["report", event.provider, event.message_id, event.raw_status or event.status.value]
        case Reply():
            parts = ["reply", event.provider, event.message_id]
        case OptOut() | OptIn():
            parts = ["reply", event.reply.provider, event.reply.message_id]
        case _:
            parts = ["other", event.provider, event.kind, json.dumps(event.raw, sort_keys=True, default=str)]
    return blake2b(json.dumps(parts).encode(), digest_size=16).digest()
