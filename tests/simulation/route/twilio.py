"""Twilio as its facts have it: no key and no reference, a list by recipient, and calls to the address of a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, cast
from urllib.parse import urlencode

from smsgate import Answer, Request
from tests.simulation.engine import BEGINNING
from tests.simulation.route.vendor import PAGE, Call, RouteVendor
from tests.simulation.truth import OnAir
from tests.simulation.vendor import Body


class Twilio(RouteVendor):
    """Takes forms, shows messages by recipient without a filter for their texts, and calls with forms."""

    refusals = (
        (400, {"code": 21211, "message": "no valid number", "status": 400}),
        (400, {"code": 21606, "message": "this sender cannot send", "status": 400}),
        (403, {"code": 21408, "message": "country not enabled", "status": 403}),
        (401, {"code": 20003, "message": "authenticate", "status": 401}),
    )

    def written_in(self, request: Request) -> Sequence[Body]:
        form = cast("Mapping[str, str]", request.form)
        assert form["From"], "Twilio sends nothing without a sender"
        return [
            {"to": form["To"], "text": form["Body"], "reference": None, "callback": form.get("StatusCallback")},
        ]

    def shown(self, sent: OnAir, text: str, status: str) -> Mapping[str, Any]:
        return _message(sent.message_id, sent.to, sent.text, self.moment(sent), status)

    def taken(self, shown: Sequence[Mapping[str, Any]]) -> Answer:
        return self._said(201, shown[0])

    def error(self, status: int) -> object:
        return {"code": 20429, "message": "too many requests", "status": 429} if status == 429 else {"status": status}

    def _tell(self, request: Request) -> Answer:
        if self.fault("fails"):
            return self._failed(503)
        if "id" in request.ids:
            there = self.sent_to(message_id=request.ids["id"])
            return self._said(200, self.shown(there[0], "", "sent")) if there else self._said(404, {"code": 20404})
        to = str(request.query["To"])
        own = [self.shown(sent, "", "sent") for sent in self.sent_to(to=to)]
        messages = [*_newer(to), *own, _message("SMold", to, "text 0", BEGINNING - timedelta(days=1), "delivered")]
        start = int(str(request.query.get("Page", 0))) * PAGE
        following = {"To": to, "PageSize": PAGE, "Page": start // PAGE + 1}
        uri = f"/2010-04-01/Messages.json?{urlencode(following)}" if start + PAGE < len(messages) else None
        return self._said(200, {"messages": messages[start : start + PAGE], "next_page_uri": uri})

    async def report_to(self, sent: OnAir, status: str, callback: str) -> None:
        form = {"MessageSid": sent.message_id, "MessageStatus": status, "To": sent.to, "AccountSid": "AC0"}
        assert self.call is not None
        await self.call(Call(self.name, callback, "application/x-www-form-urlencoded", urlencode(form).encode()))


def _message(sid: str, to: str, text: str, at: datetime, status: str) -> dict[str, object]:
    return {
        "sid": sid,
        "to": to,
        "from": "+27600000000",
        "body": text,
        "direction": "outbound-api",
        "status": status,
        "date_created": format_datetime(at),
        "date_sent": None,
        "num_segments": "1",
        "error_code": None,
    }


def _newer(to: str) -> list[Mapping[str, object]]:
    """Return what else is in the account: what the person has sent, and another application."""
    now = BEGINNING + timedelta(seconds=1_001)
    received = {**_message("SMin", to, "text 0", now, "received"), "direction": "inbound"}
    return [received, _message("SMother", to, "your parcel is here", now, "sent")]
