"""An object of an answer, read field by field.

The vendor writes the same field in several ways: ids as numbers or text, no value as null or "", flags as true or 1,
times in two forms (its guide's own examples differ). So these readers take what was seen, and refuse the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NoReturn

from attrs import field, frozen

from smsgate import Answer, MalformedAnswerError, Request

__all__ = ["Record", "read_moment", "read_record"]


@frozen
class Record:
    """One object of an answer; every reader raises `MalformedAnswerError` for what it cannot take."""

    raw: Mapping[str, object] = field(repr=False)
    asked: str
    """The request it answers, for errors."""

    def id(self, name: str) -> str:
        """Return an id as text; there must be one, and 0 is none."""
        return self.optional_id(name) or self._refuse(name, "is missing")

    def optional_id(self, name: str) -> str | None:
        """Return an id as text, or None for null, "" and 0, with which the vendor marks "nobody"."""
        value = self.raw.get(name)
        match value:
            case None | "":
                return None
            case str() if re.fullmatch(r"[A-Za-z0-9_-]+", value):
                return None if value == "0" else value
            case int() if not isinstance(value, bool) and value >= 0:
                return str(value) if value else None
        return self._refuse(name, "is no id")

    def text(self, name: str) -> str | None:
        """Return a text, or None for null and ""."""
        match self.raw.get(name):
            case None | "":
                return None
            case str() as value:
                return value
        return self._refuse(name, "is no text")

    def flag(self, name: str) -> bool:
        """Return whether something is so; null, "", false and 0 are no, and so is a field that is not there."""
        match self.raw.get(name):
            case None | "" | False | 0 | "0":
                return False
            case True | 1 | "1":
                return True
        return self._refuse(name, "is neither true nor false")

    def count(self, name: str) -> int | None:
        """Return a number of things, or None."""
        match self.raw.get(name):
            case None | "":
                return None
            case bool():
                return self._refuse(name, "is no whole number")
            case int() as value:
                return value
        return self._refuse(name, "is no whole number")

    def moment(self, name: str) -> datetime | None:
        """Return a time; one without a zone is UTC: the guide shows the same instants with and without the Z."""
        value = self.text(name)
        return None if value is None else read_moment(value) or self._refuse(name, "is no time")

    def part(self, name: str) -> Record | None:
        """Return an object within; None for null, "" and the [] that PHP writes for an empty one."""
        value = self.raw.get(name)
        if value is None or value in ("", []):
            return None
        if not isinstance(value, dict):
            self._refuse(name, "is no object")
        return self._within(name, value)

    def _within(self, name: str, raw: Mapping[str, object]) -> Record:  # noqa: ARG002 - for errors of other records
        return Record(raw, self.asked)

    def _refuse(self, name: str, what: str) -> NoReturn:
        raise MalformedAnswerError(f"the answer to {self.asked} cannot be read: its {name} {what}")


def read_moment(value: object) -> datetime | None:
    """Return a time in UTC, as one without a zone is taken to be; None for what is no time."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment and (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def read_record(request: Request, answer: Answer) -> Record:
    """Return the one object of an answer, or of its `data`, where Laravel wraps it (PRESUMED; the guide shows none)."""
    value = answer.json()
    if isinstance(value, dict) and isinstance(value.get("data"), dict) and "id" not in value:
        value = value["data"]
    if not isinstance(value, dict):
        raise MalformedAnswerError(f"the answer to {request} is no object", code=str(answer.status))
    return Record(value, str(request))
