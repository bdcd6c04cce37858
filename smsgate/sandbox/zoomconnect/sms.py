"""Send texts: `sms/..`."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from smsgate.sandbox import magic
from smsgate.sandbox.faults import Fault
from smsgate.sandbox.vendor import FAULT
from smsgate.sandbox.zoomconnect import dates, parts
from smsgate.sandbox.zoomconnect.account import Account
from smsgate.sandbox.zoomconnect.answers import Refusal
from smsgate.sandbox.zoomconnect.numbers import e164
from smsgate.sandbox.zoomconnect.requests import read_fields
from smsgate.sandbox.zoomconnect.routes import Route

_REQUEST = {"message": str, "campaign": str, "recipientNumber": str, "dateToSend": str, "dataField": str}
_BULK_REQUEST = {"sendSmsRequests": list, "defaultDateToSend": str, "messagesPerMinute": int}
_DATE = "yyyyMMddHHmm"


async def send(request: web.Request, account: Account) -> dict[str, Any]:
    """Send one text; an invalid number or an empty message is a 400 with the documented code."""
    fields = await read_fields(request, _REQUEST)
    return _send(request, account, fields, _due(fields, "dateToSend"))


async def show_example(request: web.Request, account: Account) -> dict[str, Any]:
    """Show what to POST; sends nothing."""
    del request, account
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


def _send(request: web.Request, account: Account, fields: Mapping[str, Any], due: datetime | None) -> dict[str, Any]:
    to = e164(fields["recipientNumber"] or "")
    fault = request.get(FAULT) or magic.FAULTS.get(to or "")
    if to is None or fault is Fault.REFUSE_NUMBER:
        raise Refusal(400, "Invalid mobile number", code=2)
    if not fields["message"]:
        raise Refusal(400, "Message cannot be empty", code=3)
    if not parts.count(fields["message"]).allowed:
        return _failed("Message is too long")
    message = None if fault is Fault.NO_CREDIT else account.send(to, fields["message"], fields, due)
    return {"messageId": message.message_id, "error": None} if message else _failed("Insufficient credits")


def _failed(error: str) -> dict[str, Any]:
    return {"messageId": None, "error": error}


def _due(fields: Mapping[str, Any], name: str) -> datetime | None:
    return dates.read(name, fields[name], _DATE) if fields[name] else None


ROUTES = (
    Route("GET", "sms/send", show_example, "webServiceSendSmsRequest"),
    Route("POST", "sms/send", send, "webServiceSendSmsResponse"),
)
