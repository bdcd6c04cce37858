"""The sandbox vendor Telnyx."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from aiohttp import web

from smsgate.sandbox import Clock, Network, Vendor
from smsgate_telnyx_sandbox import answers, lists, messages, webhooks
from smsgate_telnyx_sandbox.account import PROFILE, Account

API_KEY = "telnyx-sandbox-api-key"
_Answer = Callable[[web.Request, Account], Awaitable[Any]]
_ROUTES: Mapping[str, _Answer] = {
    "GET messages/{id}": messages.show,
    "DELETE messages/{id}": messages.cancel,
    "GET detail_records": lists.detail_records,
    "GET messaging_optouts": lists.opt_outs,
    "GET webhook_deliveries": lists.webhook_deliveries,
    "GET balance": lists.balance,
}


class Telnyx(Vendor):
    """Speak Telnyx's API v2.

    A text arrives after `delivery`; numbers that begin with one of `blocked` are in countries that the profile does not
    list. `retries` are the pauses after which a webhook that was not answered with 2xx is sent again.
    """

    name = "telnyx"
    base_path = "/v2"
    send_path = "messages"
    id_fields = frozenset({"id"})
    kinds = (webhooks.REPORT, webhooks.REPLY)

    def __init__(
        self,
        *,
        delivery: timedelta = timedelta(milliseconds=200),
        blocked: Sequence[str] = (),
        retries: Sequence[timedelta] = (),
    ) -> None:
        self.retries = tuple(retries)
        self._make = partial(Account, delivery=delivery, blocked=tuple(blocked))

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the API key, the profile, and the public key of the webhooks where they can be signed."""
        public_key = {"public_key": webhooks.PUBLIC_KEY} if webhooks.CAN_SIGN else {}
        return {"api_key": API_KEY, "messaging_profile_id": PROFILE, **public_key}

    def reset(self, network: Network, clock: Clock) -> None:
        """Begin with an account without messages."""
        self._account = self._make(network, clock)

    def application(self) -> web.Application:
        """Return the application of all endpoints."""
        served = web.Application()
        send: _Answer = partial(messages.send, notify=self.notify)
        for route, answer in {**_ROUTES, "POST messages": send}.items():
            method, path = route.split()
            served.router.add_route(method, f"{self.base_path}/{path}", partial(self._serve, answer=answer))
        return served

    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the number that a send would text."""
        try:
            to = json.loads(await request.read())["to"] if request.method == "POST" else None
        except (ValueError, KeyError, TypeError):
            return []
        return [to] if isinstance(to, str) else []

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        """Return the vendor's error."""
        return answers.refuse(status, reason)

    def receive(self, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Receive a reply; Telnyx does not say to which message."""
        if message_id is not None and self._account.outbox.get(message_id) is None:
            raise LookupError(f"no message {message_id!r} to reply to; GET /_sandbox/texts lists those sent")
        notification = self._account.receive(sender, text)
        self.notify(notification)
        return str(notification.message_id)

    async def _serve(self, request: web.Request, answer: _Answer) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {API_KEY}":
            return answers.refuse(401, "Authentication failed: the API key is not known", "10009")
        try:
            answered = await answer(request, self._account)
        except answers.Refusal as refusal:
            return answers.refuse(refusal.status, refusal.detail, refusal.code)
        bare = "meta" in answered or request.method == "DELETE"  # a cancellation is described without `data` around it
        return web.json_response(answered if bare else {"data": answered})
