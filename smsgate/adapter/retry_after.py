"""How long a vendor asks to wait."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from smsgate.adapter.request import Answer

__all__ = ["retry_after"]

LONGEST_WAIT = 86_400.0
"""Seconds; a longer Retry-After is the error of a clock."""


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that Retry-After asks to wait (RFC 9110, 10.2.3), or None where it says nothing sensible.

    A date counts from the answer's own Date, so that neither clock needs to be right.
    """
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and len(value) <= 6:
        return min(float(value), LONGEST_WAIT)
    try:
        then, now = parsedate_to_datetime(value), parsedate_to_datetime(answer.headers.get("date", ""))
        return min(max(0.0, (then - now).total_seconds()), LONGEST_WAIT)
    except (ValueError, TypeError, OverflowError):
        return None
