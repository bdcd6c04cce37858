"""Look a number up: `context/lookup`, whose request is one bare JSON string."""

from typing import Any

from aiohttp import web

from smsgate.sandbox.zoomconnect.account import Account
from smsgate.sandbox.zoomconnect.answers import Refusal, link
from smsgate.sandbox.zoomconnect.numbers import e164
from smsgate.sandbox.zoomconnect.requests import read_json
from smsgate.sandbox.zoomconnect.routes import Route


async def look_up(request: web.Request, _account: Account) -> dict[str, Any]:
    """Tell whether a number is valid."""
    number = await read_json(request)
    if not isinstance(number, str):
        raise Refusal(400, "A JSON string is required")
    return {
        "number": number,
        "numberValid": e164(number) is not None,
        "links": [link(request, "self", "context/lookup")],
    }


ROUTES = (Route("GET POST", "context/lookup", look_up, "webServiceLookup"),)
