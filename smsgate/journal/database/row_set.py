"""Statements on many rows at once, as each database executes them."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

__all__ = ["SetStatement", "fields", "set_fields"]


@frozen
class SetStatement:
    """A statement that takes its rows from ``{rows}``; its other parameters come before them."""

    text: str
    columns: tuple[str, ...]
    """The columns for which a row has values; in the statement they are column1, column2, and so on.

    A database may add rows of NULL.
    """


def fields(columns: Sequence[str], first: int = 1) -> str:
    """Return the names of the fields for columns, from a field on."""
    return ", ".join(f"column{place}" for place in range(first, first + len(columns)))


def set_fields(columns: Sequence[str], first: int) -> str:
    """Return the assignments of fields to columns, from a field on."""
    return ", ".join(f"{column} = column{place}" for place, column in enumerate(columns, first))
