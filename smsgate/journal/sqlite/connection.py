"""A connection to SQLite that executes statements on many rows.

SQLite gives up the interpreter's lock at each step of a statement, and a thread gets it back only once the others that
are busy let it go. So a statement for a whole set takes a fraction of the time of as many statements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from itertools import chain
from typing import Any

from smsgate.journal.database.connection import Question
from smsgate.journal.database.row_set import SetStatement

__all__ = ["SqliteConnection"]

MOST = 256
"""Rows of one statement."""


class SqliteConnection(sqlite3.Connection):
    """A `Connection` of the journal's."""

    def execute_set(self, statement: SetStatement, rows: Sequence[tuple[object, ...]], *others: object) -> None:
        """Execute a statement for all rows."""
        for start in range(0, len(rows), MOST):
            part = rows[start : start + MOST]
            size = _size(len(part))
            none = (None,) * (len(statement.columns) * (size - len(part)))
            self.execute(_sized(statement, size), (*others, *chain.from_iterable(part), *none))

    def together(self) -> AbstractContextManager[object]:
        """Do nothing: there is no way to a server."""
        return nullcontext()

    def select_among(self, statement: str, values: Sequence[object], *others: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement that takes values; of each part of them, if they are many."""
        found = []
        for start in range(0, len(values), MOST):
            part = values[start : start + MOST]
            size = _size(len(part))
            found += self.execute(_listed(statement, size), (*others, *part, *[None] * (size - len(part)))).fetchall()
        return found

    def select_each(self, questions: Sequence[Question]) -> list[list[tuple[Any, ...]]]:
        """Return the rows of each question."""
        return [self.select_among(statement, values) for statement, values in questions]

    def stream(self, statement: str, parameters: Sequence[object], most: int) -> Iterator[Any]:
        """Give the rows of a SELECT; the library reads each as it is asked for."""
        del most
        yield from self.execute(statement, parameters)

    def last_entry(self) -> int:
        """Return the highest id; no other process writes meanwhile."""
        (last,) = self.execute("SELECT coalesce(max(id), 0) FROM entries").fetchone()
        return int(last)

    def take_entries(self, last: int) -> None:
        """Do nothing: what is undone was never there."""


def _size(count: int) -> int:
    """Return one of few sizes, so that SQLite has the statement prepared."""
    return 1 << (count - 1).bit_length()


@cache
def _listed(text: str, size: int) -> str:
    return text.format(values=", ".join("?" * size))


@cache
def _sized(statement: SetStatement, size: int) -> str:
    row = f"({', '.join('?' * len(statement.columns))})"
    return statement.text.format(rows=f"(VALUES {', '.join([row] * size)})")
