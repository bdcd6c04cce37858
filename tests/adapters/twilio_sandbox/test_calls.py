from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from twilio.request_validator import RequestValidator

from smsgate.sandbox import Sandbox
from tests.adapters.twilio_sandbox.conftest import NUMBER, PERSON, Api
from tests.sandbox.listener import Listener, ReceivedCall, listening


@pytest.fixture(name="listener")
def _listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def is_signed(sandbox: Sandbox, listener: Listener, call: ReceivedCall) -> bool:
    validator = RequestValidator(sandbox.credentials("twilio")["auth_token"])
    return bool(validator.validate(listener.url(call.path), call.form, call.headers["X-Twilio-Signature"]))


def test_each_status_after_the_first_is_reported_to_the_messages_own_address(
    sandbox: Sandbox, api: Api, listener: Listener
) -> None:
    sid = api.sid(StatusCallback=listener.url("/status?id=1"), To="+27820002001")
    sandbox.advance(timedelta(minutes=1))
    calls = [listener.next(), listener.next()]
    assert [call.form["MessageStatus"] for call in calls] == ["sent", "undelivered"]
    assert [call.form.get("ErrorCode") for call in calls] == [None, "30003"]
    assert {(call.method, call.path, call.content_type) for call in calls} == {
        ("POST", "/status?id=1", "application/x-www-form-urlencoded")
    }
    assert {call.form["MessageSid"] for call in calls} == {sid}
    assert all(is_signed(sandbox, listener, call) for call in calls)


def test_a_message_without_an_address_is_reported_to_the_accounts(
    sandbox: Sandbox, api: Api, listener: Listener
) -> None:
    sandbox.call_back("twilio", listener.url("/all"), kind="report")
    api.sid()
    sandbox.advance(timedelta(minutes=1))
    assert [listener.next().path, listener.next().path] == ["/all", "/all"]


def test_a_reply_is_sent_with_its_signature(sandbox: Sandbox, api: Api, listener: Listener) -> None:
    sandbox.call_back("twilio", listener.url("/reply"), kind="reply")
    sid = sandbox.receive("twilio", PERSON, "Yes & no", message_id=api.sid(From="+15005550100"))
    call = listener.next()
    said = {name: call.form[name] for name in ("MessageSid", "From", "To", "Body", "SmsStatus")}
    assert said == {
        "MessageSid": sid,
        "From": PERSON,
        "To": "+15005550100",
        "Body": "Yes & no",
        "SmsStatus": "received",
    }
    assert is_signed(sandbox, listener, call)
    assert api.ask("GET", f"Messages/{sid}.json").json()["direction"] == "inbound"


def test_a_text_that_answers_nothing_is_received_by_the_accounts_number(sandbox: Sandbox, api: Api) -> None:
    sid = sandbox.receive("twilio", PERSON, "Hello")
    assert api.ask("GET", f"Messages/{sid}.json").json()["to"] == NUMBER


def test_an_answer_to_no_message_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError):
        sandbox.receive("twilio", PERSON, "Hello", message_id="SM1")
