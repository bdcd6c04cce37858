"""Rows of a CSV file, read strictly: a quote that swallows other rows makes the whole file an error."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TextIO

from smsgate.files.record import Record
from smsgate.model.errors import ConfigError

__all__ = ["CsvRows", "looks_like_a_number"]

MOST_LINES = 100
"""Lines of one row; a text message has fewer."""
_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')
_BREAK = re.compile(r"\r\n|\n|\r")
_NUMBER = re.compile(r"[\s'\"=+(]*\d[\d\s'\"()./,+eE-]*")
_DATE = re.compile(r"\s*(\d{4}([-./])\d\d?\2\d\d?|\d\d?([-./])\d\d?\3\d{4})\b.*", re.DOTALL)
_FEWEST_DIGITS = 7


def looks_like_a_number(cell: str) -> bool:
    """Whether a cell may be meant as a phone number, also one that a spreadsheet has rewritten."""
    return (
        _NUMBER.fullmatch(cell) is not None
        and sum(character.isdigit() for character in cell) >= _FEWEST_DIGITS
        and _DATE.fullmatch(cell) is None
    )


class CsvRows:
    """A CSV file whose header has been read, and whose rows are read as they are needed.

    Raises `ConfigError` for a header with a column twice, and for a quoted field that is not closed or seems to contain
    other rows: their texts would go to the person of the first.
    """

    def __init__(self, file: TextIO, path: Path) -> None:
        first = file.readline()
        if "\0" in first:
            raise ConfigError(f"{path}: the first line has NUL characters, as UTF-16 has; name the file's encoding")
        unquoted = _QUOTED.sub("", first)
        self._path = path
        self._delimiter = max(_DELIMITERS, key=unquoted.count)
        self._lines = _Lines(chain([first], file) if first else file)
        self._rows = csv.reader(self._lines, delimiter=self._delimiter, strict=True)
        self.header = self._read_header()

    def column(self, name: str, fix: str) -> str:
        """Return a column's name as the header writes it; `fix` ends the `ConfigError` if there is no such column."""
        for cell in self.header:
            if cell.casefold() == name.strip().casefold():
                return cell
        for cell in filter(looks_like_a_number, self.header):
            example = "write a line with names above it, such as to,text"
            raise ConfigError(
                f"{self._path}: the first line has the number {cell!r}, not the columns' names; {example}"
            )
        there = ", ".join(self.header) or "none"
        raise ConfigError(f"{self._path}: has no column {name!r} (there are: {there}); {fix}")

    def records(self, number: str) -> Iterator[Record]:
        """Give the rows; `number` names the column of the recipients' numbers, where the file has it."""
        names = [name.casefold() for name in self.header]
        key = names.index(number.casefold()) if number.casefold() in names else None
        while True:
            self._lines.begin()
            try:
                values = next(self._rows, None)
            except csv.Error as error:
                yield self._broken(error)
                continue
            if values is None:
                return
            if values:  # an empty line is no row
                yield self._record(values, key)

    def _read_header(self) -> list[str]:
        try:
            header = [name.strip() for name in next(self._rows, [])]
        except csv.Error as error:
            raise ConfigError(f"{self._path}: the header cannot be read: {error}") from None
        if self._lines.taken > 1:
            raise self._unclosed(1, "a header is one line")
        places: dict[str, int] = {}
        for place, name in enumerate(header, start=1):
            if name and (before := places.setdefault(name.casefold(), place)) != place:
                where = f"in the columns {before} and {place}"
                raise ConfigError(f"{self._path}: the header has {name!r} twice, {where}; rename or remove one")
        return header

    def _broken(self, error: csv.Error) -> Record:
        line, taken = self._lines.first, self._lines.taken
        if taken == 1 and not self._lines.ended:
            return Record(line, problem=f"cannot be read: {error}; write a quote within quotes twice")
        end = "the file ends" if self._lines.ended else f"line {line + taken - 1}"
        raise self._unclosed(line, f"it is still open where {end}" if self._lines.ended else f"it runs on to {end}")

    def _record(self, values: Sequence[str], key: int | None) -> Record:
        line, taken = self._lines.first, self._lines.taken
        if taken > 1 and key is not None:
            self._refuse_rows_within(values, key)
        if len(values) != len(self.header):
            problem = f"has {len(values)} fields and the header {len(self.header)}"
            if taken > 1:
                raise self._unclosed(line, f"the row runs on to line {line + taken - 1} and {problem}")
            return Record(line, problem=problem)
        return Record(line, taken, dict(zip(self.header, values, strict=True)))

    def _refuse_rows_within(self, values: Sequence[str], key: int) -> None:
        line = self._lines.first
        for place, value in enumerate(values):
            first, *others = _BREAK.split(value)
            if others and place < key and self._is_row([*values[:place], *self._cells(first)], key):
                raise self._unclosed(self._lines.first, "what follows on its line looks like the rest of the row")
            for piece in others:
                line += 1
                if self._is_row(self._cells(piece), key):
                    raise self._unclosed(self._lines.first, f"line {line} looks like a row of its own")

    def _is_row(self, cells: Sequence[str], key: int) -> bool:
        is_long_enough = len(cells) > max(key, min(len(self.header), 2) - 1)
        return is_long_enough and looks_like_a_number(cells[key])

    def _cells(self, text: str) -> list[str]:
        return next(csv.reader([text], delimiter=self._delimiter), [])

    def _unclosed(self, line: int, why: str) -> ConfigError:
        fix = "close the quote, or write the file as JSON lines (.jsonl) if the text is meant so"
        return ConfigError(f"{self._path}: line {line} opens a quote and does not close it: {why}; {fix}")


class _Lines:
    """The lines of a file, counted for the row that is being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.first = 1
        """The line on which the row begins."""
        self.taken = 0
        """How many lines it has taken."""
        self.ended = False
        self._lines = iter(lines)

    def begin(self) -> None:
        """Begin the next row."""
        self.first += self.taken
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.taken >= MOST_LINES:
            raise csv.Error(f"a row has more than {MOST_LINES} lines")
        try:
            line = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        self.taken += 1
        return line
