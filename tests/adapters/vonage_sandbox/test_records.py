"""Reports and Redact of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_vonage_sandbox import Vonage

Ask = Callable[..., requests.Response]
BASE = {"account_id": "abcd1234", "product": "MESSAGES", "direction": "outbound"}


def day(**more: str) -> dict[str, str]:
    now = datetime.now(UTC)
    start, end = now - timedelta(hours=12), now + timedelta(hours=12)
    return {**BASE, "date_start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "date_end": f"{end:%Y-%m-%dT%H:%M:%S+0000}", **more}


def records(ask: Ask, query: dict[str, str]) -> list[dict[str, Any]]:
    answer = ask("GET", "v2/reports/records", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["records"])


def test_a_record_follows_its_text(sandbox: Sandbox, send: Ask, ask: Ask) -> None:
    uuid = send(client_ref="order-4711").json()["message_uuid"]
    [record] = records(ask, {**BASE, "id": uuid})
    assert (record["message_id"], record["status"], record["client_ref"]) == (uuid, "submitted", "order-4711")
    assert (record["to"], record["from"]) == ("27821234567", "27600000000")
    assert "message_body" not in record
    sandbox.advance(timedelta(minutes=1))
    [record] = records(ask, {**BASE, "id": uuid, "include_message": "true"})
    assert (record["status"], record["message_body"]) == ("delivered", "hello")


@pytest.mark.parametrize(
    ("to", "end"),
    [
        ("27820002001", ("undeliverable", "1260")),
        ("27820002003", ("rejected", "1240")),
        ("27820002004", ("rejected", "1330")),
        ("27820002005", ("submitted", None)),
    ],
)
def test_a_magic_number_ends_as_it_says(
    sandbox: Sandbox, send: Ask, ask: Ask, to: str, end: tuple[str, str | None]
) -> None:
    uuid = send(to=to).json()["message_uuid"]
    sandbox.advance(timedelta(minutes=1))
    [record] = records(ask, {**BASE, "id": uuid})
    assert (record["status"], record["error_code"]) == end


def test_a_list_comes_in_pages(send: Ask, ask: Ask) -> None:
    uuids = [send().json()["message_uuid"] for _ in range(5)]
    found: list[str] = []
    query = day()
    for _ in range(3):
        body = ask("GET", "v2/reports/records", params=query).json()
        found += [record["message_id"] for record in body["records"]]
        query |= {name: body[name] for name in ("cursor", "iv") if name in body}
    assert (found, body["request_status"]) == (uuids, "SUCCESS")
    assert records(ask, day(direction="inbound")) == records(ask, day(product="SMS")) == []


def test_ids_that_are_not_there_are_named(send: Ask, ask: Ask) -> None:
    uuid = send().json()["message_uuid"]
    body = ask("GET", "v2/reports/records", params={**BASE, "id": f"{uuid},x"}).json()
    assert ([record["message_id"] for record in body["records"]], body["ids_not_found"]) == ([uuid], "x")


@pytest.mark.parametrize(
    "query",
    [
        BASE,
        {**BASE, "id": "1", "date_start": "2024-01-01T00:00:00Z", "date_end": "2024-01-02T00:00:00Z"},
        {**BASE, "id": ",".join("abcdefghijklmnopqrstu")},
        {**BASE, "date_start": "2024-01-01T00:00:00Z"},
        {**BASE, "date_start": "2024-01-01T00:00:00Z", "date_end": "2024-01-02T00:00:01Z"},
        {**BASE, "date_start": "2024-01-01T00:00:00Z", "date_end": "2024-01-01T00:00:00Z"},
        {**BASE, "date_start": "9024-01-01T00:00:00Z", "date_end": "9024-01-01T12:00:00Z"},
        {**BASE, "date_start": "yesterday", "date_end": "2024-01-02T00:00:00Z"},
        {**BASE, "id": "1", "to": "27821234567"},
        {**BASE, "id": "1", "product": "FAX"},
        {**BASE, "id": "1", "direction": "both"},
        {**BASE, "id": "1", "cursor": "2"},
    ],
    ids=str,
)
def test_a_query_that_the_description_does_not_have_is_refused(ask: Ask, query: dict[str, str]) -> None:
    answer = ask("GET", "v2/reports/records", params=query)
    assert (answer.status_code, answer.json()["title"]) == (422, "Unprocessable entity")


def test_another_account_s_records_are_not_shown(ask: Ask) -> None:
    assert ask("GET", "v2/reports/records", params={**BASE, "id": "1", "account_id": "zyxw9876"}).status_code == 403


def test_a_record_is_redacted_after_an_hour(sandbox: Sandbox, send: Ask, ask: Ask) -> None:
    uuid = send().json()["message_uuid"]
    body = {"id": uuid, "product": "messages", "type": "outbound"}
    early = ask("POST", "v1/redact/transaction", json=body)
    assert (early.status_code, early.json()["title"]) == (403, "Premature Redaction")
    sandbox.advance(timedelta(hours=1))
    for other in ({"product": "sms"}, {"type": "inbound"}, {"id": "x"}):
        assert ask("POST", "v1/redact/transaction", json={**body, **other}).status_code == 404
    assert ask("POST", "v1/redact/transaction", json={**body, "product": "fax"}).status_code == 422
    assert ask("POST", "v1/redact/transaction", json=body).status_code == 204
    [record] = records(ask, {**BASE, "id": uuid, "include_message": "true"})
    assert {record["to"], record["from"], record["message_body"]} == {"REDACTED"}


def test_texts_may_be_among_the_records_of_the_other_product() -> None:
    with Sandbox(vendors=[Vonage(product="SMS")]) as sandbox, requests.Session() as session:
        session.trust_env = False
        own = sandbox.credentials("vonage")
        session.auth = (own["api_key"], own["api_secret"])
        message = {"message_type": "text", "channel": "sms", "to": "27821234567", "from": "ACME", "text": "hello"}
        session.post(f"{sandbox.url('vonage')}/v1/messages", json=message, timeout=10)
        found = [
            len(
                session.get(f"{sandbox.url('vonage')}/v2/reports/records", params=day(product=name), timeout=10).json()[
                    "records"
                ]
            )
            for name in ("MESSAGES", "SMS")
        ]
    assert found == [0, 1]
