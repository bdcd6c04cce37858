"""Replies and statuses for those who have no webhook: conversations are read, and as few as can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smsgate import Answer, DeliveryReport, MalformedAnswerError, NotFoundError, Page, Provider, Reply, Request, Status
from smsgate.testing import StubTransport, answer
from smsgate_salesmsg import Salesmsg

SINCE = datetime(2022, 11, 25, 12, 0, tzinfo=UTC)
ADA = {"id": 1, "number": "+12019772861"}


def at(minutes: float) -> str:
    """Write a time by its distance to `SINCE`."""
    return f"{SINCE + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"


def message(id_: int, minutes: float, status: str = "received", **fields: object) -> dict[str, object]:
    times = {"created_at": at(minutes), "received_at": at(minutes)}
    return {"id": id_, "status": status, "body_raw": f"text {id_}", "contact": ADA, **times, **fields}


class Vendor:
    """Answers with conversations, each with its messages, the newest first; at most `cap` on a page."""

    def __init__(self, threads: Mapping[int, Sequence[dict[str, object]]], *, cap: int = 50) -> None:
        self.threads, self.cap = threads, cap
        self.dated = True

    def __call__(self, request: Request) -> Answer:
        if request.path == "conversations":
            return answer(json=self.listed(request))
        id_ = int(request.ids["conversation"])
        if id_ not in self.threads:
            return answer(404, {"message": "Not found"})
        before = request.query.get("before")
        older = [each for each in self.threads[id_] if before is None or int(str(each["id"])) < int(str(before))]
        return answer(json=older[: self.cap])

    def listed(self, request: Request) -> list[dict[str, object]]:
        first = int(str(request.query["offset"]))
        return [self.shown(id_) for id_ in [*self.threads][first : first + 25]]

    def shown(self, id_: int) -> dict[str, object]:
        thread = self.threads[id_]
        return {"id": id_, **({"last_message_at": thread[0]["created_at"]} if self.dated and thread else {})}


def adapter_of(sales: Provider) -> Salesmsg:
    assert isinstance(sales.adapter, Salesmsg)
    return sales.adapter


def page(sales: Provider, cursor: str | None = None) -> Page[Reply]:
    return sales.converse("replies", adapter_of(sales).list_replies(SINCE, cursor))


def replies(sales: Provider) -> list[Reply]:
    found = page(sales)
    items = [*found.items]
    while found.next is not None:
        found = page(sales, found.next)
        items += found.items
    return items


def asked(stub: StubTransport) -> list[str]:
    return [request.quoted_path for request in stub.requests]


def test_a_reply_is_read_out_of_its_conversation(stubbed: Any) -> None:
    sales, _ = stubbed(Vendor({7: [message(12, 5, "delivered"), message(11, 4)]}))
    (reply,) = replies(sales)
    assert reply == Reply(
        provider="sales",
        message_id="7:11",
        sender="+12019772861",
        text="text 11",
        received_at=SINCE + timedelta(minutes=4),
        conversation="7",
        raw=reply.raw,
    )


def test_conversations_that_are_quiet_are_not_read(stubbed: Any) -> None:
    """Some were active since, and one within the minute by which the vendor's clock may be behind."""
    sales, stub = stubbed(
        Vendor({1: [message(11, -90)], 2: [message(21, 5)], 3: [message(31, -0.5)], 4: [message(41, -2)]})
    )
    assert [reply.id for reply in replies(sales)] == ["2:21", "3:31"]
    assert asked(stub) == ["conversations", "messages/2", "messages/3"]


def test_a_conversation_that_does_not_say_how_old_it_is_is_read(stubbed: Any) -> None:
    vendor = Vendor({1: [message(11, 5)], 2: []})
    vendor.dated = False
    sales, stub = stubbed(vendor)
    assert asked(stub) == []
    assert [reply.id for reply in replies(sales)] == ["1:11"]
    assert asked(stub) == ["conversations", "messages/1", "messages/2"]


@pytest.mark.parametrize(
    ("fields", "calls"),
    [
        ({"last_message_at": at(-90), "Recent_message": {"created_at": at(5)}}, 2),
        ({"last_message_at": at(-90), "Recent_message": {"created_at": at(-90)}}, 1),
        ({"last_message_at": at(-90), "recent_message": None}, 1),
        ({"last_message_at": "", "recent_message": {"created_at": at(-90)}}, 1),
        ({"last_message_at": "soon", "recent_message": []}, 2),
        ({}, 2),
    ],
)
def test_the_later_of_what_a_conversation_says_of_its_last_message_counts(
    stubbed: Any, fields: dict[str, object], calls: int
) -> None:
    sales, stub = stubbed(lambda request: answer(json=[{"id": 1, **fields}] if request.path == "conversations" else []))
    assert replies(sales) == []
    assert len(stub.requests) == calls


