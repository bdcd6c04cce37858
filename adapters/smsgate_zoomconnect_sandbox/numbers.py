"""How Zoom Connect reads a phone number: clients send `+27..`, `27..` and `082..`."""

import re

_INTERNATIONAL = re.compile(r"[1-9][0-9]{7,14}")
_SOUTH_AFRICAN_MOBILE = re.compile(r"27[6-8][0-9]{8}")


def e164(number: str) -> str | None:
    """Return the number as `+27..`, or None if it is not a mobile number. A national number is South African."""
    digits = number.removeprefix("+")
    if digits == number and digits.startswith("0"):
        digits = "27" + digits[1:]
    rule = _SOUTH_AFRICAN_MOBILE if digits.startswith("27") else _INTERNATIONAL
    return f"+{digits}" if rule.fullmatch(digits) else None
