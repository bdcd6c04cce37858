"""Files of recipients: CSV or JSON lines, whose rows become messages, or rejects with their line and reason."""

from __future__ import annotations

import csv
import json
import string
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from attrs import field, frozen

from smsgate.errors import ConfigError, InvalidMessageError
from smsgate.message import Message

__all__ = ["RecipientFile", "Reject", "Row"]

FIELDS = ("to", "text", "sender", "send_at", "key", "reference", "campaign", "route", "provider", "region")
"""The fields of a message that a column may hold."""
_DELIMITERS = ",;\t|"
_LINES = {".jsonl", ".ndjson", ".json"}
_LONGEST_FIELD = 1024 * 1024


@frozen
class Row:
    """A message, and the line of the file on which it begins."""

    line: int
    message: Message


@frozen
class Reject:
    """A row that is no message."""

    line: int
    reason: str
    fields: Mapping[str, str] = field(repr=False)


@frozen(kw_only=True)
class RecipientFile:
    """Rows of a file, read one at a time, as often as it is gone through.

    `columns` says which column holds a message's field, where it has another name; `template` makes the text of
    columns: ``Hi {first_name}``. Raises `ConfigError` for a file that cannot be read, an encoding that nobody knows,
    or a column that is not there.
    """

    path: Path
    encoding: str = "utf-8-sig"
    columns: Mapping[str, str] = field(factory=dict)
    template: str | None = None
    region: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what no row could mend."""
        if unknown := sorted(self.columns.keys() - {*FIELDS}):
            raise ConfigError(f"a message has no field {unknown[0]!r} (there are: {', '.join(FIELDS)})")
        _names(self.template or "")

    def __iter__(self) -> Iterator[Row | Reject]:
        """Give each row."""
        try:
            with self.path.open(encoding=self.encoding, errors="surrogateescape", newline="") as file:
                rows = _lines_of_json(file) if self.path.suffix.lower() in _LINES else self._lines_of_csv(file)
                for line, fields in rows:
                    yield self._row(line, fields)
        except OSError as error:
            raise ConfigError(f"{self.path}: cannot be read: {error.strerror}") from None
        except LookupError:
            raise ConfigError(f"{self.path}: no encoding is called {self.encoding!r}; try utf-8 or cp1252") from None
        except UnicodeError:
            raise ConfigError(f"{self.path}: is not {self.encoding}; name its encoding") from None

    def _lines_of_csv(self, file: TextIO) -> Iterator[tuple[int, Mapping[str, str] | str]]:
        csv.field_size_limit(_LONGEST_FIELD)
        first = file.readline()
        file.seek(0)
        rows = csv.reader(file, delimiter=max(_DELIMITERS, key=first.count))
        header = [name.strip() for name in next(rows, [])]
        self._check_header(header)
        while True:
            line = rows.line_num + 1
            try:
                values = next(rows, None)
            except csv.Error as error:
                yield line, f"cannot be read: {error}"
                continue
            if values is None:
                return
            if not values:
                continue  # an empty line
            if len(values) != len(header):
                yield line, f"has {len(values)} fields and the header {len(header)}"
                continue
            yield line, dict(zip(header, values, strict=True))

    def _check_header(self, header: list[str]) -> None:
        wanted = [*self.columns.values(), *_names(self.template or "")]
        if "to" not in self.columns:
            wanted.append("to")
        if self.template is None and "text" not in self.columns:
            wanted.append("text")
        known = {name.lower() for name in header}
        for name in wanted:
            if name.lower() not in known:
                there = ", ".join(header) or "none"
                raise ConfigError(
                    f"{self.path}: has no column {name!r} (there are: {there}); "
                    "name another with --column or in the template"
                )

    def _row(self, line: int, fields: Mapping[str, str] | str) -> Row | Reject:
        if isinstance(fields, str):
            return Reject(line, fields, {})
        if any(not _is_text(value) for value in fields.values()):
            return Reject(line, f"is not {self.encoding.removesuffix('-sig')}; name the file's encoding", fields)
        named = {name.lower(): value.strip() for name, value in fields.items()}
        try:
            return Row(line, self._message(named))
        except InvalidMessageError as error:
            return Reject(line, str(error), fields)

    def _message(self, row: Mapping[str, str]) -> Message:
        values = {name: row.get(self.columns.get(name, name).lower()) or None for name in FIELDS}
        if values["to"] is None:
            raise InvalidMessageError("has no number")
        return Message(
            values["to"],
            (values["text"] or "") if self.template is None else _fill(self.template, row),
            sender=values["sender"],
            send_at=_time(values["send_at"]),
            key=values["key"],
            reference=values["reference"],
            campaign=values["campaign"],
            route=values["route"],
            provider=values["provider"],
            region=values["region"] or self.region,
        )


def _lines_of_json(file: TextIO) -> Iterator[tuple[int, Mapping[str, str] | str]]:
    for line, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            yield line, "is not JSON"
            continue
        if not isinstance(row, dict) or any(isinstance(value, dict | list | bool) for value in row.values()):
            yield line, "is no JSON object of texts"
            continue
        yield line, {name: str(value) for name, value in row.items() if value is not None}


def _names(template: str) -> list[str]:
    """Return the columns that a template names; nothing but a name may stand in its braces."""
    try:
        parts = [*string.Formatter().parse(template)]
    except ValueError as error:
        raise ConfigError(f"the template cannot be read: {error}; write a brace itself as {{{{ or }}}}") from None
    names = []
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if not name or spec or conversion or set(name) & set(".[]"):
            raise ConfigError(f"the template has {name!r} in braces, which is not a column's name alone")
        names.append(name)
    return names


def _fill(template: str, row: Mapping[str, str]) -> str:
    for name in _names(template):
        if not row.get(name.lower()):
            raise InvalidMessageError(f"has no {name}, which the template needs")
    return "".join(
        literal + (row[name.lower()] if name is not None else "")
        for literal, name, _, _ in string.Formatter().parse(template)
    )


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\udc80" <= character <= "\udcff" for character in value)


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidMessageError(f"send_at {text[:40]!r} is no time; write it as 2026-12-24T18:00+02:00") from None
