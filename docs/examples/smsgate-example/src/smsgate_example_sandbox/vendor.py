"""Example Telecom's API on loopback: one call sends, one shows a text, one the balance; reports go to a webhook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from aiohttp import web
from aiohttp.typedefs import Handler
from attrs import frozen

from smsgate.sandbox import (
    Clock,
    DeliveryOutcome,
    Fault,
    Network,
    Notification,
    Payload,
    Text,
    Vendor,
    fault_for,
    outcome_of,
)

TOKEN = "example-sandbox-token"

FINAL_STATE = {
    DeliveryOutcome.DELIVERED: "seen",
    DeliveryOutcome.FAILED: "lost",
    DeliveryOutcome.REFUNDED: "lost",
    DeliveryOutcome.OPTED_OUT: "lost",
    DeliveryOutcome.UNKNOWN: "unknown",
    DeliveryOutcome.STAYS_SENT: "sent",
}


@frozen
class StoredText:
    """A text that the vendor has accepted."""

    id: str
    outcome: DeliveryOutcome
    arrives: datetime

    def shown(self, now: datetime) -> dict[str, str]:
        return {"id": self.id, "state": "sent" if now < self.arrives else FINAL_STATE[self.outcome]}


class Example(Vendor):
    """Speak Example Telecom's API; each text costs 1 EUR of `credit` and arrives after `delivery`."""

    name = "example"
    base_path = "/v1"
    send_path = "texts"
    id_fields = frozenset({"id"})
    kinds = ("report",)

    def __init__(self, *, credit: int = 1_000, delivery: timedelta = timedelta(milliseconds=200)) -> None:
        self._credit = credit
        self._delivery = delivery

    # What the sandbox asks -------------------------------------------------------

    @property
    def credentials(self) -> Mapping[str, str]:
        return {"token": TOKEN}

    def reset(self, network: Network, clock: Clock) -> None:
        self._network = network
        self._clock = clock
        self._balance = self._credit
        self._texts: dict[str, StoredText] = {}

    def application(self) -> web.Application:
        served = web.Application(middlewares=[_authenticate])
        served.router.add_post("/v1/texts", self._send)
        served.router.add_get("/v1/texts/{id}", self._show)
        served.router.add_get("/v1/balance", self._show_balance)
        return served

    async def recipients(self, request: web.Request) -> Iterable[str]:
        if request.method != "POST":
            return []
        try:
            return [str((await request.json())["to"])]
        except (ValueError, LookupError, TypeError):
            return []

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        del request  # an error looks the same whatever was asked
        return _error(status, reason)

    # What the vendor answers -----------------------------------------------------

    async def _send(self, request: web.Request) -> web.Response:
        match await request.json():
            case {"to": str(to), "text": str(text)}:
                fault = fault_for(to)
            case _:
                return _error(400, "to and text are needed")
        if fault is Fault.REFUSE_NUMBER:
            return _error(422, "no such number")
        if fault is Fault.NO_CREDIT or self._balance < 1:
            return _error(402, "no credit")
        return web.json_response(self._accept(to, text).shown(self._clock.now()), status=201)

    async def _show(self, request: web.Request) -> web.Response:
        text = self._texts.get(request.match_info["id"])
        return web.json_response(text.shown(self._clock.now())) if text else _error(404, "no such text")

    async def _show_balance(self, _request: web.Request) -> web.Response:
        return web.json_response({"amount": self._balance, "currency": "EUR"})

    def _accept(self, to: str, text: str) -> StoredText:
        now = self._clock.now()
        stored = StoredText(str(40_124_213 + len(self._texts)), outcome_of(to), now + self._delivery)
        self._texts[stored.id] = stored
        self._balance -= 1
        if stored.outcome is not DeliveryOutcome.OPTED_OUT:
            self._network.send(Text(vendor=self.name, to=to, text=text, message_id=stored.id, at=now))
        report = Payload(body=json.dumps(stored.shown(stored.arrives)), content_type="application/json")
        self.notify(
            Notification(
                kind="report", due=stored.arrives, message_id=stored.id, write=lambda _: report, overtakes=True
            )
        )
        return stored


@web.middleware
async def _authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        return _error(401, "who are you?")
    return await handler(request)


def _error(status: int, error: str) -> web.Response:
    return web.json_response({"error": error}, status=status)
