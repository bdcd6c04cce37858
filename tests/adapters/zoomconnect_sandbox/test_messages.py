from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox

Ask = Callable[..., requests.Response]

SAST = timezone(timedelta(hours=2))
MONTH = timedelta(days=30)


def _status(ask: Ask, message_id: str) -> Any:
    return ask("GET", f"messages/{message_id}").json()["messageStatus"]


def _texts(ask: Ask, **filters: object) -> list[str]:
    answer = ask("GET", "messages/all", params=filters)
    assert answer.status_code == 200, answer.text
    return [message["message"] for message in answer.json()["webServiceMessages"]]


def test_a_message_is_shown_with_the_field_names_of_the_vendor(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    message_id = send("0821234567", "Olá 👍", campaign="spring", dataField="order-7").json()["messageId"]
    sent = sandbox.texts[0].at.astimezone(SAST).isoformat(timespec="seconds")
    assert ask("GET", f"messages/{message_id}").json() == {
        "messageId": message_id,
        "messageType": "OUTBOUND",
        "messageStatus": "SENT",
        "message": "Olá 👍",
        "fromNumber": "+27600000000",
        "toNumber": "+27821234567",
        "campaign": "spring",
        "userDataField": "order-7",
        "creditCost": 1.0,
        "numberOfMessages": 1,
        "dateTimeScheduled": None,
        "dateTimeSent": sent,
        "dateTimeReceived": None,
        "read": False,
        "deleted": False,
        "contact": None,
        "repliedToMessage": None,
        "links": [{"rel": "self", "href": f"{sandbox.url('zoomconnect')}/messages/{message_id}", "templated": False}],
    }


def test_a_text_is_sent_and_then_delivered(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    message_id = send().json()["messageId"]
    assert _status(ask, message_id) == "SENT"
    sandbox.advance(timedelta(minutes=1))
    assert _status(ask, message_id) == "DELIVERED"


def test_a_scheduled_text_is_scheduled_then_sent_then_delivered(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    due = (datetime.now(SAST) + timedelta(hours=1)).replace(second=0, microsecond=0)
    message_id = send(dateToSend=due.strftime("%Y%m%d%H%M")).json()["messageId"]
    message = ask("GET", f"messages/{message_id}").json()
    assert (message["messageStatus"], message["dateTimeSent"]) == ("SCHEDULED", None)
    assert message["dateTimeScheduled"] == due.isoformat(timespec="seconds")
    sandbox.advance(timedelta(hours=2))
    message = ask("GET", f"messages/{message_id}").json()
    assert (message["messageStatus"], message["dateTimeSent"]) == ("DELIVERED", due.isoformat(timespec="seconds"))


@pytest.mark.parametrize(
    ("number", "status", "on_air", "charged"),
    [
        ("+27820002001", "FAILED", 1, 1),
        ("+27820002002", "FAILED_REFUNDED", 1, 0),
        ("+27820002003", "FAILED_OPTOUT", 0, 1),
        ("+27820002004", "UNKNOWN", 1, 1),
        ("+27820002005", "SENT", 1, 1),
    ],
)
def test_magic_numbers_decide_the_final_status_of_a_text(  # noqa: PLR0917
    number: str, status: str, on_air: int, charged: int, send: Ask, ask: Ask, sandbox: Sandbox
) -> None:
    message_id = send(number).json()["messageId"]
    assert _status(ask, message_id) == "SENT"
    sandbox.advance(timedelta(minutes=1))
    assert _status(ask, message_id) == status
    assert len(sandbox.texts) == on_air
    assert ask("GET", "account/balance").json()["creditBalance"] == 1_000_000 - charged


@pytest.mark.parametrize("call", ["GET messages/1", "DELETE messages/1", "PUT messages/1/markRead"])
def test_a_message_that_does_not_exist_is_not_found(call: str, ask: Ask) -> None:
    method, path = call.split()
    answer = ask(method, path)
    assert (answer.status_code, answer.json()["message"]) == (404, "Message not found")


def test_a_reply_is_inbound_unread_and_joined_to_its_message(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    message_id = send().json()["messageId"]
    reply_id = sandbox.receive("zoomconnect", "+27821234567", "yes", message_id=message_id)
    reply = ask("GET", f"messages/{reply_id}").json()
    assert (reply["messageType"], reply["messageStatus"], reply["read"]) == ("INBOUND", None, False)
    assert (reply["fromNumber"], reply["toNumber"]) == ("+27821234567", "+27600000000")
    assert reply["repliedToMessage"]["messageId"] == message_id
    assert reply["repliedToMessage"]["links"][0]["href"].endswith(f"/messages/{message_id}")
    assert reply["dateTimeSent"] is None
    assert datetime.now(UTC) - datetime.fromisoformat(reply["dateTimeReceived"]) < timedelta(minutes=1)
    assert len(sandbox.texts) == 1


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_inbound_message_is_marked_read_and_unread(method: str, ask: Ask, sandbox: Sandbox) -> None:
    reply_id = sandbox.receive("zoomconnect", "+27821234567", "hi")
    assert ask(method, f"messages/{reply_id}/markRead").json()["read"] is True
    assert ask("GET", f"messages/{reply_id}").json()["read"] is True
    assert ask(method, f"messages/{reply_id}/markUnread").json()["read"] is False


def test_marking_an_outbound_message_has_no_effect(send: Ask, ask: Ask) -> None:
    message_id = send().json()["messageId"]
    assert ask("PUT", f"messages/{message_id}/markRead").json()["read"] is False


def test_deleting_only_marks_a_message_and_does_not_call_it_back(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    message_id = send(dateToSend="209901010000").json()["messageId"]
    answer = ask("DELETE", f"messages/{message_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert ask("GET", f"messages/{message_id}").json()["deleted"] is True
    assert len(sandbox.scheduled) == 1


def test_a_message_names_the_contact_with_its_number(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    contact_id = ask("POST", "contacts/create", json={"contactNumber": "0821234567"}).json()["contactId"]
    for message_id in (send().json()["messageId"], sandbox.receive("zoomconnect", "+27821234567", "x")):
        assert ask("GET", f"messages/{message_id}").json()["contact"]["contactId"] == contact_id


def test_messages_come_in_pages_from_1_the_newest_first(send: Ask, ask: Ask) -> None:
    for number in range(5):
        send(text=str(number))
    pages = [ask("GET", "messages/all", params={"page": page, "pageSize": 2}).json() for page in (1, 2, 3, 4)]
    assert [[message["message"] for message in page["webServiceMessages"]] for page in pages] == [
        ["4", "3"],
        ["2", "1"],
        ["0"],
        [],
    ]
    counts = ("page", "pageSize", "elements", "totalElements", "totalPages")
    assert [pages[2][count] for count in counts] == [3, 2, 1, 5, 3]


def test_a_page_has_100_messages_by_default(ask: Ask) -> None:
    empty = ask("GET", "messages/all").json()
    assert (empty["page"], empty["pageSize"], empty["totalPages"]) == (1, 100, 0)


@pytest.mark.parametrize("given", ["0", "-1", "x", "1.5", "", "9" * 5000])
@pytest.mark.parametrize("name", ["page", "pageSize"])
def test_a_page_that_is_no_number_from_1_is_refused(name: str, given: str, ask: Ask) -> None:
    assert ask("GET", "messages/all", params={name: given}).status_code == 400


def test_messages_are_filtered(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    sent_id = send("+27821234567", "first", campaign="Spring sale", dataField="order-7").json()["messageId"]
    send("+27831234567", "second", dateToSend="209901010000")
    send("+27820002001", "third")
    reply_id = sandbox.receive("zoomconnect", "+27821234567", "fourth", message_id=sent_id)
    ask("PUT", f"messages/{reply_id}/markRead")
    sandbox.receive("zoomconnect", "+27841234567", "fifth")
    ask("DELETE", f"messages/{sent_id}")
    sandbox.advance(timedelta(minutes=1))
    assert _texts(ask) == ["fifth", "fourth", "third", "second", "first"]
    assert _texts(ask, type="INBOUND") == ["fifth", "fourth"]
    assert _texts(ask, type="OUTBOUND") == ["third", "second", "first"]
    assert _texts(ask, status="SCHEDULED") == ["second"]
    assert _texts(ask, status="FAILED") == ["third"]
    assert _texts(ask, status="DELIVERED") == ["first"]
    assert _texts(ask, fromNumber="0841234567") == ["fifth"]
    assert _texts(ask, toNumber="27831234567") == ["second"]
    assert _texts(ask, message="IR") == ["third", "first"]
    assert _texts(ask, campaign="spring") == ["first"]
    assert _texts(ask, dataField="order-7") == ["first"]
    assert _texts(ask, deleted="true") == ["first"]
    assert _texts(ask, deleted="false", type="OUTBOUND") == ["third", "second"]
    assert _texts(ask, read="true") == ["fourth"]
    assert _texts(ask, read="false") == ["fifth"]
    assert _texts(ask, repliesToMessageId=sent_id) == ["fourth"]


def test_a_data_field_is_searched_for_not_matched_whole(send: Ask, ask: Ask) -> None:
    send(text="mine", dataField="order-7")
    send(text="another's", dataField="order-77")
    assert _texts(ask, dataField="order-7") == ["another's", "mine"]


def test_messages_are_filtered_by_south_african_days(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    send(text="out")
    send(text="scheduled", dateToSend="209901010000")
    sandbox.receive("zoomconnect", "+27821234567", "in")
    now = sandbox.texts[0].at.astimezone(SAST)
    today, before, after = (day.strftime("%Y%m%d") for day in (now, now - MONTH, now + MONTH))
    assert _texts(ask, fromDateTimeSent=today, toDateTimeSent=today) == ["out"]
    assert _texts(ask, fromDateTimeReceived=today, toDateTimeReceived=today) == ["in"]
    assert _texts(ask, fromDateTimeSent=after) == []
    assert _texts(ask, toDateTimeReceived=before) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "inbound"},
        {"status": "QUEUED"},
        {"deleted": "True"},
        {"read": "1"},
        {"fromDateTimeSent": "2026-01-01"},
        {"toDateTimeReceived": "20260230"},
        {"userDataField": "x"},
    ],
)
def test_a_filter_that_is_not_as_documented_is_refused(wrong: dict[str, str], ask: Ask) -> None:
    assert ask("GET", "messages/all", params=wrong).status_code == 400
