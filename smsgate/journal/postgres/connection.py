"""A connection to PostgreSQL that executes the journal's statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg

from smsgate.journal.database.connection import Question, Rows
from smsgate.journal.database.row_set import SetStatement
from smsgate.journal.postgres.statement import numbered
from smsgate.journal.postgres.versions import COLUMNS

__all__ = ["PostgresConnection"]

_READS = ("SELECT", "WITH")
_AS = {"bigint": int, "double precision": float, "text": str, "bytea": bytes}


class PostgresConnection:
    """A `Connection` of the journal's, for one transaction."""

    def __init__(self, opened: psycopg.Connection[tuple[Any, ...]], last_entry: int) -> None:
        self._opened = opened
        self._last_entry = last_entry
        self.taken: int | None = None
        """The highest id that an entry got."""
        self.has_changes = False
        """Whether a statement has changed a row."""

    def execute(self, statement: str, parameters: Sequence[object] = (), /) -> Rows:
        """Execute a statement."""
        cursor = self._opened.execute(numbered(statement), parameters)
        self._note(statement, cursor.rowcount)
        return cursor

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> Rows:
        """Execute a statement once for each row."""
        cursor = self._opened.cursor()
        cursor.executemany(numbered(statement), rows)
        self._note(statement, cursor.rowcount)
        return cursor

    def execute_set(self, statement: SetStatement, rows: Sequence[tuple[object, ...]], *others: object) -> None:
        """Execute a statement for all rows, whose values go as one array a column."""
        if rows:
            columns = zip(statement.columns, zip(*rows, strict=True), strict=True)
            arrays = [_array(COLUMNS[name], values) for name, values in columns]
            self.execute(_with_arrays(statement, len(others)), (*others, *arrays))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Have the sets that are executed meanwhile sent at once: the way to the server and back is made once."""
        with self._opened.pipeline():
            self.has_changes = True  # how many rows each of them changes is not known yet
            yield

    def select_among(self, statement: str, values: Sequence[object], *others: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement that takes values."""
        return self._among(statement, values, *others).fetchall() if values else []

    def select_each(self, questions: Sequence[Question]) -> list[list[tuple[Any, ...]]]:
        """Return the rows of each question; the way to the server and back is made once."""
        with self._opened.pipeline():
            asked = [self._among(*question) if question[1] else None for question in questions]
        return [[] if cursor is None else cursor.fetchall() for cursor in asked]

    def _among(self, statement: str, values: Sequence[object], *others: object) -> Rows:
        size = 1 << (len(values) - 1).bit_length()  # few sizes, so that the statement is prepared
        marks = ", ".join("?" * size)
        repeated = [values[0]] * (size - len(values))
        return self.execute(statement.format(values=marks), (*others, *values, *repeated))

    def stream(self, statement: str, parameters: Sequence[object], most: int) -> Iterator[Any]:
        """Give the rows of a SELECT; the server keeps those that were not asked for yet."""
        with psycopg.RawServerCursor(self._opened, "smsgate") as cursor:
            cursor.itersize = most
            cursor.execute(numbered(statement), parameters)
            yield from cursor

    def last_entry(self) -> int:
        """Return the highest id that was ever taken; no other process writes meanwhile."""
        return self._last_entry

    def take_entries(self, last: int) -> None:
        """Have the commit move the sequence on."""
        self._last_entry = self.taken = last

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Write rows that need no more than that; return how many."""
        cursor = self._opened.cursor()
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
        self.has_changes = True
        return cursor.rowcount

    def count_on(self, table: str) -> None:
        """Give no id of a table again that rows have which were copied."""
        (last,) = self.execute(f"SELECT max(id) FROM {table}").fetchone()
        sequence = "'entry_ids'" if table == "entries" else f"pg_get_serial_sequence('{table}', 'id')"
        if last is not None:
            self.execute(f"SELECT setval({sequence}, ?)", (last,))

    def _note(self, statement: str, rowcount: int) -> None:
        if rowcount > 0 and not statement.startswith(_READS):
            self.has_changes = True


def _array(kind: str, values: Sequence[object]) -> list[object]:
    """Return a column's values as what the column has: an array has one type."""
    return [None if value is None else _AS[kind](value) for value in values]


@cache
def _with_arrays(statement: SetStatement, others: int) -> str:
    width = len(statement.columns)
    arrays = ", ".join(
        f"CAST(?{others + place} AS {COLUMNS[name]}[])" for place, name in enumerate(statement.columns, 1)
    )
    names = ", ".join(f"column{place}" for place in range(1, width + 1))
    return statement.text.format(rows=f"unnest({arrays}) AS rows({names})")
