"""After an ambiguous send the conversation is searched for the text, about the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smsgate import Accepted, Doubt, Message, Request, Status, UnknownOutcomeError
from smsgate.testing import answer

NUMBER = "+12019772861"
SINCE = datetime(2026, 1, 2, 12, 0, 0, 500_000, tzinfo=UTC)
CONTACT = {"id": 7, "number": NUMBER}


def message(id_: int, seconds: float = 0, **fields: object) -> dict[str, object]:
    created = (SINCE + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S")
    return {"id": id_, "conversation_id": 419, "status": "sent", "body_raw": "hello", "created_at": created, **fields}


def doubt(message_id: str | None = "419:", **fields: Any) -> Doubt:
    return Doubt(Message(NUMBER, "hello", **fields), SINCE, message_id)


def look(sales: Any, about: Doubt) -> Accepted | None:
    """Ask, long after the vendor has had its time to show the message."""
    found: Accepted | None = sales.reconcile(about)
    return found


@pytest.mark.parametrize(
    "ours",
    [
        message(5),
        message(5, 30),
        message(5, -1),
        message(5, status="failed"),
        message(5, body_raw="hello ", body="hello"),
        message(5, body_raw=None, body="hello<br>"),
    ],
)
def test_the_one_message_with_this_text_and_time_is_the_one(stubbed: Any, ours: dict[str, object]) -> None:
    others = [message(9, body_raw="bye"), message(8, status="received"), ours, message(2, -3600), message(1, -7200)]
    sales, stub = stubbed([answer(json=others)])
    assert look(sales, doubt()) == Accepted(message_id="419:5", status=Status.QUEUED, raw=ours)
    assert [request.quoted_path for request in stub.requests] == ["messages/419"]


@pytest.mark.parametrize(
    "page",
    [
        [],
        [message(9, body_raw="bye"), message(8, status="received")],
        [message(2, -3600)],  # the same text, an hour before
        [message(9, 3600)],  # and an hour after
    ],
)
def test_a_message_that_is_not_there_is_not_there(stubbed: Any, page: list[dict[str, object]]) -> None:
    sales, _ = stubbed([answer(json=page)])
    assert look(sales, doubt()) is None


@pytest.mark.parametrize(
    "page",
    [
        [message(6, 5), message(5)],
        [message(6, 600), message(5)],
        [message(5, -30)],  # before we asked, by the vendor's clock: perhaps an earlier one
        [message(5, created_at="")],
    ],
)
def test_what_cannot_be_distinguished_stays_unknown(stubbed: Any, page: list[dict[str, object]]) -> None:
    sales, _ = stubbed([answer(json=page)])
    with pytest.raises(UnknownOutcomeError, match="may be this message"):
        look(sales, doubt())


def test_a_message_is_found_as_late_as_the_account_may_show_it(stubbed: Any) -> None:
    late = message(5, 1800)
    sales, _ = stubbed([answer(json=[late])], settling=3600.0)
    assert look(sales, doubt()) == Accepted(message_id="419:5", status=Status.QUEUED, raw=late)


def test_no_more_is_read_than_back_to_the_send(stubbed: Any) -> None:
    page = [message(100 - at, -40 * at, body_raw=f"text {at}") for at in range(50)]
    sales, stub = stubbed([answer(json=page)])
    assert look(sales, doubt()) is None
    assert len(stub.requests) == 1


def test_a_doubt_without_a_conversation_finds_it_by_the_number(stubbed: Any) -> None:
    by_path = {
        "contacts": answer(json={"data": [CONTACT]}),
        "conversations": answer(json={"id": 419, "contact_id": 7}),
        "messages/419": answer(json=[message(5)]),
    }
    sales, stub = stubbed(lambda request: by_path[request.quoted_path])
    found = look(sales, doubt(None))
    assert found is not None
    assert found.message_id == "419:5"
    assert [str(request) for request in stub.requests] == [
        "GET contacts",
        "POST conversations",
        "GET messages/{conversation}",
    ]


def test_a_number_that_the_vendor_does_not_know_was_not_texted(stubbed: Any) -> None:
    sales, stub = stubbed([answer(json={"data": []})])
    assert look(sales, doubt(None)) is None
    assert len(stub.requests) == 1


def test_a_search_that_gives_others_proves_nothing(stubbed: Any) -> None:
    sales, _ = stubbed([answer(json={"data": [{"id": 8, "number": "+12027953213"}]})])
    with pytest.raises(UnknownOutcomeError, match="gave others"):
        look(sales, doubt(None))


def test_a_remembered_number_is_not_searched(stubbed: Any) -> None:
    def says(request: Request) -> Any:
        by_path: dict[str, object] = {"contacts": {"data": [CONTACT]}, "conversations": {"id": 419, "contact_id": 7}}
        sent = request.method == "POST"
        return answer(json=by_path.get(request.quoted_path, message(4, -7200) if sent else [message(5)]))

    sales, stub = stubbed(says)
    sales.send(Message(NUMBER, "an earlier one"))
    before = len(stub.requests)
    found = look(sales, doubt(None))
    assert found is not None
    assert found.message_id == "419:5"
    assert [str(request) for request in stub.requests[before:]] == ["GET messages/{conversation}"]


def test_a_scheduled_message_is_looked_for_among_those_that_wait(stubbed: Any) -> None:
    waiting = message(5, status="scheduled")
    sales, stub = stubbed([answer(json={"data": [waiting]}), answer(json=[])], api_version="v2.3")
    found = look(sales, doubt(send_at=SINCE + timedelta(days=1)))
    assert found == Accepted(message_id="419:5", status=Status.SCHEDULED, raw=waiting)
    assert [request.quoted_path for request in stub.requests] == ["messages/419/paginated", "messages/419"]
