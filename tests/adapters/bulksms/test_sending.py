"""What goes out: the entry of a message, its sender, its reference, its date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from smsgate import InvalidMessageError, Message, Submission, UnknownOutcomeError
from smsgate.testing import answer
from tests.adapters.bulksms.accounts import HELLO, accepted, shown, stubbed, submission, submit

MADE = submission()


def entry(message: Message, made: Submission = MADE) -> dict[str, object]:
    """Return the one entry that goes out for a message."""
    provider, stub = stubbed(accepted)
    submit(provider, message, made)
    [sent] = stub.requests
    assert isinstance(sent.json, list)
    [found] = sent.json
    assert isinstance(found, dict)
    return found


def test_a_message_is_an_entry_with_its_number_of_parts_and_the_submissions_id() -> None:
    assert entry(HELLO) == {
        "to": [{"type": "INTERNATIONAL", "address": "+27821234567"}],
        "body": "Hello",
        "encoding": "TEXT",
        "longMessageMaxParts": 1,
        "userSuppliedId": MADE.id,
    }


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("a" * 160, "TEXT", 1),
        ("a" * 161, "TEXT", 2),
        ("€" * 80, "TEXT", 1),
        ("€" * 81, "TEXT", 2),
        ("a" * 612, "TEXT", 4),
        ("back`tick", "UNICODE", 1),
        ("Я" * 70, "UNICODE", 1),
        ("Я" * 71, "UNICODE", 2),
        ("👍" * 134, "UNICODE", 5),
    ],
)
def test_encoding_and_parts_are_those_of_the_text(text: str, encoding: str, parts: int) -> None:
    sent = entry(Message("+27821234567", text))
    assert (sent["encoding"], sent["longMessageMaxParts"], sent["body"]) == (encoding, parts, text)


@pytest.mark.parametrize(
    ("sender", "written"),
    [
        ("+27600000000", {"type": "INTERNATIONAL", "address": "+27600000000"}),
        ("27600000000", {"type": "INTERNATIONAL", "address": "27600000000"}),
        ("30700", {"type": "SHORTCODE", "address": "30700"}),
        ("ACME Shop", {"type": "ALPHANUMERIC", "address": "ACME Shop"}),
        ("4U", {"type": "ALPHANUMERIC", "address": "4U"}),
        ("REPLIABLE", {"type": "REPLIABLE"}),
    ],
)
def test_a_sender_is_written_by_its_kind(sender: str, written: dict[str, str]) -> None:
    assert entry(evolve(HELLO, sender=sender))["from"] == written


@pytest.mark.parametrize("sender", ["A name too long", "+12", "Ünïcödé ☃"])
def test_a_sender_that_is_none_is_refused_before_any_request(sender: str) -> None:
    provider, stub = stubbed(accepted)
    assert isinstance(submit(provider, evolve(HELLO, sender=sender), MADE), InvalidMessageError)
    assert stub.requests == []


def test_extra_fields_go_into_the_entry_and_replace_nothing_of_the_message() -> None:
    extra = {"routingGroup": "PREMIUM", "from": {"type": "REPLIABLE"}, "body": "no", "userSuppliedId": "no"}
    sent = entry(evolve(HELLO, extra={"bulksms": extra}))
    assert (sent["routingGroup"], sent["from"]) == ("PREMIUM", {"type": "REPLIABLE"})
    assert (sent["body"], sent["userSuppliedId"]) == ("Hello", MADE.id)


# Templates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["{F0#}", "{F12######}", "{fn####}", "{sn#}", "{F0}", "{fn}", "{f0##}", "{FN#}"])
def test_a_text_with_a_field_that_the_vendor_would_replace_is_refused_before_any_request(field: str) -> None:
    provider, stub = stubbed(accepted)
    error = submit(provider, Message("+27821234567", f"Good morning {field}, hello"), MADE)
    assert isinstance(error, InvalidMessageError)
    assert field in str(error)
    assert "change it" in str(error)
    assert stub.requests == []


@pytest.mark.parametrize("text", ["{}", "{F#}", "{Fx#}", "{ F0# }", "F0##", "{fname#}", "{{F0##", "{F0#x}", "#1 {sn"])
def test_braces_that_are_no_field_go_out(text: str) -> None:
    assert entry(Message("+27821234567", text))["body"] == text


@given(st.text("{}F0fns#x ", min_size=1, max_size=60))
def test_no_text_that_goes_out_has_a_field_left(text: str) -> None:
    provider, stub = stubbed(accepted)
    error = submit(provider, Message("+27821234567", text), MADE)
    at = text.lower()
    fields = [start for start in range(len(at)) if _is_field(at[start:])]
    assert isinstance(error, InvalidMessageError) == bool(fields)
    assert bool(stub.requests) != bool(fields)


def _is_field(text: str) -> bool:
    """Say, without a regular expression, whether a text begins with a field."""
    inner, closed, _ = text[1:].partition("}")
    name = inner.rstrip("#")
    return text.startswith("{") and closed == "}" and (name in {"fn", "sn"} or (name[:1] == "f" and name[1:].isdigit()))


# References ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reference", ["order-4711", "a" * 20, "ä" * 20, "order 4711/2"])
def test_the_applications_reference_goes_out_where_it_fits(reference: str) -> None:
    assert entry(evolve(HELLO, reference=reference))["userSuppliedId"] == reference


@pytest.mark.parametrize("reference", ["a" * 21, "a&b", "a=b", "a<b", "a>b"])
def test_the_submissions_id_goes_out_in_place_of_a_reference_that_does_not_fit(reference: str) -> None:
    assert entry(evolve(HELLO, reference=reference))["userSuppliedId"] == MADE.id


def test_a_message_without_a_reference_goes_out_without_one_if_the_settings_say_so() -> None:
    assert "userSuppliedId" not in entry(HELLO, submission(reference=None))


# Dates ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC), "2027-01-02T03:04:05Z"),
        (datetime(2027, 1, 2, 3, 4, 5, 1, tzinfo=UTC), "2027-01-02T03:04:06Z"),
        (datetime(2027, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "2028-01-01T00:00:00Z"),
    ],
)
def test_a_date_is_written_in_whole_seconds_and_never_earlier(at: datetime, written: str) -> None:
    provider, stub = stubbed(accepted)
    submit(provider, evolve(HELLO, send_at=at), MADE)
    assert stub.requests[0].query == {"deduplication-id": 4711, "schedule-date": written}


def test_a_validity_is_refused_before_any_request() -> None:
    provider, stub = stubbed(accepted)
    error = submit(provider, evolve(HELLO, validity=timedelta(hours=1)), MADE)
    assert isinstance(error, InvalidMessageError)
    assert stub.requests == []


# The answer ----------------------------------------------------------------------------------------------------------


def test_an_answer_to_another_call_with_the_same_key_says_nothing_of_this_message() -> None:
    """Two journals drew one number: the vendor dropped this message, and answers with the other one."""
    for other in (shown("7", userSuppliedId="sgother"), shown("7", to="27829999999", userSuppliedId=MADE.id)):
        provider, _ = stubbed([answer(201, [other])])
        error = submit(provider, HELLO, MADE)
        assert isinstance(error, UnknownOutcomeError), error
        assert "does not show this message" in str(error)


def test_a_text_that_the_vendor_shows_otherwise_is_known_by_its_reference() -> None:
    provider, _ = stubbed([answer(201, [shown("7", body="Hello.", userSuppliedId=MADE.id)])])
    accepted_ = submit(provider, HELLO, MADE)
    assert getattr(accepted_, "message_id", None) == "7"


def test_a_text_that_the_vendor_shows_otherwise_and_without_a_reference_may_be_another() -> None:
    provider, _ = stubbed([answer(201, [shown("7", body="Hello.")])])
    assert isinstance(submit(provider, HELLO, MADE), UnknownOutcomeError)
