"""Texts: `text-messages/..`."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from smsgate.sandbox import Fault, fault_for
from smsgate_salesbox_sandbox import answers
from smsgate_salesbox_sandbox.account import Account, is_number
from smsgate_salesbox_sandbox.answers import Refusal
from smsgate_salesbox_sandbox.records import STATUSES, TextMessage
from smsgate_salesbox_sandbox.requests import read_fields, read_id, read_query, refuse_fields, require
from smsgate_salesbox_sandbox.routes import Call, Route
from smsgate_salesbox_sandbox.times import shown

_ALL = "text-messages"
_FIELDS = {"content": str, "recipient": str, "campaignId": int, "scheduledFor": datetime}
_COLUMNS = ("id", "content", "recipient", "status", "sentAt", "deliveredAt", "createdAt", "modifiedAt")
_REFUSALS = {
    Fault.REFUSE_NUMBER: ("The recipient is not a valid phone number", "invalid_recipient"),
    Fault.NO_CREDIT: ("Insufficient credits", "insufficient_credits"),
}
"""PRESUMED: no document shows why a text is refused."""


async def get(call: Call) -> web.Response:
    """Show a text, without its due time."""
    await refuse_fields(call.request)
    return answers.succeeded(call.variants, {"textMessage": _shown(call, _named(call))})


async def every(call: Call) -> web.Response:
    """List a page of the texts that pass the filters."""
    page, filters = read_query(call.request, _COLUMNS, "status", "campaignId")
    if "status" in filters and filters["status"] not in STATUSES:
        raise Refusal(400, f"status: one of {', '.join(STATUSES)} is required")
    campaign_id = read_id("campaignId", filters["campaignId"]) if "campaignId" in filters else None
    found = [
        one
        for one in (_shown(call, message) for message in call.account.messages.values())
        if filters.get("search", "").casefold() in one["content"].casefold()
        and filters.get("status", one["status"]) == one["status"]
        and campaign_id in (None, (one["campaign"] or {}).get("id"))
    ]
    return answers.listed(call.variants, "textMessages", page.of(found), len(found))


async def create(call: Call) -> web.Response:
    """Create a draft; it is sent only if it has a due time, and then."""
    fields = await read_fields(call.request, _FIELDS)
    require(fields, "content", "recipient")
    _check(call.account, fields)
    if "scheduledFor" in fields:
        _refuse_ordered(fields["recipient"])
    message = call.account.draft(
        fields["content"], fields["recipient"], fields.get("campaignId"), fields.get("scheduledFor")
    )
    return answers.created(call.variants, {"textMessage": _shown(call, message)})


async def edit(call: Call) -> web.Response:
    """Change a text that has not been sent."""
    message = _named(call)
    fields = await read_fields(call.request, _FIELDS)
    _check(call.account, fields)
    if message.left(call.account.now()) is not None:
        raise Refusal(400, "Only a text message that has not been sent can be edited")
    message.content = fields.get("content", message.content)
    message.recipient = fields.get("recipient", message.recipient)
    message.campaign_id = fields.get("campaignId", message.campaign_id)
    message.due = fields.get("scheduledFor", message.due)
    message.modified = call.account.now()
    call.account.schedule(message)
    return answers.succeeded(call.variants, {"textMessage": _shown(call, message)})


async def delete(call: Call) -> web.Response:
    """Delete a text; a scheduled one is then not sent."""
    await refuse_fields(call.request)
    message = _named(call)
    entity = {"textMessage": _shown(call, message)}
    call.account.delete(message)
    return answers.deleted(call.variants, entity)


async def send(call: Call) -> web.Response:
    """Send a text at once, even if it was scheduled or sent before."""
    await refuse_fields(call.request)
    message = _named(call)
    try:
        _refuse_ordered(message.recipient)
    except Refusal as refusal:
        if call.variants.fails_with_200:
            return answers.attempted(call.variants, [refusal.message], "failed")
        raise
    call.account.send(message)
    if call.variants.sent == "success":
        return answers.attempted(call.variants, [], "queued")
    return answers.succeeded(call.variants, {"textMessage": _shown(call, message)})


async def recipients(request: web.Request, path: str, account: Account) -> Iterable[str]:
    """Return the number that a request would text, now or when it is due."""
    _, key, action, *_ = f"{path}//".split("/")
    if not path.startswith(f"{_ALL}/") or request.method not in {"POST", "PATCH"}:
        return []
    message = next((message for known, message in account.messages.items() if str(known) == key), None)
    if action == "send":
        return [message.recipient] if message else []
    given = _in_body(await request.read())
    number = given.get("recipient", message.recipient if message else None)
    return [number] if given.get("scheduledFor") and isinstance(number, str) else []


def _in_body(body: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _refuse_ordered(recipient: str) -> None:
    fault = fault_for(recipient)
    if fault in _REFUSALS:
        raise Refusal(400, *_REFUSALS[fault])


def _check(account: Account, fields: Mapping[str, Any]) -> None:
    if "recipient" in fields and not is_number(fields["recipient"]):
        raise Refusal(400, "recipient: a phone number like +1234567890 is required")
    if "content" in fields and not fields["content"]:
        raise Refusal(400, "content is required")
    if "campaignId" in fields and fields["campaignId"] not in account.campaigns:
        raise Refusal(404, "Campaign not found")


def _named(call: Call) -> TextMessage:
    message = call.account.messages.get(call.id("message_id"))
    if message is None:
        raise Refusal(404, "Text message not found")
    return message


def _shown(call: Call, message: TextMessage) -> dict[str, Any]:
    account = call.account
    status = account.status(message, call.variants.scheduled)
    left = message.left(account.now())
    planned = left + account.settling + account.delivery if left else None
    arrived = message.endings[-1].at if message.endings else planned
    campaign = account.campaigns.get(message.campaign_id or 0)
    return {
        "id": message.message_id,
        "content": message.content,
        "recipient": message.recipient,
        "status": status,
        "sentAt": shown(left) if status not in {"draft", "queued"} else None,
        "deliveredAt": shown(arrived) if status == "delivered" else None,
        "createdAt": shown(message.created),
        "modifiedAt": shown(message.modified),
        "createdBy": 1,
        "createdByUser": "Sandbox Owner",
        "modifiedBy": 1,
        "modifiedByUser": "Sandbox Owner",
        "campaign": {"id": campaign.campaign_id, "name": campaign.fields["name"]} if campaign else None,
    }


_ONE = f"{_ALL}/{{message_id}}"

ROUTES = (
    Route("GET", _ALL, every),
    Route("POST", f"{_ALL}/new", create),
    Route("GET", _ONE, get),
    Route("PATCH", f"{_ONE}/edit", edit),
    Route("DELETE", f"{_ONE}/delete", delete),
    Route("POST", f"{_ONE}/send", send),
)
