import json
import time
from collections.abc import Callable
from queue import Queue

import phonenumbers
import pytest
import requests

from smsgate.sandbox import Fault, LoggedRequest, Sandbox, magic
from smsgate.sandbox.faults import FaultPlan

Ask = Callable[..., requests.Response]

SILENT = {Fault.STALL_BEFORE, Fault.STALL_AFTER, Fault.DROP_BEFORE, Fault.DROP_AFTER}
STATUSES = {
    Fault.REFUSE_NUMBER: 400,
    Fault.UNAUTHORIZED: 401,
    Fault.FORBIDDEN: 403,
    Fault.RATE_LIMITED: 429,
    Fault.ERROR_BEFORE: 500,
    Fault.ERROR_AFTER: 500,
    Fault.UNAVAILABLE: 503,
    Fault.REDIRECT: 307,
}
NUMBERS = {fault: number for number, fault in magic.FAULTS.items()}


def _meet(fault: Fault, send: Ask, to: str = "+27821234567") -> requests.Response | None:
    if fault in SILENT:
        with pytest.raises(requests.ConnectionError):
            send(to)
        return None
    return send(to)


@pytest.mark.parametrize("fault", Fault)
def test_a_text_is_on_air_exactly_if_its_fault_accepts(fault: Fault, send: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", fault)
    _meet(fault, send)
    assert len(sandbox.texts) == fault.accepts


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_magic_number_that_does_the_same_each_time(fault: Fault, send: Ask, sandbox: Sandbox) -> None:
    _meet(fault, send, NUMBERS[fault])
    _meet(fault, send, NUMBERS[fault].replace("+27", "0"))
    assert len(sandbox.texts) == 2 * fault.accepts


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_answers_with_its_status(fault: Fault, send: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", fault)
    answer = _meet(fault, send)
    assert answer is None or answer.status_code == STATUSES.get(fault, 200)


@pytest.mark.parametrize("number", [*magic.FAULTS, *magic.OUTCOMES])
def test_magic_numbers_are_valid_mobiles_whose_first_digit_is_true(number: str) -> None:
    parsed = phonenumbers.parse(number)
    assert phonenumbers.is_valid_number(parsed)
    assert phonenumbers.number_type(parsed) is phonenumbers.PhoneNumberType.MOBILE
    assert number.startswith("+2782000")
    fault = magic.FAULTS.get(number)
    assert number[8] == ("2" if fault is None else str(int(fault.accepts)))


def test_a_refused_number_gets_the_documented_code(send: Ask) -> None:
    answer = send(NUMBERS[Fault.REFUSE_NUMBER])
    assert (answer.json()["code"], answer.json()["message"]) == (2, "Invalid mobile number")


def test_missing_credit_is_an_error_in_a_200(send: Ask) -> None:
    assert send(NUMBERS[Fault.NO_CREDIT]).json() == {"messageId": None, "error": "Insufficient credits"}


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.RATE_LIMITED, Fault.ERROR_BEFORE, Fault.ERROR_AFTER])
def test_failures_have_the_vendors_error_body(fault: Fault, send: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", fault)
    answer = send()
    body = answer.json()
    assert set(body) == {"status", "code", "message", "developerMessage", "moreInfoUrl"}
    assert body["status"] == str(answer.status_code)


def test_too_many_requests_come_with_retry_after(send: Ask) -> None:
    assert send(NUMBERS[Fault.RATE_LIMITED]).headers["Retry-After"] == "1"


def test_a_web_page_comes_with_200(send: Ask) -> None:
    answer = send(NUMBERS[Fault.HTML])
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_a_truncated_answer_is_well_formed_http_and_broken_json(send: Ask) -> None:
    answer = send(NUMBERS[Fault.TRUNCATED])
    assert answer.text.startswith('{"messageId": "')
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_an_answer_of_the_wrong_shape_is_json_all_the_same(send: Ask) -> None:
    assert send(NUMBERS[Fault.WRONG_SHAPE]).json() == ["unexpected", 1]


def test_an_answer_without_id_has_the_rest(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    assert send(NUMBERS[Fault.NO_ID]).json() == {"error": None}
    sandbox.misbehave("zoomconnect", Fault.NO_ID)
    one = {"recipientNumber": "+27821234567", "message": "x"}
    bulk = ask("POST", "sms/send-bulk", json={"sendSmsRequests": [one, one]})
    assert bulk.json() == {"sendSmsResponses": [{"error": None}, {"error": None}]}


def test_an_oversize_answer_is_true_and_5_mib_long(send: Ask, sandbox: Sandbox) -> None:
    answer = send(NUMBERS[Fault.OVERSIZE])
    assert len(answer.content) > 5 * 1024 * 1024
    assert answer.json()["messageId"] == sandbox.texts[0].message_id


def test_a_gzip_bomb_is_small_on_the_wire(ask: Ask, sandbox: Sandbox) -> None:
    body = {"recipientNumber": NUMBERS[Fault.GZIP_BOMB], "message": "x"}
    answer = ask("POST", "sms/send", json=body, stream=True)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < 1024 * 1024
    assert len(answer.content) > 64 * 1024 * 1024
    assert len(sandbox.texts) == 1


def test_a_slow_answer_comes_byte_by_byte(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.SLOW_DRIP)
    began = time.monotonic()
    answer = ask("GET", "account/balance")
    assert time.monotonic() - began >= 0.001 * len(answer.content)
    assert answer.json() == {"creditBalance": 1_000_000.0, "links": []}


def test_closing_cuts_a_slow_answer_short(session: requests.Session) -> None:
    with Sandbox(drip=600) as sandbox:
        sandbox.misbehave("zoomconnect", Fault.SLOW_DRIP)
        session.headers.update(sandbox.credentials("zoomconnect"))
        answer = session.get(f"{sandbox.url('zoomconnect')}/account/balance", stream=True, timeout=10)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        _ = answer.content


def test_a_redirect_leads_back_so_that_following_it_shows(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.REDIRECT)
    body = {"recipientNumber": "+27821234567", "message": "x"}
    assert ask("POST", "sms/send", json=body).headers["Location"] == f"{sandbox.url('zoomconnect')}/sms/send"
    assert sandbox.texts == ()
    sandbox.misbehave("zoomconnect", Fault.REDIRECT)
    ask("POST", "sms/send", json=body, allow_redirects=True)
    assert len(sandbox.texts) == 1


def test_a_late_acceptance_happens_though_the_client_has_gone(session: requests.Session) -> None:
    with Sandbox(stall=0.3) as sandbox:
        session.headers.update(sandbox.credentials("zoomconnect"))
        body = {"recipientNumber": NUMBERS[Fault.ACCEPT_LATE], "message": "x"}
        with pytest.raises(requests.ReadTimeout):
            session.post(f"{sandbox.url('zoomconnect')}/sms/send", json=body, timeout=0.05)
        assert not sandbox.texts
        deadline = time.monotonic() + 10
        while len(sandbox.texts) < 1:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_an_acceptance_that_closing_forestalls_never_happens(session: requests.Session) -> None:
    with Sandbox(stall=600) as sandbox:
        session.headers.update(sandbox.credentials("zoomconnect"))
        body = {"recipientNumber": NUMBERS[Fault.ACCEPT_LATE], "message": "x"}
        with pytest.raises(requests.ReadTimeout):
            session.post(f"{sandbox.url('zoomconnect')}/sms/send", json=body, timeout=0.05)
    assert sandbox.texts == ()


def test_an_accepting_fault_accepts_nothing_that_the_vendor_refuses(send: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.ERROR_AFTER)
    assert send("12").status_code == 500
    assert sandbox.texts == ()


def test_a_fault_is_spent_after_so_many_requests(send: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.ERROR_BEFORE, times=2)
    assert [send().status_code for _ in range(3)] == [500, 500, 200]


def test_faults_are_met_in_the_order_in_which_they_were_asked_for(send: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.ERROR_BEFORE)
    sandbox.misbehave("zoomconnect", Fault.UNAVAILABLE)
    assert [send().status_code for _ in range(3)] == [500, 503, 200]


def test_a_fault_without_end_lasts_until_it_is_cancelled(send: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.ERROR_BEFORE, times=None)
    assert [send().status_code for _ in range(3)] == [500, 500, 500]
    sandbox.behave()
    assert send().status_code == 200


def test_a_fault_can_be_limited_to_a_path(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.ERROR_BEFORE, path="messages/*")
    message_id = send().json()["messageId"]
    assert ask("GET", f"messages/{message_id}.json").status_code == 500
    assert ask("GET", f"messages/{message_id}").status_code == 200


def test_a_fault_on_single_sends_leaves_bulk_alone(ask: Ask, send: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.ERROR_BEFORE, path="sms/send")
    assert ask("POST", "sms/send-bulk", json={"sendSmsRequests": []}).status_code == 200
    assert send().status_code == 500


@pytest.mark.parametrize("times", [0, -1])
def test_a_fault_for_less_than_one_request_is_an_error(times: int, sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        sandbox.misbehave("zoomconnect", Fault.HTML, times=times)


def test_a_fault_for_an_unknown_vendor_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match="hooli"):
        sandbox.misbehave("hooli", Fault.HTML)


def test_magic_numbers_mean_nothing_where_no_text_is_sent(ask: Ask) -> None:
    contact = {"contactNumber": NUMBERS[Fault.ERROR_BEFORE]}
    assert ask("POST", "contacts/create", json=contact).status_code == 201
    question = {"message": "x", "recipientNumber": NUMBERS[Fault.ERROR_BEFORE]}
    assert ask("POST", "messages/analyse/full", json=question).status_code == 200


def test_in_bulk_a_refused_number_concerns_its_own_place_only(ask: Ask, sandbox: Sandbox) -> None:
    numbers = ["+27821234567", NUMBERS[Fault.REFUSE_NUMBER], NUMBERS[Fault.NO_CREDIT], "+27831234567"]
    requests_ = [{"recipientNumber": number, "message": "x"} for number in numbers]
    answers = ask("POST", "sms/send-bulk", json={"sendSmsRequests": requests_}).json()["sendSmsResponses"]
    assert [answer["error"] for answer in answers] == [None, "Invalid mobile number", "Insufficient credits", None]
    assert [text.to for text in sandbox.texts] == ["+27821234567", "+27831234567"]


def test_in_bulk_a_dropped_connection_concerns_every_text(ask: Ask, sandbox: Sandbox) -> None:
    numbers = ["+27821234567", NUMBERS[Fault.DROP_AFTER]]
    requests_ = [{"recipientNumber": number, "message": "x"} for number in numbers]
    with pytest.raises(requests.ConnectionError):
        ask("POST", "sms/send-bulk", json={"sendSmsRequests": requests_})
    assert [text.to for text in sandbox.texts] == numbers


def test_a_request_that_is_dropped_before_it_is_accepted_was_read_whole(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("zoomconnect", Fault.DROP_BEFORE)
    body = {"recipientNumber": "+27821234567", "message": "x" * 1_000_000}
    with pytest.raises(requests.ConnectionError):
        ask("POST", "sms/send", json=body)
    assert sandbox.texts == ()


def test_the_faults_that_wait_are_listed_and_one_of_them_is_cancelled() -> None:
    plan = FaultPlan()
    plan.add("a", Fault.NO_CREDIT, times=2, path="send")
    plan.add("a", Fault.UNAVAILABLE, times=None, path="*")
    assert plan.take("a", "send") is Fault.NO_CREDIT
    assert [(one.number, one.fault, one.times) for one in plan.ordered] == [
        (1, Fault.NO_CREDIT, 1),
        (2, Fault.UNAVAILABLE, None),
    ]
    plan.cancel(1)
    assert plan.take("a", "send") is Fault.UNAVAILABLE


def test_a_slow_answer_whose_client_has_gone_is_a_request_without_an_answer(session: requests.Session) -> None:
    ended: Queue[LoggedRequest] = Queue()
    with Sandbox(drip=0.01) as sandbox:
        sandbox.watch(request=ended.put)
        sandbox.misbehave("zoomconnect", Fault.SLOW_DRIP)
        session.headers.update(sandbox.credentials("zoomconnect"))
        with session.get(f"{sandbox.url('zoomconnect')}/account/balance", stream=True, timeout=10):
            assert sandbox.in_progress == 1
        request = ended.get(timeout=20)
        assert (request.fault, request.status) == (Fault.SLOW_DRIP, None)


def test_a_stalled_request_is_in_progress_until_it_ends(session: requests.Session) -> None:
    ended: Queue[LoggedRequest] = Queue()
    with Sandbox(stall=0.2) as sandbox:
        sandbox.watch(request=ended.put)
        sandbox.misbehave("zoomconnect", Fault.STALL_BEFORE)
        with pytest.raises(requests.ReadTimeout):
            session.get(f"{sandbox.url('zoomconnect')}/account/balance", timeout=0.05)
        assert sandbox.in_progress == 1
        ended.get(timeout=20)
        while sandbox.in_progress:  # the record comes a moment before the end
            time.sleep(0.001)
