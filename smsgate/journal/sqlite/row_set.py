"""Statements on many rows at once.

SQLite gives up the interpreter's lock at each step of a statement, and a thread gets it back only once the others that
are busy let it go; so a statement for a whole set takes a fraction of the time of as many statements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from attrs import frozen

__all__ = ["SetStatement", "fields", "select_among", "set_fields"]

MOST = 256
"""Rows of one statement."""


@frozen
class SetStatement:
    """A statement that takes its rows from `{rows}`; its other parameters come before them."""

    text: str
    width: int
    """Fields of a row, which are named column1, column2, and so on. The first is NULL in a row that is none."""

    def execute(self, connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]], *others: object) -> None:
        """Execute it for all rows."""
        for start in range(0, len(rows), MOST):
            part = rows[start : start + MOST]
            size = _size(len(part))
            none = (None,) * (self.width * (size - len(part)))
            connection.execute(_sized(self, size), (*others, *chain.from_iterable(part), *none))


def select_among(connection: sqlite3.Connection, text: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that takes values from `{values}`; of each part of them, if they are many."""
    found = []
    for start in range(0, len(values), MOST):
        part = values[start : start + MOST]
        size = _size(len(part))
        found += connection.execute(_listed(text, size), (*part, *[None] * (size - len(part)))).fetchall()
    return found


def _size(count: int) -> int:
    """Return one of few sizes, so that SQLite has the statement prepared."""
    return 1 << (count - 1).bit_length()


@cache
def _listed(text: str, size: int) -> str:
    return text.format(values=", ".join("?" * size))


@cache
def _sized(statement: SetStatement, size: int) -> str:
    row = f"({', '.join('?' * statement.width)})"
    return statement.text.format(rows=f"(VALUES {', '.join([row] * size)})")


def fields(columns: Sequence[str], first: int = 1) -> str:
    """Return the names of the fields for columns, from a field on."""
    return ", ".join(f"column{place}" for place in range(first, first + len(columns)))


def set_fields(columns: Sequence[str], first: int) -> str:
    """Return the assignments of fields to columns, from a field on."""
    return ", ".join(f"{column} = column{place}" for place, column in enumerate(columns, first))
