"""Zoom Connect's words: what is asked, and what each answer comes to."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, cast

import pytest
from attrs import evolve

from smsgate import (
    Accepted,
    Answer,
    AuthenticationError,
    Balance,
    DeliveryReport,
    Effect,
    InsufficientCreditError,
    InvalidRecipientError,
    MalformedAnswerError,
    Message,
    NotFoundError,
    NotSentError,
    Provider,
    ProviderError,
    RejectedError,
    Request,
    Scope,
    Source,
    Status,
    UnknownOutcomeError,
)
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

MESSAGE = Message("+27821234567", "Olá 👍")
TAKEN = answer(json={"messageId": "5a757c7b7736b6c1d340a0db", "error": None})
ID = "5a757c7b7736b6c1d340a0db"


class Zoom:
    """A provider at Zoom Connect, whose vendor answers as the test chooses."""

    def __init__(self, *says: Answer | ProviderError, **settings: str | bool) -> None:
        self.stub = StubTransport(says)
        account = ZoomConnectSettings(email="ops@example.com", token="t0ken-1", **settings)  # type: ignore[arg-type]
        self.provider = Provider("zoom", ZoomConnect(account, provider="zoom"), self.stub)

    def sent(self, message: Message) -> dict[str, Any]:
        """Return the body of the request that sends."""
        self.provider.send(message)
        return cast("dict[str, Any]", self.stub.requests[-1].json)


# What is asked -------------------------------------------------------------------------------------------------------


def test_a_message_is_posted_with_its_text_and_number() -> None:
    zoom = Zoom(TAKEN, references=False)
    zoom.provider.send(MESSAGE)
    assert zoom.stub.requests == [
        Request("POST", "sms/send", json={"recipientNumber": "+27821234567", "message": "Olá 👍"}, effect=Effect.SENDS)
    ]


def test_a_message_without_a_reference_has_that_of_its_submission() -> None:
    first, second = Zoom(TAKEN).sent(MESSAGE)["dataField"], Zoom(TAKEN).sent(MESSAGE)["dataField"]
    assert re.fullmatch("[a-z0-9]{20}", first)
    assert first != second


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (evolve(MESSAGE, reference="order 1"), "order 1"),
        (evolve(MESSAGE, extra={"zoomconnect": {"dataField": "mine"}}), "mine"),
        (evolve(MESSAGE, reference="order 1", extra={"zoomconnect": {"dataField": "mine"}}), "order 1"),
    ],
)
def test_a_reference_of_the_application_goes_before_that_of_the_submission(message: Message, field: str) -> None:
    assert Zoom(TAKEN).sent(message)["dataField"] == field


def test_the_credentials_are_in_headers_and_nowhere_else() -> None:
    zoom = Zoom(TAKEN, answer(json={"creditBalance": 1}))
    zoom.provider.send(MESSAGE)
    zoom.provider.balance()
    for request, headers in zip(zoom.stub.requests, zoom.stub.headers, strict=True):
        assert headers == {"Accept": "application/json", "email": "ops@example.com", "token": "t0ken-1"}
        assert "t0ken-1" not in str([request.path, request.ids, request.query, request.json, request.headers])


def test_what_a_message_asks_for_is_in_the_vendors_words() -> None:
    message = Message(
        "+27821234567",
        "Hello",
        campaign="spring",
        reference="order-7",
        send_at=datetime(2999, 12, 24, 18, 0, tzinfo=UTC),
        extra={"zoomconnect": {"new": 1}, "salesmsg": {"other": 2}},
    )
    assert Zoom(TAKEN).sent(message) == {
        "recipientNumber": "+27821234567",
        "message": "Hello",
        "campaign": "spring",
        "dataField": "order-7",
        "dateToSend": "299912242000",
        "new": 1,
    }


@pytest.mark.parametrize(
    ("send_at", "written"),
    [
        (datetime(2999, 1, 1, 0, 0, tzinfo=UTC), "299901010200"),
        (datetime(2999, 7, 1, 0, 0, tzinfo=UTC), "299907010200"),
        (datetime(2999, 12, 31, 22, 30, tzinfo=UTC), "300001010030"),
        (datetime(2999, 6, 1, 12, 0, tzinfo=timezone(timedelta(hours=-7))), "299906012100"),
    ],
)
def test_a_time_is_written_in_south_african_time(send_at: datetime, written: str) -> None:
    body = Zoom(TAKEN).sent(Message("+27821234567", "Hello", send_at=send_at))
    assert isinstance(body, dict)
    assert body["dateToSend"] == written


def test_a_time_is_written_in_the_accounts_zone_where_it_has_another() -> None:
    zoom = Zoom(TAKEN, time_zone="America/New_York")
    body = zoom.sent(Message("+27821234567", "Hello", send_at=datetime(2030, 7, 1, 16, 0, tzinfo=UTC)))
    assert isinstance(body, dict)
    assert body["dateToSend"] == "203007011200"


def test_what_the_adapter_writes_is_not_overwritten_by_extra() -> None:
    message = Message("+27821234567", "Hello", extra={"zoomconnect": {"message": "other", "recipientNumber": "+1"}})
    assert Zoom(TAKEN, references=False).sent(message) == {"recipientNumber": "+27821234567", "message": "Hello"}


# What an answer to a send comes to -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"messageId": ID, "error": None},
        {"messageId": ID},
        {"messageId": ID, "error": ""},
        {"messageId": ID, "error": None, "links": [], "somethingNew": {"a": 1}},
    ],
)
@pytest.mark.parametrize("status", [200, 201])
def test_an_id_without_an_error_is_accepted(body: dict[str, object], status: int) -> None:
    accepted = Zoom(answer(status, json=body)).provider.send(MESSAGE)
    assert accepted == Accepted(message_id=ID, status=Status.QUEUED, raw=body)


def test_a_message_for_later_is_scheduled() -> None:
    message = Message("+27821234567", "Hello", send_at=datetime(2999, 1, 1, tzinfo=UTC))
    assert Zoom(TAKEN).provider.send(message).status is Status.SCHEDULED


@pytest.mark.parametrize(
    ("error", "kind", "scope"),
    [
        ("Insufficient credits", InsufficientCreditError, Scope.ACCOUNT),
        ("Invalid mobile number", InvalidRecipientError, Scope.RECIPIENT),
        ("Message is too long", RejectedError, Scope.MESSAGE),
        ("Zu viel", RejectedError, Scope.MESSAGE),
    ],
)
@pytest.mark.parametrize("message_id", [None, ""])
def test_an_error_in_a_2xx_is_a_refusal(
    error: str, kind: type[ProviderError], scope: Scope, message_id: str | None
) -> None:
    with pytest.raises(kind) as raised:
        Zoom(answer(json={"messageId": message_id, "error": error})).provider.send(MESSAGE)
    assert type(raised.value) is kind
    assert (str(raised.value), raised.value.scope) == (f"zoom: {error}", scope)


@pytest.mark.parametrize(
    "said",
    [
        answer(json={}),
        answer(json={"messageId": None, "error": None}),
        answer(json={"messageId": ""}),
        answer(json={"messageId": 0}),
        answer(json={"messageId": [ID]}),
        answer(json={"messageId": ID, "error": True}),
        answer(json={"messageId": ID, "error": {"code": 1}}),
        answer(json=[{"messageId": ID}]),
        answer(json=ID),
        answer(json=None),
        answer(text='{"messageId": "5a757c7b7736b6c1d340a0db"}'),
        answer(text="<webServiceSendSmsResponse/>", content_type="application/xml"),
        answer(204, text=""),
        Answer(200, {"content-type": "application/json"}, b'{"messageId": "5a75'),
        answer(500, json={"status": "500", "code": 2, "message": "Invalid mobile number"}),
        answer(502, text="Bad gateway"),
    ],
)
def test_an_answer_that_is_neither_is_unknown(said: Answer) -> None:
    with pytest.raises(UnknownOutcomeError):
        Zoom(said).provider.send(MESSAGE)


def test_an_answer_with_neither_an_id_nor_an_error_says_so() -> None:
    with pytest.raises(UnknownOutcomeError, match="neither an id nor an error; the message may have been sent"):
        Zoom(answer(json={"messageId": None, "error": None})).provider.send(MESSAGE)


@pytest.mark.parametrize(
    ("code", "kind"), [(2, InvalidRecipientError), (3, RejectedError), (0, RejectedError), (99, RejectedError)]
)
def test_a_400_is_read_in_the_vendors_words(code: int, kind: type[ProviderError]) -> None:
    body = {"status": "400", "code": code, "message": "Invalid\nfield", "developerMessage": "", "moreInfoUrl": None}
    with pytest.raises(kind) as raised:
        Zoom(answer(400, json=body)).provider.send(MESSAGE)
    assert type(raised.value) is kind
    assert (str(raised.value), raised.value.code) == ("zoom: Invalid field", str(code))


@pytest.mark.parametrize(
    "said",
    [answer(400, text="<html>"), answer(400, json=[]), answer(400, json={"code": "2"}), answer(400, json={})],
)
def test_a_400_that_is_not_in_the_vendors_words_is_still_a_refusal(said: Answer) -> None:
    with pytest.raises(RejectedError) as raised:
        Zoom(said).provider.send(MESSAGE)
    assert type(raised.value) is RejectedError
    assert str(raised.value) == "zoom: the message was refused (POST sms/send answered 400 Bad Request)"


def test_a_401_is_the_accounts_matter() -> None:
    with pytest.raises(AuthenticationError) as raised:
        Zoom(answer(401, json={"status": "401", "code": 0, "message": "Unauthorized"})).provider.send(MESSAGE)
    assert raised.value.scope is Scope.ACCOUNT


def test_a_token_that_the_vendor_echoes_is_struck_out() -> None:
    body = {"messageId": None, "error": "the token t0ken-1 may not write to this number"}
    with pytest.raises(RejectedError) as raised:
        Zoom(answer(json=body)).provider.send(MESSAGE)
    assert "t0ken-1" not in str(raised.value) + repr(raised.value)
    assert "the token *** may not" in str(raised.value)


def test_a_404_of_sending_is_a_wrong_base_url() -> None:
    with pytest.raises(NotSentError, match="check base_url"):
        Zoom(answer(404, text="<html>")).provider.send(MESSAGE)


# Status and balance --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("SCHEDULED", Status.SCHEDULED, None),
        ("SENT", Status.SENT, None),
        ("DELIVERED", Status.DELIVERED, None),
        ("FAILED", Status.FAILED, None),
        ("FAILED_REFUNDED", Status.FAILED, "refunded"),
        ("FAILED_OPTOUT", Status.FAILED, "opted out"),
        ("UNKNOWN", Status.UNKNOWN, None),
        ("PARTIALLY_DELIVERED", Status.UNKNOWN, None),
        ("delivered", Status.UNKNOWN, None),
    ],
)
def test_the_vendors_word_for_a_status_is_mapped_and_kept(word: str, status: Status, reason: str | None) -> None:
    body = {"messageId": ID, "messageStatus": word, "userDataField": "order-7", "creditCost": 1.0}
    zoom = Zoom(answer(json=body))
    assert zoom.provider.status(ID) == DeliveryReport(
        provider="zoom",
        message_id=ID,
        status=status,
        raw_status=word,
        reason=reason,
        reference="order-7",
        source=Source.POLLED,
        raw={**body, "creditCost": Decimal("1.0")},
    )
    assert zoom.stub.requests == [Request("GET", "messages/{message_id}", ids={"message_id": ID})]


def test_an_unknown_id_is_not_found() -> None:
    with pytest.raises(NotFoundError) as raised:
        Zoom(answer(404, json={"status": "404", "code": 0, "message": "Message not found"})).provider.status("1")
    assert raised.value.provider == "zoom"


@pytest.mark.parametrize(
    ("body", "amount"), [({"creditBalance": 12.5, "links": []}, "12.5"), ({"creditBalance": 0}, "0")]
)
def test_a_balance_is_exact_and_in_credits(body: dict[str, object], amount: str) -> None:
    zoom = Zoom(answer(json=body))
    balance = zoom.provider.balance()
    assert (balance.provider, balance.amount, balance.unit) == ("zoom", Decimal(amount), "credits")
    assert isinstance(balance, Balance)
    assert zoom.stub.requests == [Request("GET", "account/balance")]


@pytest.mark.parametrize("body", [{}, {"creditBalance": None}, {"creditBalance": "12"}, {"creditBalance": True}, 12.5])
def test_a_balance_that_is_no_number_is_malformed(body: object) -> None:
    with pytest.raises(MalformedAnswerError):
        Zoom(answer(json=body)).provider.balance()


@pytest.mark.parametrize("body", [{}, {"messageStatus": "SENT"}, {"messageId": 1}, []])
def test_a_status_of_the_wrong_shape_is_malformed(body: object) -> None:
    with pytest.raises(MalformedAnswerError):
        Zoom(answer(json=body)).provider.status(ID)
