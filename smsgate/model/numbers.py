"""Phone numbers: `phonenumbers` behind one small door."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from smsgate.model.errors import ConfigError, InvalidMessageError

__all__ = [
    "country_of",
    "line_of",
    "number_or_text",
    "read_default_region",
    "read_line",
    "read_number",
    "read_region",
    "spellings_of",
]

_OLDER_SPELLINGS = (
    # Mexico: callers from abroad wrote a 1 before a mobile number until 3 August 2019 (IFT, Plan Técnico Fundamental de
    # Numeración).
    (
        re.compile(r"\+521(?P<rest>[2-9][0-9]{9})"),
        "+52{rest}",
        re.compile(r"\+52(?P<rest>[2-9][0-9]{9})"),
        "+521{rest}",
    ),
    # Argentina: +54 9 is a mobile line; without the 9 the same digits are its number within the country (ENACOM, Plan
    # Fundamental de Numeración Nacional). `phonenumbers` reads the form with 15.
    (
        re.compile(r"\+54(?P<rest>[1-3][0-9]{9})"),
        "+549{rest}",
        re.compile(r"\+549(?P<rest>[1-3][0-9]{9})"),
        "+54{rest}",
    ),
    # Brazil: mobile numbers, which began with 6 to 9, got a 9 before them from 2012 to 2016 (Anatel, Resolução
    # 553/2010).
    (
        re.compile(r"\+55(?P<area>[1-9][0-9])(?P<rest>[6-9][0-9]{7})"),
        "+55{area}9{rest}",
        re.compile(r"\+55(?P<area>[1-9][0-9])9(?P<rest>[6-9][0-9]{7})"),
        "+55{area}{rest}",
    ),
    # Benin: all numbers got 01 before them on 30 November 2024 (ARCEP Bénin).
    (
        re.compile(r"\+229(?P<rest>[2-9][0-9]{7})"),
        "+22901{rest}",
        re.compile(r"\+22901(?P<rest>[2-9][0-9]{7})"),
        "+229{rest}",
    ),
)
"""The older spelling of a line and its current one; the current spelling and its older one."""
_COUNTRIES = ("+52", "+54", "+55", "+229")
"""What their numbers begin with."""
_REGIONS = {f"+{code}": regions for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()}
_CODE_ENDS = (2, 3, 4)
"""Country codes have one to three digits, and none begins with another; only where several countries share one does a
number have to be read to tell whose it is, which takes most of the time of a message."""
_SEPARATORS = str.maketrans("", "", " -.()/\u00a0")

MOST_REMEMBERED = 1_024
"""Numbers that are remembered once they were read: one that a journal or a vendor gives back was mostly read before."""
_EXPONENT = re.compile(r"\d[eE][+-]?\d")
_DECIMALS = re.compile(r"\d{8}\.\d|[./]\d\s*$")
"""`+49151234567.0`, or a last group of one digit: read without the point, it is a digit more and another number."""


def read_number(text: str, region: str | None = None) -> str:
    """Read a phone number as people write it and return it as E.164 (ITU-T): ``+`` and at most 15 digits.

    `region` (ISO 3166 letters, "ZA") is the country of a number written without one. Raise `InvalidMessageError` for
    letters, extensions and lengths that the country does not have; whether anybody answers there is for the vendor.
    """
    if not isinstance(text, str):
        raise InvalidMessageError(f"a phone number must be a str, got {type(text).__name__}")
    return _e164(text, region)


@lru_cache(maxsize=MOST_REMEMBERED)
def _e164(text: str, region: str | None) -> str:
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


def number_or_text(text: str | None, region: str | None = None) -> str | None:
    """Return a vendor's number as E.164 where it can be read, else as it is: a short code or a name; None for ""."""
    try:
        return read_number(text, region) if text else None
    except InvalidMessageError:
        return text


def read_line(text: str, region: str | None = None) -> str:
    """Read a number that is matched and not sent to: as `read_number` does, or in an older spelling of its country.

    An older spelling, such as +52 1 of a Mexican mobile, is returned as the current one.
    """
    try:
        return read_number(text, region)
    except InvalidMessageError:
        plain = text.translate(_SEPARATORS) if isinstance(text, str) else ""
        current = line_of(plain)
        if current == plain:
            raise
        return current


def line_of(number: str) -> str:
    """Return the one form by which every spelling of a line is matched; never send to it.

    Mexico, Argentina, Brazil and Benin have had two spellings of one mobile line in E.164, and vendors write both.
    """
    for older, current, _, _ in _OLDER_SPELLINGS:
        if found := older.fullmatch(number):
            return current.format_map(found.groupdict())
    return number


def spellings_of(number: str) -> tuple[str, ...]:
    """Return every spelling of an E.164 number's line, the one of `line_of` first."""
    if not number.startswith(_COUNTRIES):
        return (number,)
    line = line_of(number)
    for _, _, current, older in _OLDER_SPELLINGS:
        if found := current.fullmatch(line):
            return line, older.format_map(found.groupdict())
    return (line,)


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
        raise InvalidMessageError(f"a region must be a str, got {type(region).__name__}")
    if region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        such = "GB" if region.upper() == "UK" else "ZA"
        raise InvalidMessageError(f"{region[:40]!r} is not a country; write its two ISO 3166 letters, such as '{such}'")
    return region.upper()


def read_default_region(name: str | None) -> str | None:
    """Read the ``default_region`` of the settings; raise `ConfigError` if it is no country."""
    try:
        return None if name is None else read_region(name)
    except InvalidMessageError as error:
        raise ConfigError(f"default_region {error}") from None


def _why(shown: str, region: str | None, error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE and region is None:
        ways = "set default_region in the settings and use gateway.message(), or give region='ZA'"
        return f"{shown} has no country code; write it as +27821234567, {ways}"
    return f"{shown} is not a phone number; write it as +27821234567"


@lru_cache(maxsize=MOST_REMEMBERED)
def country_of(number: str) -> str | None:
    """Return the ISO 3166 country of an E.164 number, or None for one that belongs to none (satellite, freephone)."""
    regions = next((each for end in _CODE_ENDS if (each := _REGIONS.get(number[:end])) is not None), ())
    country = regions[0] if len(regions) == 1 else phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return country if country and country.isalpha() else None
