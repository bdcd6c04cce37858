"""Texts in a table, for the message of a test that failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["table"]

_MOST_ROWS = 20
_LONGEST = 80


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows in columns, each line with two blanks before it; of more than 20 rows the last ones."""
    lines = [tuple(map(_cell, row)) for row in rows]
    left_out = len(lines) - _MOST_ROWS
    shown = [tuple(head), *lines[max(0, left_out) :]]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    written = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown]
    if left_out > 0:
        written.insert(1, f"... {left_out} more ...")
    return "\n".join(f"  {line}" for line in written)


def _cell(value: object) -> str:
    shown = str(value)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."
