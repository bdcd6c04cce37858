"""What kind of line a number is of, by the number plans that `phonenumbers` has."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from smsgate.model.numbers import MOST_REMEMBERED

__all__ = ["LineType", "line_type_of"]


class LineType(StrEnum):
    """What a number is of by its country's number plan; some countries do not tell mobile lines from fixed ones."""

    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed_line_or_mobile"
    """In the United States, Canada, and other countries whose plan does not tell them apart."""
    FIXED_LINE = "fixed_line"
    VOIP = "voip"
    PREMIUM_RATE = "premium_rate"
    SHARED_COST = "shared_cost"
    TOLL_FREE = "toll_free"
    PERSONAL_NUMBER = "personal_number"
    PAGER = "pager"
    UAN = "uan"
    """Universal access numbers of companies."""
    VOICEMAIL = "voicemail"
    UNKNOWN = "unknown"
    """No range of the plan has it: it may be of a new range, or of no line at all."""


_TYPES = {getattr(PhoneNumberType, each.name): each for each in LineType if each is not LineType.UNKNOWN}


@lru_cache(maxsize=MOST_REMEMBERED)
def line_type_of(number: str) -> LineType:
    """Return what an E.164 number is of."""
    return _TYPES.get(phonenumbers.number_type(phonenumbers.parse(number)), LineType.UNKNOWN)