def test_a_conversation_is_read_back_to_the_first_message_that_is_older(stubbed: Any) -> None:
    """The one of `SINCE` is 70, and 69 is within the minute by which the vendor's clock may be behind."""
    thread = [message(id_, id_ - 70) for id_ in range(100, 0, -1)]
    sales, stub = stubbed(Vendor({1: thread}, cap=20))
    assert [int(reply.id[2:]) for reply in replies(sales)] == [*range(100, 68, -1)]
    assert asked(stub) == ["conversations", *["messages/1"] * 2]


@pytest.mark.parametrize(
    "times",
    [
        {"created_at": None, "received_at": None},
        {"created_at": at(-90), "received_at": at(5)},
        {"created_at": None, "received_at": at(5)},
    ],
)
def test_a_message_of_which_one_time_is_late_or_none_is_known_is_a_reply(stubbed: Any, times: dict[str, str]) -> None:
    thread = [message(12, 6, "sent"), message(11, 0, **times), message(10, -90)]
    sales, _ = stubbed(Vendor({1: thread}))
    assert [reply.id for reply in replies(sales)] == ["1:11"]


def test_the_list_of_conversations_is_cut_two_days_before(stubbed: Any) -> None:
    sales, stub = stubbed(Vendor({}))
    assert replies(sales) == []
    assert [request.query for request in stub.requests] == [{"limit": 25, "offset": 0, "after": "2022-11-23"}]


def test_in_its_current_version_open_and_closed_conversations_are_listed_apart(stubbed: Any) -> None:
    threads = {1: [message(11, 5)], 2: [message(21, 6)]}

    def says(request: Request) -> Answer:
        if request.path == "conversations":
            return answer(json=[{"id": {"open": 1, "closed": 2}[str(request.query["filter"])]}])
        return Vendor(threads)(request)

    sales, stub = stubbed(says, api_version="v2.3")
    assert [reply.id for reply in replies(sales)] == ["1:11", "2:21"]
    assert asked(stub) == ["conversations", "messages/1", "conversations", "messages/2"]
    assert [stored.id for stored in sales.messages.list()] == ["1:11", "2:21"]


def test_many_conversations_are_listed_page_by_page_and_a_campaign_without_a_reply_ends_nothing(stubbed: Any) -> None:
    threads = {id_: [message(1000 + id_, 5, "delivered")] for id_ in range(1, 58)}
    threads[55] = [message(3000, 6), *threads[55]]
    sales, stub = stubbed(Vendor(threads))
    assert [reply.id for reply in replies(sales)] == ["55:3000"]
    assert len(stub.requests) == 3 + 57


def test_a_conversation_that_went_meanwhile_is_passed_over(stubbed: Any) -> None:
    vendor = Vendor({2: [message(21, 5)]})
    sales, _ = stubbed(
        lambda request: answer(json=[{"id": 1}, {"id": 2}]) if request.path == "conversations" else vendor(request)
    )
    assert [reply.id for reply in replies(sales)] == ["2:21"]


def test_a_list_that_goes_in_a_circle_is_found_out(stubbed: Any) -> None:
    listed = [{"id": id_, "last_message_at": at(-90)} for id_ in range(1, 26)]
    sales, stub = stubbed(lambda _: answer(json=listed))
    with pytest.raises(MalformedAnswerError, match="repeats the conversations of an earlier page"):
        replies(sales)
    assert len(stub.requests) == 2


# Statuses -------------------------------------------------------------------------------------------------------------


def statuses(sales: Provider, *ids: str) -> list[DeliveryReport]:
    return [*sales.converse("statuses", adapter_of(sales).statuses(ids))]


def test_a_conversation_is_read_once_for_all_its_messages(stubbed: Any) -> None:
    sales, stub = stubbed(
        Vendor({1: [message(12, 2, "failed"), message(11, 1, "delivered")], 2: [message(21, 1, "sent")]})
    )
    reports = statuses(sales, "1:11", "2:21", "1:12", "1:11")
    assert {report.message_id: report.status for report in reports} == {
        "1:11": Status.DELIVERED,
        "1:12": Status.FAILED,
        "2:21": Status.SENT,
    }
    assert asked(stub) == ["messages/1", "messages/2"]


def test_a_conversation_is_read_back_to_the_oldest_that_is_asked_for(stubbed: Any) -> None:
    sales, stub = stubbed(Vendor({1: [message(id_, id_, "sent") for id_ in range(100, 0, -1)]}, cap=20))
    assert {report.message_id for report in statuses(sales, "1:95", "1:45")} == {"1:95", "1:45"}
    assert len(stub.requests) == 3


def test_what_the_vendor_does_not_have_is_left_out(stubbed: Any) -> None:
    sales, _ = stubbed(Vendor({1: [message(11, 1, "sent")]}))
    assert [report.message_id for report in statuses(sales, "1:11", "1:99", "404:1", "2191", "1/2:3", "")] == ["1:11"]


def test_statuses_of_nothing_ask_nothing(stubbed: Any) -> None:
    sales, stub = stubbed([])
    assert statuses(sales) == []
    assert stub.requests == []


def test_a_single_status_of_what_is_gone_is_still_not_found(stubbed: Any) -> None:
    sales, _ = stubbed(Vendor({}))
    with pytest.raises(NotFoundError):
        sales.status("404:1")
