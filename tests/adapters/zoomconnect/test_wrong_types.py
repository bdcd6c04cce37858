"""Answers with fields of a wrong type: a reply is still a reply, it may be a STOP; an id that is a number is an id."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smsgate import Accepted, Message, Provider, RejectedError, Status, UnknownOutcomeError
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

STOP = {"messageId": "17", "messageType": "INBOUND", "message": "STOP", "fromNumber": "+27821234567"}
ODD: list[dict[str, object]] = [
    {"campaign": []},
    {"numberOfMessages": "one"},
    {"read": "true"},
    {"repliedToMessage": "16"},
    {"campaign": 5},
    {"creditCost": "1.00"},
    {"messageId": 17},
    {"fromNumber": 27821234567},
    {"toNumber": 27821234568},
]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_zoom_connect_reads_a_stop_whose_other_fields_have_wrong_types(odd: dict[str, object]) -> None:
    adapter = ZoomConnect(ZoomConnectSettings(email="a@example.com", token="t"), provider="zoom")
    asking = adapter.list_replies(datetime.now(UTC), None)
    next(asking)
    with pytest.raises(StopIteration) as end:
        asking.send(answer(200, {"webServiceMessages": [{**STOP, **odd}], "totalPages": 1}))
    (reply,) = end.value.value.items
    assert (reply.message_id, reply.sender, reply.text) == ("17", "+27821234567", "STOP")


HELLO = Message("+27821234567", "hello")
EMPTY: list[object] = [None, False, "", " ", {}, [], 0]
FILLED: list[object] = ["credit is low", True, {"code": 9}, ["credit is low"], 5]
NO_ERRORS: list[dict[str, object]] = [{"error": error} for error in EMPTY]
NO_ERRORS += [{}, {"code": None, "message": "", "errorMessage": None}]
ERRORS: list[dict[str, object]] = [{"error": error} for error in FILLED]
ERRORS += [{"code": 9}, {"message": "credit is low"}, {"developerMessage": "credit is low"}]
ERRORS += [{"errorMessage": "credit is low", "error": False}]


def stubbed(said: object) -> Provider:
    adapter = ZoomConnect(ZoomConnectSettings(email="a@example.com", token="t", read_attempts=1), provider="zoom")
    return Provider("zoom", adapter, StubTransport([answer(200, said)]))


def sent(said: object) -> list[object]:
    """Return what an answer means to a message that is sent alone, and to one that is sent in a bulk call."""
    try:
        alone: object = stubbed(said).send(HELLO)
    except (RejectedError, UnknownOutcomeError) as error:
        alone = error
    return [alone, *stubbed({"sendSmsResponses": [said]}).send_bulk([HELLO])]


@pytest.mark.parametrize("id_", [17, "17"])
@pytest.mark.parametrize("no_error", NO_ERRORS, ids=str)
def test_zoom_connect_accepts_a_message_whose_id_may_be_a_number(id_: object, no_error: dict[str, object]) -> None:
    for result in sent({"messageId": id_, **no_error}):
        assert isinstance(result, Accepted)
        assert result.message_id == "17"


@pytest.mark.parametrize("id_", [17, "17"])
@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_zoom_connect_leaves_a_message_with_an_id_and_an_error_open(id_: object, error: dict[str, object]) -> None:
    for result in sent({"messageId": id_, **error}):
        assert isinstance(result, UnknownOutcomeError)
        assert result.message_id == "17"


@pytest.mark.parametrize("id_", [0, -1, "0", " ", True, 1.5, [], {}, ["17"]], ids=str)
def test_zoom_connect_leaves_a_message_open_whose_id_is_none(id_: object) -> None:
    for result in sent({"messageId": id_}) + sent({"messageId": id_, "error": "credit is low"}):
        assert isinstance(result, UnknownOutcomeError)
        assert result.message_id is None


@pytest.mark.parametrize("error", [False, True, {}, {"code": 9}, ["credit is low"]], ids=str)
def test_zoom_connect_takes_no_error_without_words_for_a_refusal(error: object) -> None:
    assert [type(result) for result in sent({"error": error})] == [UnknownOutcomeError] * 2


def test_zoom_connect_refuses_a_message_by_words_alone() -> None:
    for result in sent({"messageId": None, "error": "Message is too long"}):
        assert isinstance(result, RejectedError)
        assert "Message is too long" in str(result)


def test_zoom_connect_reads_one_message_whose_id_is_a_number() -> None:
    said = {"messageId": 17, "messageStatus": "DELIVERED", "messageType": "OUTBOUND", "numberOfMessages": "one"}
    report = stubbed(said).status("17")
    assert (report.message_id, report.status) == ("17", Status.DELIVERED)
    assert stubbed(said).messages.get("17").id == "17"


def test_zoom_connect_counts_pages_that_are_written_as_text() -> None:
    adapter = ZoomConnect(ZoomConnectSettings(email="a@example.com", token="t"), provider="zoom")
    pages = [answer(200, {"webServiceMessages": [{**STOP, "messageId": i}], "totalPages": "2"}) for i in (17, 18)]
    replies = Provider("zoom", adapter, StubTransport(pages)).replies(datetime.now(UTC))
    assert [reply.message_id for reply in replies] == ["17", "18"]
