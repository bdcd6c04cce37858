"""Send and list messages: `messages/..`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from smsgate.sandbox import Fault, fault_for
from smsgate_salesmsg_sandbox import numbers, shapes
from smsgate_salesmsg_sandbox.account import Account
from smsgate_salesmsg_sandbox.answers import invalid, refusal
from smsgate_salesmsg_sandbox.conversations import line_of, named
from smsgate_salesmsg_sandbox.numbers import Number
from smsgate_salesmsg_sandbox.records import Conversation, StoredMessage
from smsgate_salesmsg_sandbox.requests import (
    MEDIA,
    Fields,
    Place,
    checked,
    flag,
    moment,
    phone,
    query_of,
    read_id,
    text,
    whole,
)
from smsgate_salesmsg_sandbox.routes import Call, Route

_CONVERSATION = "messages/{conversation:[0-9]+}"
_MESSAGE = {"message": text(required=True)}
_BY_NUMBER = _MESSAGE | {"number": phone(required=True), "team_id": whole(required=True)}
_NEWER: dict[str, Fields] = {"v2.2": {}, "v2.3": {"send_at": moment(), "enable_quiet_hours": flag()}}
"""What only the newer version documents."""
_LIMIT = 20


async def send(call: Call) -> dict[str, Any]:
    """Send a text in a conversation."""
    fields = await call.fields({**_MESSAGE, **_newer(call)})
    conversation = named(call)
    _refuse_ordered(conversation.contact.number)
    return _send(call, conversation, fields["message"], fields.get("send_at"))


async def send_by_number(call: Call) -> dict[str, Any]:
    """Send a text to a number; its contact and conversation are created if they are missing."""
    newer = {name: field for name, field in _newer(call).items() if name == "send_at"}
    fields = await call.fields({**_BY_NUMBER, **newer})
    line = line_of(call.account, fields["team_id"])
    _refuse_ordered(fields["number"])
    contact = call.account.contact_with(fields["number"]) or call.account.add_contact(fields["number"])
    return _send(call, call.account.conversation_with(contact, line), fields["message"], fields.get("send_at"))


async def listed(call: Call) -> list[dict[str, Any]]:
    """List a conversation, the newest first, as a bare array."""
    fields = call.query({"limit": whole(most=100), "page": whole(), "before": whole()})
    said = list(call.account.messages_of(named(call)))
    return _slice(call.account, said, fields, fields["page"] or 1)


async def paginated(call: Call) -> dict[str, Any]:
    """List a page of a conversation, the newest first."""
    fields = call.query({"page": whole(), "per_page": whole(most=100), "only_scheduled": flag()})
    now = call.account.now()
    said = [
        shapes.message(call.account, message)
        for message in call.account.messages_of(named(call))
        if not fields["only_scheduled"] or message.due > now
    ]
    return shapes.paged(said, fields["page"] or 1, fields["per_page"] or _LIMIT, surplus=call.service.surplus_pages)


async def of_contacts(call: Call) -> list[dict[str, Any]]:
    """List the messages of contacts across their conversations, the newest first."""
    wanted = set(call.request.query.getall("contacts[]", []))
    if not wanted:
        raise invalid({"contacts": ["The contacts field is required."]})
    query = query_of(call.request, "contacts[]")
    fields = checked(query, {"limit": whole(most=100), "before": whole()}, Place.QUERY)
    said = [
        message
        for message in reversed(call.account.messages.values())
        if str(message.conversation.contact.contact_id) in wanted
    ]
    return _slice(call.account, said, fields, 1)


async def recipients(request: web.Request, path: str, account: Account) -> Iterable[str]:
    """Return the number that a request would text."""
    collection, _, key = path.partition("/")
    if request.method != "POST" or collection != "messages":
        return []
    if key:
        conversation = account.conversations.get(read_id(key)) if key.isascii() and key.isdigit() else None
        return [conversation.contact.number.e164] if conversation else []
    given = request.query.get("number") or _in_body(await request.read())
    number = numbers.read(given) if isinstance(given, str) else None
    return [number.e164] if number else []


def _in_body(body: bytes) -> object:
    try:
        given = json.loads(body)
    except ValueError:
        return None
    return given.get("number") if isinstance(given, dict) else None


def _newer(call: Call) -> Fields:
    return _NEWER[call.version]


def _send(call: Call, conversation: Conversation, text: str, send_at: datetime | None) -> dict[str, Any]:
    media = tuple(call.request.query.getall(MEDIA, []))
    return shapes.message(call.account, call.account.send(conversation, text, send_at, media))


def _refuse_ordered(number: Number) -> None:
    fault = fault_for(number.e164)
    if fault is Fault.REFUSE_NUMBER:
        raise invalid({"number": ["The number is invalid."]})
    if fault is Fault.NO_CREDIT:
        raise refusal(402, "Insufficient credits")  # PRESUMED: no source shows it


def _slice(
    account: Account, said: Sequence[StoredMessage], fields: Mapping[str, Any], page: int
) -> list[dict[str, Any]]:
    before, limit = fields["before"], fields["limit"] or _LIMIT
    older = [message for message in said if before is None or message.message_id < before]
    return [shapes.message(account, message) for message in older[(page - 1) * limit : page * limit]]


ROUTES = (
    Route("POST", "messages", send_by_number, "messages:write"),
    Route("GET", "messages/contacts", of_contacts, "messages:read"),
    Route("POST", _CONVERSATION, send, "messages:write"),
    Route("GET", _CONVERSATION, listed, "messages:read"),
    Route("GET", f"{_CONVERSATION}/paginated", paginated, "messages:read"),
)
