"""What a text may go out under: a number, a short code, a name, or the id of a vendor's pool of senders."""

from __future__ import annotations

import re
from enum import StrEnum

from smsgate.text import Encoding, analyse

__all__ = ["SenderKind", "sender_kind"]

LONGEST_NAME = 11
"""Septets: what fits the ten octets of an address (3GPP TS 23.040, 9.1.2.5)."""
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{7,15}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_FIX = "write a number of 7 to 15 digits without blanks, a short code of 3 to 8, or a name with a letter"


class SenderKind(StrEnum):
    """What a sender is."""

    NUMBER = "number"
    """E.164, or 7 to 15 digits: a short code of 7 or 8 is one, too."""
    SHORT_CODE = "short code"
    """3 to 6 digits."""
    NAME = "name"
    """Alphanumeric: characters of GSM-7, at most 11 septets, with a letter (3GPP TS 23.040, 9.1.2.5)."""
    SERVICE = "service"
    """The vendor's id of a pool of senders, by the adapter's `service_pattern`."""


def sender_kind(sender: str, service_pattern: str | None = None) -> SenderKind:
    """Return what a sender is; raise ValueError, which says why, if it is nothing that a text can go out under.

    `service_pattern` is the regular expression of a vendor's ids of pools, where it has such pools.
    """
    if service_pattern is not None and re.fullmatch(service_pattern, sender):
        return SenderKind.SERVICE
    if _NUMBER.fullmatch(sender):
        return SenderKind.NUMBER
    if _SHORT_CODE.fullmatch(sender):
        return SenderKind.SHORT_CODE
    if (problem := _problem_of_name(sender)) is not None:
        raise ValueError(f"{sender[:40]!r} {problem}")
    return SenderKind.NAME


def _problem_of_name(sender: str) -> str | None:
    if not any(map(str.isalpha, sender)):
        return f"is no sender; {_FIX}"
    if not sender.isprintable():
        return "has a character that cannot be shown; remove it"
    analysis = analyse(sender)
    if analysis.encoding is not Encoding.GSM7:
        foreign = "".join(dict.fromkeys(offender for _, offender in analysis.offenders))
        return f"is no name of a sender, as GSM-7 has no {foreign[:10]}; use letters, digits and spaces"
    if analysis.units > LONGEST_NAME:
        return f"is too long for the name of a sender: {analysis.units} septets, at most {LONGEST_NAME}; shorten it"
    return None
