"""Messages are read out of their conversations, newest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from smsgate import MalformedAnswerError, NotFoundError, Request, Status, UnsupportedError
from smsgate.testing import answer


def message(id_: int, **fields: object) -> dict[str, object]:
    return {"id": id_, "conversation_id": 1, "status": "delivered", "body_raw": f"text {id_}", **fields}


def conversation(request: Request, length: int, *, cap: int = 50) -> Any:
    """Answer as a vendor with messages 1 to `length`, who gives at most `cap` at once."""
    before, limit = int(str(request.query.get("before", length + 1))), int(str(request.query["limit"]))
    ids = range(before - 1, max(0, before - 1 - min(limit, cap)), -1)
    return answer(json=[message(id_) for id_ in ids])


@pytest.mark.parametrize(("cap", "calls"), [(50, 4), (10, 13)])
def test_a_conversation_is_read_to_its_end_whatever_fits_a_page(stubbed: Any, cap: int, calls: int) -> None:
    sales, stub = stubbed(lambda request: conversation(request, 123, cap=cap))
    assert [stored.id for stored in sales.messages.list(conversation="1")] == [f"1:{id_}" for id_ in range(123, 0, -1)]
    assert len(stub.requests) == calls
    assert {request.quoted_path for request in stub.requests} == {"messages/1"}


def test_a_short_conversation_is_one_call(stubbed: Any) -> None:
    sales, stub = stubbed(lambda request: conversation(request, 3))
    assert len([*sales.messages.list(conversation="1")]) == 3
    assert [request.query for request in stub.requests] == [{"limit": 50}]


def test_a_message_on_a_later_page_is_found_and_one_that_is_nowhere_is_not(stubbed: Any) -> None:
    sales, stub = stubbed(lambda request: conversation(request, 123))
    assert sales.messages.get("1:7").text == "text 7"
    assert len(stub.requests) == 3
    with pytest.raises(NotFoundError, match="conversation 1 has no message 999"):
        sales.status("1:999")


def test_a_page_that_also_has_the_message_it_comes_before_is_read_once(stubbed: Any) -> None:
    def says(request: Request) -> Any:
        first = int(str(request.query.get("before", 60)))
        return answer(json=[message(id_) for id_ in range(first, max(0, first - 20), -1)])

    sales, _ = stubbed(says)
    assert [stored.id for stored in sales.messages.list(conversation="1")] == [f"1:{id_}" for id_ in range(60, 0, -1)]


def test_a_vendor_that_gives_the_same_page_for_ever_is_found_out(stubbed: Any) -> None:
    sales, stub = stubbed(lambda _: answer(json=[message(id_) for id_ in range(50, 0, -1)]))
    with pytest.raises(MalformedAnswerError, match="repeats the messages of an earlier page"):
        sales.status("1:999")
    assert len(stub.requests) == 2


@pytest.mark.parametrize("message_id", ["2191", ":2191", "1:", "1:2:3", "1/2:3", "", "1:2191\n", "ä:1"])
def test_what_can_be_no_id_of_a_message_needs_no_request(stubbed: Any, message_id: str) -> None:
    sales, stub = stubbed([])
    with pytest.raises(NotFoundError, match="conversation:message, as '1:2191'"):
        sales.status(message_id)
    assert stub.requests == []


def test_the_status_says_more_than_the_times(stubbed: Any) -> None:
    times = {"sent_at": "2022-11-25 12:03:11", "delivered_at": "2022-11-25 12:03:12", "failed_reason": "Carrier"}
    sales, _ = stubbed([answer(json=[message(5, status="Failed", **times)])])
    report = sales.status("1:5")
    assert (report.status, report.reason) == (Status.FAILED, "Carrier")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"body": "I&#039;m <br>here", "body_raw": "I'm\nhere"}, "I'm\nhere"),
        ({"body": "I&#039;m<br />here", "body_raw": ""}, "I'm\nhere"),
        ({"body": "", "body_raw": None}, None),
        ({"body_raw": "a &amp; b"}, "a &amp; b"),
    ],
)
def test_the_plain_text_is_taken_before_the_one_made_for_a_page(
    stubbed: Any, fields: dict[str, object], text: str | None
) -> None:
    sales, _ = stubbed([answer(json=[message(5, **fields)])])
    assert sales.messages.get("1:5").text == text


@pytest.mark.parametrize(
    "written",
    ["2022-11-25 12:03:11", "2022-11-25T12:03:11.000000Z", "2022-11-25T13:03:11+01:00", "2022-11-25T12:03:11Z"],
)
def test_times_in_every_form_are_utc(stubbed: Any, written: str) -> None:
    sales, _ = stubbed([answer(json=[message(5, sent_at=written, received_at="")])])
    stored = sales.messages.get("1:5")
    assert (stored.sent_at, stored.received_at) == (datetime(2022, 11, 25, 12, 3, 11, tzinfo=UTC), None)


def test_all_conversations_are_read_one_after_the_other(stubbed: Any) -> None:
    """A conversation that moved onto the list's next page is not read twice, and an empty one ends nothing."""
    listed = {0: range(1, 26), 25: range(25, 35), 35: range(34, 36)}

    def says(request: Request) -> Any:
        if request.path == "conversations":
            return answer(json=[{"id": id_} for id_ in listed[int(str(request.query["offset"]))]])
        id_ = int(request.ids["conversation"])
        return answer(json=[] if id_ == 30 else [message(1000 + id_, conversation_id=id_)])

    sales, stub = stubbed(says)
    expected = [f"{id_}:{1000 + id_}" for id_ in range(1, 36) if id_ != 30]
    assert [stored.id for stored in sales.messages.list()] == expected
    assert len(stub.requests) == 3 + 35


