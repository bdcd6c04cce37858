"""Amounts that budgets count: messages, segments, and money in billionths of a price's unit."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal

__all__ = ["COUNTED", "MESSAGES", "SEGMENTS", "counted_amount", "read_amount", "shown_amount"]

MESSAGES, SEGMENTS = "messages", "segments"
COUNTED = (MESSAGES, SEGMENTS)
"""What is counted one by one; every other unit is that of a price."""
BILLION = 1_000_000_000
MOST = 10**18
"""What fits a column of either database, and sums of it do."""
_WRITTEN = re.compile(r"\s*([0-9][0-9_]{0,27}(?:\.[0-9]{1,9})?)(?:\s+([^\s\d].{0,31}?))?\s*")
_RATE = re.compile(r"(.{1,40}?)\s*(?:/|\s(?:per|a|each|every)\s)\s*(?:1\s?)?([A-Za-z]{1,8})\s*")
_PERIODS = {"m": "1m", "min": "1m", "h": "1h", "d": "1d", "w": "7d", "mon": "month"}
"""What is meant by the time of a rate, by what its name begins with; the longest that fits counts."""


def counted_amount(amount: Decimal | int, unit: str) -> int:
    """Return an amount as it is counted; of money, billionths of its unit, rounded up."""
    if unit in COUNTED:
        return int(amount)
    return int((Decimal(amount) * BILLION).to_integral_value(ROUND_CEILING))


def shown_amount(amount: int, unit: str) -> str:
    """Return what is counted as people write it: "50 messages", "12.50 EUR"."""
    if unit in COUNTED:
        return f"{amount:,} {unit}" if amount != 1 else f"1 {unit.removesuffix('s')}"
    exact = Decimal(amount).scaleb(-9)
    places = max(2, -int(exact.normalize().as_tuple().exponent))
    return f"{exact:,.{places}f} {unit}"


def read_amount(text: str) -> tuple[Decimal, str]:
    """Read "500 segments" or "250.00 EUR" (a number alone is messages); raise `ValueError` if it is neither."""
    if rate := _RATE.fullmatch(text):
        raise ValueError(f"must be an amount alone, got {text!r}; write its time as `per`: {_parted(*rate.groups())}")
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(
            f"must be a number of messages, or a text such as '500 segments' or '250.00 EUR', got {text!r}"
        )
    amount, unit = Decimal(found[1].replace("_", "")), found[2] or MESSAGES
    return check_amount(amount, {"message": MESSAGES, "segment": SEGMENTS}.get(unit, unit))


def _parted(amount: str, time: str) -> str:
    """Return how a budget's settings write an amount and the time that was written behind it."""
    per = next((per for name, per in reversed(_PERIODS.items()) if time.casefold().startswith(name)), "1d")
    most = amount if amount.isdecimal() else f'"{amount}"'
    return f'max = {most} and per = "{per}"'


def check_amount(amount: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return an amount with its unit; raise `ValueError` for one that no budget can have."""
    if not amount.is_finite():
        raise ValueError(f"must be a number, got {amount}")
    if unit in COUNTED and amount != int(amount):
        raise ValueError(f"must be a whole number of {unit}, got {amount}")
    if not 0 < counted_amount(amount, unit) <= MOST:
        raise ValueError(f"must be over 0 and at most {shown_amount(MOST, unit)}, got {amount}")
    return amount, unit
