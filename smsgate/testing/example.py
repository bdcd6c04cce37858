"""What a vendor shows: calls to a webhook receiver with what is to be read in them, and texts that are looked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import field, frozen

from smsgate.adapter.acknowledgement import Acknowledgement
from smsgate.adapter.webhook import JSON, WebhookCall
from smsgate.model.event import DeliveryReport, Reply, VendorEvent

__all__ = ["Events", "ShownText", "WebhookExample", "json_call"]

Events = DeliveryReport | Reply | VendorEvent
"""What an adapter reads in a call; opt-outs are read in replies by smsgate, the same for all."""


def _tuple(events: Events | tuple[Events, ...]) -> tuple[Events, ...]:
    return events if isinstance(events, tuple) else (events,)


@frozen
class WebhookExample:
    """A call as the vendor makes it, and its event or events; their `provider`, `source` and `raw` may be anything.

    ``WebhookExample(json_call({"id": "1", "state": "seen"}), DeliveryReport(message_id="1", ...))``.
    """

    call: WebhookCall
    events: tuple[Events, ...] = field(converter=_tuple)
    nonce: str | None = None
    sent_at: datetime | None = None
    answer: Acknowledgement = field(factory=Acknowledgement)
    """What the vendor must be answered."""


@frozen(kw_only=True)
class ShownText:
    """A text that went out, as the vendor shows it when a lost message is looked for."""

    message_id: str
    """As the adapter returns it."""
    to: str
    text: str
    sent_at: datetime
    """In UTC, in whole seconds."""
    reference: str | None
    """What the vendor was given as reference; None where the adapter gives it none."""


def json_call(fields: Mapping[str, object] | Sequence[object], *, query: str = "") -> WebhookCall:
    """Make a call whose body is a JSON object, or an array of them."""
    body = json.dumps(fields).encode()
    return WebhookCall(method="POST", query=query, headers={"content-type": JSON}, body=body)
