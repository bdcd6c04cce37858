"""Send texts: `sms/..`."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from smsgate.sandbox import Fault, fault_for
from smsgate_zoomconnect_sandbox import credentials, dates, parts
from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import Refusal
from smsgate_zoomconnect_sandbox.numbers import e164
from smsgate_zoomconnect_sandbox.requests import checked, read_fields
from smsgate_zoomconnect_sandbox.routes import Route

_REQUEST = {"message": str, "campaign": str, "recipientNumber": str, "dateToSend": str, "dataField": str}
_BULK_REQUEST = {"sendSmsRequests": list, "defaultDateToSend": str, "messagesPerMinute": int}
_QUERY = frozenset(_REQUEST)


async def send(request: web.Request, account: Account) -> dict[str, Any]:
    """Send one text; an invalid number or an empty message is a 400 with the documented code."""
    fields = await read_fields(request, _REQUEST)
    return _send(account, fields, _due(fields, "dateToSend"))


async def send_bulk(request: web.Request, account: Account) -> dict[str, Any]:
    """Send many texts; the error of one is at its place in the answers, which name no recipient."""
    fields = await read_fields(request, _BULK_REQUEST)
    if fields["sendSmsRequests"] is None or (fields["messagesPerMinute"] or 0) < 0:
        raise Refusal(400, "sendSmsRequests is required, and messagesPerMinute is not negative")
    items = [checked(item, _REQUEST) for item in fields["sendSmsRequests"]]
    default = _due(fields, "defaultDateToSend")
    due = [_due(item, "dateToSend") or default for item in items]  # all dates are read before any text is sent
    answers = [_send_one(account, item, at) for item, at in zip(items, due, strict=True)]
    return {"sendSmsResponses": answers}


async def send_by_query(request: web.Request, account: Account) -> str:
    """Send one text described by the query; the answer is a bare string, its id."""
    fields = dict.fromkeys(_REQUEST) | dict(request.query)
    date = fields["dateToSend"]
    sent = _send(account, fields, dates.read("dateToSend", date, "yyyyMMddHHmm") if date else None)
    return str(sent["messageId"] or sent["error"])


async def send_by_token(request: web.Request, account: Account) -> str:
    """Send one text described by the query; the URL token authenticates."""
    if request.match_info["token"] != credentials.URL_TOKEN:
        raise Refusal(401, "Unauthorized")
    return await send_by_query(request, account)


async def show_bulk_example(request: web.Request, account: Account) -> dict[str, Any]:
    """Show what to POST; sends nothing."""
    example = await show_example(request, account)
    return {"sendSmsRequests": [example], "defaultDateToSend": "", "messagesPerMinute": 0}


async def show_example(_request: web.Request, _account: Account) -> dict[str, Any]:
    """Show what to POST; sends nothing."""
    return dict.fromkeys(_REQUEST, "")


def numbers_of(body: bytes) -> Iterator[str]:
    """Return the numbers (E.164) in the body of a single or bulk request."""
    try:
        given = json.loads(body)
    except ValueError:
        return
    requests = given.get("sendSmsRequests", [given]) if isinstance(given, dict) else []
    for item in requests if isinstance(requests, list) else []:
        number = item.get("recipientNumber") if isinstance(item, dict) else None
        if isinstance(number, str) and (recipient := e164(number)):
            yield recipient


def _send(account: Account, fields: Mapping[str, Any], due: datetime | None) -> dict[str, Any]:
    to = e164(fields["recipientNumber"] or "")
    fault = fault_for(to or "")
    if to is None or fault is Fault.REFUSE_NUMBER:
        raise Refusal(400, "Invalid mobile number", code=2)
    if not fields["message"]:
        raise Refusal(400, "Message cannot be empty", code=3)
    if not parts.count(fields["message"]).allowed:
        return _failed("Message is too long")
    message = None if fault is Fault.NO_CREDIT else account.send(to, fields["message"], fields, due)
    return {"messageId": message.message_id, "error": None} if message else _failed("Insufficient credits")


def _send_one(account: Account, fields: Mapping[str, Any], due: datetime | None) -> dict[str, Any]:
    try:
        return _send(account, fields, due)
    except Refusal as refusal:
        return _failed(refusal.message)


def _failed(error: str) -> dict[str, Any]:
    return {"messageId": None, "error": error}


def _due(fields: Mapping[str, Any], name: str) -> datetime | None:
    return dates.read_due(name, fields[name]) if fields[name] else None


ROUTES = (
    Route("GET", "sms/send", show_example, "webServiceSendSmsRequest"),
    Route("POST", "sms/send", send, "webServiceSendSmsResponse"),
    Route("GET", "sms/send-bulk", show_bulk_example, "webServiceSendSmsRequests"),
    Route("POST", "sms/send-bulk", send_bulk, "webServiceSendSmsResponses"),
    Route("GET POST", "sms/send-url-parameters", send_by_query, "string", query=_QUERY),
    Route("GET POST", "sms/send-url/{token:[^/.]+}", send_by_token, "string", query=_QUERY, guarded=False),
)
