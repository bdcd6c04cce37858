"""What a person agreed to, as it can be shown later."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

from attrs import Attribute, field, frozen

from smsgate.model.errors import InvalidMessageError

__all__ = ["LAST_YEAR", "Consent", "RecordedConsent"]

MAX_TEXT = 10_000
"""Characters of the words that a person agreed to."""
MAX_LABEL = 255
"""Characters of a version, and of a source."""
LAST_YEAR = 9998
"""A year further, and the date does not exist in every time zone; nor does it in year 1."""


def _no_lone_surrogate(text: str, what: str) -> None:
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise InvalidMessageError(f"a consent's {what} has a lone surrogate, which is no character; remove it")


def _words(_: Consent, __: Attribute[str], value: str) -> None:
    if not isinstance(value, str):
        raise InvalidMessageError(f"a consent's text must be a str, got {type(value).__name__}")
    if not 0 < len(value) <= MAX_TEXT:
        raise InvalidMessageError(f"a consent's text must have 1 to {MAX_TEXT:,} characters, got {len(value):,}")
    if "\0" in value:
        raise InvalidMessageError(f"a consent's text has a NUL at index {value.index(chr(0))}; remove it")
    _no_lone_surrogate(value, "text")


def _source(consent: Consent, attribute: Attribute[str | None], value: str | None) -> None:
    if value is not None:
        _label(consent, attribute, value)


def _label(_: Consent, attribute: Attribute[Any], value: str) -> None:
    if not isinstance(value, str):
        raise InvalidMessageError(f"a consent's {attribute.name} must be a str, got {type(value).__name__}")
    if not 0 < len(value) <= MAX_LABEL:
        what = f"a consent's {attribute.name} must have 1 to {MAX_LABEL} characters"
        raise InvalidMessageError(f"{what}, got {len(value):,}")
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise InvalidMessageError(f"a consent's {attribute.name} {value[:40]!r} has a control character; remove it")
    _no_lone_surrogate(value, attribute.name)


def _utc(moment: datetime) -> datetime:
    if not isinstance(moment, datetime):
        raise InvalidMessageError(f"a consent's at must be a datetime, got {type(moment).__name__}")
    if moment.utcoffset() is None:
        raise InvalidMessageError(f"a consent's at {moment} has no time zone; give it one: datetime(..., tzinfo=UTC)")
    if not 1 < moment.year <= LAST_YEAR:
        raise InvalidMessageError(f"a consent's at {moment} is in a year that no consent can be of; check it")
    return moment.astimezone(UTC)


@frozen
class Consent:
    """What a person agreed to, when, and where; valid once it is made.

    Raises `InvalidMessageError` for an empty text or one over 10,000 characters, a version or source outside 1 to 255
    characters, and a naive time.
    """

    text: str = field(validator=_words, repr=False)
    """The words as the person saw them, the same for all who saw this version; leave out what names the person."""
    version: str = field(validator=_label)
    """Your own name for these words, such as "newsletter-3"."""
    at: datetime = field(converter=_utc)
    """When the person agreed: any aware time, kept as UTC."""
    source: str | None = field(default=None, validator=_source)
    """Where: "web form", "shop in Harare", or a URL. It is removed when the person is erased."""


@frozen(kw_only=True)
class RecordedConsent:
    """A consent that the journal has."""

    consent: Consent
    recorded: datetime = field(eq=False)
    """When the journal got it (UTC)."""
