"""A vendor's call to our webhook receiver, and what an adapter reads in it; no framework is known here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NoReturn, TypeVar
from urllib.parse import parse_qsl

from attrs import Attribute, field, frozen

from smsgate.adapter.header_lines import HeaderLines, header_lines, joined
from smsgate.adapter.strict import ANSWERS, problems_in
from smsgate.model.errors import WebhookError
from smsgate.model.event import Event

__all__ = ["WebhookCall", "WebhookReading"]

T = TypeVar("T")

LARGEST_BODY = 64 * 1024
"""Bytes; texts and their labels take a fraction of it."""
MOST_FIELDS = 100
DEEPEST = 20
"""Brackets within brackets of a JSON body."""
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def _aware(_: object, attribute: Attribute[datetime | None], value: datetime | None) -> None:
    if value is not None and value.utcoffset() is None:
        raise ValueError(f"{attribute.name} {value} has no time zone")


@frozen
class WebhookReading:
    """What an adapter reads in a call."""

    events: tuple[Event, ...]
    nonce: str | None = None
    """The vendor's number used once, where it has one."""
    sent_at: datetime | None = field(default=None, validator=_aware)
    """When the vendor made the call: an aware time, where it says so."""


@frozen(kw_only=True)
class WebhookCall:
    """An HTTP request that a vendor, or somebody else, made to us."""

    method: str
    query: str = field(default="", repr=False)
    """The query after the question mark, as it was sent; the receiver has taken its secret out."""
    headers: HeaderLines = field(factory=tuple, repr=False, converter=header_lines)
    """In their order, with names in lower case; given as a mapping or as pairs."""
    body: bytes = field(default=b"", repr=False)

    @property
    def media_type(self) -> str:
        """What the body is, in lower case and without parameters; empty if the call does not say."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def header(self, name: str) -> str:
        """Return a header's value, lines of one name joined by commas; empty if it is not there."""
        return joined(self.headers, name)

    def fields(self) -> dict[str, object]:
        """Return the fields of the query, and of a body that is a form or a JSON object.

        Raises `WebhookError` (400, 413, 415) for what cannot be read, is named twice, or is too much: a name that the
        query and the body give different values is one that somebody forged.
        """
        merged: dict[str, object] = {**_pairs(self.query, "query")}
        for name, value in self._body_fields().items():
            if name in merged and str(merged[name]) != str(value):
                _refuse("the query and the body have different values of one field")
            merged[name] = value
        return merged

    def read(self, kind: type[T]) -> T:
        """Structure the call's fields as `kind`, or raise `WebhookError` naming the field that is wrong."""
        fields = self.fields()
        try:
            return ANSWERS.structure(fields, kind)
        except Exception as error:  # noqa: BLE001 - a group of whatever the hooks raised
            where, what = next(problems_in(error))
            raise WebhookError(f"the call's {where} {what}") from None

    def _body_fields(self) -> Mapping[str, object]:
        if len(self.body) > LARGEST_BODY:
            _refuse(f"the body has over {LARGEST_BODY:,} bytes", 413)
        if not self.body.strip():
            return {}
        if self.media_type == FORM:
            return _pairs(_text(self.body), "form")
        if self.media_type == JSON:
            return _json_object(_text(self.body))
        return _refuse(f"the body is not {FORM} or {JSON}", 415)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a WebhookCall may have secrets and texts and cannot be pickled; read it in its own process")


def _pairs(text: str, where: str) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        _refuse(f"the {where} is not UTF-8")
    except ValueError:
        _refuse(f"the {where} has over {MOST_FIELDS} fields")
    return _once(((name.strip(), value) for name, value in pairs), where)  # the guide's example has blanks


def _json_object(text: str) -> Mapping[str, object]:
    if max(_depths(text), default=0) > DEEPEST:
        _refuse(f"the JSON body is nested over {DEEPEST} deep")
    try:
        value: object = json.loads(
            text, object_pairs_hook=lambda pairs: _once(pairs, "JSON body"), parse_constant=_refuse_constant
        )
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair could be kept nowhere
    except ValueError:  # a number of 5,000 digits too
        _refuse("the body is no JSON of whole characters")
    return value if isinstance(value, dict) else _refuse("the JSON body is not an object")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _depths(text: str) -> Iterable[int]:
    """Give the depth at each bracket, those within strings counted too: only an upper bound is needed."""
    depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            yield depth
        elif character in "]}":
            depth -= 1


def _once(pairs: Iterable[tuple[str, T]], where: str) -> dict[str, T]:
    fields: dict[str, T] = {}
    for name, value in pairs:
        if name in fields:
            _refuse(f"the {where} has a field twice")  # its name may be a person's text, where an & was not escaped
        fields[name] = value
    return fields


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        return _refuse(f"the body is not UTF-8 (byte {error.start})")


def _refuse(reason: str, status: int = 400) -> NoReturn:
    raise WebhookError(reason, status=status)
