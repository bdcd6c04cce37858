"""Messages, sent and received: `messages/..`."""

from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox import dates
from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import NOTHING, Refusal, link
from smsgate_zoomconnect_sandbox.records import StoredMessage
from smsgate_zoomconnect_sandbox.requests import read_count
from smsgate_zoomconnect_sandbox.routes import Route
from smsgate_zoomconnect_sandbox.search import PARAMETERS, search

_ONE = "messages/{message_id:[^/.]+}"


async def every(request: web.Request, account: Account) -> dict[str, Any]:
    """List a page of the messages that pass the filters, the newest first."""
    page = read_count(request.query, "page", 1)
    size = read_count(request.query, "pageSize", 100)
    found = search(request.query, account)
    on_page = found[(page - 1) * size : page * size]
    pages = -(-len(found) // size)
    return {
        "page": page,
        "pageSize": size,
        "elements": len(on_page),
        "totalElements": len(found),
        "totalPages": pages,
        "webServiceMessages": [_shown(request, account, message) for message in on_page],
        "links": [link(request, "self", "messages/all")],
    }


async def get(request: web.Request, account: Account) -> dict[str, Any]:
    """Show one message."""
    return _shown(request, account, _named(request, account))


async def delete(request: web.Request, account: Account) -> object:
    """Mark a message as deleted; it can still be read, and if it was scheduled it is still sent."""
    _named(request, account).deleted = True
    return NOTHING


async def mark_read(request: web.Request, account: Account) -> dict[str, Any]:
    """Mark an inbound message as read; on an outbound one it does nothing."""
    return _mark(request, account, read=True)


async def mark_unread(request: web.Request, account: Account) -> dict[str, Any]:
    """Mark an inbound message as unread; on an outbound one it does nothing."""
    return _mark(request, account, read=False)


def _mark(request: web.Request, account: Account, *, read: bool) -> dict[str, Any]:
    message = _named(request, account)
    message.read = read and message.inbound
    return _shown(request, account, message)


def _named(request: web.Request, account: Account) -> StoredMessage:
    message = account.messages.get(request.match_info["message_id"])
    if message is None:
        raise Refusal(404, "Message not found")
    return message


def _shown(request: web.Request, account: Account, message: StoredMessage) -> dict[str, Any]:
    contact = account.contact_with(message.from_number if message.inbound else message.to_number)
    return {
        "messageId": message.message_id,
        "messageType": "INBOUND" if message.inbound else "OUTBOUND",
        "messageStatus": message.status(account.now(), account.delivery),
        "message": message.text,
        "fromNumber": message.from_number,
        "toNumber": message.to_number,
        "campaign": message.campaign,
        "userDataField": message.data_field,
        "creditCost": message.cost,
        "numberOfMessages": message.parts,
        "dateTimeScheduled": dates.shown(message.scheduled),
        "dateTimeSent": None if message.inbound or account.now() < message.moment else dates.shown(message.moment),
        "dateTimeReceived": dates.shown(message.moment) if message.inbound else None,
        "read": message.read,
        "deleted": message.deleted,
        "contact": _linked(request, "contactId", "contacts", contact.contact_id if contact else None),
        "repliedToMessage": _linked(request, "messageId", "messages", message.replies_to),
        "links": [link(request, "self", f"messages/{message.message_id}")],
    }


def _linked(request: web.Request, name: str, path: str, key: str | None) -> dict[str, Any] | None:
    return {name: key, "links": [link(request, "self", f"{path}/{key}")]} if key else None


ROUTES = (
    Route("GET", "messages/all", every, "webServiceMessages", query=PARAMETERS),
    Route("GET", _ONE, get, "webServiceMessage"),
    Route("DELETE", _ONE, delete, "void", status=204),
    Route("PUT POST", f"{_ONE}/markRead", mark_read, "webServiceMessage"),
    Route("PUT POST", f"{_ONE}/markUnread", mark_unread, "webServiceMessage"),
)
