"""The sandbox vendor Vonage."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from aiohttp import web
from aiohttp.typedefs import Handler
from attrs import frozen

from smsgate import sandbox
from smsgate.sandbox import Fault, Notification, Outbox, Payload, StoredText
from smsgate_vonage_sandbox import prices, requests, texts
from smsgate_vonage_sandbox.requests import RefusedError

PRICE, HOUR, DELIVERY = Decimal(texts.PRICE), timedelta(hours=1), timedelta(milliseconds=200)
NUMBER = "+27600000000"
"""The account's own, to which a person writes unasked."""


@frozen
class _Saved:
    credit: Decimal
    unsigned: int
    texts: list[StoredText]


class Vonage(sandbox.Vendor):
    """Speak the Messages API v1, Reports, Redact, Pricing and the balance.

    A text is delivered, or has failed, after `delivery`. `credit` is in euros; texts are among the records of
    `product`, in pages of `page_size`.
    """

    name = "vonage"
    base_path = ""
    send_path = "v1/messages"
    id_fields = frozenset({"message_uuid", "message_id"})
    kinds = ("status", "inbound")
    # From 5 seconds, doubled each time (its support page); how often within the 24 hours is PRESUMED.
    retries = tuple(timedelta(seconds=5 * 2**number) for number in range(5))

    def __init__(
        self, *, credit: float = 1e6, delivery: timedelta = DELIVERY, product: str = "MESSAGES", page_size: int = 1000
    ) -> None:
        self._given, self._delivery = Decimal(str(credit)), delivery
        self._product, self._page_size = product, page_size

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the key and secret of the account, and the secret that signs its calls."""
        return {"api_key": requests.KEY, "api_secret": requests.SECRET, "signature_secret": texts.SIGNATURE_SECRET}

    def reset(self, network: sandbox.Network, clock: sandbox.Clock) -> None:
        """Begin with an empty account."""
        self._clock, self._credit, self._unsigned = clock, self._given, 0
        self._outbox = Outbox(self.name, network, clock, delivery=self._delivery)

    def application(self) -> web.Application:
        """Return the application of all endpoints."""
        application = web.Application(middlewares=[_authorized])
        application.router.add_post("/v1/messages", self._send)
        application.router.add_get("/v2/reports/records", self._records)
        application.router.add_post("/v1/redact/transaction", self._redact)
        application.router.add_get("/account/get-balance", self._balance)
        application.router.add_get(prices.PATH, _prices)
        return application

    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the number that a request would text."""
        try:
            body = await requests.read_object(request) if self.path(request) == self.send_path else {}
        except RefusedError:
            body = {}
        return [f"+{body['to']}"] if "to" in body else []

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        """Return a problem document."""
        del request
        return RefusedError(status, f"#{status}", reason).answer

    def state(self, message_id: str) -> str | None:
        """Return the status of a text."""
        stored = self._outbox.get(message_id)
        return texts.WORDS[stored.state(self._clock.now())][0] if stored is not None else None

    def end(self, message_id: str, outcome: sandbox.DeliveryOutcome) -> None:
        """End the delivery of a text, and report it."""
        for notification in self._outbox.end(message_id, outcome):
            self.notify(notification)

    def receive(self, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Receive a text, at the sender of the message that it answers, or at the account's number."""
        answered = self._outbox.get(message_id or "")
        if message_id and answered is None:
            raise LookupError(f"vonage has no message {message_id!r}")
        to = (answered and answered.text.sender) or NUMBER
        stored = self._outbox.receive(str(uuid4()), sender, to, text)
        write = lambda _style: self._call(stored, texts.reply_of(stored))  # noqa: E731
        self.notify(Notification(kind="inbound", due=stored.created, write=write, message_id=stored.message_id))
        return stored.message_id

    def saved(self) -> object:
        """Return the account."""
        return {"credit": self._credit, "unsigned": self._unsigned, "texts": self._outbox.saved()}

    def restore(self, account: object, at: datetime) -> None:
        """Continue with an account."""
        kept = sandbox.read(account, _Saved)
        self._credit, self._unsigned = kept.credit, kept.unsigned
        self._outbox.restore(kept.texts, at)
        for stored in kept.texts:
            self._report(stored)

    @property
    def account_changes(self) -> Mapping[str, Callable[..., Mapping[str, str] | None]]:
        """Return the change by which the next calls come without a signature, as is documented to happen."""
        return {"leave_unsigned": self._leave_unsigned}

    def _leave_unsigned(self, times: int = 1) -> None:
        self._unsigned = times

    def _call(self, stored: StoredText, own: Mapping[str, Any]) -> Payload:
        self._unsigned -= 1
        return texts.payload(stored, own, self._clock.now(), signed=self._unsigned < 0)

    async def _send(self, request: web.Request) -> web.Response:
        body = await requests.read_object(request)
        requests.check_message(body)
        to, content = f"+{body['to']}", body[body["message_type"]]
        fault = sandbox.fault_for(to)
        if fault is Fault.REFUSE_NUMBER:
            raise requests.refused(1430, "Invalid recipient")
        if fault is Fault.NO_CREDIT or self._credit < PRICE:
            raise RefusedError(402, "/#low-balance", "Low balance", "Your account balance is low.")
        self._credit -= PRICE
        text = content if isinstance(content, str) else content.get("caption", "")
        sender = f"+{body['from']}" if body["from"].isdigit() else body["from"]
        fields = {"channel": body["channel"], "webhook_url": body.get("webhook_url")}
        reference = body.get("client_ref")
        stored = self._outbox.send(str(uuid4()), to, text, sender=sender, reference=reference, fields=fields)
        self._report(stored)
        return web.json_response({"message_uuid": stored.message_id}, status=202)

    def _report(self, stored: StoredText) -> None:
        write = lambda state, _style: self._call(stored, texts.status_of(stored, state))  # noqa: E731
        for notification in self._outbox.reports(stored, "status", write, url=stored.fields.get("webhook_url")):
            self.notify(notification)

    async def _records(self, request: web.Request) -> web.Response:
        requests.check_query(request.query)
        found = self._outbox if request.query["product"] == self._product else ()
        return web.json_response(texts.records(found, request.query, self._clock.now(), self._page_size))

    async def _redact(self, request: web.Request) -> web.Response:
        body = await requests.read_object(request)
        if body.keys() != {"id", "product", "type"} or body["product"] not in {"messages", "sms"}:
            raise RefusedError(422, "/redact#invalid-product", "Invalid product")
        stored = self._outbox.get(str(body["id"]))
        if not stored or body["product"].upper() != self._product or stored.inbound != (body["type"] == "inbound"):
            raise RefusedError(404, "#invalid-id", "Invalid ID")
        if self._clock.now() - stored.created < HOUR:
            raise RefusedError(403, "/redact#premature-redaction", "Premature Redaction", "You must wait 60 minutes")
        stored.fields["redacted"] = True
        return web.Response(status=204)

    async def _balance(self, _request: web.Request) -> web.Response:
        return web.json_response({"value": float(self._credit), "autoReload": False})


async def _prices(request: web.Request) -> web.Response:
    return web.json_response(prices.page(request.match_info["product"], request.query))


@web.middleware
async def _authorized(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.headers.get("Authorization") != requests.BASIC:
        return RefusedError(401, "/#unathorized", "You did not provide correct credentials.").answer
    try:
        return await handler(request)
    except RefusedError as error:
        return error.answer
