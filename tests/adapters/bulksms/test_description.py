"""What the adapter asks is what the vendor's own API description allows, and it reads all that this may answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgate import (
    Accepted,
    Answer,
    Balance,
    DeliveryReport,
    Direction,
    Doubt,
    MalformedAnswerError,
    Message,
    MessageFilter,
    Provider,
    RejectedError,
    Reply,
    Request,
    SmsgateError,
    Status,
    StoredMessage,
    UnknownOutcomeError,
    WebhookCall,
)
from smsgate.testing import answer
from smsgate_bulksms import BulkSms
from tests.adapters.bulksms.accounts import HELLO, accepted, stubbed, submission, submit, submit_together
from tests.vendor_description import Description, description

URL = "https://api.bulksms.com/v1"
MADE = submission()
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
FILTER = MessageFilter(direction=Direction.OUTBOUND, status=Status.EXPIRED, since=date(2026, 1, 1), reference="order 1")


def described() -> Description:
    return description("bulksms.yaml")


def bulk(provider: Provider) -> BulkSms:
    assert isinstance(provider.adapter, BulkSms)
    return provider.adapter


LATER = evolve(HELLO, send_at=datetime(2027, 1, 1, tzinfo=UTC))
OPERATIONS: dict[str, Callable[[Provider], object]] = {
    "send": lambda at: submit(at, HELLO, MADE),
    "send without a key": lambda at: submit(at, HELLO, submission(number=None, reference=None)),
    "send later": lambda at: submit(at, LATER, MADE),
    "send as a number": lambda at: submit(at, evolve(HELLO, sender="+27600000000"), MADE),
    "send as a short code": lambda at: submit(at, evolve(HELLO, sender="30700"), MADE),
    "send as a name": lambda at: submit(at, evolve(HELLO, sender="ACME"), MADE),
    "send from a pool": lambda at: submit(at, evolve(HELLO, sender="REPLIABLE", text="👍"), MADE),
    "send bulk": lambda at: submit_together(at, [HELLO, Message("+491711234567", "Hi")], [MADE, submission("sg2", 2)]),
    "status": lambda at: at.status("7"),
    "statuses": lambda at: at.statuses(["7", "8", "9"]),
    "replies": lambda at: [*at.replies(SINCE)],
    "messages.list": lambda at: [*at.messages.list()],
    "messages.list with a filter": lambda at: at.converse("x", bulk(at).list_messages("7", FILTER)),
    "messages.get": lambda at: at.messages.get("7"),
    "reconcile": lambda at: at.reconcile(Doubt(HELLO, SINCE, submission=MADE)),
    "reconcile a scheduled message": lambda at: at.converse(
        "x", bulk(at).reconcile(Doubt(LATER, SINCE, submission=MADE))
    ),
    "balance": lambda at: at.balance(),
    "opt-outs": lambda at: [*at.opt_outs.list()],
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_request_is_one_that_the_description_allows(name: str) -> None:
    vendor = described()

    def says(request: Request) -> Answer:
        vendor.check(request, URL, headers={"Authorization": "Basic Og=="})
        return accepted(request) if request.effect.sends else answer(200, [])

    provider, stub = stubbed(says)
    with suppress(SmsgateError):  # the answers are empty
        OPERATIONS[name](provider)
    assert stub.requests


# What is answered ----------------------------------------------------------------------------------------------------


def drawn(method: str, path: str, status: str = "200") -> st.SearchStrategy[Answer]:
    return described().answers(method, path, status)


@settings(max_examples=20)
@given(st.data())
def test_a_submissions_answer_of_any_description_is_read(data: st.DataObject) -> None:
    """The number of messages is free in the description: another one proves nothing."""
    said = data.draw(drawn("POST", "/messages", "201"))
    ended = submit(stubbed([said])[0], HELLO, submission(number=None))
    assert isinstance(ended, Accepted | RejectedError | UnknownOutcomeError), ended


@settings(max_examples=20)
@given(st.data())
def test_a_message_of_any_description_is_read(data: st.DataObject) -> None:
    said = data.draw(drawn("GET", "/messages/{id}").filter(_sound))
    assert isinstance(stubbed([said])[0].messages.get("7"), StoredMessage)
    assert isinstance(stubbed([said])[0].status("7"), DeliveryReport)


@settings(max_examples=20)
@given(st.data())
def test_lists_of_any_description_are_read(data: st.DataObject) -> None:
    said = data.draw(drawn("GET", "/messages").filter(_sound))
    provider, _ = stubbed([said, said])
    page = provider.converse("x", bulk(provider).list_messages(None, MessageFilter()))
    assert (len(page.items), page.skipped) == (len(said.read(list[object])), 0)
    replies = provider.converse("x", bulk(provider).list_replies(SINCE, None))
    assert all(isinstance(reply, Reply) for reply in replies.items)


@settings(max_examples=20)
@given(st.data())
def test_blocked_numbers_of_any_description_are_listed_or_counted(data: st.DataObject) -> None:
    said = data.draw(drawn("GET", "/blocked-numbers"))
    entries = said.read(list[object])
    provider, _ = stubbed([said])
    try:
        page = provider.opt_outs.page()
    except MalformedAnswerError as error:
        assert "has an id to go on from" in str(error)  # noqa: PT017 - a page of ids that are no whole numbers
    else:
        assert len(page.items) + page.skipped == len(entries)


@settings(max_examples=20)
@given(st.data())
def test_calls_to_a_webhook_of_any_description_are_read(data: st.DataObject) -> None:
    """A call has the messages of a list, by the description's words; a reply needs a sender too."""
    said = data.draw(drawn("GET", "/messages").filter(_sound))
    messages = said.read(list[object])
    called = WebhookCall(method="POST", headers=said.headers, body=said.body)
    reading = bulk(stubbed([])[0]).read_webhook(called)
    complete = [each for each in messages if isinstance(each, dict) and (each["type"] == "SENT" or each.get("from"))]
    assert len(reading.events) == len(complete)


@settings(max_examples=20)
@given(st.data())
def test_a_profile_of_any_description_is_read(data: st.DataObject) -> None:
    said = data.draw(drawn("GET", "/profile"))
    credits_ = said.read(dict[str, object])["credits"]
    if isinstance(credits_, dict) and "balance" in credits_:
        assert isinstance(stubbed([said])[0].balance(), Balance)
    else:  # the description does not require it
        with pytest.raises(MalformedAnswerError):
            stubbed([said])[0].balance()


@settings(max_examples=20)
@given(st.data(), st.sampled_from([400, 403, 404]))
def test_errors_of_any_description_are_errors_with_their_text(data: st.DataObject, status: int) -> None:
    vendor = described()
    said = data.draw(vendor.values(vendor.document["components"]["schemas"]["Error"]))
    ended = submit(stubbed([answer(status, said)])[0], HELLO, submission(number=None))
    assert isinstance(ended, SmsgateError)
    assert not isinstance(ended, UnknownOutcomeError), ended


def test_the_printed_refusals_are_read() -> None:
    vendor = described()
    [said] = vendor.examples("POST", "/messages", "403")
    ended = submit(stubbed([said])[0], HELLO, submission(number=None))
    assert getattr(ended, "code", None) == "insufficient-credits"


def _sound(said: Answer) -> bool:
    """Whether every id is one that could be asked for: the description allows any text, and calls it an integer."""
    value = said.json()
    messages = value if isinstance(value, list) else [value]
    return all(isinstance(each, dict) and _is_word(each["id"]) for each in messages)


def _is_word(text: object) -> bool:
    return isinstance(text, str) and text.isprintable() and bool(text.strip())
