"""Credit and users: `account/..`."""

from typing import Any

from aiohttp import web

from smsgate.sandbox.zoomconnect.account import Account
from smsgate.sandbox.zoomconnect.routes import Route


async def balance(request: web.Request, account: Account) -> dict[str, Any]:
    """Tell the credit that is left."""
    del request
    return {"creditBalance": account.owner.credit, "links": []}


ROUTES = (Route("GET", "account/balance", balance, "webServiceAccount"),)
