"""The sandbox vendor BulkSMS: one account, and the endpoints that it answers."""

import json
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from aiohttp import web
from attrs import frozen

from smsgate import sandbox
from smsgate_bulksms_sandbox.refusal import Refusal
from smsgate_bulksms_sandbox.shapes import fits, nested, shown, word
from smsgate_bulksms_sandbox.submission import read_query, read_texts

TOKEN_ID, TOKEN_SECRET = "BULKSMS-SANDBOX-01", "bulksms-sandbox-secret"
NUMBER = "+27600000000"
"""The number of the vendor that takes replies."""
DELIVERY, KEY_LIFE = timedelta(milliseconds=200), timedelta(hours=12)
"""How long a text takes; how long a deduplication id is known, of which the description says about 12 hours."""
_AUTHORIZATION = f"Basic {b64encode(f'{TOKEN_ID}:{TOKEN_SECRET}'.encode()).decode()}"
_Answer = Callable[[web.Request], Awaitable[object]]


@frozen
class _Answered:
    """The answer to a submission, which one with the same key gets, too."""

    key: int
    at: datetime
    answer: list[dict[str, Any]]


@frozen
class _Saved:
    credit: float
    repeated: int
    next_id: int
    blocked: dict[str, int]
    answers: list[_Answered]
    texts: list[sandbox.StoredText]


