"""How Salesmsg reads and shows a phone number; a national one is American."""

import re
from typing import Any

from attrs import frozen

_PUNCTUATION = re.compile(r"[\s().-]")
_AMERICAN = re.compile(r"1[2-9][0-9]{9}")
_OTHER = re.compile(r"[2-9][0-9]{7,14}")
_COUNTRIES = {"1": "US", "27": "ZA", "33": "FR", "44": "GB", "49": "DE", "55": "BR", "61": "AU", "351": "PT"}
_NATIONAL_DIGITS = 10
_LONGEST_CODE = 3
_USUAL_CODE = 2


@frozen
class Number:
    """A number in its parts."""

    calling_code: str
    national: str

    @property
    def e164(self) -> str:
        """Return it as `+12019772861`."""
        return f"+{self.calling_code}{self.national}"

    @property
    def country(self) -> str | None:
        """Return its country, for the few calling codes that the sandbox knows."""
        return _COUNTRIES.get(self.calling_code)

    @property
    def formatted(self) -> str:
        """Return an American number in its national format, any other as E.164."""
        area, office, line = self.national[:3], self.national[3:6], self.national[6:]
        return f"({area}) {office}-{line}" if self.calling_code == "1" else self.e164

    def shown(self) -> dict[str, Any]:
        """Return the fields that contacts and numbers have in common."""
        return {
            "number": self.e164,
            "country": self.country,
            "country_calling_code": self.calling_code,
            "national_number": self.national,
            "formatted_number": self.formatted,
        }


def read(text: str) -> Number | None:
    """Return the number, or None if it is not a phone number."""
    bare = _PUNCTUATION.sub("", text)
    digits = bare.removeprefix("+")
    if digits == bare and len(digits) == _NATIONAL_DIGITS:
        digits = f"1{digits}"
    if _AMERICAN.fullmatch(digits):
        return Number("1", digits[1:])
    if not _OTHER.fullmatch(digits):
        return None
    known = (digits[:size] for size in range(1, _LONGEST_CODE + 1) if digits[:size] in _COUNTRIES)
    code = next(known, digits[:_USUAL_CODE])
    return Number(code, digits.removeprefix(code))
