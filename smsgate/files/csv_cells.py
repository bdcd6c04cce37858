"""Cells of CSV files that spreadsheets show and never run.

A spreadsheet takes a cell that begins with ``= + - @`` or a control code for a formula, and a stranger may have written
it: a reply's word, a vendor's error. Such a cell gets an apostrophe in front, which spreadsheets read as "text" (OWASP,
"CSV Injection"). Numbers stay as they are: ``+27821234567`` and ``-1.5`` run nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["guarded", "guarded_row", "unguarded"]

_FORMULA = re.compile("'*(?:[=@\t\r\n\uff1d\uff20]|[+\\-\uff0b\uff0d](?![0-9 ().,+-]*\\Z))")
"""Full-width forms count too, which some spreadsheets take for the others, and apostrophes before them, so that what is
read back is what was written.
"""


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{text}" if _FORMULA.match(text) else text


def guarded_row(cells: Iterable[object]) -> list[object]:
    """Return a row whose texts no spreadsheet runs."""
    return [guarded(cell) if isinstance(cell, str) else cell for cell in cells]


def unguarded(text: str) -> str:
    """Return what a cell was before it was `guarded`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
