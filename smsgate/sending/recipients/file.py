"""A file of recipients, from its records to messages."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from attrs import field, frozen

from smsgate.files.csv_rows import CsvRows
from smsgate.files.json_rows import json_records
from smsgate.files.record import Record
from smsgate.files.text import UTF_8, not_encoded, open_text, readable
from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.message import Message
from smsgate.model.placeholders import Placeholders

__all__ = ["RecipientFile", "Reject", "Row"]

FIELDS = ("to", "text", "sender", "send_at", "key", "reference", "campaign", "media", "route", "provider", "region")
"""The fields of a message that a column may have; the URLs of `media` have spaces between them."""
_JSON_LINES = {".jsonl", ".ndjson", ".json"}


@frozen
class Row:
    """A message, the line of the file on which it begins, and its number of lines."""

    line: int
    message: Message
    lines: int = 1


@frozen
class Reject:
    """A row that is no message."""

    line: int
    reason: str
    fields: Mapping[str, str] = field(repr=False)
    lines: int = 1


@frozen(kw_only=True)
class RecipientFile:
    """Rows of a regular file, read one at a time, as often as it is gone through.

    `columns` names the column of a message's field, where it differs; `template` makes the text of
    columns: ``Hi {first_name}``. Raises `ConfigError` for a file that cannot be read or is cut off, an unknown
    encoding, and a column that is missing or there twice.
    """

    path: Path
    encoding: str = UTF_8
    columns: Mapping[str, str] = field(factory=dict)
    template: str | None = None
    region: str | None = None
    _filled: Placeholders | None = field(init=False, default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse what is wrong for every row."""
        if unknown := sorted(self.columns.keys() - {*FIELDS}):
            raise ConfigError(f"unknown field {unknown[0]!r} of a message (known: {', '.join(FIELDS)})")
        if self.template is not None and "text" in self.columns:
            raise ConfigError("text must come from a template or a column, got both; remove one")
        if self.template is not None:
            try:
                object.__setattr__(self, "_filled", Placeholders(self.template))
            except ValueError as error:
                raise ConfigError(f"the template {error}") from None

    def __iter__(self) -> Iterator[Row | Reject]:
        """Give each row."""
        if not stat.S_ISREG(self._stat().st_mode):
            raise ConfigError(f"{self.path}: must be a regular file, because it is read twice; write the rows to one")
        with open_text(self.path, self.encoding, errors="surrogateescape") as file:
            for record in self._records(file):
                yield self._row(record)

    @property
    def stamp(self) -> tuple[int, int, int]:
        """What identifies the content of the file: inode, size, time of the last change."""
        found = self._stat()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _stat(self) -> os.stat_result:
        with readable(self.path):
            return self.path.stat()

    def _records(self, file: TextIO) -> Iterator[Record]:
        if self.path.suffix.lower() in _JSON_LINES:
            return json_records(file, self.path)
        rows = CsvRows(file, self.path)
        self._check_header(rows)
        return rows.records(self._column("to"))

    def _column(self, name: str) -> str:
        return self.columns.get(name, name).strip().casefold()

    def _check_header(self, rows: CsvRows) -> None:
        if not all(map(_is_text, rows.header)):
            raise not_encoded(self.path, self.encoding)
        wanted = ["to"] if "to" not in self.columns else []
        wanted += ["text"] if self._lacks_text([name.casefold() for name in rows.header]) else []
        wanted += [*self.columns.values(), *(self._filled.names if self._filled else ())]
        for name in wanted:
            rows.column(name, fix="name another with --column or in the template")

    def _lacks_text(self, names: Collection[str]) -> bool:
        """Say that the text is in no column, or perhaps in one of another name: media are not sent without theirs."""
        if self._filled is not None or "text" in self.columns or "text" in names:
            return False
        return self._column("media") not in names or not {self._column(field) for field in FIELDS}.issuperset(names)

    def _row(self, record: Record) -> Row | Reject:
        def reject(reason: str) -> Reject:
            return Reject(record.line, reason, record.fields, record.lines)

        if record.problem is not None:
            return reject(record.problem)
        for name, value in record.fields.items():
            if not _is_text(value):
                return reject(f"is not {self.encoding.removesuffix('-sig')}; name the file's encoding")
            if "\0" in value:
                return reject(f"has a NUL character in {name}; name the file's encoding, if it is UTF-16")
        try:
            row = {name.strip().casefold(): value.strip() for name, value in record.fields.items()}
            return Row(record.line, self._message(row), record.lines)
        except InvalidMessageError as error:
            return reject(str(error))

    def _message(self, row: Mapping[str, str]) -> Message:
        values = {name: row.get(self._column(name)) or None for name in FIELDS}
        if values["to"] is None:
            raise InvalidMessageError("has no number")
        if values["media"] is not None and self._lacks_text(row.keys()):
            raise InvalidMessageError(
                "has media and no text, which may be in a field of another name; name it, or write text as ''"
            )
        return Message(
            values["to"],
            (values["text"] or "") if self._filled is None else _filled(self._filled, row),
            sender=values["sender"],
            send_at=_time(values["send_at"]),
            key=values["key"],
            reference=values["reference"],
            campaign=values["campaign"],
            media=(values["media"] or "").split(),
            route=values["route"],
            provider=values["provider"],
            region=values["region"] or self.region,
        )


def _filled(template: Placeholders, row: Mapping[str, str]) -> str:
    values = {name: row.get(name.casefold()) or "" for name in template.names}
    for name, value in values.items():
        if not value:
            raise InvalidMessageError(f"has no {name}, which the template needs")
    return template.fill(values)


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\udc80" <= character <= "\udcff" for character in value)


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidMessageError(f"send_at must be a time such as 2026-12-24T18:00+02:00, got {text[:40]!r}") from None
