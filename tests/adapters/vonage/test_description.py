"""What the adapter asks is what the vendor's own API description allows, and it reads all that this may answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, repeat
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgate import (
    Answer,
    Balance,
    DeliveryReport,
    Direction,
    Doubt,
    MalformedAnswerError,
    Media,
    Message,
    NotFoundError,
    Provider,
    ProviderError,
    Reply,
    Request,
    Submission,
    UnknownOutcomeError,
    VendorEvent,
    VerifiesWebhooks,
    WebhookCall,
    WebhookError,
)
from smsgate.testing import StubTransport, answer
from smsgate_vonage import Vonage, VonageSettings
from tests.adapters.vonage.callbacks import KEY, UUID
from tests.adapters.vonage.test_contract import RECORD, listed
from tests.vendor_description import Description, description

API, ACCOUNT = "https://api.nexmo.com", "https://rest.nexmo.com"
BASIC = {"Authorization": "Basic YTpi"}
HELLO = Message("+27821234567", "Your code is 4711", sender="+27600000000", reference="order-4711")
FILE = evolve(HELLO, media=[Media("https://example.com/a.png")])
SINCE = datetime(2024, 3, 10, 10, 0, tzinfo=UTC)
DOUBT = Doubt(HELLO, SINCE, submission=Submission("sg1", reference="order-4711"))
RECORDED = answer(200, listed(RECORD))
PROBLEMS = ("401", "402", "422", "429", "500")


@cache
def described() -> Description:
    """Return the description; its dates are said to be days and, in words, to be times."""
    document = json.loads(json.dumps(description("vonage-messages.yaml").document, default=str))
    for parameter in document["paths"]["/v2/reports/records"]["get"]["parameters"]:
        parameter["schema"].pop("format", None)
    return Description.of(document)


def stubbed(says: Any) -> tuple[Provider, StubTransport]:
    own = VonageSettings(api_key=KEY, api_secret="s3cret-of-the-tests", rate="unlimited", read_attempts=1)
    stub = StubTransport(says)
    return Provider("mine", Vonage(own, provider="mine"), stub), stub


OPERATIONS: dict[str, tuple[Callable[[Provider], object], Answer]] = {
    "send": (lambda at: at.send(HELLO), answer(202, {"message_uuid": UUID})),
    "send as a name": (lambda at: at.send(evolve(HELLO, sender="ACME")), answer(202, {"message_uuid": UUID})),
    "send a picture": (lambda at: at.send(FILE), answer(202, {"message_uuid": UUID})),
    "send a card": (
        lambda at: at.send(evolve(FILE, text="", media=["https://example.com/a.vcf"])),
        answer(202, {"message_uuid": UUID}),
    ),
    "status": (lambda at: at.status(UUID), RECORDED),
    "statuses": (lambda at: at.statuses([UUID, "another"]), RECORDED),
    "messages.list": (lambda at: next(iter(at.messages.list(direction=Direction.INBOUND))), RECORDED),
    "messages.delete": (lambda at: at.messages.delete(UUID), answer(204, text="")),
    "reconcile": (lambda at: at.reconcile(DOUBT), RECORDED),
    "balance": (lambda at: at.balance(), answer(200, {"value": 10.28, "autoReload": False})),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_request_is_one_that_the_description_allows(name: str) -> None:
    vendor, (operation, said) = described(), OPERATIONS[name]

    def says(request: Request) -> Answer:
        # the description has the credentials of the balance in the query; the vendor's SDK sends them in a header
        credentials = {"api_key": KEY, "api_secret": "x"} if request.host else {}
        asked = evolve(request, query={**request.query, **credentials})
        vendor.check(asked, ACCOUNT if request.host else API, headers=BASIC)
        return said

    provider, stub = stubbed(says)
    operation(provider)
    assert stub.requests


def test_what_the_description_does_not_have_goes_out_only_where_it_is_asked_for() -> None:
    provider, stub = stubbed([answer(202, {"message_uuid": UUID})] * 2)
    provider.send(evolve(HELLO, reference=None, validity=timedelta(hours=1)))
    assert isinstance(stub.requests[0].json, dict)
    with pytest.raises(AssertionError, match=r"not described: \{'ttl'\}"):
        described().check(stub.requests[0], API, headers=BASIC)


# What is answered -----------------------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.data())
def test_an_acceptance_of_any_description_is_read(data: st.DataObject) -> None:
    said = data.draw(described().answers("POST", "/", "202", needed={"": ["message_uuid"]}))
    try:
        assert stubbed([said])[0].send(HELLO).message_id
    except UnknownOutcomeError:
        assert not _is_id(json.loads(said.body)["message_uuid"])


@pytest.mark.parametrize("status", PROBLEMS)
@settings(max_examples=15)
@given(data=st.data())
def test_a_refusal_of_any_description_is_a_clear_error(status: str, data: st.DataObject) -> None:
    said = data.draw(described().answers("POST", "/", status))
    with pytest.raises(ProviderError) as caught:
        stubbed([said])[0].send(HELLO)
    assert not isinstance(caught.value, MalformedAnswerError)
    assert caught.value.code
    assert isinstance(caught.value, UnknownOutcomeError) == (status == "500") or status == "422"


@settings(max_examples=25)
@given(st.data())
def test_records_of_any_description_are_read(data: st.DataObject) -> None:
    needed = {"records[]": ["message_id"]}
    said = data.draw(described().answers("GET", "/v2/reports/records", "200", needed=needed))
    word = json.loads(said.body).get("request_status")
    listed_now = stubbed(chain([said], repeat(answer(200, listed()))))[0].messages.list(direction=Direction.OUTBOUND)
    if word in {"PENDING", "PROCESSING", "ABORTED", "FAILED", "TRUNCATED"}:  # one that is truncated has no cursor here
        with pytest.raises(MalformedAnswerError, match="incomplete"):
            next(iter(listed_now))
        return
    assert all(message.id for message in listed_now)


@settings(max_examples=15)
@given(st.data())
def test_a_balance_of_any_description_is_read(data: st.DataObject) -> None:
    said = data.draw(described().answers("GET", "/account/get-balance", "200", needed={"": ["value"]}))
    balance = stubbed([said])[0].balance()
    assert isinstance(balance, Balance)


@pytest.mark.parametrize("status", ["401", "403", "404", "422", "429"])
@settings(max_examples=20)
@given(data=st.data())
def test_a_refused_deletion_of_any_description_is_a_clear_error(status: str, data: st.DataObject) -> None:
    said = data.draw(described().answers("POST", "/transaction", status))
    with pytest.raises(ProviderError) as caught:
        stubbed(lambda _: said)[0].messages.delete(UUID)
    assert isinstance(caught.value, NotFoundError) == (status == "404")


# What comes back ------------------------------------------------------------------------------------------------------


def reading(body: object) -> object:
    call = WebhookCall(method="POST", headers={"content-type": "application/json"}, body=json.dumps(body).encode())
    adapter = stubbed(())[0].adapter
    assert isinstance(adapter, VerifiesWebhooks)
    try:
        return adapter.read_webhook(call).events[0]
    except WebhookError as error:
        return error


@settings(max_examples=25)
@given(st.data())
def test_a_status_callback_of_any_description_is_read(data: st.DataObject) -> None:
    callback = described().document["paths"]["/"]["post"]["callbacks"]["message-status"]
    schema = callback["{$request.body#/callback}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = {**_object(data.draw(described().values(schema))), "message_uuid": UUID, "timestamp": "2024-03-10T10:00:00Z"}
    event = reading(_printable(body))
    assert isinstance(event, DeliveryReport), event
    assert event.raw_status == body["status"]


@settings(max_examples=25)
@given(st.data())
def test_a_reply_of_any_description_is_read(data: st.DataObject) -> None:
    schema = described().document["components"]["schemas"]["inboundMessageSMS"]
    drawn = _object(data.draw(described().values(schema, needed={"": ["text"]})))
    event = reading(_printable({**drawn, "message_uuid": UUID, "from": "27821234567"}))
    assert isinstance(event, Reply | VendorEvent), event
    assert isinstance(event, Reply)
    assert event.text == drawn["text"]


def _object(value: object) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


def _printable(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body whose numbers can be some: the description leaves them free."""
    return {**body, "to": "27821234567", "from": body.get("from") if str(body.get("from")).isalnum() else "27600000000"}


def _is_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,255}", value) is not None and value != "0"
