"""A message is valid once it is made, and every bad one is refused in one line."""

import copy
import pickle
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import InvalidMessageError, Media, Message

TO = "+27821234567"
FAR = timezone(timedelta(hours=-12))


def refused(to: object = TO, text: object = "Hello", **fields: object) -> str:
    """Return why a message is refused."""
    with pytest.raises(InvalidMessageError) as raised:
        Message(to, text, **fields)  # type: ignore[arg-type]
    told = str(raised.value)
    assert told.isprintable()
    assert len(told) < 300
    return told


# Recipient -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "region", "to"),
    [
        ("+27821234567", None, "+27821234567"),
        ("+27 (0)82 123-4567", None, "+27821234567"),
        ("082 123 4567", "ZA", "+27821234567"),
        ("082 123 4567", "za", "+27821234567"),
        ("+1 650 253 0000", "ZA", "+16502530000"),
        ("0027 82 123 4567", "ZA", "+27821234567"),
        ("+55 11 91234-5678", None, "+5511912345678"),
        ("06.12.34.56.78", "FR", "+33612345678"),
        ("+1 650.253.0000", None, "+16502530000"),
        ("0151/23456789", "DE", "+4915123456789"),
        ("'+4915123456789", None, "+4915123456789"),
    ],
)
def test_a_number_as_people_write_it_is_kept_as_e164(written: str, region: str | None, to: str) -> None:
    assert Message(written, "Hello", region=region).to == to


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("Thabo", "'Thabo' is not a phone number: it has letters; write it in digits, as +27821234567"),
        ("+1-800-FLOWERS", "it has letters"),
        (
            "+49151234567.0",
            "'+49151234567.0' has decimals, as a spreadsheet writes; write it in digits, as +27821234567",
        ),
        ("+27821234567.00", "has decimals"),
        ("151.234.567.0", "has decimals"),
        ("+49 151 234567.5", "has decimals"),
        ("+27821234567/8", "has decimals"),
        ("+4.9151E+11", "has lost digits in a spreadsheet; format the column as text and export it again"),
        ("4,9151e11", "has lost digits in a spreadsheet"),
        ("+2782123456*7", "it has a *; write all its digits"),
        ("+27821234567 ext. 5", "has an extension, which cannot receive a text"),
        ("+27821234567;ext=5", "has an extension"),
        ("+27821234567,,5", "has an extension"),
        ("082 123 4567", "has no country code"),
        ("", "is not a phone number"),
        ("+", "is not a phone number"),
        ("+27", "is not a phone number"),
        ("+2782", "has a length that no number of its country has"),
        ("+278212345678901", "has a length"),
        ("+999821234567", "has no country code"),
        ("1" * 1_000_000, "is not a phone number"),
        ("\ud83d", "not a phone number"),
        ("+27821234567\n+27821234568", "is not a phone number"),
    ],
)
def test_what_is_no_number_is_refused(to: str, why: str) -> None:
    assert why in refused(to)


def test_a_number_that_works_within_a_town_only_is_not_taken_for_another() -> None:
    assert "has a length" in refused("253-0000", region="US")


@pytest.mark.parametrize("to", [27821234567, None, b"+27821234567", ["+27821234567"]])
def test_a_number_is_a_str(to: object) -> None:
    assert refused(to) == f"a phone number must be a str, got {type(to).__name__}"


@pytest.mark.parametrize(
    ("region", "why"), [("XX", "'XX' is not a country"), ("", "'' is not a country"), (27, "must be a str")]
)
def test_a_region_is_a_country(region: object, why: str) -> None:
    assert why in refused(region=region)


# Text ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a message's text is empty"),
        ("a\0b", "a message's text has a NUL at index 1, which no phone shows"),
        ("half \ud83d of it", "a message's text has a lone surrogate near index 5, which is no character; remove it"),
        ("\udc4d\ud83d", "lone surrogate near index 0"),
        (None, "a message's text must be a str, got NoneType"),
        (b"Hello", "a message's text must be a str, got bytes"),
    ],
)
def test_a_text_that_no_phone_can_show_is_refused(text: object, why: str) -> None:
    assert why in refused(text=text)


def test_two_surrogates_side_by_side_are_one_character() -> None:
    assert Message(TO, "\ud83d\udc4d").text == "👍"


def test_a_text_of_a_mebibyte_is_a_message_until_it_is_sent() -> None:
    assert len(Message(TO, "x" * 1024 * 1024).text) == 1024 * 1024


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_other_text_is_kept_as_it_is(text: str) -> None:
    assert Message(TO, text).text == text


# Labels --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sender", "key", "reference", "campaign"])
@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "must have 1 to 255 characters, got 0"),
        ("k" * 10_000, "must have 1 to 255 characters, got 10,000"),
        ("a\r\nb", "has a control character; remove it"),
        ("a\0", "has a control character; remove it"),
        ("\ud800", "has a control character; remove it"),
        (5, "must be a str, got int"),
    ],
)
def test_a_label_too_long_for_any_vendors_field_is_refused(name: str, value: object, why: str) -> None:
    told = refused(**{name: value})
    assert told.startswith(f"a message's {name} ")
    assert told.endswith(why)


