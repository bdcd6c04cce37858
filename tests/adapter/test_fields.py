"""A vendor's field is read in every way that vendors write it, and in no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

import pytest
from attrs import field, frozen

from smsgate import Answer, Contact, MalformedAnswerError, WebhookCall, WebhookError, fields
from smsgate.testing import answer, json_call

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def read_day(value: object) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) != 8:
        raise ValueError("is no day")
    return date(int(value[:4]), int(value[4:6]), int(value[6:]))


@frozen(kw_only=True)
class TextReply:
    raw: fields.Raw
    id: fields.Id = "none"
    thread: fields.OptionalId = None
    state: fields.Word = "none"
    word: fields.OptionalWord = None
    text: fields.OptionalText = None
    seen: fields.Flag = False
    parts: fields.Count = None
    price: fields.Amount = None
    sent_at: fields.Moment = None
    spare: fields.Spare[int] = None
    sender: fields.Word = fields.named("from", "none")
    day: Annotated[date | None, fields.Reader(read_day)] = None
    inner: TextReply | None = None
    part: fields.Part[TextReply] = None
    number: fields.OptionalText = fields.named("contact.number", None)
    town: fields.Spare[str] = fields.named("contact.address.town", None)


@frozen
class CallReply:
    number: fields.Word = fields.named("data.contact.number")


def read(fields: Mapping[str, object]) -> TextReply:
    return answer(200, fields).read(TextReply)


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("id", 17, "17"),
        ("id", "a-7_B", "a-7_B"),
        ("thread", 0, None),
        ("thread", "0", None),
        ("thread", "", None),
        ("thread", None, None),
        ("state", " seen ", "seen"),
        ("state", 0, "0"),
        ("word", "", None),
        ("word", None, None),
        ("text", "", None),
        ("text", " a\nb ", " a\nb "),
        ("seen", None, False),
        ("seen", "", False),
        ("seen", 0, False),
        ("seen", "0", False),
        ("seen", "false", False),
        ("seen", True, True),
        ("seen", 1, True),
        ("seen", "True", True),
        ("parts", "2", 2),
        ("parts", 2, 2),
        ("parts", "", None),
        ("price", "0.75", Decimal("0.75")),
        ("price", 3, Decimal(3)),
        ("price", None, None),
        ("sent_at", "2026-01-02T12:00:00", NOON),
        ("sent_at", "2026-01-02 14:00:00+02:00", NOON),
        ("sent_at", "2026-01-02T12:00:00Z", NOON),
        ("sent_at", "soon", None),
        ("sent_at", 7, None),
        ("sent_at", "0001-01-01T00:00:00+02:00", None),
        ("part", "", None),
        ("part", [], None),
        ("part", {"id": 7}, TextReply(raw={"id": 7}, id="7")),
        ("spare", 3, 3),
        ("spare", "three", None),
        ("day", "20260102", date(2026, 1, 2)),
    ],
)
def test_a_field_is_read_in_each_way_that_vendors_write_it(name: str, written: object, value: object) -> None:
    assert getattr(read({name: written}), name) == value


@pytest.mark.parametrize(
    ("name", "written", "what"),
    [
        ("id", 0, "is missing"),
        ("id", "", "is missing"),
        ("id", None, "is missing"),
        ("id", True, "is no id"),
        ("id", -1, "is no id"),
        ("id", "a b", "is no id"),
        ("id", "a/b", "is no id"),
        ("id", "7" * 256, "is no id"),
        ("id", "1\n", "is no id"),
        ("state", "a\x1bb", "has over 255 characters, or some that cannot be printed"),
        ("state", " ", "is missing"),
        ("text", 5, "is no text"),
        ("seen", 2, "is neither true nor false"),
        ("seen", [], "is neither true nor false"),
        ("parts", "2.5", "is not a whole number"),
        ("parts", True, "is no number"),
        ("parts", "9" * 400, "is no number"),
        ("price", "1e9", "is no number"),
        ("day", 7, "is no day"),
        ("part", [1], "must be a table, got a list"),
    ],
)
def test_a_field_that_says_something_else_is_refused_by_its_name(name: str, written: object, what: str) -> None:
    with pytest.raises(MalformedAnswerError, match=f"{name} {what}"):
        read({name: written})


def test_a_field_has_the_vendors_name_in_errors_too() -> None:
    assert read({"from": "27821234567"}).sender == "27821234567"
    with pytest.raises(MalformedAnswerError, match=r"inner\.from is no text"):
        read({"inner": {"from": []}})


def test_raw_is_the_whole_object_as_it_was_written_at_each_depth() -> None:
    reply = read({"id": 1, "new": [1], "raw": "mine", "inner": {"id": "2", "other": None}})
    assert reply.raw == {"id": 1, "new": [1], "raw": "mine", "inner": {"id": "2", "other": None}}
    assert reply.inner is not None
    assert reply.inner.raw == {"id": "2", "other": None}


def test_a_time_without_a_zone_is_none_where_no_zone_is_known() -> None:
    assert fields.read_moment("2026-01-02T12:00:00", None) is None
    assert fields.read_moment("2026-01-02T12:00:00Z", None) == NOON


@pytest.mark.parametrize(
    "call",
    [
        json_call({"id": 7, "seen": True, "from": "+27821234567"}),
        WebhookCall(method="GET", query="id=7&seen=true&from=%2B27821234567"),
        WebhookCall(
            method="POST",
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=b"id=7&seen=1&from=%2B27821234567",
        ),
    ],
)
def test_a_call_is_read_alike_as_json_form_and_query(call: WebhookCall) -> None:
    reply = call.read(TextReply)
    assert (reply.id, reply.seen, reply.sender) == ("7", True, "+27821234567")


def test_what_a_call_does_not_say_is_refused_by_the_name_of_the_field() -> None:
    with pytest.raises(WebhookError, match=r"^the call's inner\.id is no id$"):
        json_call({"inner": {"id": "?"}}).read(TextReply)


def test_an_answer_that_is_something_else_is_none_where_that_is_asked_for() -> None:
    assert answer(200, {"id": 0}).read_or_none(TextReply) is None
    assert Answer(200, body=b"<html>").read_or_none(TextReply) is None
    assert answer(200, {"id": 1}).read_or_none(TextReply) == read({"id": 1})


def test_an_entry_that_cannot_be_read_hides_no_other() -> None:
    page = answer(200, []).page(TextReply, [{"id": 1}, {"id": "?"}, 7, {"id": 2}], "next")
    assert ([each.id for each in page.items], page.next, page.skipped) == (["1", "2"], "next", 2)
    assert page.map(lambda each: each.id).items == ("1", "2")


@pytest.mark.parametrize("contact", [None, "", [], {}, {"number": None}, {"number": "", "address": None}])
def test_a_field_of_an_object_that_is_absent_or_empty_has_its_default(contact: object) -> None:
    assert read({"contact": contact}) == TextReply(raw={"contact": contact})


def test_fields_of_one_object_are_read_beside_each_other() -> None:
    reply = read({"contact": {"number": "7", "address": {"town": "Ulm"}}})
    assert (reply.number, reply.town) == ("7", "Ulm")
    assert read({"contact": {"number": "7", "address": "Ulm"}}).town is None


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ({}, "data is missing"),
        ({"data": None}, "data must be a table, got nothing"),
        ({"data": {}}, "data.contact is missing"),
        ({"data": {"contact": [1]}}, "data.contact must be a table, got a list"),
        ({"data": {"contact": {}}}, "data.contact.number is missing"),
        ({"data": {"contact": {"number": True}}}, "data.contact.number is no text"),
    ],
)
def test_what_is_wrong_with_a_field_of_an_object_names_the_step_that_is_wrong(written: object, what: str) -> None:
    with pytest.raises(MalformedAnswerError, match=f"wrong shape: {what}$"):
        answer(200, written).read(CallReply)


@frozen
class PersonReply:
    raw: fields.Raw
    id: fields.Id
    first_name: str | None = fields.named("givenName", None)
    number: str = field(init=False, default="+27821234567")


def test_a_value_is_made_of_what_a_reply_has_under_the_same_names() -> None:
    reply = answer(200, {"id": 7, "givenName": "Ada", "other": 1}).read(PersonReply)
    assert fields.into(Contact, reply, title="Lady") == Contact(
        id="7", number="+27821234567", first_name="Ada", title="Lady", raw={"id": 7, "givenName": "Ada", "other": 1}
    )
