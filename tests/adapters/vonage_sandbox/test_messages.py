"""What the sandbox answers to messages, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox

Ask = Callable[..., requests.Response]


def test_a_text_goes_out_and_is_charged(sandbox: Sandbox, send: Ask, ask: Ask) -> None:
    answer = send(client_ref="order-4711", ttl=3600)
    assert answer.status_code == 202
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.json()["message_uuid"])
    [text] = sandbox.texts
    assert (text.to, text.text, text.sender, text.reference) == ("+27821234567", "hello", "+27600000000", "order-4711")
    assert ask("GET", "account/get-balance").json() == {"value": 0.9667, "autoReload": False}


def test_a_picture_goes_out_with_its_caption(sandbox: Sandbox, send: Ask) -> None:
    image = {"url": "https://example.com/a.png", "caption": "Look"}
    assert send(channel="mms", message_type="image", text=None, image=image).status_code == 202
    assert [text.text for text in sandbox.texts] == ["Look"]


@pytest.mark.parametrize(
    ("fields", "code", "title"),
    [
        ({"channel": "whatsapp"}, 1400, "Unsupported channel"),
        ({"channel": "mms"}, 1440, "Invalid message type"),
        ({"message_type": "image"}, 1440, "Invalid message type"),
        ({"to": "+27821234567"}, 1430, "Invalid recipient"),
        ({"to": "0821234567"}, 1430, "Invalid recipient"),
        ({"to": None}, 1430, "Invalid recipient"),
        ({"to": "27820000400"}, 1430, "Invalid recipient"),
        ({"from": None}, 1420, "Invalid sender"),
        ({"from": "ACME & Sons"}, 1420, "Invalid sender"),
        ({"from": "ALongerName1"}, 1420, "Invalid sender"),
        ({"client_ref": "r" * 41}, 1450, "Invalid client reference"),
        ({"ttl": 19}, 1020, "Invalid params"),
        ({"ttl": 604_801}, 1020, "Invalid params"),
        ({"ttl": True}, 1020, "Invalid params"),
        ({"ttl": "60"}, 1020, "Invalid params"),
        ({"text": ""}, 1020, "Invalid params"),
        ({"text": "x" * 1001}, 1020, "Invalid params"),
        ({"txet": "hello"}, 1020, "Invalid params"),
        ({"channel": "mms", "message_type": "image", "text": None, "image": {"caption": "x"}}, 1020, "Invalid params"),
    ],
    ids=str,
)
def test_what_the_description_does_not_allow_is_refused(
    sandbox: Sandbox, send: Ask, fields: dict[str, Any], code: int, title: str
) -> None:
    answer = send(**fields)
    problem = answer.json()
    assert (answer.status_code, problem["title"]) == (422, title)
    assert problem["type"].endswith(f"#{code}")
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    assert sandbox.texts == ()


@pytest.mark.parametrize("body", ["", "[]", "{", '"text"'])
def test_what_is_no_json_object_is_refused(ask: Ask, body: str) -> None:
    answer = ask("POST", "v1/messages", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"].partition("#")[2]) == (422, "invalid-json")


def test_without_credit_no_text_goes_out(sandbox: Sandbox, send: Ask) -> None:
    answers = [send(to=f"2782123456{number % 10}").status_code for number in range(31)]
    assert (answers.count(202), answers[-1]) == (30, 402)
    assert send(to="27820000402").json()["title"] == "Low balance"
    assert len(sandbox.texts) == 30


@pytest.mark.parametrize("path", ["v1/messages", "v1/redact/transaction"])
def test_wrong_credentials_are_refused(ask: Ask, path: str) -> None:
    for auth in (("abcd1234", "wrong"), ("", "")):
        answer = ask("POST", path, json={}, auth=auth)
        assert (answer.status_code, answer.json()["type"].partition("#")[2]) == (401, "unathorized")
    assert ask("GET", "nowhere").status_code == 404


def test_a_person_who_opted_out_gets_nothing(sandbox: Sandbox, send: Ask) -> None:
    assert send(to="27820002003").status_code == 202
    assert sandbox.texts == ()
