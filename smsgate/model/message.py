"""What goes in: one text for one recipient."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from attrs import Attribute, field, frozen

from smsgate.model.consent import LAST_YEAR, Consent
from smsgate.model.errors import InvalidMessageError
from smsgate.model.media import Media, media_of
from smsgate.model.numbers import read_number, read_region

__all__ = ["Message", "MessageFields", "check_label"]

MAX_LABEL = 255
"""Characters of a key, reference, campaign or sender: what fits a database column and a vendor's field."""
LONGEST_VALIDITY = timedelta(days=3660)
"""Networks keep a text for days; what is longer cannot be added to every time."""


def _region(region: str | None) -> str | None:
    return None if region is None else read_region(region)


def _text(text: str) -> str:
    if not isinstance(text, str):
        raise InvalidMessageError(f"a message's text must be a str, got {type(text).__name__}")
    if "\0" in text:
        raise InvalidMessageError(f"a message's text has a NUL at index {text.index(chr(0))}, which no phone shows")
    try:  # two adjacent surrogate code points are one character on the wire
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise InvalidMessageError(
            f"a message's text has a lone surrogate near index {error.start // 2}, which is no character; remove it"
        ) from None


def _label(_: Message, attribute: Attribute[str | None], value: str | None) -> None:
    if value is not None:
        check_label(attribute.name, value)


def check_label(name: str, value: object) -> None:
    """Raise `InvalidMessageError` for what is no text of 1 to 255 characters without control characters."""
    if not isinstance(value, str):
        raise InvalidMessageError(f"a message's {name} must be a str, got {type(value).__name__}")
    if not 0 < len(value) <= MAX_LABEL:
        raise InvalidMessageError(f"a message's {name} must have 1 to {MAX_LABEL} characters, got {len(value):,}")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise InvalidMessageError(f"a message's {name} {value[:40]!r} has a control character; remove it")


def _budget_keys(keys: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(keys, Mapping):
        raise InvalidMessageError("a message's budget_keys must map names to texts: {'customer': '4711'}")
    for name, value in keys.items():
        check_label("budget_keys' name", name)
        check_label(f"budget_keys[{name!r}]", value)
    return dict(keys)


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        raise InvalidMessageError(f"a message's send_at must be a datetime, got {type(moment).__name__}")
    if moment.utcoffset() is None:
        raise InvalidMessageError(f"send_at {moment} has no time zone; give it one: datetime(..., tzinfo=UTC)")
    if not 1 < moment.year <= LAST_YEAR:
        raise InvalidMessageError(f"send_at {moment} is in a year that no vendor can schedule; check it")
    return moment.astimezone(UTC)


def _validity(_: Message, __: Attribute[timedelta | None], value: timedelta | None) -> None:
    if value is not None and not (isinstance(value, timedelta) and value > timedelta()):
        raise InvalidMessageError(f"a message's validity must be a positive timedelta, got {value!r}")
    if value is not None and value > LONGEST_VALIDITY:
        raise InvalidMessageError(f"a message's validity must be at most {LONGEST_VALIDITY.days} days, got {value}")


def _consent(_: Message, __: Attribute[Consent | None], value: Consent | None) -> None:
    if value is not None and not isinstance(value, Consent):
        raise InvalidMessageError(f"a message's consent must be a Consent, got {type(value).__name__}")


def _flag(_: Message, attribute: Attribute[bool], value: object) -> None:
    if not isinstance(value, bool):
        raise InvalidMessageError(f"a message's {attribute.name} must be True or False, got {value!r:.40}")


def _extra(extra: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, object]]:
    if not isinstance(extra, Mapping) or not all(
        isinstance(adapter, str) and isinstance(fields, Mapping) for adapter, fields in extra.items()
    ):
        raise InvalidMessageError("a message's extra must map an adapter's name to its fields: {'NAME': {...}}")
    kept = {adapter: dict(fields) for adapter, fields in extra.items()}
    if kept:  # what JSON cannot say would fail in the middle of a send, and leave its outcome open
        try:
            json.dumps(kept, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidMessageError(f"a message's extra cannot be written as JSON: {error}") from None
    return kept


@frozen
class Message:
    """One text for one recipient (an MT); valid once it is made.

    Raises `InvalidMessageError` for a number that cannot be read, an empty text without media, a NUL or a lone
    surrogate in it, a naive `send_at`, and a media URL that is none. So it does for a label (sender, key, reference,
    campaign, a budget key) outside 1 to 255 characters.
    """

    to: str
    """The recipient, kept as E.164; anything `region` can make sense of goes in."""
    text: str = field(converter=_text)
    """May be empty where there are `media`."""
    sender: str | None = field(default=None, validator=_label, kw_only=True)
    """The sender ID: a number or name that the recipient sees, where the vendor allows a choice."""
    send_at: datetime | None = field(default=None, converter=_utc, kw_only=True)
    """When the vendor is to send it: any aware time, kept as UTC; None is at once."""
    validity: timedelta | None = field(default=None, validator=_validity, kw_only=True)
    """How long the network may try to deliver (at most 3,660 days); what waits in the journal is not sent after it."""
    key: str | None = field(default=None, validator=_label, kw_only=True)
    """Idempotency key: the same key never sends twice (needs a journal)."""
    reference: str | None = field(default=None, validator=_label, kw_only=True)
    """Your own mark; vendors that can give it back with reports."""
    campaign: str | None = field(default=None, validator=_label, kw_only=True)
    media: tuple[Media, ...] = field(default=(), converter=media_of, kw_only=True)
    """Files that go with the text, as `Media` or URLs: the message is one MMS then, whatever its length."""
    extra: Mapping[str, Mapping[str, object]] = field(factory=dict, converter=_extra, hash=False, kw_only=True)
    """Per adapter, fields that reach the vendor untouched: ``{"NAME": {...}}``, NAME the adapter's."""
    route: str | None = field(default=None, validator=_label, kw_only=True)
    """The name of the route it is to take, instead of the one that fits."""
    provider: str | None = field(default=None, validator=_label, kw_only=True)
    """The name of the one provider that is to be asked."""
    urgent: bool = field(default=False, validator=_flag, kw_only=True)
    """Whether it goes out in quiet hours too, such as a code that its recipient waits for."""
    budget_keys: Mapping[str, str] = field(factory=dict, converter=_budget_keys, hash=False, kw_only=True)
    """What budgets with `by = "key:<name>"` count it for: ``{"customer": "4711"}``."""
    consent: Consent | None = field(default=None, validator=_consent, kw_only=True, eq=False)
    """What the recipient agreed to: kept in the journal (it needs one) with the number, once for all messages."""
    region: str | None = field(default=None, converter=_region, kw_only=True, eq=False, repr=False)
    """The country (ISO 3166) of a number written without one."""

    def __attrs_post_init__(self) -> None:
        """Read the number last: only now is the region known."""
        if not self.text and not self.media:
            raise InvalidMessageError("a message's text is empty")
        object.__setattr__(self, "to", read_number(self.to, self.region))


class MessageFields(TypedDict, total=False):
    """The fields of a `Message` that are given by name."""

    sender: str | None
    send_at: datetime | None
    validity: timedelta | None
    key: str | None
    reference: str | None
    campaign: str | None
    media: Iterable[str | Media]
    extra: Mapping[str, Mapping[str, object]]
    route: str | None
    provider: str | None
    urgent: bool
    budget_keys: Mapping[str, str]
    consent: Consent | None
    region: str | None
