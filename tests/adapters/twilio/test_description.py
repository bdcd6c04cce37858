"""Requests are such as the vendor's API description allows, and every answer that it allows is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsgate import (
    Answer,
    Doubt,
    Listing,
    MalformedAnswerError,
    Provider,
    ProviderError,
    Reply,
    SmsgateError,
    StoredMessage,
    Submission,
)
from smsgate.engine import run
from smsgate.testing import StubTransport, answer
from smsgate_twilio import TwilioExtras
from tests.adapters.twilio.samples import ACCOUNT, SENT, SERVICE, SID, account
from tests.vendor_description import Description, description

PATH = "/2010-04-01/Accounts/{AccountSid}"
URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"
MESSAGES, MESSAGE, BALANCE = (f"{PATH}/{name}.json" for name in ("Messages", "Messages/{Sid}", "Balance"))
OWN = {"twilio": {"SmartEncoded": True, "RiskCheck": "disable", "Attempt": 2}}
CALLBACK = "https://example.com/sms/twilio/s3cret/sg1"
LATER = datetime.now(UTC) + timedelta(days=1)


def extras(provider: Provider) -> TwilioExtras:
    vendor = provider.vendor
    assert isinstance(vendor, TwilioExtras)
    return vendor


CALLS: dict[str, Callable[[Provider], object]] = {
    "a message": lambda it: it.send(SENT),
    "all that a message has": lambda it: run(
        it.core.submit(
            evolve(SENT, validity=timedelta(hours=1), media=["https://example.com/1.png"] * 2, extra=OWN),
            Submission("sg1", callback_url=CALLBACK),
        )
    ),
    "a scheduled message": lambda it: it.send(evolve(SENT, sender=SERVICE, send_at=LATER)),
    "a status": lambda it: it.status(SID),
    "a list": lambda it: [*it.messages.list(to=SENT.to, sender=SENT.sender)],
    "replies": lambda it: [*it.replies(datetime(2026, 11, 1, tzinfo=UTC))],
    "a list by day": lambda it: [*it.messages.list(since=date(2026, 11, 1), until=date(2026, 11, 2))],
    "a message of unknown outcome": lambda it: it.reconcile(Doubt(SENT, datetime(2026, 11, 1, tzinfo=UTC))),
    "a deletion": lambda it: it.messages.delete(SID),
    "a cancellation": lambda it: extras(it).cancel(SID),
    "a redaction": lambda it: extras(it).redact(SID),
    "the balance": lambda it: it.balance(),
}
DAYS = {"replies", "a list by day"}
"""The description types a day as a time, and says in its text that it is YYYY-MM-DD."""


@pytest.fixture(name="described")
def _described() -> Description:
    return description("twilio.json")


@pytest.mark.parametrize("call", CALLS)
def test_requests_are_such_as_the_description_allows(described: Description, call: str) -> None:
    stub = StubTransport(lambda _: Answer(500))
    with pytest.raises(SmsgateError):
        CALLS[call](account(stub, read_attempts=1))
    [request] = stub.requests
    if call in DAYS:
        request = evolve(request, query={name: value for name, value in request.query.items() if "Date" not in name})
    described.check(request, URL, stub.headers[0])


@pytest.mark.parametrize("page", ["first", "next"])
def test_a_cursor_of_the_description_is_such_as_it_allows(described: Description, page: str) -> None:
    [first, *_] = described.examples("GET", MESSAGES, "200")
    stub = StubTransport([first, Answer(500)])
    with pytest.raises(ProviderError):
        [*account(stub, read_attempts=1).messages.list()]
    request = stub.requests[page == "next"]
    described.check(
        evolve(request, query={name: value for name, value in request.query.items() if "Date" not in name}),
        URL,
        stub.headers[0],
    )


READS: dict[str, tuple[str, str, str, Callable[[Provider], object]]] = {
    "a message": ("POST", MESSAGES, "201", lambda it: it.send(SENT)),
    "a status": ("GET", MESSAGE, "200", lambda it: it.status(SID)),
    "a stored message": ("GET", MESSAGE, "200", lambda it: it.messages.get(SID)),
    "a change": ("POST", MESSAGE, "200", lambda it: extras(it).redact(SID)),
    "the balance": ("GET", BALANCE, "200", lambda it: it.balance()),
}
LISTS: dict[str, Callable[[Provider], Listing[StoredMessage] | Listing[Reply]]] = {
    "messages": lambda it: it.messages.list(),
    "replies": lambda it: it.replies(datetime(2026, 11, 1, tzinfo=UTC)),
}


@cache
def answers(described: Description, method: str, path: str, status: str) -> st.SearchStrategy[Answer]:
    """Return the answers of an operation; a message has its id, which the description does not require."""
    return described.answers(method, path, status, needed={"": ["sid"], "messages[]": ["sid"]})


def read(said: Answer, call: Callable[[Provider], object]) -> None:
    """Read an answer; what it says may be an error of the vendor's, and is never one of its form."""
    caught: SmsgateError | None = None
    try:
        call(account(StubTransport([said]), read_attempts=1))
    except SmsgateError as error:
        caught = error
    assert not isinstance(caught, MalformedAnswerError), caught
    assert caught is None or not isinstance(caught.__cause__, MalformedAnswerError), caught


@pytest.mark.parametrize("name", READS)
def test_every_printed_answer_is_read(described: Description, name: str) -> None:
    method, path, status, call = READS[name]
    for said in described.examples(method, path, status):
        read(said, call)


@pytest.mark.parametrize("name", READS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_every_answer_that_is_allowed_is_read(described: Description, name: str, data: st.DataObject) -> None:
    method, path, status, call = READS[name]
    read(data.draw(answers(described, method, path, status)), call)


def read_list(said: Answer, name: str) -> None:
    """Read a list as one that ends; each of its messages is read."""
    stub = StubTransport([answer(200, json.loads(said.body) | {"next_page_uri": None})])
    listing = LISTS[name](account(stub))
    list(listing)
    assert listing.skipped == 0


@pytest.mark.parametrize("name", LISTS)
def test_every_printed_list_is_read(described: Description, name: str) -> None:
    for said in described.examples("GET", MESSAGES, "200"):
        read_list(said, name)


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_every_list_that_is_allowed_is_read(described: Description, name: str, data: st.DataObject) -> None:
    read_list(data.draw(answers(described, "GET", MESSAGES, "200")), name)
