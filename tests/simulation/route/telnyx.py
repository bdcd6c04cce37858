"""Telnyx as its facts have it: no key, no reference and no list of what is queued; only its webhooks prove anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from smsgate import Answer, Request
from tests.simulation.engine import BEGINNING
from tests.simulation.route.vendor import PAGE, Call, RouteVendor
from tests.simulation.task import Host
from tests.simulation.truth import OnAir, Truth
from tests.simulation.vendor import DELIVERED_AFTER, Body

EVENTS = {"sent": "message.sent", "delivered": "message.finalized"}


class Telnyx(RouteVendor):
    """Takes one text a call, calls an address of the message or of the profile, and lists those calls."""

    refusals = (
        (400, {"errors": [{"code": "40310", "title": "Invalid 'to' address"}]}),
        (402, {"errors": [{"code": "20100", "title": "Insufficient funds"}]}),
        (401, {"errors": [{"code": "10009", "title": "Authentication failed"}]}),
    )

    def __init__(self, truth: Truth, faults: frozenset[str], rate: float, *, has_profile_webhook: bool = False) -> None:
        super().__init__(truth, faults, rate)
        self._has_profile_webhook = has_profile_webhook
        self._addresses: dict[str, str | None] = {}
        self._deliveries: list[Mapping[str, Any]] = []

    def written_in(self, request: Request) -> Sequence[Body]:
        body = cast("Mapping[str, Any]", request.json)
        assert body["from"], "its profile has no number pool"
        return [{"to": body["to"], "text": body["text"], "reference": None, "callback": body.get("webhook_url")}]

    def take(self, written: Body, asker: Host) -> Mapping[str, Any]:
        shown = super().take(written, asker)
        sent = self.truth.on_air[-1]
        self._addresses[sent.message_id] = written["callback"]
        if written["callback"] is None and self._has_profile_webhook:
            for status in EVENTS:
                self.simulation.spawn(self.simulation.world, "report", self._deliver(sent, status))
        return shown

    def shown(self, sent: OnAir, text: str, status: str) -> Mapping[str, Any]:
        return {"data": self._payload(sent, status)}

    def error(self, status: int) -> object:
        return {"errors": [{"code": "10011" if status == 429 else "10007", "title": "Failed"}]}

    def _payload(self, sent: OnAir, status: str) -> Mapping[str, Any]:
        return {
            "id": sent.message_id,
            "record_type": "message",
            "direction": "outbound",
            "from": {"phone_number": "+27600000000"},
            "to": [{"phone_number": sent.to, "status": status}],
            "text": sent.text,
            "parts": 1,
            "errors": [],
            "received_at": f"{self.moment(sent):%Y-%m-%dT%H:%M:%SZ}",
            "webhook_url": self._addresses.get(sent.message_id),
        }

    def _tell(self, request: Request) -> Answer:
        if self.fault("fails"):
            return self._failed(503)
        if "id" in request.ids:
            there = self.sent_to(message_id=request.ids["id"])
            return self._said(200, self.shown(there[0], "", "sent")) if there else self._said(404, {"errors": []})
        assert request.path == "webhook_deliveries"
        query = {name: str(value) for name, value in request.query.items()}
        found = [one for one in self._deliveries if query["filter[webhook][contains]"] in json.dumps(one["webhook"])]
        start = (int(query["page[number]"]) - 1) * PAGE
        pages = -(-len(found) // PAGE)
        return self._said(200, {"data": found[start : start + PAGE], "meta": {"total_pages": pages}})

    async def _deliver(self, sent: OnAir, status: str) -> None:
        """Call the profile's address, which is none of smsgate's."""
        await self.simulation.sleep(self.simulation.random.random() * DELIVERED_AFTER)
        self._list(sent, status)

    def _list(self, sent: OnAir, status: str) -> bytes:
        """List a webhook among those that were sent; return its body."""
        event = {"event_type": EVENTS[status], "id": f"{sent.message_id}-{status}", "record_type": "event"}
        webhook = {**event, "payload": self._payload(sent, status)}
        started_at = BEGINNING + timedelta(seconds=self.simulation.now)
        self._deliveries.insert(0, {"webhook": webhook, "started_at": f"{started_at:%Y-%m-%dT%H:%M:%SZ}"})
        return json.dumps({"data": webhook, "meta": {"attempt": 1}}).encode()

    async def report_to(self, sent: OnAir, status: str, callback: str) -> None:
        body = self._list(sent, status)
        assert self.call is not None
        await self.call(Call(self.name, callback, "application/json", body))
