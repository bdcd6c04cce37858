"""A vendor's call to our webhook receiver, and what an adapter reads in it; no framework is known here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from traceback import extract_tb
from typing import NoReturn, TypeVar

from attrs import Attribute, evolve, field, frozen

from smsgate.adapter.acknowledgement import Acknowledgement
from smsgate.adapter.header_lines import HeaderLines, header_lines, joined
from smsgate.adapter.strict import ANSWERS, problems_in
from smsgate.adapter.webhook_fields import (
    LARGEST_BODY,
    body_text,
    check_size,
    json_elements,
    json_object,
    pairs,
    refuse,
)
from smsgate.model.errors import WebhookError
from smsgate.model.event import Event

__all__ = ["FORM", "JSON", "LARGEST_BODY", "WebhookCall", "WebhookReading", "WebhookSignature", "adapter_failure"]

T = TypeVar("T")

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
    answer: Acknowledgement = field(factory=Acknowledgement, kw_only=True)
    """What this vendor must be answered; by default 200 without a body."""
    unread: tuple[WebhookError, ...] = field(default=(), kw_only=True)
    """Why other elements of the call cannot be read; the events are delivered, and the answer is an error."""


@frozen(kw_only=True)
class WebhookSignature:
    """What the signature of a call proves beside its sender; only for a signature that was checked and is right."""

    signed_at: datetime | None = field(default=None, validator=_aware)
    """The time that the signature covers (aware), where it covers one."""
    expires_at: datetime | None = field(default=None, validator=_aware)
    """Until when the signature is valid (aware), where it says so."""


@frozen(kw_only=True)
class WebhookCall:
    """An HTTP request that a vendor, or somebody else, made to us."""

    method: str
    url: str | None = field(default=None, repr=False)
    """The URL as the vendor called it, query and secret included: `public_url` of the settings, and what follows it.

    None without that setting: the headers of a request say what the caller likes.
    """
    query: str = field(default="", repr=False)
    """The query after the question mark, as it was sent; the receiver has taken its secret out."""
    headers: HeaderLines = field(factory=tuple, repr=False, converter=header_lines)
    """In their order, with names in lower case; given as a mapping or as pairs."""
    body: bytes = field(default=b"", repr=False)
    """As it was sent."""

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
        merged: dict[str, object] = {**pairs(self.query, "query")}
        for name, value in self._body_fields().items():
            if name in merged and str(merged[name]) != str(value):
                refuse("the query and the body have different values of one field")
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

    def read_each(self, read: Callable[[WebhookCall], Event]) -> WebhookReading:
        """Read each element of a body that is a JSON array, as a call of its own, or else the whole call.

        An element that cannot be read hides no other. An array may be empty, as vendors try an address with one.
        """
        elements = json_elements(body_text(self.body)) if self.media_type == JSON else None
        if elements is None:
            return WebhookReading((read(self),))
        events: list[Event] = []
        unread: list[WebhookError] = []
        for place, element in enumerate(elements):
            try:
                events.append(read(evolve(self, body=element.encode(errors="replace"))))
            except Exception as error:  # noqa: BLE001 - a plug-in's own too
                said = adapter_failure(error)
                unread.append(WebhookError(f"element {place}: {said}", status=said.status))
        return WebhookReading(tuple(events), unread=tuple(unread))

    def _body_fields(self) -> Mapping[str, object]:
        check_size(self.body)
        if not self.body.strip():
            return {}
        if self.media_type == FORM:
            return pairs(body_text(self.body), "form")
        if self.media_type == JSON:
            return json_object(body_text(self.body))
        return refuse(f"the body is not {FORM} or {JSON}", 415)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a WebhookCall may have secrets and texts and cannot be pickled; read it in its own process")


def adapter_failure(error: Exception) -> WebhookError:
    """Return an adapter's `WebhookError`, or one for an error of its own, whose text may be a person's."""
    if isinstance(error, WebhookError):
        return error
    place = extract_tb(error.__traceback__)[-1]
    where = f"{place.filename}, line {place.lineno}"
    return WebhookError(f"its adapter failed: {type(error).__name__} in {where}", status=500)