def test_an_account_without_conversations_has_no_messages(stubbed: Any) -> None:
    sales, stub = stubbed([answer(json=[])])
    assert [*sales.messages.list()] == []
    assert [str(request) for request in stub.requests] == ["GET conversations"]


def test_conversations_that_are_listed_for_ever_are_found_out(stubbed: Any) -> None:
    def says(request: Request) -> Any:
        return answer(json=[{"id": id_} for id_ in range(1, 26)] if request.path == "conversations" else [message(1)])

    sales, _ = stubbed(says)
    with pytest.raises(MalformedAnswerError):
        [*sales.messages.list()]


def test_conversations_with_only_messages_of_others_for_ever_are_found_out(stubbed: Any) -> None:
    def says(request: Request) -> Any:
        first = int(str(request.query.get("before", 1_000_000)))
        return answer(json=[message(first - at, conversation_id=2) for at in range(1, 11)])

    sales, stub = stubbed(says)
    with pytest.raises(MalformedAnswerError, match="too many pages without a message"):
        [*sales.messages.list(conversation="1")]
    assert len(stub.requests) == 1_000


def test_what_waits_is_read_whole_and_not_for_ever(stubbed: Any) -> None:
    def says(request: Request) -> Any:
        if request.path == "messages/{conversation}":
            return answer(json=[])
        page = int(str(request.query["page"]))
        waiting = [message(1_000 * page + at, status="scheduled") for at in range(100)]
        return answer(json={"data": waiting, "meta": {"current_page": page, "last_page": 3, "per_page": 100}})

    sales, stub = stubbed(says, api_version="v2.3")
    assert sales.status("1:3099").status is Status.SCHEDULED
    assert len(stub.requests) == 4
    again, _ = stubbed(
        lambda _: answer(json={"data": [message(5)] * 100, "meta": {"current_page": 1, "per_page": 100}}),
        api_version="v2.3",
    )
    with pytest.raises((NotFoundError, MalformedAnswerError)):
        again.status("1:6")


def test_a_scheduled_message_is_found_where_the_version_lists_them(stubbed: Any) -> None:
    waiting = message(9, status="scheduled", send_at="2030-01-01 12:00:00")
    sales, stub = stubbed([answer(json=[]), answer(json={"data": [waiting], "meta": {}})], api_version="v2.3")
    assert sales.status("1:9").status is Status.SCHEDULED
    assert (stub.requests[1].quoted_path, stub.requests[1].query) == (
        "messages/1/paginated",
        {"page": 1, "per_page": 100, "only_scheduled": 1},
    )


def test_a_filter_that_the_vendor_does_not_have_is_refused(stubbed: Any) -> None:
    sales, _ = stubbed([])
    with pytest.raises(UnsupportedError, match="no filter status"):
        [*sales.messages.list(status=Status.SENT)]


@pytest.mark.parametrize("conversation_id", ["../../admin", "1/2", "1,2", ""])
def test_a_conversation_that_can_be_none_needs_no_request(stubbed: Any, conversation_id: str) -> None:
    sales, stub = stubbed([])
    with pytest.raises(NotFoundError):
        [*sales.messages.list(conversation=conversation_id)]
    assert stub.requests == []
