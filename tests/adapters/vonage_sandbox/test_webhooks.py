"""The sandbox's calls, with tokens that the vendor's own SDK verifies."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest
import requests

from smsgate.sandbox import Sandbox
from tests.sandbox.listener import Listener, ReceivedCall

Ask = Callable[..., requests.Response]
MINUTE = timedelta(minutes=1)


def claims_of(sandbox: Sandbox, call: ReceivedCall) -> dict[str, Any]:
    """Return the claims of a call that is signed."""
    token = call.headers["Authorization"].removeprefix("Bearer ")
    secret = sandbox.credentials("vonage")["signature_secret"]
    vonage_jwt = pytest.importorskip("vonage_jwt", reason="the vendor's own SDK verifies the tokens of these tests")
    assert vonage_jwt.verify_signature(token, secret)
    return dict(jwt.decode(token, secret, algorithms=["HS256"]))


def test_each_status_is_reported_and_signed(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.call_back("vonage", listener.url())
    uuid = send(client_ref="order-4711").json()["message_uuid"]
    sandbox.advance(MINUTE)
    sandbox.settle()
    calls = listener.all()
    assert [json.loads(call.body)["status"] for call in calls] == ["submitted", "delivered"]
    for call in calls:
        body, claims = json.loads(call.body), claims_of(sandbox, call)
        assert (body["message_uuid"], body["client_ref"], body["channel"]) == (uuid, "order-4711", "sms")
        assert (body["to"], body["from"], call.content_type) == ("27821234567", "27600000000", "application/json")
        assert claims["payload_hash"] == sha256(call.body.encode()).hexdigest()
        assert (claims["api_key"], claims["iss"]) == ("abcd1234", "Vonage")
    assert len({claims_of(sandbox, call)["jti"] for call in calls}) == 2


def test_a_text_s_own_address_goes_before_the_account_s(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.call_back("vonage", listener.url("/account"))
    send(webhook_url=listener.url("/own"), webhook_version="v1")
    sandbox.advance(MINUTE)
    sandbox.settle()
    assert [call.path for call in listener.all()] == ["/own", "/own"]


def test_an_opt_out_is_reported_later(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.call_back("vonage", listener.url())
    send(to="27820002003")
    sandbox.advance(MINUTE)
    sandbox.settle()
    [call] = listener.all()
    body = json.loads(call.body)
    assert (body["status"], body["error"]["title"]) == ("rejected", "1240")
    assert body["error"]["type"].endswith("#1240")


def test_a_person_replies_to_a_text_and_unasked(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.call_back("vonage", listener.url(), kind="inbound")
    uuid = send(**{"from": "27611111111"}).json()["message_uuid"]
    ids = [sandbox.receive("vonage", "+27821234567", "stop it", message_id=uuid)]
    ids += [sandbox.receive("vonage", "+27821234567", "")]
    sandbox.settle()
    calls = listener.all()
    bodies = [json.loads(call.body) for call in calls]
    assert [body["message_uuid"] for body in bodies] == ids
    assert [body["to"] for body in bodies] == ["27611111111", "27600000000"]
    assert [(body["text"], body["sms"]["keyword"]) for body in bodies] == [("stop it", "STOP"), ("", "")]
    assert all(claims_of(sandbox, call) for call in calls)
    with pytest.raises(LookupError, match="no message 'x'"):
        sandbox.receive("vonage", "+27821234567", "hello", message_id="x")


def test_a_call_that_fails_is_repeated(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back("vonage", listener.url())
    listener.answers.extend([503, 500])
    sandbox.receive("vonage", "+27821234567", "hello")
    for _ in range(4):
        sandbox.advance(timedelta(seconds=20))
        sandbox.settle()
    assert len(listener.all()) == 3


def test_the_next_call_may_come_without_a_signature(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back("vonage", listener.url())
    sandbox.change_account("vonage", "leave_unsigned", times=1)
    for text in "ab":
        sandbox.receive("vonage", "+27821234567", text)
    sandbox.settle()
    assert [("Authorization" in call.headers) for call in listener.all()] == [False, True]
