import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_salesmsg_sandbox import Salesmsg
from tests.sandbox.listener import Listener

Ask = Callable[..., requests.Response]
Open = Callable[..., int]

NUMBER = "+12019772861"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def received(sandbox: Sandbox, listener: Listener) -> Callable[[], list[Any]]:
    """Return the bodies that were received since the URL was given and probed."""
    sandbox.call_back("salesmsg", listener.url("/hook/secret"))
    sandbox.settle()
    listener.all()

    def received() -> list[Any]:
        sandbox.settle()
        return [json.loads(heard.body) for heard in listener.all()]

    return received


def test_a_url_is_probed_without_a_body_when_it_is_given(sandbox: Sandbox, listener: Listener) -> None:
    listener.answers.extend((405, 404))
    sandbox.call_back("salesmsg", listener.url("/other"))
    sandbox.settle()
    assert [(heard.method, heard.path, heard.body) for heard in listener.all()] == [
        ("HEAD", "/other", ""),
        ("GET", "/other", ""),
    ]
    last = sandbox.calls("salesmsg")[-2:]
    assert [(call.kind, call.method, call.status) for call in last] == [("probe", "HEAD", 405), ("probe", "GET", 404)]


def test_a_reply_is_an_event_with_its_message_as_the_api_shows_it(
    sandbox: Sandbox, ask: Ask, converse: Open, received: Callable[[], list[Any]]
) -> None:
    conversation = converse()
    received()
    reply_id = sandbox.receive("salesmsg", NUMBER, "It's <great>!")
    [event] = received()
    [shown] = ask("GET", f"messages/{conversation}").json()
    assert event["event"] == "message.received"
    assert list(event["data"]) == ["message", "contact", "user", "number", "inbox"]
    assert event["data"]["message"] == shown
    assert (str(shown["id"]), shown["status"], shown["body_raw"]) == (reply_id, "received", "It's <great>!")
    assert event["data"]["contact"]["number"] == NUMBER
    assert event["data"]["user"] == {"id": 0}
    assert event["data"]["number"]["id"] == 2
    assert event["data"]["inbox"] == {"id": 16, "name": "Sales", "organization_id": 1}


def test_a_text_that_leaves_is_an_event_and_its_delivery_is_none(
    sandbox: Sandbox, ask: Ask, converse: Open, received: Callable[[], list[Any]]
) -> None:
    conversation = converse()
    received()
    sent = ask("POST", f"messages/{conversation}", json={"message": "hi"}).json()
    assert received() == []
    sandbox.advance(timedelta(days=1))
    [event] = received()
    message = event["data"]["message"]
    assert (event["event"], message["id"], message["status"]) == ("message.sent", sent["id"], "sent")
    assert message["delivered_at"] == ""  # as it was when it left, although it has arrived by now


def test_a_text_to_a_contact_that_cannot_be_texted_fails_at_once(
    sandbox: Sandbox, ask: Ask, converse: Open, received: Callable[[], list[Any]]
) -> None:
    conversation = converse()
    sandbox.change_account("salesmsg", "flag_contact", number=NUMBER, is_blocked=True)
    received()
    ask("POST", f"messages/{conversation}", json={"message": "hi"})
    sandbox.advance(MINUTE)
    assert received() == []


def test_contacts_that_come_and_change_are_events(ask: Ask, add: Open, received: Callable[[], list[Any]]) -> None:
    contact = add(first_name="Ann")
    [created] = received()  # before it changes: a call shows what the contact is when it is made
    ask("PUT", f"contacts/{contact}", json={"number": NUMBER, "first_name": "Anne"})
    ask("PUT", "contacts/opt-out", params={"contact_id": contact})
    names = [(event["event"], event["data"]["contact"]["first_name"]) for event in (created, *received())]
    assert names[:2] == [("contact.created", "Ann"), ("contact.updated", "Anne")]


def test_a_stranger_who_texts_stop_is_a_contact_a_message_and_a_change(
    sandbox: Sandbox, received: Callable[[], list[Any]]
) -> None:
    sandbox.receive("salesmsg", NUMBER, "STOP")
    assert [event["event"] for event in received()] == ["contact.created", "message.received", "contact.updated"]


def test_an_event_that_is_not_acknowledged_is_sent_again_with_growing_pauses(
    sandbox: Sandbox, listener: Listener
) -> None:
    listener.answers.extend((500, 302, 404, 503, 500))
    sandbox.receive("salesmsg", NUMBER, "hi")  # the first event, of the new contact, is received by none
    pauses = Salesmsg().retries
    assert list(pauses) == sorted(set(pauses))
    for _ in pauses:
        sandbox.advance(timedelta(seconds=1))
        sandbox.settle()
    received = [call for call in sandbox.calls("salesmsg") if "message.received" in call.body]
    assert [call.attempt for call in received] == list(range(1, len(received) + 1))
    assert [call.acknowledged for call in received] == [False] * (len(received) - 1) + [True]
    assert len({heard.body for heard in listener.all()}) == 2
    assert len({call.message_id for call in received}) == 1


def test_after_the_last_pause_an_event_is_given_up(sandbox: Sandbox, listener: Listener) -> None:
    listener.answers.extend([500] * 100)
    sandbox.receive("salesmsg", NUMBER, "hi")
    for _ in range(10):
        sandbox.advance(timedelta(hours=1))
        sandbox.settle()
    received = [call.attempt for call in sandbox.calls("salesmsg") if "message.received" in call.body]
    assert received == [1, 2, 3, 4]


def test_a_probe_and_another_attempt_are_not_disturbed(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.disturb("salesmsg", copies=2, hold=True)
    sandbox.call_back("salesmsg", listener.url())
    sandbox.receive("salesmsg", NUMBER, "hi")
    sandbox.settle()
    assert [heard.method for heard in listener.all()] == ["HEAD", "GET"]
    listener.answers.extend([500] * 4)
    sandbox.release("salesmsg")
    sandbox.advance(MINUTE)
    sandbox.settle()
    attempts = [call.attempt for call in sandbox.calls("salesmsg") if call.kind == "event"]
    assert attempts == [1, 1, 1, 1, 2, 2, 2, 2]


def test_an_event_of_a_text_may_come_before_the_answer_to_the_request_that_sent_it(
    sandbox: Sandbox, ask: Ask, converse: Open, listener: Listener
) -> None:
    conversation = converse()
    sandbox.settle()
    listener.all()
    sandbox.disturb("salesmsg", early=True)
    sent = ask("POST", f"messages/{conversation}", json={"message": "hi"}).json()
    assert [json.loads(heard.body)["data"]["message"]["id"] for heard in listener.all()] == [sent["id"]]
