"""Phone numbers: `phonenumbers` behind one small door."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from smsgate.errors import InvalidMessageError

__all__ = ["country_of", "read_number", "read_region"]

_EXPONENT = re.compile(r"\d[eE][+-]?\d")
_DECIMALS = re.compile(r"\d{8}\.\d|[./]\d\s*$")
"""`+49151234567.0`, or a last group of one digit: read without the point, it is a digit more and another number."""


def read_number(text: str, region: str | None = None) -> str:
    """Read a phone number as people write it and return it as E.164 (ITU-T): ``+`` and at most 15 digits.

    `region` (ISO 3166 letters, "ZA") is the country of a number written without one. Raise `InvalidMessageError` for
    letters, extensions and lengths that the country does not have; whether anybody answers there is for the vendor.
    """
    if not isinstance(text, str):
        raise InvalidMessageError(f"a phone number is a str, not {type(text).__name__}")
    shown = repr(text[:40])
    if (problem := _problem(text)) is not None:
        raise InvalidMessageError(f"{shown} {problem}")
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise InvalidMessageError(_why(shown, region, error)) from None
    if number.extension:
        raise InvalidMessageError(f"{shown} has an extension, which cannot receive a text; leave it out")
    # a length that only works within a town is possible too, for the library, and would be another number as E.164
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise InvalidMessageError(f"{shown} has a length that no number of its country has; check the digits")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _problem(text: str) -> str | None:
    """Say what is wrong with a text that `phonenumbers` would read as another number, or without a reason."""
    if "ext" in text.lower():
        return None  # said of what was read
    if _EXPONENT.search(text):
        return "has lost digits in a spreadsheet; format the column as text and export it again"
    if any(character.isalpha() for character in text):
        return "is not a phone number: it has letters; write it in digits, as +27821234567"
    if _DECIMALS.search(text):
        return "has decimals, as a spreadsheet writes; write it in digits, as +27821234567"
    if "*" in text:
        return "is not a phone number: it has a *; write all its digits, as +27821234567"
    return None


def read_region(region: str) -> str:
    """Return an ISO 3166 country in capitals, or raise `InvalidMessageError` if phone numbers know none such."""
    if not isinstance(region, str):
        raise InvalidMessageError(f"a region is a str, not {type(region).__name__}")
    if region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise InvalidMessageError(f"{region[:40]!r} is no country; write its two ISO 3166 letters, as 'ZA'")
    return region.upper()


def _why(shown: str, region: str | None, error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE and region is None:
        mends = "write it as +27821234567, give region='ZA', or set default_region and use gateway.message()"
        return f"{shown} names no country; {mends}"
    return f"{shown} is not a phone number; write it as +27821234567"


def country_of(number: str) -> str | None:
    """Return the ISO 3166 country of an E.164 number, or None for one that belongs to none (satellite, freephone)."""
    country = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return country if country and country.isalpha() else None
