"""Look up a number: `context/lookup`, whose request is one bare JSON string."""

from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import Refusal, link
from smsgate_zoomconnect_sandbox.numbers import e164
from smsgate_zoomconnect_sandbox.requests import read_json
from smsgate_zoomconnect_sandbox.routes import Route


async def look_up(request: web.Request, _account: Account) -> dict[str, Any]:
    """Return whether a number is valid."""
    number = await read_json(request)
    if not isinstance(number, str):
        raise Refusal(400, "A JSON string is required")
    return {
        "number": number,
        "numberValid": e164(number) is not None,
        "links": [link(request, "self", "context/lookup")],
    }


ROUTES = (Route("GET POST", "context/lookup", look_up, "webServiceLookup"),)
