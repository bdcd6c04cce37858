from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_zoomconnect_sandbox import ZoomConnect

Ask = Callable[..., requests.Response]

URL_TOKEN = "zoomconnect-sandbox-url-token"


def _request(number: str = "+27821234567", **fields: object) -> dict[str, object]:
    return {"recipientNumber": number, "message": "hello", **fields}


def _bulk(ask: Ask, *items: dict[str, object], **fields: object) -> Any:
    return ask("POST", "sms/send-bulk", json={"sendSmsRequests": items, **fields}).json()


def test_an_accepted_text_has_an_id_and_no_error(send: Ask, sandbox: Sandbox) -> None:
    answer = send()
    assert answer.status_code == 200
    assert answer.json() == {"messageId": sandbox.texts[0].message_id, "error": None}


@pytest.mark.parametrize("number", ["+27821234567", "27821234567", "0821234567"])
def test_numbers_are_read_as_clients_write_them(number: str, send: Ask, sandbox: Sandbox) -> None:
    send(number)
    assert sandbox.texts[0].to == "+27821234567"


def test_numbers_of_other_countries_are_valid(send: Ask, sandbox: Sandbox) -> None:
    send("+447700900123")
    assert sandbox.texts[0].to == "+447700900123"


@pytest.mark.parametrize(
    "number",
    [
        "",
        None,
        "12",
        "+2782123456",
        "+278212345678",
        "+27111234567",
        "082 123 4567",
        "+0821234567",
        "++27821234567",
        "abc",
        "٠٨٢١٢٣٤٥٦٧",
    ],
)
def test_an_invalid_number_has_code_2(number: str | None, ask: Ask, sandbox: Sandbox) -> None:
    answer = ask("POST", "sms/send", json={"recipientNumber": number, "message": "hello"})
    assert answer.status_code == 400
    assert answer.json() == {
        "status": "400",
        "code": 2,
        "message": "Invalid mobile number",
        "developerMessage": "Invalid mobile number",
        "moreInfoUrl": None,
    }
    assert sandbox.texts == ()


@pytest.mark.parametrize("body", [{"message": ""}, {"message": None}, {}])
def test_an_empty_or_missing_message_has_code_3(body: dict[str, object], ask: Ask) -> None:
    answer = ask("POST", "sms/send", json={"recipientNumber": "+27821234567", **body})
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert answer.json()["message"] == "Message cannot be empty"


def test_a_missing_number_has_code_2(ask: Ask) -> None:
    assert ask("POST", "sms/send", json={"message": "hello"}).json()["code"] == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"message": 7},
        {"recipientNumber": 27821234567},
        {"campaign": ["x"]},
        {"dataField": {}},
        {"dateToSend": 209901010000},
        {"message": True},
        {"datafield": "x"},
        {"sender": "ACME"},
    ],
)
def test_a_wrong_type_or_an_unknown_field_is_refused(wrong: dict[str, object], ask: Ask, sandbox: Sandbox) -> None:
    answer = ask("POST", "sms/send", json=_request() | wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, 0)
    assert sandbox.texts == ()


@pytest.mark.parametrize(
    "date",
    [
        "2099-02-30T00:00:00Z",
        "2099-01-01",
        "2099-01-01 00:00",
        "0001-01-01T00:00:00Z",
        "T",
        "20990101",
        "209901010000+02",
        "209913010000",
        "209901012500",
        "000101010000",
        "999912312359",
        "tomorrow",
    ],
)
def test_a_date_that_is_not_the_documented_format_is_refused(date: str, send: Ask, sandbox: Sandbox) -> None:
    answer = send(dateToSend=date)
    assert answer.status_code == 400
    assert answer.json()["message"] == f"dateToSend: {date!r} is not a date in the format yyyyMMddHHmm"
    assert sandbox.scheduled == ()


