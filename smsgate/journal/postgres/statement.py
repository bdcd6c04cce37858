"""Statements as PostgreSQL numbers their parameters."""

from __future__ import annotations

import re
from functools import cache

__all__ = ["numbered"]

_PLACE = re.compile(r"\?(\d*)")


@cache
def numbered(statement: str) -> bytes:
    """Return a statement with ``$1`` for its first ``?``, and ``$3`` for ``?3``, as SQLite counts them."""
    highest = 0

    def place(match: re.Match[str]) -> str:
        nonlocal highest
        number = int(match[1]) if match[1] else highest + 1
        highest = max(highest, number)
        return f"${number}"

    return _PLACE.sub(place, statement).encode()
