"""This machine's clock, compared with the vendor's."""

from __future__ import annotations

from smsgate.doctor.finding import Finding
from smsgate.doctor.subject import Subject

__all__ = ["clock_finding"]

MOST_APART = 30.0
"""Seconds; a vendor allows 30 to 300 in what is signed with a time."""


def clock_finding(subject: Subject, ahead: float | None) -> Finding:
    """Say how far our clock is ahead of the vendor's, in seconds; None where no answer had a time."""
    if ahead is None:
        return subject.not_checked("clock", "the vendor's answers do not say what time it is")
    if abs(ahead) < MOST_APART:
        return subject.ok("clock", "agrees with the vendor's")
    way = "ahead of" if ahead > 0 else "behind"
    return subject.warning(
        "clock",
        f"this machine's clock is {_length(abs(ahead))} {way} the vendor's; "
        "signed webhooks, tokens and scheduled messages go by it",
        "set the clock, and keep it right with NTP",
    )


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
