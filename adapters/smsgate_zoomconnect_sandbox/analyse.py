"""Analyse a text: `messages/analyse/..`. All but `full` answer with a bare scalar."""

from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox import parts
from smsgate_zoomconnect_sandbox.account import CREDIT_PER_PART, Account
from smsgate_zoomconnect_sandbox.answers import Refusal
from smsgate_zoomconnect_sandbox.numbers import e164
from smsgate_zoomconnect_sandbox.requests import read_fields, require
from smsgate_zoomconnect_sandbox.routes import Route

_FIELDS = {"message": str, "recipientNumber": str}


async def full(request: web.Request, _account: Account) -> dict[str, Any]:
    """Return the whole analysis."""
    text = await _read(request, priced=True)
    count = parts.count(text)
    return {
        "characterAnalysis": [[character, size] for character, size in zip(text, count.sizes, strict=True)],
        "messageCreditCost": count.parts * CREDIT_PER_PART,
        "messageEncoding": count.encoding,
        "messageLength": count.length,
        "messageLengthWithinMaximumAllowed": count.allowed,
        "numberOfMessages": count.parts,
    }


async def credit_cost(request: web.Request, _account: Account) -> float:
    """Return the cost."""
    return parts.count(await _read(request, priced=True)).parts * CREDIT_PER_PART


async def encoding(request: web.Request, _account: Account) -> str:
    """Return the encoding."""
    return parts.count(await _read(request)).encoding


async def length(request: web.Request, _account: Account) -> int:
    """Return the number of characters."""
    return parts.count(await _read(request)).length


async def within_maximum(request: web.Request, _account: Account) -> bool:
    """Return whether it can be sent."""
    return parts.count(await _read(request)).allowed


async def number_of_messages(request: web.Request, _account: Account) -> int:
    """Return the number of parts."""
    return parts.count(await _read(request)).parts


async def _read(request: web.Request, *, priced: bool = False) -> str:
    fields = await read_fields(request, _FIELDS)
    require(fields, "message")
    if priced and e164(fields["recipientNumber"] or "") is None:
        raise Refusal(400, "Invalid mobile number", code=2)
    text: str = fields["message"]
    return text


ROUTES = (
    Route("POST", "messages/analyse/full", full, "webServiceAnalyseMessageResponse"),
    Route("POST", "messages/analyse/message-credit-cost", credit_cost, "double"),
    Route("POST", "messages/analyse/message-encoding", encoding, "string"),
    Route("POST", "messages/analyse/message-length", length, "int"),
    Route("POST", "messages/analyse/message-length-within-max-allowed", within_maximum, "boolean"),
    Route("POST", "messages/analyse/number-of-messages", number_of_messages, "int"),
)
