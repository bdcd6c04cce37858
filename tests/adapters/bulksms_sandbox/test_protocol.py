"""The vendor's protocol, asked without the adapter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox
from smsgate_bulksms_sandbox import BulkSms
from tests.sandbox.conftest import listener
from tests.sandbox.listener import Listener

__all__ = ["listener"]

Ask = Callable[..., requests.Response]
MINUTE = timedelta(minutes=1)
ADA, BOB = "+27821234567", "+27821234568"


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[BulkSms(delivery=MINUTE, credit=10, page_size=2)], stall=0.05) as sandbox:
        yield sandbox


@pytest.fixture(name="ask")
def _ask(sandbox: Sandbox) -> Iterator[Ask]:
    with requests.Session() as session:
        session.trust_env = False
        given = sandbox.credentials("bulksms")
        session.auth = (given["token_id"], given["token_secret"])

        def ask(method: str, path: str, **options: Any) -> requests.Response:
            return session.request(method, f"{sandbox.url('bulksms')}/{path}", timeout=10, **options)

        yield ask


def entry(to: str = ADA, body: str = "Hello", **fields: object) -> dict[str, object]:
    return {"to": [{"type": "INTERNATIONAL", "address": to}], "body": body, **fields}


def send(ask: Ask, *entries: dict[str, object], **query: object) -> list[dict[str, Any]]:
    answer = ask("POST", "messages", json=[*entries] or [entry()], params=query)
    assert answer.status_code == 201, answer.text
    messages: list[dict[str, Any]] = answer.json()
    return messages


def listed(ask: Ask, wanted: str | None = None, **query: object) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = ask("GET", "messages", params={"filter": wanted, **query}).json()
    return messages


# Sending -------------------------------------------------------------------------------------------------------------


def test_a_submission_is_answered_with_a_message_for_each_recipient_without_parts_and_cost(
    sandbox: Sandbox, ask: Ask
) -> None:
    first, second = send(ask, entry(userSuppliedId="a"), entry(BOB, "Привет", encoding="UNICODE"))
    assert (first["to"], first["body"], first["userSuppliedId"]) == ("27821234567", "Hello", "a")
    assert (first["status"], first["creditCost"]) == (
        {"id": "ACCEPTED.null", "type": "ACCEPTED", "subtype": None},
        None,
    )
    assert first["submission"] == second["submission"]
    assert [text.text for text in sandbox.texts] == ["Hello", "Привет"]
    assert ask("GET", f"messages/{first['id']}").json()["numberOfParts"] == 1


def test_a_call_with_a_key_that_was_there_before_sends_nothing_and_is_answered_as_the_first(
    sandbox: Sandbox, ask: Ask
) -> None:
    query = {"deduplication-id": 4711}
    first = send(ask, **query)
    sandbox.advance(timedelta(hours=11))
    assert send(ask, **query) == first
    assert send(ask, entry(BOB, "Other"), **query) == first
    assert sandbox.counts("bulksms") == {"repeated": 2}
    sandbox.advance(timedelta(hours=2))
    assert send(ask, **query) != first
    assert len(sandbox.texts) == 2


def test_a_call_that_was_refused_leaves_its_key_free(sandbox: Sandbox, ask: Ask) -> None:
    sandbox.misbehave("bulksms", Fault.NO_CREDIT)
    assert ask("POST", "messages", json=[entry()], params={"deduplication-id": 7}).status_code == 403
    assert len(send(ask, **{"deduplication-id": 7})) == 1


def test_a_text_is_changed_as_the_description_says(sandbox: Sandbox, ask: Ask) -> None:
    send(ask, entry(body="Dear {fn###} {F0#}, 5 ` 👍"), entry(body="5 ` 👍", encoding="UNICODE"))
    assert [text.text for text in sandbox.texts] == ["Dear  , 5 ? ?", "5 ` 👍"]


@pytest.mark.parametrize(
    "fields",
    [
        {"to": [{"type": "INTERNATIONAL", "address": "082 123"}]},
        {"to": [{"type": "GROUP", "name": "Everyone"}]},
        {"to": "+27821234567"},
        {"to": []},
        {"body": ""},
        {"body": 5},
        {"body": "a" * 460},
        {"body": "a" * 161, "longMessageMaxParts": 1},
        {"body": "Я" * 71, "longMessageMaxParts": 1, "encoding": "UNICODE"},
        {"encoding": "BINARY"},
        {"userSuppliedId": "a" * 21},
        {"from": {"type": "ALPHANUMERIC", "address": "A name too long"}},
        {"from": {"type": "SHORTCODE", "address": "1234567"}},
        {"from": {"type": "REPLIABLE", "address": "27600000000"}},
        {"from": "ACME"},
        {"unknown": 1},
    ],
)
def test_one_wrong_entry_refuses_all(sandbox: Sandbox, ask: Ask, fields: dict[str, object]) -> None:
    answer = ask("POST", "messages", json=[entry(BOB), entry() | fields])
    assert (answer.status_code, answer.json()["type"].partition("#")[2]) == (400, "bad-request")
    assert {*answer.json()} == {"type", "title", "status", "detail"}
    assert sandbox.texts == ()


@pytest.mark.parametrize(
    "query",
    [{"deduplication-id": 2**31}, {"deduplication-id": "x"}, {"schedule-date": "tomorrow"}, {"auto": "true"}],
)
def test_a_wrong_parameter_refuses_the_call(sandbox: Sandbox, ask: Ask, query: dict[str, object]) -> None:
    assert ask("POST", "messages", json=[entry()], params=query).status_code == 400
    assert sandbox.texts == ()


@pytest.mark.parametrize("body", ["", "{", "5", "[]", "{}", "[5]", "null", '[{"to": [5], "body": "x"}]'])
def test_what_is_no_list_of_entries_is_refused(ask: Ask, body: str) -> None:
    assert ask("POST", "messages", data=body).status_code == 400


def test_credit_is_taken_for_each_part_and_a_call_that_it_does_not_pay_for_is_refused_whole(
    sandbox: Sandbox, ask: Ask
) -> None:
    send(ask, entry(body="a" * 400))
    assert ask("GET", "profile").json()["credits"]["balance"] == 7
    answer = ask("POST", "messages", json=[entry(), entry(body="a" * 1000, longMessageMaxParts=9)])
    assert (answer.status_code, answer.json()["title"]) == (403, "Insufficient Credits")
    assert len(sandbox.texts) == 1


def test_wrong_credentials_are_refused(sandbox: Sandbox) -> None:
    for given in (("BULKSMS-SANDBOX-01", "no"), ("no", "bulksms-sandbox-secret"), None):
        answer = requests.get(f"{sandbox.url('bulksms')}/profile", auth=given, timeout=10)
        assert (answer.status_code, answer.json()["status"]) == (401, 401)


# Lists ---------------------------------------------------------------------------------------------------------------


def test_a_page_has_fewer_messages_than_asked_for_and_the_next_one_begins_below_its_last_id(ask: Ask) -> None:
    ids = [send(ask)[0]["id"] for _ in range(3)]
    assert [each["id"] for each in listed(ask, limit=100)] == [ids[2], ids[1]]
    assert [each["id"] for each in listed(ask, f"id<{ids[1]}")] == [ids[0]]
    assert listed(ask, f"id<{ids[0]}") == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("userSuppliedId=a", 1),
        ("userSuppliedId=b", 0),
        ("type=SENT", 1),
        ("type=RECEIVED", 1),
        ("status.type=DELIVERED", 1),
        ("status.id=DELIVERED.null", 1),
        ("status.id=FAILED.EXPIRED", 0),
        ("type=SENT&status.type=DELIVERED&userSuppliedId=a", 1),
        ("type=RECEIVED&userSuppliedId=a", 0),
        ("submission.date>=2026-01-01T00:00:00Z", 2),
        ("submission.date<2026-01-01T00:00:00+02:00", 0),
    ],
)
def test_messages_fit_every_clause_of_the_filter(sandbox: Sandbox, ask: Ask, wanted: str, found: int) -> None:
    send(ask, entry(userSuppliedId="a"))
    sandbox.advance(2 * MINUTE)
    sandbox.receive("bulksms", ADA, "Yes")
    assert len(listed(ask, wanted)) == found


@pytest.mark.parametrize(
    "wanted", ["", "to=27821234567", "id=5", "type<SENT", "id<five", "submission.date>=today", "x"]
)
def test_a_clause_that_is_not_documented_is_refused(ask: Ask, wanted: str) -> None:
    send(ask)
    assert ask("GET", "messages", params={"filter": wanted or "&"}).status_code == 400


def test_a_scheduled_message_is_there_from_its_date_on(sandbox: Sandbox, ask: Ask) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    [message] = send(ask, **{"schedule-date": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
    assert (message["status"]["type"], listed(ask), sandbox.texts) == ("SCHEDULED", [], ())
    assert ask("GET", f"messages/{message['id']}").status_code == 404
    sandbox.advance(timedelta(hours=1))
    assert [each["id"] for each in listed(ask)] == [message["id"]]
    assert len(sandbox.texts) == 1


# What comes back -----------------------------------------------------------------------------------------------------


def test_a_text_is_reported_sent_and_delivered_in_arrays_with_the_vendors_headers(
    sandbox: Sandbox, ask: Ask, listener: Listener
) -> None:
    sandbox.call_back("bulksms", listener.url("/hook?secret=s"))
    [message] = send(ask, entry(userSuppliedId="a"))
    sandbox.advance(2 * MINUTE)
    sandbox.settle()
    calls = listener.all()
    assert [call.path for call in calls] == ["/hook?secret=s"] * 2
    assert {call.headers["X-BulkSMS-Event"] for call in calls} == {"status-report"}
    bodies = [json.loads(call.body) for call in calls]
    assert [[each["status"]["type"] for each in body] for body in bodies] == [["SENT"], ["DELIVERED"]]
    assert {each["id"] for body in bodies for each in body} == {message["id"]}


def test_a_reply_names_the_last_message_without_a_sender_of_its_own(
    sandbox: Sandbox, ask: Ask, listener: Listener
) -> None:
    sandbox.call_back("bulksms", listener.url(), kind="reply")
    [message] = send(ask)
    send(ask, entry() | {"from": {"type": "ALPHANUMERIC", "address": "ACME"}})
    sandbox.receive("bulksms", ADA, "Yes")
    [reply] = json.loads(listener.next().body)
    assert (reply["type"], reply["from"], reply["body"]) == ("RECEIVED", "27821234567", "Yes")
    assert reply["relatedSentMessageId"] == message["id"]


def test_the_other_style_has_objects_and_no_type(sandbox: Sandbox, ask: Ask, listener: Listener) -> None:
    send(ask)
    sandbox.call_back("bulksms", listener.url(), style="nested")
    sandbox.receive("bulksms", ADA, "Yes")
    [reply] = json.loads(listener.next().body)
    assert (reply["from"], reply["body"]) == ({"type": "INTERNATIONAL", "address": ADA}, {"value": "Yes"})
    assert "type" not in reply


def test_a_call_that_was_not_answered_is_repeated_after_the_vendors_pauses(
    sandbox: Sandbox, listener: Listener
) -> None:
    assert [pause.seconds for pause in BulkSms().retries] == [90, 180, 360, 720]
    sandbox.call_back("bulksms", listener.url(), kind="reply")
    listener.answers.append(500)
    sandbox.receive("bulksms", ADA, "Yes")
    sandbox.settle()
    sandbox.advance(timedelta(seconds=91))
    sandbox.settle()
    assert [call.attempt for call in sandbox.calls("bulksms")] == [1, 2]
    assert len(listener.all()) == 2


def test_a_number_that_is_blocked_is_charged_and_gets_no_text(sandbox: Sandbox, ask: Ask) -> None:
    sandbox.receive("bulksms", ADA, " Stop ")
    answer = ask("POST", "blocked-numbers", json=[BOB, ADA])
    assert (answer.status_code, answer.content) == (200, b"")
    blocked = ask("GET", "blocked-numbers").json()
    assert blocked == [{"id": 1, "phoneNumber": "27821234567"}, {"id": 2, "phoneNumber": "27821234568"}]
    assert ask("GET", "blocked-numbers", params={"min-id": 2, "limit": 1}).json() == blocked[1:]
    send(ask, entry(), entry(BOB))
    sandbox.advance(2 * MINUTE)
    assert {each["status"]["id"] for each in listed(ask, "type=SENT")} == {"FAILED.BLOCKED"}
    assert (sandbox.texts, ask("GET", "profile").json()["credits"]["balance"]) == ((), 8)


def test_a_reply_to_no_message_is_a_lookup_error(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match="no message '5'"):
        sandbox.receive("bulksms", ADA, "Yes", message_id="5")