def test_a_label_may_have_255_characters_of_any_script() -> None:
    assert Message(TO, "Hello", reference="é" * 255).reference == "é" * 255


# Times ---------------------------------------------------------------------------------------------------------------


def test_a_time_is_kept_as_utc() -> None:
    moment = datetime(2999, 12, 24, 18, 0, tzinfo=timezone(timedelta(hours=2)))
    kept = Message(TO, "Hello", send_at=moment).send_at
    assert kept == moment
    assert kept is not None
    assert kept.tzinfo is UTC


@pytest.mark.parametrize(
    ("send_at", "why"),
    [
        (datetime(2999, 12, 24, 18, 0), "has no time zone"),  # noqa: DTZ001 - what is refused
        (datetime.max.replace(tzinfo=FAR), "is in a year that no vendor can schedule"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=12))), "is in a year that no vendor can schedule"),
        ("2999-12-24", "a message's send_at must be a datetime, got str"),
        (0, "a message's send_at must be a datetime, got int"),
    ],
)
def test_a_time_without_a_zone_or_outside_the_calendar_is_refused(send_at: object, why: str) -> None:
    assert why in refused(send_at=send_at)


def test_a_validity_has_a_limit_within_which_it_can_be_kept() -> None:
    assert "must be at most 3660 days" in refused(validity=timedelta.max)


@pytest.mark.parametrize("validity", [timedelta(), timedelta(seconds=-1), 60, "1h"])
def test_a_validity_is_a_positive_timedelta(validity: object) -> None:
    assert refused(validity=validity) == f"a message's validity must be a positive timedelta, got {validity!r}"


# Extra ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extra", [None, [], {"zoomconnect": None}, {"zoomconnect": "x"}, "zoomconnect", {5: {}}])
def test_extra_maps_an_adapter_to_its_fields(extra: object) -> None:
    assert "extra must map an adapter's name to its fields" in refused(extra=extra)


@pytest.mark.parametrize(
    "value",
    [float("nan"), Decimal(1), object(), {1}, b"x", datetime.now(UTC), {(1, 2): 3}],
    ids=lambda value: type(value).__name__,
)
def test_extra_is_what_json_can_say(value: object) -> None:
    assert "cannot be written as JSON" in refused(extra={"zoomconnect": {"new": value}})


def test_extra_that_goes_in_a_circle_is_refused() -> None:
    circle: list[object] = []
    circle.append(circle)
    assert "cannot be written as JSON" in refused(extra={"zoomconnect": {"new": circle}})


def test_a_change_to_the_mapping_given_does_not_change_the_message() -> None:
    fields = {"a": 1}
    extra: dict[str, Mapping[str, object]] = {"zoomconnect": fields}
    message = Message(TO, "Hello", extra=extra)
    fields["a"] = 2
    extra["salesmsg"] = {}
    assert message.extra == {"zoomconnect": {"a": 1}}


# Budget keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [None, [], "customer"])
def test_budget_keys_map_names_to_texts(keys: object) -> None:
    assert refused(budget_keys=keys) == "a message's budget_keys must map names to texts: {'customer': '4711'}"


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"": "1"}, "budget_keys' name must have 1 to 255 characters, got 0"),
        ({1: "1"}, "budget_keys' name must be a str, got int"),
        ({"a": 1}, "budget_keys['a'] must be a str, got int"),
        ({"a": ""}, "budget_keys['a'] must have 1 to 255 characters, got 0"),
        ({"a": "1\n"}, "budget_keys['a'] '1\\n' has a control character; remove it"),
    ],
)
def test_names_and_values_of_budget_keys_are_labels(keys: Mapping[object, object], why: str) -> None:
    assert refused(budget_keys=keys) == f"a message's {why}"


# As a value ----------------------------------------------------------------------------------------------------------


def full() -> Message:
    return Message(
        "082 123 4567",
        "Olá 👍",
        sender="ACME",
        send_at=datetime(2999, 1, 1, tzinfo=UTC),
        validity=timedelta(hours=1),
        key="k",
        reference="r",
        campaign="c",
        media=["https://example.com/a.png", Media("https://example.com/b", "image/png")],
        extra={"zoomconnect": {"a": [1]}},
        region="ZA",
    )


def test_messages_are_equal_by_what_is_sent() -> None:
    assert full() == attrs.evolve(full(), to=TO, region=None)
    assert hash(full()) == hash(full())
    assert full() != attrs.evolve(full(), key="other")
    assert full() != attrs.evolve(full(), media=full().media[:1])


@pytest.mark.parametrize("through", [lambda it: pickle.loads(pickle.dumps(it)), copy.copy, copy.deepcopy])
def test_a_copy_is_equal(through: Any) -> None:
    assert through(full()) == full()


def test_a_message_is_frozen() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        full().text = "other"  # type: ignore[misc]


def test_a_changed_message_is_checked_again() -> None:
    with pytest.raises(InvalidMessageError):
        attrs.evolve(full(), text="", media=())
