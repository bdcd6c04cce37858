"""A vendor that leaves a field out where it would write null, in its answers and notifications."""

import json
from typing import Any

import pytest
import requests

from smsgate.cli.app import run
from smsgate.sandbox import Fault, Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.listener import Listener


def has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(item is None or has_null(item) for item in value.values())
    return isinstance(value, list) and any(map(has_null, value))


def test_null_is_written_unless_it_is_to_be_left_out(sandbox: Sandbox, send: Ask, ask: Ask) -> None:
    written = send().json()
    assert written["error"] is None
    sandbox.leave_out_nulls("zoomconnect")
    assert send().json().keys() == {"messageId"}
    listed = ask("GET", "messages/all").json()
    assert [message["messageType"] for message in listed["webServiceMessages"]] == ["OUTBOUND"] * 2
    assert not has_null(listed)
    sandbox.leave_out_nulls("zoomconnect", absent=False)
    assert has_null(ask("GET", "messages/all").json())


def test_errors_are_without_null_too_and_so_are_those_of_a_fault(sandbox: Sandbox, send: Ask, ask: Ask) -> None:
    assert has_null(ask("GET", "messages/1").json())
    sandbox.leave_out_nulls("zoomconnect")
    assert ask("GET", "messages/1").json().keys() == {"status", "code", "message", "developerMessage"}
    for fault in (Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.RATE_LIMITED, Fault.NO_CREDIT):
        sandbox.misbehave("zoomconnect", fault)
        assert not has_null(send().json()), fault


def test_a_call_to_the_application_has_no_null_either(sandbox: Sandbox, listener: Listener) -> None:
    def nulls() -> list[bool]:
        """Simulate a reply; say of each call for it whether it has a null."""
        listener.all()
        sandbox.receive("salesmsg", "+12025550123", "Yes")
        sandbox.settle()
        return [has_null(json.loads(heard.body)) for heard in listener.all()]

    sandbox.call_back("salesmsg", listener.url())
    sandbox.settle()  # it probes the URL first
    assert True in nulls()
    sandbox.leave_out_nulls("salesmsg")
    assert set(nulls()) == {False}


def test_a_reset_restores_the_vendors_that_leave_out_nulls() -> None:
    with Sandbox(absent=["salesbox", "zoomconnect"]) as sandbox:
        sandbox.leave_out_nulls("zoomconnect", absent=False)
        sandbox.reset()
        headers = {**sandbox.credentials("zoomconnect"), "Accept": "application/json"}
        answer = requests.get(f"{sandbox.url('zoomconnect')}/messages/1", headers=headers, timeout=10)
        assert not has_null(answer.json())


def test_another_process_switches_it(sandbox: Sandbox, control: Ask, send: Ask) -> None:
    assert control("POST", "nulls", json={"vendor": "zoomconnect"}).status_code == 204
    assert "error" not in send().json()
    assert control("POST", "nulls", json={"vendor": "zoomconnect", "absent": False}).status_code == 204
    assert "error" in send().json()
    assert "no vendor 'hooli'" in control("POST", "nulls", json={"vendor": "hooli"}).json()["error"]
    del sandbox


def test_a_vendor_that_is_not_there_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LookupError, match="no vendor 'hooli'"):
        Sandbox(absent=["hooli"])
    assert run(["sandbox", "--absent", "hooli"]) == 2
    assert "--absent: the sandbox has no vendor 'hooli' (it has: " in capsys.readouterr().err
