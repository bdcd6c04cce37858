"""A consent says what was agreed to, in which words, and when; anything less is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from smsgate import Consent, InvalidMessageError, Message

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_time_is_kept_as_utc() -> None:
    given = Consent("I agree", "1", NOON.astimezone(timezone(timedelta(hours=2))), "web form")
    assert given == Consent("I agree", "1", NOON, "web form")
    assert given.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": ""}, "text must have 1 to 10,000 characters, got 0"),
        ({"text": "x" * 10_001}, "text must have 1 to 10,000 characters, got 10,001"),
        ({"text": None}, "text must be a str, got NoneType"),
        ({"text": "a\0"}, "text has a NUL at index 1"),
        ({"text": "\ud83d"}, "text has a lone surrogate"),
        ({"version": ""}, "version must have 1 to 255 characters, got 0"),
        ({"version": "1\x1b"}, "version '1\\\\x1b' has a control character"),
        ({"version": None}, "version must be a str, got NoneType"),
        ({"source": ""}, "source must have 1 to 255 characters, got 0"),
        ({"source": 7}, "source must be a str, got int"),
        ({"source": "\udc00"}, "source has a lone surrogate"),
        ({"at": NOON.replace(tzinfo=None)}, "has no time zone"),
        ({"at": "2026-03-01"}, "at must be a datetime, got str"),
        ({"at": datetime.max.replace(tzinfo=UTC)}, "is in a year that no consent can be of"),
    ],
)
def test_what_proves_nothing_is_refused(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidMessageError, match=reason):
        Consent(**{"text": "I agree", "version": "1", "at": NOON, **fields})  # type: ignore[arg-type]


def test_a_message_has_a_consent_or_none() -> None:
    with pytest.raises(InvalidMessageError, match="a message's consent must be a Consent, got str"):
        Message("+27821234567", "Hi", consent="yes")  # type: ignore[arg-type]


def test_the_words_are_not_printed_with_every_message() -> None:
    assert "I agree" not in repr(Message("+27821234567", "Hi", consent=Consent("I agree", "1", NOON)))
