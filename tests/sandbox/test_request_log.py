from datetime import UTC, datetime

import pytest
import requests
from attrs import evolve

from smsgate.sandbox import Fault, LoggedRequest, Sandbox
from smsgate.sandbox.request_log import RequestLog
from tests.sandbox.conftest import Ask

ANN = "+27821234567"


@pytest.fixture
def seen(sandbox: Sandbox) -> list[LoggedRequest]:
    seen: list[LoggedRequest] = []
    sandbox.watch(request=seen.append)
    return seen


def test_a_request_and_its_answer_are_logged_as_they_were_on_the_wire(send: Ask, seen: list[LoggedRequest]) -> None:
    answer = send(ANN, "hé")
    [logged] = seen
    assert (logged.vendor, logged.method, logged.path) == (
        "zoomconnect",
        "POST",
        "/zoomconnect/app/api/rest/v1/sms/send",
    )
    assert logged.body == '{"recipientNumber": "+27821234567", "message": "h\\u00e9"}'
    assert (logged.status, logged.answer, logged.fault) == (answer.status_code, answer.text, None)
    assert ("Content-Type", "application/json") in logged.headers


def test_no_credential_of_a_request_is_logged(sandbox: Sandbox, ask: Ask, seen: list[LoggedRequest]) -> None:
    ask("GET", "account/balance?token=CANARY&page=2", headers={"Authorization": "Bearer CANARY", "X-Api-Key": "CANARY"})
    [logged] = seen
    shown = repr(logged)
    assert "CANARY" not in shown
    assert sandbox.credentials("zoomconnect")["token"] not in shown
    assert ("Authorization", "Bearer ****") in logged.headers
    assert logged.path.endswith("?token=****&page=2")


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.STALL_AFTER])
def test_a_request_without_an_answer_is_logged_with_its_fault(
    sandbox: Sandbox, send: Ask, seen: list[LoggedRequest], fault: Fault
) -> None:
    sandbox.misbehave("zoomconnect", fault)
    with pytest.raises(requests.ConnectionError):
        send(ANN)
    sandbox.counts("zoomconnect")
    [logged] = seen
    assert (logged.fault, logged.status, logged.answer) == (fault, None, "")


@pytest.mark.parametrize("fault", [Fault.NO_CREDIT, Fault.RATE_LIMITED, Fault.ERROR_BEFORE, Fault.OVERSIZE])
def test_a_faulty_answer_is_logged_with_its_fault(
    sandbox: Sandbox, send: Ask, seen: list[LoggedRequest], fault: Fault
) -> None:
    sandbox.misbehave("zoomconnect", fault)
    answer = send(ANN)
    [logged] = seen
    assert (logged.fault, logged.status) == (fault, answer.status_code)
    assert len(logged.answer) < 70_000


def test_the_latest_requests_come_page_by_page_the_newest_first() -> None:
    log = RequestLog()
    one = LoggedRequest(
        number=0, vendor="a", at=datetime.now(UTC), method="GET", path="/a", headers=(), body="", status=200
    )
    for _ in range(5):
        log.add(evolve(one, number=log.next_number()))
    assert [request.number for request in log.latest(2)] == [5, 4]
    assert [request.number for request in log.latest(9, before=4)] == [3, 2, 1]
    assert (log.get(6), getattr(log.get(3), "number", None)) == (None, 3)
