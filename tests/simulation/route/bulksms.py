"""BulkSMS as its facts have it: a key that drops repetitions for 12 hours, and a reference by which it shows a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from smsgate import Answer, Request
from tests.simulation.route.vendor import PAGE, RouteVendor
from tests.simulation.task import Host
from tests.simulation.truth import OnAir, Truth
from tests.simulation.vendor import Body

ADDRESS = "https://developer.bulksms.com/json/v1/errors#"


class BulkSms(RouteVendor):
    """Takes a list of entries, and shows messages by clauses."""

    refusals = (
        (400, {"type": f"{ADDRESS}bad-request", "title": "Bad Request", "status": 400, "detail": "phone number"}),
        (403, {"type": f"{ADDRESS}insufficient-credits", "title": "Insufficient credits", "status": 403}),
        (401, {"type": f"{ADDRESS}unauthorized", "title": "Unauthorized", "status": 401}),
    )

    def __init__(self, truth: Truth, faults: frozenset[str], rate: float) -> None:
        super().__init__(truth, faults, rate)
        self.drop_for(timedelta(hours=12))

    def written_in(self, request: Request) -> Sequence[Body]:
        return [
            {
                "to": entry["to"][0]["address"],
                "text": entry["body"],
                "reference": entry.get("userSuppliedId"),
                "callback": None,
                **({"key": key, "submission": entry.get("userSuppliedId")} if key else {}),
            }
            for key in [request.query.get("deduplication-id")]
            for entry in cast("Sequence[Mapping[str, Any]]", request.json)
        ]

    def take(self, written: Body, asker: Host) -> Mapping[str, Any]:
        if "key" in written and (known := self._keys.known(written)) is not None:
            self.simulation.tell(self.name, f"drops a repetition of {known}")
            [sent] = [one for one in self.truth.on_air if one.message_id == known]
            return self.shown(sent, "", "ACCEPTED")
        return super().take(written, asker)

    def shown(self, sent: OnAir, text: str, status: str) -> Mapping[str, Any]:
        return {
            "id": sent.message_id,
            "type": "SENT",
            "to": sent.to.removeprefix("+"),
            "body": sent.text,
            "userSuppliedId": sent.reference,
            "status": {"id": f"{status}.null", "type": status, "subtype": None},
            "submission": {"id": f"1-{sent.message_id}", "date": f"{self.moment(sent):%Y-%m-%dT%H:%M:%SZ}"},
        }

    def taken(self, shown: Sequence[Mapping[str, Any]]) -> Answer:
        return self._said(201, shown)

    def error(self, status: int) -> object:
        return {"type": f"{ADDRESS}{status}", "title": "Failed", "status": status}

    async def report_to(self, sent: OnAir, status: str, callback: str) -> None:
        raise AssertionError(f"no address is given to {self.name}, and {callback} is to be called about {sent}")

    def _tell(self, request: Request) -> Answer:
        if self.fault("fails"):
            return self._failed(503)
        clauses = str(request.query["filter"]).split("&")
        references = [each.removeprefix("userSuppliedId=") for each in clauses if each.startswith("userSuppliedId=")]
        before = [each.removeprefix("id<") for each in clauses if each.startswith("id<")]
        found = [
            self.shown(sent, "", "SENT")
            for sent in self.sent_to(**({"reference": references[0]} if references else {}))
            if not before or _number(sent.message_id) < _number(before[0])
        ]
        return self._said(200, found[:PAGE])


def _number(message_id: str) -> int:
    return int(message_id.rpartition("-")[2])
