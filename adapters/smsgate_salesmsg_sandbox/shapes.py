"""The JSON of records: a contact has two shapes, and each shape its own timestamps and its own null."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from smsgate_salesmsg_sandbox.account import Account
from smsgate_salesmsg_sandbox.records import Contact, Conversation, Line, StoredMessage, Tag, Team
from smsgate_salesmsg_sandbox.times import listed, single

OWNER = {
    "id": 1,
    "first_name": "Sandbox",
    "last_name": "Owner",
    "full_name": "Sandbox Owner",
    "disabled": None,
    "default_team_id": None,
}
_COLOR = "#e04e50"


def contact_in_list(account: Account, contact: Contact) -> dict[str, Any]:
    """Return a contact as lists show it."""
    return {
        "id": contact.contact_id,
        "owner_id": 1,
        "organization_id": 1,
        "integration_id": None,
        "is_archived": False,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "email": contact.email,
        "photo_url": None,
        "color_index": contact.color_index,
        **contact.number.shown(),
        "source": contact.source,
        "area_code_id": None,
        "is_blocked": contact.is_blocked,
        "is_invalid": contact.is_invalid,
        "lookup_type": contact.lookup_type,
        "carrier_name": None,
        "invalid_reason": contact.invalid_reason,
        "opt_out": contact.opt_out,
        "opt_out_at": listed(contact.opt_out_at),
        "opt_in_request_at": None,
        "opt_in_at": listed(contact.opt_in_at),
        "prevent_autolink": 1,
        "unlinked": 0,
        "created_at": listed(contact.created),
        "updated_at": listed(contact.updated),
        "disabled": None,
        "archived_at": None,
        "keywords_count": 0,
        "tags_count": len(contact.tags),
        "full_name": contact.full_name,
        "color": _COLOR,
        "opt_out_status": contact.opt_out,
        "keywords": [],
        "notes": [],
        "tags": [_pivoted(account, contact, tag_id, added) for tag_id, added in contact.tags.items()],
        "custom_fields": [],
        "area_code": None,
    }


def contact(account: Account, contact: Contact) -> dict[str, Any]:
    """Return a contact as an object of its own, and as conversations and messages embed it."""
    tags = [
        {"id": tag_id, "name": _slug(account.tags[tag_id].label), "label": account.tags[tag_id].label}
        | {"created_at": single(added)}
        for tag_id, added in contact.tags.items()
    ]
    return {
        "id": contact.contact_id,
        "owner_id": 1,
        "color": _COLOR,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "full_name": contact.full_name,
        "email": contact.email,
        "photo_url": None,
        **contact.number.shown(),
        "is_blocked": contact.is_blocked,
        "opt_out": contact.opt_out,
        "opt_out_at": single(contact.opt_out_at),
        "opt_in_request_at": "",
        "opt_in_requests": [],
        "opt_in_at": single(contact.opt_in_at),
        "shortcode_opt_outs": [],
        "is_invalid": contact.is_invalid,
        "lookup_type": contact.lookup_type,
        "carrier_name": None,
        "source": contact.source,
        "created_at": single(contact.created),
        "updated_at": single(contact.updated),
        "integration_vendor_id": None,
        "prevent_autolink": True,
        "integration": None,
        "custom_fields": [],
        "tags": tags,
        "notes": [],
        "area_code": None,
        "keywords": [],
    }


def conversation(account: Account, conversation: Conversation) -> dict[str, Any]:
    """Return a conversation, with its contact and its number."""
    recent = next(account.messages_of(conversation), None)
    return {
        "id": conversation.conversation_id,
        "inbox_id": conversation.line.team_id,
        "contact_id": conversation.contact.contact_id,
        "user_id": 1,
        "last_message_at": single(conversation.last_message),
        "last_manual_message_at": single(conversation.last_message),
        "last_read_at": "",
        "has_tagging": False,
        "tagging_last_message_at": "",
        "tagging_last_read_at": "",
        "started_at": single(conversation.started),
        "closed_at": single(conversation.closed),
        "name": None,
        "group_name": None,
        "participants": [],
        "reassign_logs": [],
        "is_group": False,
        "owner": OWNER,
        "number_id": conversation.line.number_id,
        "allow_call": True,
        "number": line(conversation.line),
        "contact": contact(account, conversation.contact),
        "recent_message": message(account, recent) if recent else None,
    }


def line(line: Line) -> dict[str, Any]:
    """Return a number of the account."""
    return {
        "id": line.number_id,
        "organization_id": 1,
        **line.number.shown(),
        "formattedNumber": line.number.formatted,
        "state": None,
        "city": None,
        "number_vendor_id": 2,
        "short_code": 0,
        "is_landline": 0,
        "is_toll_free": False,
        "voice": True,
        "mms": True,
        "disabled": None,
        "landline": None,
    }


def message(account: Account, message: StoredMessage, at: datetime | None = None) -> dict[str, Any]:
    """Return a message as it is now or was at a moment, with its contact and its user."""
    now = at or account.now()
    status = message.status(now, account.delivery)
    left = message.due if not message.inbound and now >= message.due else None
    final = message.final(account.delivery)
    return {
        "id": message.message_id,
        "conversation_id": message.conversation.conversation_id,
        "contact_id": message.conversation.contact.contact_id,
        "automated": False,
        "status": status,
        "type": "mms" if message.media else "sms",
        "mms_status": "done" if message.inbound else "",
        "body": _escaped(message.text),
        "body_raw": message.text,
        "has_tagging": False,
        "icon": None,
        "received_at": single(message.created if message.inbound else None),
        "send_at": single(message.send_at),
        "queued_at": single(None if message.obstacle else left),
        "sent_at": single(None if status == "queued" else left),  # set on a failed one too, as in the vendor's example
        "delivered_at": single(final if status == "delivered" else None),
        "failed_at": single(final if status == "failed" else None),
        "failed_reason": message.failure if status == "failed" else None,
        "created_at": single(message.created),
        "stop_on_response": False,
        "record": None,
        "user_id": 0 if message.inbound else 1,
        "media": [{"url": url} for url in message.media],
        "source_id": None if message.inbound else 0,
        "source": "manual",
        "pending_mentions": [],
        "contact": contact(account, message.conversation.contact),
        "user": {"id": 0} if message.inbound else OWNER,
    }


def tag(tag: Tag) -> dict[str, Any]:
    """Return a tag."""
    return {
        "id": tag.tag_id,
        "owner_id": 1,
        "organization_id": 1,
        "label": tag.label,
        "name": _slug(tag.label),
        "type": "organization",
        "classname": "light",
        "created_at": listed(tag.created),
        "updated_at": listed(tag.updated),
    }


def team(team: Team) -> dict[str, Any]:
    """Return a team."""
    return {"id": team.team_id, "name": team.name, "organization_id": 1}


def paged(items: Sequence[dict[str, Any]], page: int, length: int, *, surplus: int = 0) -> dict[str, Any]:
    """Return a page as `{data, meta}`; `surplus` pages are announced that do not exist."""
    last = max(1, -(-len(items) // length)) + surplus
    meta = {"current_page": page, "last_page": last, "per_page": length, "total": len(items)}
    return {"data": items[(page - 1) * length : page * length], "meta": meta}


def _pivoted(account: Account, contact: Contact, tag_id: int, added: datetime) -> dict[str, Any]:
    pivot = {"contact_id": contact.contact_id, "tag_id": tag_id, "user_id": 1}
    return tag(account.tags[tag_id]) | {"pivot": pivot | {"created_at": listed(added), "updated_at": listed(added)}}


def _slug(label: str) -> str:
    return "-".join(label.casefold().split())


def _escaped(text: str) -> str:
    return html.escape(text).replace("&#x27;", "&#039;").replace("\n", "<br>")
