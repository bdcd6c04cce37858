"""A file of opt-outs, as other programs and vendors have them: CSV with a line of names."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from attrs import field, frozen

from smsgate.files.csv_cells import guarded_row, unguarded
from smsgate.files.csv_rows import CsvRows
from smsgate.files.record import Record
from smsgate.files.text import UTF_8, open_text
from smsgate.journal import OptOutRecord
from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.numbers import read_line
from smsgate.model.opt_out_scope import OptOutScopes
from smsgate.model.vendor_opt_out import FIRST_YEAR

__all__ = ["COLUMNS", "ImportedOptOuts", "RefusedOptOut", "opt_outs_in", "write_opt_outs"]

COLUMNS = ("number", "scope", "since", "provider", "word")
"""Those that are read, and those that an export has; only the number is needed."""
LONGEST = 200
"""Characters of a provider's name or a word."""


@frozen
class RefusedOptOut:
    """A row that is no opt-out."""

    line: int
    """On which the row begins; the file's first line has the names."""
    reason: str


@frozen(kw_only=True)
class ImportedOptOuts:
    """What became of the rows of a file."""

    added: int
    """Numbers, each with its scope, that may not be texted now and might before."""
    known: int
    """Rows that change nothing: opted out already, or taken back since."""
    refused: int
    refusals: tuple[RefusedOptOut, ...] = field(repr=False)
    """The first 100 of those; `on_refused` is called with each."""


@frozen
class _Reader:
    """Makes opt-outs of rows."""

    names: Mapping[str, str]
    """How the header writes each column that it has."""
    scopes: OptOutScopes
    region: str | None
    scope: str
    """Of rows without one."""
    now: datetime

    def read(self, record: Record) -> OptOutRecord | RefusedOptOut:
        """Return the opt-out of a row, or why it is none."""
        if record.problem is not None:
            return RefusedOptOut(record.line, record.problem)
        cells = {column: unguarded(record.fields[name].strip()) for column, name in self.names.items()}
        try:
            return OptOutRecord(
                number=read_line(cells["number"], self.region),
                since=self._since(cells.get("since", "")),
                provider=_short(cells.get("provider", "")),
                word=_short(cells.get("word", "")),
                scope=self.scopes.check(cells.get("scope") or self.scope),
            )
        except (InvalidMessageError, ConfigError) as error:  # a number or a time; a scope
            return RefusedOptOut(record.line, str(error))

    def _since(self, text: str) -> datetime:
        """Return a time of ISO 8601, in UTC where it names no zone."""
        if not text:
            return self.now
        try:
            at = datetime.fromisoformat(text.removesuffix(" UTC"))
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            raise InvalidMessageError(
                f"since must be a time such as 2026-11-20T12:00:00Z, or a day, got {text[:40]!r}"
            ) from None
        if at.year < FIRST_YEAR:
            raise InvalidMessageError(f"since is before there were text messages: {text[:40]!r}")
        return at


def opt_outs_in(  # noqa: PLR0913 - how a file is read
    path: Path,
    scopes: OptOutScopes,
    region: str | None,
    *,
    scope: str,
    now: datetime,
    encoding: str = UTF_8,
) -> Generator[OptOutRecord | RefusedOptOut, None, None]:
    """Give each row of a file; `scope` is that of rows without one, and `now` the time of those without a time.

    Raises `ConfigError` for a file that cannot be read or has no column `number`, and for a scope that the settings do
    not have.
    """
    scopes.check(scope)
    with open_text(path, encoding) as file:
        rows = CsvRows(file, path)
        rows.column("number", fix="name the column of the numbers so")
        names = {cell.casefold(): cell for cell in rows.header if cell.casefold() in COLUMNS}
        reader = _Reader(names, scopes, region, scope, now)
        for record in rows.records("number"):
            yield reader.read(record)


def write_opt_outs(records: Iterable[OptOutRecord], file: TextIO) -> tuple[int, int]:
    """Write opt-outs as a file that `opt_outs_in` reads; return how many are in it, and how many erased ones are not.

    Of an erased number only a hash is known, which is no number anywhere else.
    """
    writer, written, erased = csv.writer(file, lineterminator="\n"), 0, 0
    writer.writerow(COLUMNS)
    for each in records:
        if each.is_erased:
            erased += 1
            continue
        since = f"{each.since.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        writer.writerow(guarded_row([each.number, each.scope, since, each.provider or "", each.word or ""]))
        written += 1
    return written, erased


def _short(text: str) -> str | None:
    return text[:LONGEST] or None