@pytest.mark.parametrize(
    "date",
    [
        "2096-02-03T11:21:00+02:00",
        "2096-02-03T09:21:00Z",
        "2096-02-03T09:21:00.000Z",
        "2096-02-03T11:21:00",
        "209602031121",
    ],
)
def test_a_date_is_iso_8601_too(date: str, send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    assert send(dateToSend=date).status_code == 200
    item = {"recipientNumber": "+27821234567", "message": "hello"}
    ask("POST", "sms/send-bulk", json={"sendSmsRequests": [item], "defaultDateToSend": date})
    assert [text.at for text in sandbox.scheduled] == [datetime(2096, 2, 3, 9, 21, tzinfo=UTC)] * 2


def test_an_empty_date_is_no_date(send: Ask, sandbox: Sandbox) -> None:
    send(dateToSend="", campaign="", dataField="")
    assert len(sandbox.texts) == 1


def test_each_part_costs_a_credit(send: Ask, ask: Ask) -> None:
    send(text="x" * 161)
    assert ask("GET", "account/balance").json()["creditBalance"] == 1_000_000 - 2


def test_the_last_credit_can_be_spent(session: requests.Session) -> None:
    with Sandbox(vendors=[ZoomConnect(credit=1)]) as sandbox:
        url = f"{sandbox.url('zoomconnect')}/sms/send.json"
        answer = session.post(url, json=_request(), headers=dict(sandbox.credentials("zoomconnect")), timeout=10)
        assert answer.json()["error"] is None


def test_without_credit_a_200_says_so_and_nothing_is_sent(session: requests.Session) -> None:
    with Sandbox(vendors=[ZoomConnect(credit=1.5)]) as sandbox:
        session.headers.update({**sandbox.credentials("zoomconnect"), "Accept": "application/json"})
        url = sandbox.url("zoomconnect")
        too_long = _request() | {"message": "x" * 161}
        answer = session.post(f"{url}/sms/send", json=too_long, timeout=10)
        assert (answer.status_code, answer.json()) == (200, {"messageId": None, "error": "Insufficient credits"})
        items = [_request("+27821234567"), _request("+27831234567")]
        bulk = session.post(f"{url}/sms/send-bulk", json={"sendSmsRequests": items}, timeout=10)
        errors = [answer["error"] for answer in bulk.json()["sendSmsResponses"]]
        assert errors == [None, "Insufficient credits"]
        assert [text.to for text in sandbox.texts] == ["+27821234567"]
        assert session.get(f"{url}/account/balance", timeout=10).json()["creditBalance"] == 0.5


def test_a_text_of_more_than_ten_parts_is_an_error_in_a_200(send: Ask, sandbox: Sandbox) -> None:
    assert send(text="x" * 1531).json() == {"messageId": None, "error": "Message is too long"}
    assert send(text="x" * 1530).json()["error"] is None
    assert len(sandbox.texts) == 1


def test_bulk_answers_have_the_order_of_the_requests_and_name_no_recipient(ask: Ask, sandbox: Sandbox) -> None:
    answer = _bulk(
        ask, _request("+27821234567"), _request("12"), _request("+27831234567") | {"message": ""}, _request()
    )
    sent = [text.message_id for text in sandbox.texts]
    assert answer == {
        "sendSmsResponses": [
            {"messageId": sent[0], "error": None},
            {"messageId": None, "error": "Invalid mobile number"},
            {"messageId": None, "error": "Message cannot be empty"},
            {"messageId": sent[1], "error": None},
        ]
    }


def test_a_bulk_default_date_applies_where_an_item_has_none(ask: Ask, sandbox: Sandbox) -> None:
    own = _request("+27831234567", dateToSend="209801010000")
    _bulk(ask, _request(), own, defaultDateToSend="209901010000", messagesPerMinute=60)
    assert [(text.to, text.at.year) for text in sandbox.scheduled] == [("+27831234567", 2097), ("+27821234567", 2098)]


def test_an_empty_bulk_request_sends_nothing(ask: Ask) -> None:
    assert _bulk(ask) == {"sendSmsResponses": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sendSmsRequests": None},
        {"sendSmsRequests": [None]},
        {"sendSmsRequests": [{"to": "+27821234567"}]},
        {"sendSmsRequests": [_request(), _request(dateToSend="tomorrow")]},
        {"sendSmsRequests": [_request()], "defaultDateToSend": "tomorrow"},
        {"sendSmsRequests": [_request()], "messagesPerMinute": "60"},
        {"sendSmsRequests": [_request()], "messagesPerMinute": -1},
        {"sendSmsRequests": [_request()], "messagesPerMinute": True},
    ],
)
def test_a_malformed_bulk_request_is_refused_whole(wrong: dict[str, object], ask: Ask, sandbox: Sandbox) -> None:
    assert ask("POST", "sms/send-bulk", json=wrong).status_code == 400
    assert sandbox.texts == ()


def test_the_examples_show_what_to_post_and_send_nothing(ask: Ask, sandbox: Sandbox) -> None:
    example = {"message": "", "campaign": "", "recipientNumber": "", "dateToSend": "", "dataField": ""}
    assert ask("GET", "sms/send").json() == example
    bulk = {"sendSmsRequests": [example], "defaultDateToSend": "", "messagesPerMinute": 0}
    assert ask("GET", "sms/send-bulk").json() == bulk
    assert sandbox.texts == ()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_text_can_be_sent_by_query_and_the_answer_is_a_bare_string(method: str, ask: Ask, sandbox: Sandbox) -> None:
    answer = ask(method, "sms/send-url-parameters", params=_request(dataField="7", campaign="c"))
    (text,) = sandbox.texts
    assert answer.json() == text.message_id
    assert (text.to, text.text, text.reference) == ("+27821234567", "hello", "7")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_url_token_needs_no_other_credentials(method: str, sandbox: Sandbox) -> None:
    url = f"{sandbox.url('zoomconnect')}/sms/send-url/{URL_TOKEN}.json"
    answer = requests.request(method, url, params=_request(dateToSend="209901010000"), timeout=10)  # type: ignore[arg-type]
    assert answer.json() == sandbox.scheduled[0].message_id


def test_the_api_token_is_not_the_url_token(ask: Ask, sandbox: Sandbox) -> None:
    token = sandbox.credentials("zoomconnect")["token"]
    assert ask("GET", f"sms/send-url/{token}", params=_request()).status_code == 401
    assert sandbox.texts == ()


@pytest.mark.parametrize("path", ["sms/send-url-parameters", f"sms/send-url/{URL_TOKEN}"])
def test_sending_by_query_refuses_as_sending_by_body_does(path: str, ask: Ask) -> None:
    assert ask("GET", path, params=_request("12")).json()["code"] == 2
    assert ask("GET", path, params={"recipientNumber": "+27821234567"}).json()["code"] == 3
    assert ask("GET", path, params=_request("+27820000402")).json() == "Insufficient credits"
    assert ask("GET", path, params=_request("+27820000503")).status_code == 503


def test_a_scheduled_text_is_charged_at_once(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    send(dateToSend="209901010000")
    assert ask("GET", "account/balance").json()["creditBalance"] == 999_999
    assert sandbox.texts == ()
    sandbox.advance(timedelta(days=365 * 100))
    assert len(sandbox.texts) == 1