class BulkSms(sandbox.Vendor):
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
        self._given, self._delivery, self._page_size = credit, delivery, page_size

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the API token."""
        return {"token_id": TOKEN_ID, "token_secret": TOKEN_SECRET}

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many repeated submissions were dropped."""
        return {"repeated": self._repeated}

    def reset(self, network: sandbox.Network, clock: sandbox.Clock) -> None:
        """Begin with an account that has credit and nothing else."""
        self._now, self._credit, self._repeated = clock.now, self._given, 0
        self._outbox = sandbox.Outbox(self.name, network, clock, delivery=self._delivery)
        self._ids = sandbox.Counter(3_011_248_021_500_000_001)
        self._blocked: dict[str, int] = {}
        self._answers: dict[int | None, _Answered] = {}

    def application(self) -> web.Application:
        """Return the application of the endpoints."""
        served = web.Application()
        served.router.add_post("/v1/messages", partial(self._serve, self._send, status=201))
        served.router.add_get("/v1/messages", partial(self._serve, self._messages))
        served.router.add_get("/v1/messages/{id}", partial(self._serve, self._message))
        served.router.add_get("/v1/profile", partial(self._serve, self._profile))
        served.router.add_get("/v1/blocked-numbers", partial(self._serve, self._blocked_numbers))
        served.router.add_post("/v1/blocked-numbers", partial(self._serve, self._block))
        return served

    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the numbers that a submission would text."""
        body = await request.text() if self.path(request) == self.send_path else ""
        return (f"+{number}" for number in re.findall(r'"address": ?"\+?([1-9][0-9]{7,14})"', body))

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        """Return the vendor's error body."""
        return Refusal(reason, HTTPStatus(status).phrase.lower().replace(" ", "-"), status).answer

    def state(self, message_id: str) -> str | None:
        """Return the status of a message."""
        stored = self._outbox.get(message_id)
        return word(stored.state(self._now())) if stored is not None else None

    def end(self, message_id: str, outcome: sandbox.DeliveryOutcome) -> None:
        """End the delivery of a message, and report it."""
        for notification in self._outbox.end(message_id, outcome):
            self.notify(notification)

    def receive(self, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Receive a reply to the last text to its sender that had no sender of its own; a STOP blocks the person."""
        if message_id is not None and self._outbox.get(message_id) is None:
            raise LookupError(f"no message {message_id!r} to reply to; GET /_sandbox/texts lists those sent")
        if text.strip().upper() == "STOP":
            self._blocked.setdefault(sender, len(self._blocked) + 1)
        texts = [each.message_id for each in self._outbox if each.text.to == sender and not each.text.sender]
        related = {"related": message_id or (texts[-1] if texts else None)}
        stored = self._outbox.receive(str(next(self._ids)), sender, NUMBER, text, fields=related)
        write = partial(_call, stored, sandbox.TextState.RECEIVED)
        due, id_ = stored.created, stored.message_id
        self.notify(sandbox.Notification(kind="reply", due=due, write=write, message_id=id_))
        return id_

    def saved(self) -> object:
        """Return the account."""
        own = {"credit": self._credit, "repeated": self._repeated, "next_id": self._ids.next}
        return {
            **own,
            "blocked": {**self._blocked},
            "answers": [*self._answers.values()],
            "texts": self._outbox.saved(),
        }

    def restore(self, account: object, at: datetime) -> None:
        """Continue with an account."""
        kept = sandbox.read(account, _Saved)
        self._credit, self._repeated, self._ids = kept.credit, kept.repeated, sandbox.Counter(kept.next_id)
        self._blocked = kept.blocked
        self._answers = {each.key: each for each in kept.answers}
        self._outbox.restore(kept.texts, at)
        for stored in kept.texts:
            self._report(stored)

    async def _serve(self, answer: _Answer, request: web.Request, status: int = 200) -> web.Response:
        """Ask for the credentials, and answer with the time of the sandbox's clock."""
        if request.headers.get("Authorization") != _AUTHORIZATION:
            return self.failure(request, 401, "the credentials are not valid")
        headers = {"Date": format_datetime(self._now(), usegmt=True), "Content-Type": "application/json"}
        try:
            answered = await answer(request)
        except Refusal as refusal:
            return refusal.answer
        except (ValueError, TypeError, LookupError, AttributeError):
            return self.failure(request, 400, "a parameter or the body is not valid")
        return web.Response(text="" if answered is None else json.dumps(answered), status=status, headers=headers)

    async def _send(self, request: web.Request) -> list[dict[str, Any]]:
        """Answer a submission; one whose key is known, whatever it has, is dropped and answered as the first."""
        key, at = read_query(request.query, self._now())
        texts = read_texts(await request.json())
        if key in self._answers and self._now() - self._answers[key].at < KEY_LIFE:
            self._repeated += 1
            return self._answers[key].answer
        self._charge(texts)
        submission = f"2-{next(self._ids)}"
        sent = [self._text({**text, "submission": submission}, at) for text in texts]
        answer = [shown(stored, stored.changes[0][1], new=True) for stored in sent]
        if key is not None:
            self._answers[key] = _Answered(key, self._now(), answer)
        return answer

    def _charge(self, texts: list[dict[str, Any]]) -> None:
        cost, faults = sum(text["parts"] for text in texts), {sandbox.fault_for(text["to"]) for text in texts}
        if sandbox.Fault.NO_CREDIT in faults or cost > self._credit:
            raise Refusal(f"{cost} credits are needed", "insufficient-credits", 403)
        self._credit -= cost

    def _text(self, text: dict[str, Any], at: datetime | None) -> sandbox.StoredText:
        to, body, sender, reference = (text[name] for name in ("to", "body", "sender", "reference"))
        outcome = sandbox.DeliveryOutcome.OPTED_OUT if to in self._blocked else None
        stored = self._outbox.send(
            str(next(self._ids)), to, body, sender=sender, reference=reference, at=at, fields=text, outcome=outcome
        )
        self._report(stored)
        return stored

    def _report(self, stored: sandbox.StoredText) -> None:
        for notification in self._outbox.reports(stored, "report", partial(_call, stored)):
            self.notify(notification)

    def _listed(self) -> list[dict[str, Any]]:
        """Return the messages that can be retrieved, the newest first: a scheduled one only from its date on."""
        now = self._now()
        states = [(each, each.state(now)) for each in [*self._outbox][::-1]]
        return [shown(each, state) for each, state in states if state is not sandbox.TextState.SCHEDULED]

    async def _messages(self, request: web.Request) -> list[dict[str, Any]]:
        wanted, limit = request.query.get("filter"), int(request.query.get("limit", 1_000))
        found = [message for message in self._listed() if wanted is None or fits(message, wanted)]
        return found[: min(limit, self._page_size)]

    async def _message(self, request: web.Request) -> dict[str, Any]:
        for message in self._listed():
            if message["id"] == request.match_info["id"]:
                return message
        raise Refusal("there is no such message", "not-found", 404)

    async def _profile(self, _request: web.Request) -> dict[str, Any]:
        who = {"id": "1", "username": "sandbox", "created": "2020-01-01T00:00:00Z"}
        credit = {"balance": self._credit, "limit": 0, "isTransferAllowed": False}
        return {**who, "credits": credit, "quota": {"size": 500_000, "remaining": 500_000}}

    async def _blocked_numbers(self, request: web.Request) -> list[dict[str, Any]]:
        first, limit = int(request.query.get("min-id", 0)), int(request.query.get("limit", 10_000))
        numbers = [{"id": id_, "phoneNumber": number[1:]} for number, id_ in self._blocked.items() if id_ >= first]
        return numbers[:limit]

    async def _block(self, request: web.Request) -> None:
        for number in await request.json():
            self._blocked.setdefault(f"+{number.removeprefix('+')}", len(self._blocked) + 1)


def _call(stored: sandbox.StoredText, state: sandbox.TextState, style: str) -> sandbox.Payload | None:
    """Report the state of a text, or pass a reply on; that a text was accepted is not reported."""
    if state is sandbox.TextState.QUEUED:
        return None
    message = shown(stored, state)
    body = json.dumps([nested(message) if style == "nested" else message])
    event = "incoming-message" if stored.inbound else "status-report"
    headers = {"X-BulkSMS-Event": event, "User-Agent": "BulkSMS Invoker"}
    return sandbox.Payload(body=body, content_type="application/json", sign=lambda _url: headers)
