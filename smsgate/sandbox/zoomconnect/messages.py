"""Look at messages, sent and received: `messages/..`."""

from typing import Any

from aiohttp import web

from smsgate.sandbox.zoomconnect import dates
from smsgate.sandbox.zoomconnect.account import Account
from smsgate.sandbox.zoomconnect.answers import Refusal, link
from smsgate.sandbox.zoomconnect.records import StoredMessage
from smsgate.sandbox.zoomconnect.routes import Route

_ID = "messages/{message_id:[^/.]+}"


async def get(request: web.Request, account: Account) -> dict[str, Any]:
    """Show one message."""
    return _shown(request, account, _named(request, account))


def _named(request: web.Request, account: Account) -> StoredMessage:
    message = account.messages.get(request.match_info["message_id"])
    if message is None:
        raise Refusal(404, "Message not found")
    return message


def _shown(request: web.Request, account: Account, message: StoredMessage) -> dict[str, Any]:
    contact = next((one for one in account.contacts.values() if one.number == message.to_number), None)
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


ROUTES = (Route("GET", _ID, get, "webServiceMessage"),)
