"""The sandbox vendor Telnyx."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web

from smsgate.sandbox import Clock, DeliveryOutcome, Network, Outbox, Vendor
from smsgate_telnyx_sandbox import lists, messages
from smsgate_telnyx_sandbox.account import CAN_SIGN, PROFILE, PUBLIC_KEY, Account

API_KEY = "telnyx-sandbox-api-key"
DELIVERY = timedelta(milliseconds=200)
CODES = {401: "10009", 402: "20100", 403: "10010", 404: "10005", 405: "10005", 429: "10011", 500: "10007"}
"""The code of a failure that only has a status; any other is a bad request."""
_Answer = Callable[[web.Request, Account], Awaitable[Any]]
_ROUTES: Mapping[tuple[str, str], _Answer] = {
    ("POST", "/v2/messages"): messages.send,
    ("GET", "/v2/messages/{id}"): messages.show,
    ("DELETE", "/v2/messages/{id}"): messages.cancel,
    ("GET", "/v2/detail_records"): lists.detail_records,
    ("GET", "/v2/messaging_optouts"): lists.opt_outs,
    ("GET", "/v2/webhook_deliveries"): lists.webhook_deliveries,
    ("GET", "/v2/balance"): lists.balance,
}


class Telnyx(Vendor):
    """Speak Telnyx's API v2.

    A text arrives after `delivery`; numbers that begin with one of `blocked` are in countries that the profile does not
    list.
    """

    name = "telnyx"
    base_path = "/v2"
    send_path = "messages"
    id_fields = frozenset({"id"})
    kinds = ("report", "reply")

    def __init__(self, *, delivery: timedelta = DELIVERY, blocked: Sequence[str] = ()) -> None:
        self._delivery, self._blocked = delivery, tuple(blocked)

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the API key, the profile, and the public key of the webhooks where they can be signed."""
        public_key = {"public_key": PUBLIC_KEY} if CAN_SIGN else {}
        return {"api_key": API_KEY, "messaging_profile_id": PROFILE, **public_key}

    def reset(self, network: Network, clock: Clock) -> None:
        """Begin with an account without messages."""
        self._account = Account(self, Outbox(self.name, network, clock, delivery=self._delivery), clock, self._blocked)

    def application(self) -> web.Application:
        """Return the application of all endpoints."""
        served = web.Application()
        served.add_routes([web.route(*route, partial(self._serve, answer)) for route, answer in _ROUTES.items()])
        return served

    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the number that a send would text."""
        return re.findall(r'"to"\s*:\s*"(\+[0-9]+)"', (await request.read()).decode(errors="replace"))

    def failure(self, _request: web.Request, status: int, reason: str) -> web.Response:
        """Return the vendor's error."""
        return _error(status, CODES.get(status, "10015"), reason)

    def state(self, message_id: str) -> str | None:
        """Return the status of a message."""
        stored = self._account.outbox.get(message_id)
        return str(self._account.show(stored)["to"][0]["status"]) if stored is not None else None

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a message."""
        self._account.end(message_id, outcome)

    def saved(self) -> object:
        """Return the account."""
        return self._account.saved()

    def restore(self, account: object, at: datetime) -> None:
        """Continue with an account."""
        self._account.restore(account, at)

    def receive(self, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Receive a reply; Telnyx does not say to which message."""
        if message_id is not None and self._account.outbox.get(message_id) is None:
            raise LookupError(f"no message {message_id!r} to reply to; GET /_sandbox/texts lists those sent")
        return self._account.receive(sender, text)

    async def _serve(self, answer: _Answer, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {API_KEY}":
            return _error(401, "10009", "Authentication failed: the API key is not known")
        try:
            return web.json_response(await answer(request, self._account))
        except messages.Refusal as refusal:
            return _error(*refusal.args)
        except (ValueError, AttributeError) as wrong:
            return _error(400, "10015", f"Bad request: {wrong}")


def _error(status: int, code: str, detail: str) -> web.Response:
    error = {"code": code, "title": detail.partition(":")[0], "detail": detail}
    return web.json_response({"errors": [error]}, status=status)
