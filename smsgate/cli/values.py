"""Values of options that typer has no type for; a bad one is wrong usage, with exit code 2."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

__all__ = ["amount", "moment_in", "seconds_from"]

_LONGEST = 40
"""Characters of a value that an error quotes."""


def moment_in(text: str) -> datetime:
    """Read a time with its offset, in ISO 8601."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    raise ValueError(
        f"must be a time with its offset, such as 2026-12-24T18:00+02:00, 2026-12-24T16:00Z or "
        f"'2026-12-24 18:00:00+02:00', got {text[:_LONGEST]!r}"
    )


def amount(value: str | Decimal) -> Decimal:
    """Read an amount of money over 0, in the unit of the prices."""
    with suppress(ArithmeticError):
        if (read := Decimal(value)).is_finite() and read > 0:
            return read
    raise ValueError(f"must be an amount over 0, such as 49.90, got {str(value)[:_LONGEST]!r}")


def seconds_from(least: float, most: float = float("inf")) -> Callable[[str | float], float]:
    """Return what reads a number of seconds within bounds; `nan` is in none."""
    bounds = f"at least {least:g}" if most == float("inf") else f"{least:g} to {most:,.0f}"

    def read(value: str | float) -> float:
        with suppress(ValueError):
            if least <= (seconds := float(value)) <= most:
                return seconds
        raise ValueError(f"must be {bounds} seconds, got {str(value)[:_LONGEST]!r}")

    return read
