"""The webhooks that Telnyx has sent, or tried to send: what an application missed is there."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from smsgate import Adapter, Conversation, ListsReplies, Page, Reply, fields
from smsgate_telnyx.lists import read_list
from smsgate_telnyx.message_reply import MessageReply
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["CLOCK_DIFFERENCE", "Deliveries", "read_deliveries"]

CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""


@frozen
class _Delivery:
    message: MessageReply = fields.named("webhook.payload")
    kind: fields.Spare[str] = fields.named("webhook.event_type", None)


class Deliveries(Adapter[TelnyxSettings], ListsReplies):
    """Lists replies; a profile without a webhook has none."""

    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        """Guide: GET /webhook_deliveries."""
        page = yield from read_deliveries(cursor, "message.received", since)
        return page.map(MessageReply.reply)


def read_deliveries(
    cursor: str | None, kinds: str, since: datetime, text: str | None = None
) -> Conversation[Page[MessageReply]]:
    """Read the messages of one page of webhooks: those of some kinds, separated by commas, with a text in them."""
    moment = f"{since - CLOCK_DIFFERENCE:%Y-%m-%dT%H:%M:%SZ}"
    query = {"filter[event_type]": kinds, "filter[started_at][gte]": moment, "filter[webhook][contains]": text}
    page = yield from read_list("webhook_deliveries", _Delivery, cursor, 250, query)
    wanted = tuple(each for each in page.items if each.kind in kinds.split(","))
    return evolve(page, items=wanted).map(lambda each: each.message)
