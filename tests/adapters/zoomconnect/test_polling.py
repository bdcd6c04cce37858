"""Replies and statuses for those who have no webhook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from smsgate import Answer, DeliveryReport, Message, Provider, Reply, Request, Status
from smsgate.sandbox import Sandbox
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

SETTINGS = ZoomConnectSettings(email="ops@example.com", token="t0ken-of-the-tests", read_attempts=1)
SINCE = datetime(2018, 2, 3, 9, 0, tzinfo=UTC)
ADA = "+27821234567"


class Vendor:
    """Has messages 1 to `length`, the newest first, on pages of `size`; `calls` are its requests."""

    def __init__(self, length: int, size: int = 100) -> None:
        self.ids, self.size = [str(id_) for id_ in range(length, 0, -1)], size
        self.stub = StubTransport(self.says)
        self.provider = Provider("zoom", ZoomConnect(SETTINGS, provider="zoom"), self.stub)

    def says(self, request: Request) -> Answer:
        if "message_id" in request.ids:
            id_ = request.ids["message_id"]
            return answer(200 if id_ in self.ids else 404, self.message(id_))
        page = int(str(request.query["page"]))
        listed = self.ids[(page - 1) * self.size : page * self.size]
        pages = -(-len(self.ids) // self.size)
        return answer(200, {"page": page, "totalPages": pages, "webServiceMessages": [*map(self.message, listed)]})

    def message(self, id_: str) -> dict[str, object]:
        return {"messageId": id_, "messageStatus": "DELIVERED", "messageType": "OUTBOUND"}

    def statuses(self, *ids: str) -> list[DeliveryReport]:
        adapter = self.provider.adapter
        assert isinstance(adapter, ZoomConnect)
        return [*self.provider.converse("statuses", adapter.statuses(ids))]


def replies(provider: Provider, since: datetime, cursor: str | None = None) -> tuple[list[Reply], str | None]:
    adapter = provider.adapter
    assert isinstance(adapter, ZoomConnect)
    page = provider.converse("replies", adapter.list_replies(since, cursor))
    return [*page.items], page.next


def test_many_statuses_are_one_call_where_they_stand_on_one_page() -> None:
    vendor = Vendor(60)
    reports = vendor.statuses(*map(str, range(1, 51)))
    assert {report.message_id: report.status for report in reports} == dict.fromkeys(
        map(str, range(1, 51)), Status.DELIVERED
    )
    assert len(vendor.stub.requests) == 1


def test_a_list_that_goes_on_is_read_only_while_it_is_cheaper() -> None:
    vendor = Vendor(1_000_000)
    assert len(vendor.statuses("1", "2", "3", "999999")) == 4
    asked = [str(request) for request in vendor.stub.requests]
    assert asked == ["GET messages/all"] + ["GET messages/{message_id}"] * 3


def test_those_that_were_sent_long_before_are_read_off_the_lists_last_pages() -> None:
    vendor = Vendor(2_000)
    assert len(vendor.statuses(*map(str, range(1, 301)))) == 300
    assert len(vendor.stub.requests) == 20


@pytest.mark.parametrize("length", [0, 1, 150, 1_000])
@pytest.mark.parametrize("ids", [[], ["1"], ["1", "2"], ["1", "1"], ["1", "nowhere"], [*map(str, range(1, 120))]])
def test_whatever_there_is_a_tenth_more_than_a_call_for_each_is_the_most(length: int, ids: list[str]) -> None:
    vendor = Vendor(length)
    there = [id_ for id_ in dict.fromkeys(ids) if id_ in vendor.ids]
    assert sorted(report.message_id for report in vendor.statuses(*ids)) == sorted(there)
    assert len(vendor.stub.requests) <= len({*ids}) + (1 + len({*ids}) // 10 if len({*ids}) > 1 else 0)


def test_what_can_be_no_id_is_left_out() -> None:
    assert Vendor(1).statuses("..", "") == []


@pytest.mark.parametrize(
    ("since", "day"),
    [
        (datetime(2018, 2, 3, 12, 0, tzinfo=UTC), "20180203"),
        (datetime(2018, 2, 3, 23, 0, tzinfo=UTC), "20180203"),  # the 4th in South Africa, if the vendor goes by that
        (datetime(2018, 2, 3, 0, 5, tzinfo=UTC), "20180202"),  # its clock may be ten minutes behind
    ],
)
def test_replies_are_asked_for_from_a_day_that_misses_none(since: datetime, day: str) -> None:
    vendor = Vendor(0)
    assert replies(vendor.provider, since) == ([], None)
    (request,) = vendor.stub.requests
    assert request.query == {"type": "INBOUND", "fromDateTimeReceived": day, "page": 1, "pageSize": 100}


def test_a_day_is_the_accounts_where_that_is_earlier() -> None:
    settings = ZoomConnectSettings(email="a@example.com", token="t0ken-of-the-tests", time_zone="America/New_York")
    stub = StubTransport([answer(200, {"totalPages": 0, "webServiceMessages": []})])
    replies(Provider("zoom", ZoomConnect(settings, provider="zoom"), stub), datetime(2018, 2, 3, 3, 0, tzinfo=UTC))
    assert stub.requests[0].query["fromDateTimeReceived"] == "20180202"


def test_what_the_account_sent_itself_is_no_reply() -> None:
    assert replies(Vendor(3).provider, SINCE) == ([], None)


def test_a_reply_is_listed_with_what_it_answers(sandbox: Sandbox, provider: Provider) -> None:
    sent = provider.send(Message(ADA, "Hello?", reference="order-4711", campaign="codes")).message_id
    id_ = sandbox.receive("zoomconnect", ADA, "Yes", message_id=sent)
    ((reply,), following) = replies(provider, datetime.now(UTC) - timedelta(hours=1))
    assert following is None
    assert (reply.id, reply.text, reply.sender, reply.in_reply_to) == (id_, "Yes", ADA, sent)
    assert (reply.to, reply.raw["messageId"]) == ("+27600000000", id_)
    assert reply.received_at is not None


def test_replies_come_in_pages(sandbox: Sandbox, provider: Provider) -> None:
    """The sandbox gives what is asked for at once, up to 100."""
    ids = [sandbox.receive("zoomconnect", ADA, f"{number}") for number in range(101)]
    first, cursor = replies(provider, datetime.now(UTC) - timedelta(hours=1))
    second, end = replies(provider, datetime.now(UTC) - timedelta(hours=1), cursor)
    assert (len(first), len(second), end) == (100, 1, None)
    assert {reply.id for reply in [*first, *second]} == {*ids}


@pytest.mark.parametrize("link", [None, {}, {"messageId": None}, {"links": []}])
def test_a_reply_may_answer_nothing(link: object) -> None:
    message = {"messageId": "2", "messageStatus": None, "messageType": "INBOUND", "repliedToMessage": link}
    stub = StubTransport([answer(200, {"totalPages": 1, "webServiceMessages": [message]})])
    ((reply,), _) = replies(Provider("zoom", ZoomConnect(SETTINGS, provider="zoom"), stub), SINCE)
    assert (reply.in_reply_to, reply.text, reply.sender) == (None, "", "")
