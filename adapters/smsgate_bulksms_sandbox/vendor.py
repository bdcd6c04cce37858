"""The sandbox vendor BulkSMS."""

import json
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus

from aiohttp import web

from smsgate.sandbox import Clock, Network, Notification, Payload, StoredText, TextState, Vendor
from smsgate_bulksms_sandbox.account import Account
from smsgate_bulksms_sandbox.answers import BadRequest, Refusal, answer
from smsgate_bulksms_sandbox.entries import read_entries
from smsgate_bulksms_sandbox.filters import fits
from smsgate_bulksms_sandbox.shapes import nested, shown

TOKEN_ID, TOKEN_SECRET = "BULKSMS-SANDBOX-01", "bulksms-sandbox-secret"
DELIVERY = timedelta(milliseconds=200)
EVENTS = {"report": "status-report", "reply": "incoming-message"}

Handler = Callable[[web.Request, Account], Awaitable[web.Response]]


class BulkSms(Vendor):
    """Speak BulkSMS's JSON REST API.

    `credit` is the credit of a new account; each part of a text costs one. `delivery` is how long a text takes to the
    phone. A list has at most `page_size` messages. `retries` are the pauses after which a call is repeated that was not
    answered with 2xx; in the description they go on for two days.
    """

    name = "bulksms"
    base_path = "/v1"
    send_path = "messages"
    id_fields = frozenset({"id"})
    kinds = ("report", "reply")
    styles = ("json", "nested")

    retries = tuple(timedelta(seconds=pause) for pause in (90, 180, 360, 720))

    def __init__(self, *, credit: float = 1e6, delivery: timedelta = DELIVERY, page_size: int = 1_000) -> None:
        self._credit, self._delivery, self._page_size = credit, delivery, page_size

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the API token."""
        return {"token_id": TOKEN_ID, "token_secret": TOKEN_SECRET}

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many repeated submissions were dropped."""
        return {"repeated": self._account.repeated}

    def reset(self, network: Network, clock: Clock) -> None:
        """Begin with an account that has credit and nothing else."""
        self._account = Account(network, clock, credit=self._credit, delivery=self._delivery)

    def application(self) -> web.Application:
        """Return the application of the endpoints."""
        served = web.Application()
        served.router.add_post("/v1/messages", self._guarded(self._send))
        served.router.add_get("/v1/messages", self._guarded(self._list))
        served.router.add_get("/v1/messages/{id}", self._guarded(_show))
        served.router.add_get("/v1/profile", self._guarded(_profile))
        served.router.add_get("/v1/blocked-numbers", self._guarded(_blocked))
        served.router.add_post("/v1/blocked-numbers", self._guarded(_block))
        return served

    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the numbers that a submission would text."""
        body = await request.text() if self.path(request) == "messages" else ""
        return (f"+{number}" for number in re.findall(r'"address": ?"\+?([1-9][0-9]{7,14})"', body))

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        """Return the vendor's error body."""
        del request
        code = HTTPStatus(status).phrase.lower().replace(" ", "-")
        return web.json_response(Refusal(status, code, reason).body(), status=status)

    def receive(self, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Receive a reply."""
        if message_id is not None and self._account.outbox.get(message_id) is None:
            raise LookupError(f"no message {message_id!r} to reply to; GET /_sandbox/texts lists those sent")
        stored = self._account.receive(sender, text, message_id)
        self._report(stored, "reply", stored.created, TextState.RECEIVED)
        return stored.message_id

    async def _send(self, request: web.Request, account: Account) -> web.Response:
        given, at = request.query.get("deduplication-id"), request.query.get("schedule-date")
        key, due, now = int(given or 0), datetime.fromisoformat(at) if at else None, account.clock.now()
        if {*request.query} - {"deduplication-id", "schedule-date", "schedule-description"} or abs(key) >= 2**31:
            raise BadRequest("a parameter is unknown, or deduplication-id is no int32")
        if due and due > now + timedelta(days=731):
            raise BadRequest("schedule-date is over two years ahead")
        entries = read_entries(await request.read())
        if (known := account.known_answer(key)) is not None:
            return answer(known, now, 201)
        sent = account.submit(entries, due, key)
        for stored in sent:
            for moment, state in stored.changes[1:]:
                if state is not TextState.QUEUED:
                    self._report(stored, "report", moment, state)
        return answer([shown(one, one.changes[0][1], new=True) for one in sent], now, 201)

    async def _list(self, request: web.Request, account: Account) -> web.Response:
        wanted, limit = request.query.get("filter"), int(request.query.get("limit", 1_000))
        found = [message for message in account.listed() if wanted is None or fits(message, wanted)]
        return answer(found[: min(limit, self._page_size)], account.clock.now())

    def _report(self, stored: StoredText, kind: str, due: datetime, state: TextState) -> None:
        message = shown(stored, state)
        headers = {"X-BulkSMS-Event": EVENTS[kind], "User-Agent": "BulkSMS Invoker"}

        def write(style: str) -> Payload:
            body = json.dumps([nested(message) if style == "nested" else message])
            return Payload(body=body, content_type="application/json", sign=lambda _url: headers)

        early = stored.text.at <= stored.created
        self.notify(Notification(kind=kind, due=due, write=write, message_id=stored.message_id, overtakes=early))

    def _guarded(self, handle: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return a handler that asks for the credentials, and whose refusals are the vendor's error bodies."""
        wanted = f"Basic {b64encode(f'{TOKEN_ID}:{TOKEN_SECRET}'.encode()).decode()}"

        async def serve(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != wanted:
                return self.failure(request, 401, "the credentials are not valid")
            try:
                return await handle(request, self._account)
            except Refusal as refusal:
                return web.json_response(refusal.body(), status=refusal.status)
            except (ValueError, TypeError, LookupError, AttributeError):
                return self.failure(request, 400, "a parameter or the body is not valid")

        return serve


async def _show(request: web.Request, account: Account) -> web.Response:
    found = [each for each in account.listed() if each["id"] == request.match_info["id"]]
    if not found:
        raise Refusal(404, "not-found", "there is no such message")
    return answer(found[0], account.clock.now())


async def _profile(_request: web.Request, account: Account) -> web.Response:
    credit = {"balance": account.credit, "limit": 0, "isTransferAllowed": False}
    who = {"id": "1", "username": "sandbox", "created": "2020-01-01T00:00:00Z"}
    return answer({**who, "credits": credit, "quota": {"size": 500_000, "remaining": 500_000}}, account.clock.now())


async def _blocked(request: web.Request, account: Account) -> web.Response:
    first, limit = int(request.query.get("min-id", 0)), int(request.query.get("limit", 10_000))
    numbers = [{"id": id_, "phoneNumber": number[1:]} for number, id_ in account.blocked.items() if id_ >= first]
    return answer(numbers[:limit], account.clock.now())


async def _block(request: web.Request, account: Account) -> web.Response:
    for number in await request.json():
        account.block(f"+{number.removeprefix('+')}")
    return web.Response()
