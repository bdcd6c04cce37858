"""Detail records, the nearest to a list of messages that Telnyx has.

They have no text, and a message has one only when it was delivered or has failed, which for a queued one may take hours
(guide to rate limits).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from attrs import frozen

from smsgate import DeliveryReport, ListsMessages, ListsStatuses, MessageFilter, StoredMessage, fields
from smsgate_telnyx.lists import Listed, read_list
from smsgate_telnyx.message_reply import MessageReply
from smsgate_telnyx.messages import Messages

__all__ = ["Records"]

PARAMETERS = {"direction": "filter[direction]", "to": "filter[cld]", "sender": "filter[cli]"}


@frozen(kw_only=True)
class _Record(MessageReply):
    """A detail record; that its `uuid` is the message's id is PRESUMED."""

    id: fields.Id = fields.named("uuid")
    to: fields.Spare[str] = fields.named("cld", None)
    sender: fields.Spare[str] = fields.named("cli", None)
    raw_status: fields.OptionalWord = fields.named("status", None)
    cost: fields.Spare[fields.Amount] = None
    received_at: fields.Moment = fields.named("created_at", None)


class Records(Messages, ListsMessages, ListsStatuses):
    """Lists detail records, the newest first."""

    message_filters = frozenset({"since", "until", *PARAMETERS})

    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Listed[StoredMessage]:
        """Guide: GET /detail_records; that days are those of UTC is PRESUMED."""
        query = {
            **{name: str(value) for name, value in wanted.parameters(PARAMETERS).items()},
            "filter[created_at][gte]": str(wanted.since) if wanted.since else None,
            "filter[created_at][lt]": str(wanted.until + timedelta(days=1)) if wanted.until else None,
        }
        return (yield from _read(cursor, query)).map(_Record.stored)

    def list_reports(self, cursor: str | None) -> Listed[DeliveryReport]:
        """Guide: GET /detail_records; messages without one are asked by their ids."""
        return (yield from _read(cursor, {"filter[direction]": "outbound"})).map(_Record.report)


def _read(cursor: str | None, query: Mapping[str, str | None]) -> Listed[_Record]:
    wanted = {"filter[record_type]": "messaging", **query, "sort": "-created_at"}
    return (yield from read_list("detail_records", _Record, cursor, 50, wanted))
