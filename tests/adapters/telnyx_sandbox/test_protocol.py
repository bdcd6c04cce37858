"""What the sandbox answers and calls, as bytes on the wire: it is strict where an adapter could be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_telnyx_sandbox import Telnyx
from tests.sandbox.listener import listening

Ask = Callable[..., requests.Response]
PROFILE, NUMBER, ADA = "4000eba1-a0c0-4563-9925-b25e842a7cb6", "+13125550001", "+27821234567"
MESSAGE = {"to": ADA, "text": "Your code is 4711", "from": NUMBER}


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[Telnyx(delivery=timedelta(minutes=1))]) as sandbox:
        yield sandbox


@pytest.fixture(name="ask")
def _ask(sandbox: Sandbox) -> Iterator[Ask]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('telnyx')['api_key']}"

        def ask(method: str, path: str, **options: Any) -> requests.Response:
            return session.request(method, f"{sandbox.url('telnyx')}/{path}", timeout=10, **options)

        yield ask


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def test_a_message_is_answered_with_its_recipients_status(ask: Ask) -> None:
    sent = ask("POST", "messages", json=MESSAGE).json()["data"]
    assert sent["to"] == [{"phone_number": ADA, "status": "queued", "line_type": ""}]
    assert (sent["parts"], sent["encoding"], sent["errors"]) == (1, "GSM-7", [])


def test_without_the_key_everything_is_refused(sandbox: Sandbox) -> None:
    for path in ("messages/1", "balance", "detail_records"):
        answered = requests.get(f"{sandbox.url('telnyx')}/{path}", timeout=10)
        assert code(answered) == (401, "10009")


REFUSED: dict[str, tuple[dict[str, object], tuple[int, str]]] = {
    "a field that is not described": ({"message": "x"}, (400, "10015")),
    "a wrong type": ({"text": 7}, (400, "10015")),
    "an empty text": ({"text": ""}, (400, "10004")),
    "a number without a plus": ({"to": "27821234567"}, (400, "40310")),
    "a name without a profile": ({"from": "ACME"}, (400, "10004")),
    "a name of twelve letters": ({"from": "ABCDEFGHIJKL", "messaging_profile_id": PROFILE}, (400, "40305")),
    "another profile": ({"messaging_profile_id": "5" + PROFILE[1:]}, (400, "40305")),
    "no time": ({"send_at": "tomorrow"}, (400, "10015")),
    "eleven parts": ({"text": "x" * 1531}, (400, "40302")),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_a_wrong_request_is_refused_and_nothing_is_sent(sandbox: Sandbox, ask: Ask, wrong: str) -> None:
    fields, expected = REFUSED[wrong]
    assert code(ask("POST", "messages", json={**MESSAGE, **fields})) == expected
    assert sandbox.texts == ()


def test_a_filter_that_is_not_described_and_a_page_that_is_none_are_refused(ask: Ask) -> None:
    for query in ({"filter[text]": "x"}, {"page[number]": "0"}, {"page[size]": "51"}, {"page[size]": "many"}):
        given = {"filter[record_type]": "messaging", **query}
        assert code(ask("GET", "detail_records", params=given)) == (400, "10015")
    assert code(ask("GET", "detail_records")) == (400, "10015")


def test_lists_come_in_pages(sandbox: Sandbox, ask: Ask) -> None:
    ids = [ask("POST", "messages", json=MESSAGE).json()["data"]["id"] for _ in range(5)]
    sandbox.advance(timedelta(minutes=1))
    read = []
    for number in (1, 2, 3):
        query = {"filter[record_type]": "messaging", "page[number]": number, "page[size]": 2, "sort": "-created_at"}
        answered = ask("GET", "detail_records", params=query).json()
        assert answered["meta"] == {"page_number": number, "page_size": 2, "total_pages": 3, "total_results": 5}
        read += [record["uuid"] for record in answered["data"]]
    assert read == ids[::-1]


def test_reports_go_to_the_messages_own_address_and_the_official_sdk_takes_them_for_signed(
    sandbox: Sandbox, ask: Ask
) -> None:
    from telnyx.lib.webhook_verification import verify_webhook_signature  # takes seconds: not in every process

    with listening() as listener:
        ask("POST", "messages", json={**MESSAGE, "webhook_url": listener.url("/of-the-message")})
        sandbox.advance(timedelta(minutes=1))
        sandbox.settle()
        calls = listener.all()
    assert [call.path for call in calls] == ["/of-the-message"] * 2
    for call in calls:
        verify_webhook_signature(call.body, call.headers, sandbox.credentials("telnyx")["public_key"])


def test_a_scheduled_message_can_be_cancelled_until_a_minute_before_its_time(sandbox: Sandbox, ask: Ask) -> None:
    at = f"{datetime.now(UTC) + timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"
    first, second = (ask("POST", "messages", json={**MESSAGE, "send_at": at}).json()["data"] for _ in range(2))
    assert first["to"][0]["status"] == "scheduled"
    assert ask("DELETE", f"messages/{first['id']}").json()["to"][0]["status"] == "cancelled"
    sandbox.advance(timedelta(minutes=9, seconds=30))
    assert code(ask("DELETE", f"messages/{second['id']}")) == (403, "10010")
    sandbox.advance(timedelta(minutes=1))
    assert [text.message_id for text in sandbox.texts] == [second["id"]]
