"""Many statuses in few calls, of which an hour has 1,000."""

from __future__ import annotations

import pytest

from smsgate import Answer, DeliveryReport, Provider, Request, Status
from smsgate.testing import StubTransport, answer
from smsgate_salesbox import Salesbox, SalesboxSettings


class Vendor:
    """Has messages 1 to `length`, the newest first, 100 a page."""

    def __init__(self, length: int) -> None:
        self.ids = [str(id_) for id_ in range(length, 0, -1)]
        self.stub = StubTransport(self.says)
        settings = SalesboxSettings(token="t0ken-of-the-tests", rate="unlimited", read_attempts=1)
        self.provider = Provider("box", Salesbox(settings, provider="box"), self.stub)

    def says(self, request: Request) -> Answer:
        if "message_id" in request.ids:
            id_ = request.ids["message_id"]
            return answer(200, {"textMessage": self.message(id_)}) if id_ in self.ids else answer(404, {})
        page = int(str(request.query["page"]))
        return answer(200, {"textMessages": [*map(self.message, self.ids[(page - 1) * 100 : page * 100])]})

    def message(self, id_: str) -> dict[str, object]:
        return {"id": int(id_), "content": "Hello", "recipient": "+27821234567", "status": "delivered"}

    def statuses(self, *ids: str) -> list[DeliveryReport]:
        adapter = self.provider.adapter
        assert isinstance(adapter, Salesbox)
        return [*self.provider.converse("statuses", adapter.statuses(ids))]


def test_many_statuses_are_one_call_where_they_stand_on_one_page() -> None:
    vendor = Vendor(300)
    reports = vendor.statuses(*map(str, range(201, 301)))
    assert [(report.status, report.raw_status) for report in reports] == [(Status.DELIVERED, "delivered")] * 100
    (request,) = vendor.stub.requests
    assert request.query == {"orderBy": "createdAt", "orderByDir": "desc", "page": 1, "limit": 100}


def test_those_that_were_sent_long_before_are_read_off_the_lists_last_pages() -> None:
    vendor = Vendor(2_000)
    assert len(vendor.statuses(*map(str, range(1, 301)))) == 300
    assert len(vendor.stub.requests) == 20


@pytest.mark.parametrize("length", [0, 1, 250, 5_000])
@pytest.mark.parametrize("ids", [[], ["1"], ["1", "2"], ["1", "1"], ["1", "nowhere"], [*map(str, range(1, 120))]])
def test_whatever_there_is_a_tenth_more_than_a_call_for_each_is_the_most(length: int, ids: list[str]) -> None:
    vendor = Vendor(length)
    there = [id_ for id_ in dict.fromkeys(ids) if id_ in vendor.ids]
    assert sorted(report.message_id for report in vendor.statuses(*ids)) == sorted(there)
    assert len(vendor.stub.requests) <= len({*ids}) + (1 + len({*ids}) // 10 if len({*ids}) > 1 else 0)
