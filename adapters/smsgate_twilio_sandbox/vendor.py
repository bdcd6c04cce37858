"""The sandbox vendor Twilio."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from aiohttp import web

from smsgate.sandbox import Clock, DeliveryOutcome, Network, Vendor
from smsgate_twilio_sandbox import messages, prices
from smsgate_twilio_sandbox.account import ACCOUNT_SID, NUMBER, PATH, TOKEN, Account
from smsgate_twilio_sandbox.refusals import Refusal, refuse

_PAIRS = (f"{ACCOUNT_SID}:{TOKEN}", f"SK{'5b' * 16}:twilio-sandbox-key-secret")
_KNOWN = {f"Basic {b64encode(pair.encode()).decode()}" for pair in _PAIRS}
_Answer = Callable[[web.Request, Account], Awaitable[web.Response]]
_ROUTES: Mapping[tuple[str, str], _Answer] = {
    ("POST", "Messages.json"): messages.send,
    ("GET", "Messages.json"): messages.every,
    ("GET", "Messages/{sid}.json"): messages.show,
    ("POST", "Messages/{sid}.json"): messages.update,
    ("DELETE", "Messages/{sid}.json"): messages.delete,
    ("GET", "Balance.json"): messages.balance,
}
_PRICES: Mapping[str, _Answer] = {prices.PATH: prices.countries, f"{prices.PATH}/{{iso}}": prices.country}
"""At a host of its own; the sandbox is every host."""


class Twilio(Vendor):
    """Speak Twilio's API of 2010-04-01 for messages; a text arrives after `delivery`. `balance` is shown, and stays."""

    name = "twilio"
    base_path = PATH
    send_path = "Messages"
    id_fields = frozenset({"sid"})
    kinds = ("report", "reply")
    styles = ("form",)

    def __init__(self, *, balance: str = "100.50", delivery: timedelta = timedelta(milliseconds=200)) -> None:
        self._balance, self._delivery = balance, delivery
        self._account: Account

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the account and its auth token."""
        return {"account_sid": ACCOUNT_SID, "auth_token": TOKEN}

    @property
    def account(self) -> Mapping[str, object]:
        """Return the sender, which every message needs."""
        return {"senders": {"default": NUMBER}}

    def reset(self, network: Network, clock: Clock) -> None:
        """Begin with an account without messages."""
        self._account = Account(network, clock, self.notify, self._delivery, self._balance)

    def application(self) -> web.Application:
        """Return the application of all endpoints."""
        served = web.Application()
        for (method, path), answer in _ROUTES.items():
            served.router.add_route(method, f"{self.base_path}/{path}", partial(self._serve, answer=answer))
        for path, answer in _PRICES.items():
            served.router.add_get(path, partial(self._serve, answer=answer))
        return served

    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the number that a send would text."""
        to = (await request.post()).get("To") if request.method == "POST" else None
        return [to] if isinstance(to, str) else []

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        """Return the vendor's error."""
        return refuse(status, reason)

    def state(self, message_id: str) -> str | None:
        """Return the status of a message."""
        stored = self._account.outbox.get(message_id)
        return str(self._account.shown(stored)["status"]) if stored is not None else None

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
        """Receive a reply; Twilio does not say to which message."""
        answered = self._account.outbox.get(message_id or "")
        if message_id is not None and answered is None:
            raise LookupError(f"no message {message_id!r} to reply to; GET /_sandbox/texts lists those sent")
        return self._account.receive(sender, text, answered)

    async def _serve(self, request: web.Request, answer: _Answer) -> web.Response:
        if request.headers.get("Authorization") not in _KNOWN:
            return Refusal(20003, "Authenticate").answer
        try:
            return await answer(request, self._account)
        except Refusal as refusal:
            return refusal.answer
