"""One request to a vendor and its answer, as plain values: no sockets here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from attrs import NOTHING, Attribute, field, frozen

from smsgate.adapter.deadline import Deadline
from smsgate.adapter.strict import ANSWERS, problems_in
from smsgate.model.errors import MalformedAnswerError, NotFoundError
from smsgate.model.outcome import MAY_HAVE_BEEN_SENT
from smsgate.model.page import Page, read_each

__all__ = ["Answer", "Effect", "Headers", "Request", "given"]

T = TypeVar("T")
Scalar = str | int | float | bool


class Effect(StrEnum):
    """What a lost answer to a request means."""

    READS = "reads"
    """Nothing: repeat freely."""
    IDEMPOTENT = "idempotent"
    """Nothing: a repetition has the same result."""
    CHANGES = "changes"
    """No text, and something may have been made or deleted: not repeated, as a repetition has another result."""
    SENDS = "sends"
    """The message may have been sent: never repeat."""
    KEYED = "keyed"
    """The message may have been sent, and the vendor drops a repetition with the same key within the adapter's
    `dedup_window`: after a lost answer the same request is repeated until its outcome is certain."""
    PAYS = "pays"
    """Money may have moved, and no message was sent: never repeat."""

    @property
    def sends(self) -> bool:
        """Whether the request may send a message."""
        return self in {Effect.SENDS, Effect.KEYED}

    @property
    def doubt(self) -> str | None:
        """What a lost answer leaves open, in words; None where it leaves nothing open, or nothing that costs."""
        return _DOUBTS.get(self)


_DOUBTS = {
    Effect.SENDS: MAY_HAVE_BEEN_SENT,
    Effect.KEYED: MAY_HAVE_BEEN_SENT,
    Effect.PAYS: "money may have moved; look at the balances before retrying",
}


def _path(_: Request, __: Attribute[str], path: str) -> None:
    if "?" in path or "#" in path or path.startswith("/") or "://" in path:
        raise ValueError(f"a path is relative to base_url, without query: 'sms/send', not {path!r}")


def _ids(_: Request, __: Attribute[Mapping[str, str]], ids: Mapping[str, str]) -> None:
    for name, value in ids.items():
        if not isinstance(value, str):
            raise TypeError(f"the {name} must be a str, got {type(value).__name__}")
        # dots are path steps, which no quoting hides from an HTTP client; a lone surrogate has no bytes
        if value in {"", ".", ".."} or any("\ud800" <= character <= "\udfff" for character in value):
            raise NotFoundError(f"nothing has the {name} {value!r}")


@frozen
class Request:
    """What an adapter asks of its vendor.

    `path` is relative to `base_url`; ids are in it in braces and are quoted: ``Request("GET", "messages/{id}",
    ids={"id": message_id})``. `json` is any value of JSON; `form` is sent form-encoded, a list as
    a field for each of its values.
    """

    method: str
    path: str = field(validator=_path)
    host: str | None = field(default=None, kw_only=True)
    """The name of one of the settings' `other_hosts`, to whose URL the path is relative; None is `base_url`."""
    ids: Mapping[str, str] = field(factory=dict, validator=_ids, kw_only=True)
    query: Mapping[str, Scalar | list[str]] = field(factory=dict, repr=False, kw_only=True)
    json: object = field(default=None, repr=False, kw_only=True)
    form: Mapping[str, str | list[str]] | None = field(default=None, repr=False, kw_only=True)
    headers: Mapping[str, str] = field(factory=dict, repr=False, kw_only=True)
    effect: Effect = field(default=Effect.READS, kw_only=True)
    deadline: Deadline | None = field(default=None, repr=False, eq=False, kw_only=True)
    """The time of its operation; the core sets it."""

    @property
    def costs(self) -> bool:
        """Whether a lost answer may cost a message or money."""
        return self.effect in _DOUBTS

    @property
    def quoted_path(self) -> str:
        """The path with its ids in place; no character of an id can leave its step of the path."""
        return self.path.format_map({name: quote(value, safe="") for name, value in self.ids.items()})

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def given(fields: Mapping[str, T | None]) -> dict[str, T]:
    """Return the fields that have a value, for a request that leaves out what is None."""
    return {name: value for name, value in fields.items() if value is not None}


class Headers(dict[str, str]):
    """Headers with credentials, which they do not show, not even among a traceback's locals."""

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"


@frozen
class Answer:
    """What a vendor answered, whole: a status, headers (names in lower case) and at most `max_answer_bytes` of body."""

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    asked: str = ""
    """The request it answers, as "POST sms/send"."""

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx, which alone does not mean success."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def date(self) -> datetime | None:
        """When the vendor made it, by the vendor's own clock (RFC 9110, 6.6.1), in UTC; None where it does not say."""
        try:
            return parsedate_to_datetime(self.headers.get("date", "")).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return None

    def json(self) -> object:
        """Parse the body, fractions as Decimal; raise `MalformedAnswerError` if it is not, or not said to be, JSON."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not re.fullmatch(r"application/([\w.-]+\+)?json", kind):
            raise self._malformed(f"is {kind or 'of no type'}, not JSON")
        try:
            return json.loads(self.body, parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, ArithmeticError, RecursionError):  # an exponent of 20 digits is arithmetic
            raise self._malformed("is declared as JSON and is not valid JSON") from None

    def read(self, kind: type[T], part: object = NOTHING) -> T:
        """Structure the JSON body strictly as `kind`, or raise `MalformedAnswerError`.

        `part` is what to read of the parsed body, for answers that are wrapped in several ways. A field of type `Raw`
        takes the whole object as it was written, and the other types of `smsgate.adapter.fields` are lenient.
        """
        parsed = self.json() if part is NOTHING else part
        try:
            return ANSWERS.structure(parsed, kind)
        except Exception as error:  # noqa: BLE001 - a group of whatever the hooks raised
            where, what = next(problems_in(error))
            raise self._malformed(f"has the wrong shape: {where or 'it'} {what}") from None

    def read_or_none(self, kind: type[T]) -> T | None:
        """Structure the JSON body as `read` does; None for an answer that is something else."""
        try:
            return self.read(kind)
        except MalformedAnswerError:
            return None

    def page(self, kind: type[T], entries: Iterable[object], following: str | None = None) -> Page[T]:
        """Structure each entry of a list; one that cannot be read is skipped, counted and logged."""
        return read_each(entries, lambda entry: self.read(kind, entry), following)

    def raw(self) -> Mapping[str, object]:
        """Return the parsed body, to be kept beside what was read: a table as it is, anything else under "answer"."""
        parsed = self.json()
        return parsed if isinstance(parsed, dict) else {"answer": parsed}

    def _malformed(self, what: str) -> MalformedAnswerError:
        return MalformedAnswerError(
            f"the answer to {self.asked or 'the request'} (status {self.status}, {len(self.body):,} bytes) {what}",
            code=str(self.status),
        )


def _no_constant(name: str) -> None:
    raise ValueError(name)
