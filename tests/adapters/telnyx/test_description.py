"""What is asked is what Telnyx's own API description allows, and what it may answer is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsgate import (
    Answer,
    DeliveryReport,
    Direction,
    Doubt,
    Message,
    Provider,
    ProviderError,
    Reply,
    SmsgateError,
    Submission,
    WebhookCall,
    WebhookError,
)
from smsgate.engine import run
from smsgate.testing import StubTransport, answer
from smsgate_telnyx import Telnyx, TelnyxExtras, TelnyxSettings
from tests.vendor_description import Description, description

FILE, HOST = "telnyx-messaging.yaml", "https://api.telnyx.com/v2"
ID, PROFILE = "40385f64-5717-4562-b3fc-2c963f66afa6", "4000eba1-a0c0-4563-9925-b25e842a7cb6"
MESSAGE = Message("+27821234567", "Your code is 4711", sender="+13125550001")
EMPTY = answer(200, {"data": []})


def provider(says: Any) -> tuple[Provider, StubTransport]:
    stub = StubTransport(says)
    read = TelnyxSettings(api_key="KEY0123-of-the-tests", messaging_profile_id=PROFILE, read_attempts=1)
    return Provider("tel", Telnyx(read, provider="tel"), stub), stub


def sent(message: Message) -> Callable[[Provider], object]:
    address = Submission.new()
    full = Submission(address.id, callback_url=f"https://example.com/sms/tel/secret/{address.id}")
    return lambda at: run(at.core.submit(message, full))


def extras(at: Provider) -> TelnyxExtras:
    assert isinstance(at.vendor, TelnyxExtras)
    return at.vendor


ASKED: dict[str, Callable[[Provider], object]] = {
    "send": sent(MESSAGE),
    "send from a pool": sent(Message("+27821234567", "hello")),
    "send as a name": sent(Message("+27821234567", "hello", sender="ACME")),
    "send later": sent(Message("+27821234567", "hello", send_at=datetime.now(UTC) + timedelta(hours=1))),
    "send media": sent(Message("+13125550002", "", sender="+13125550001", media=["https://example.com/a.png"])),
    "status": lambda at: at.status(ID),
    "cancel": lambda at: extras(at).cancel(ID),
    "balance": lambda at: at.balance(),
    "opt-outs of all profiles": lambda at: [*at.opt_outs.list()],
    "opt-outs": lambda at: extras(at).opt_outs(profile=PROFILE, sender="+13125550001"),
    "records": lambda at: [
        *at.messages.list(
            direction=Direction.OUTBOUND, to="+27821234567", since=date(2026, 1, 1), until=date(2026, 1, 2)
        )
    ],
    "replies": lambda at: [*at.replies(datetime.now(UTC))],
    "reconcile": lambda at: at.reconcile(Doubt(MESSAGE, datetime.now(UTC))),
}


@pytest.mark.parametrize("operation", ASKED)
def test_a_request_is_one_that_the_description_allows(operation: str) -> None:
    described = description(FILE)
    at, stub = provider(lambda _: EMPTY)
    with suppress(SmsgateError):  # the answer is not what is tested
        ASKED[operation](at)
    assert stub.requests
    for request in stub.requests:
        described.check(request, HOST, at.core.adapter.headers())


NEEDED = {"data": ["id", "to"], "data.to[]": ["status", "phone_number"], "": ["data"]}
OPERATIONS: dict[str, tuple[str, str, dict[str, list[str]], Callable[[Provider], object]]] = {
    "send": ("POST", "/messages", NEEDED, lambda at: at.send(MESSAGE)),
    "get": ("GET", "/messages/{id}", NEEDED, lambda at: at.messages.get(ID)),
    "cancel": ("DELETE", "/messages/{id}", {"": ["id"]}, lambda at: extras(at).cancel(ID)),
    "records": ("GET", "/detail_records", {}, lambda at: [*at.messages.list()]),
    "opt-outs": ("GET", "/messaging_optouts", {}, lambda at: extras(at).opt_outs()),
    "replies": ("GET", "/webhook_deliveries", {}, lambda at: [*at.replies(datetime.now(UTC))]),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_that_the_description_allows_is_read(operation: str) -> None:
    method, path, needed, ask = OPERATIONS[operation]
    described = description(FILE)

    @settings(max_examples=25, deadline=None, suppress_health_check=[*HealthCheck])
    @given(described.answers(method, path, "200", needed=needed))
    def read(said: Answer) -> None:
        ask(provider(once(said))[0])

    read()
    for said in described.examples(method, path, "200"):
        ask(provider(once(said))[0])


def once(said: Answer) -> Callable[[Any], Answer]:
    """Give an answer to the first page, and then the end of the list."""
    answers = iter([said])
    return lambda _: next(answers, EMPTY)


def test_a_refusal_that_the_description_allows_is_an_error_with_its_code() -> None:
    described = description(FILE)

    @settings(max_examples=25, deadline=None, suppress_health_check=[*HealthCheck])
    @given(described.answers("POST", "/messages", "4XX", needed={"": ["errors"]}))
    def read(said: Answer) -> None:
        errors = said.raw()["errors"]
        with pytest.raises(ProviderError) as raised:
            provider(lambda _: said)[0].send(MESSAGE)
        assert isinstance(errors, list)
        assert raised.value.code == (errors[0]["code"][:20] or "422" if errors else "422")

    read()


@pytest.mark.parametrize(
    ("name", "kind"), [("deliveryUpdate", "message.finalized"), ("inboundMessage", "message.received")]
)
def test_a_call_that_the_description_allows_is_read(name: str, kind: str) -> None:
    described = description(FILE)
    adapter = provider(())[0].core.adapter
    assert isinstance(adapter, Telnyx)

    @settings(max_examples=25, deadline=None, suppress_health_check=[*HealthCheck])
    @given(bodies(described, name))
    def read(body: Any) -> None:
        [event, *_] = adapter.read_webhook(call({**body, "data": {**body["data"], "event_type": kind}})).events
        assert isinstance(event, Reply | DeliveryReport)
        assert (event.raw["id"], isinstance(event, Reply)) == (body["data"]["payload"]["id"], name == "inboundMessage")

    read()


def bodies(described: Description, name: str) -> st.SearchStrategy[object]:
    content = described.document["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]
    needed = {"": ["data"], "data": ["payload", "event_type"], "data.payload": ["id"]}
    return described.values(content["schema"], needed=needed)


def call(body: object) -> WebhookCall:
    return WebhookCall(method="POST", headers={"content-type": "application/json"}, body=json.dumps(body).encode())


def test_a_call_without_a_message_is_refused() -> None:
    adapter = provider(())[0].core.adapter
    assert isinstance(adapter, Telnyx)
    with pytest.raises(WebhookError, match="payload"):
        adapter.read_webhook(call({"data": {"event_type": "message.sent", "payload": None}}))
