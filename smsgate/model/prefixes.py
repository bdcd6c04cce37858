"""What the numbers of a country begin with: the prefixes by which price lists and routes distinguish countries."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from phonenumbers import (
    PhoneMetadata,
    country_code_for_region,
    parse,
    region_code_for_number,
    region_codes_for_country_code,
)

__all__ = ["prefixes_of", "region_named"]

NANP = 1
"""The country code of the North American Numbering Plan, whose countries are distinguished by their area codes."""
MOST_DIGITS = 5
"""Digits after a country code that distinguish its countries, at most."""


@cache
def prefixes_of(region: str) -> tuple[str, ...]:
    """Return what the E.164 numbers of a country (ISO 3166) begin with, as ``+27``.

    Of several countries with one country code the main one has the code itself, and the others what follows it. Empty
    for what is no country, and for one whose numbers no prefix distinguishes from those of another, such as Jersey.
    """
    code = country_code_for_region(region)
    sharing = region_codes_for_country_code(code) if code else ()
    if region not in sharing:
        return ()
    if region == sharing[0]:
        return (f"+{code}",)
    return tuple(f"+{code}{digits}" for digits in (_area_codes() if code == NANP else _leading(region)).get(region, ()))


@cache
def _area_codes() -> dict[str, list[str]]:
    """Return the area codes of the countries of the North American plan."""
    found: dict[str, list[str]] = {}
    for area in range(200, 1000):
        if region := region_code_for_number(parse(f"+{NANP}{area}2345678")):
            found.setdefault(region, []).append(str(area))
    return found


def _leading(region: str) -> dict[str, list[str]]:
    """Return the digits with which the national numbers of a country begin, where its metadata says so."""
    metadata = PhoneMetadata.metadata_for_region(region)
    pattern = re.compile(metadata.leading_digits or "") if metadata is not None else re.compile("")
    found: list[str] = []
    for length in range(1, MOST_DIGITS + 1) if pattern.pattern else ():
        for digits in map("".join, product("0123456789", repeat=length)):
            if pattern.fullmatch(digits) and not digits.startswith(tuple(found)):
                found.append(digits)
    return {region: found}


def region_named(name: str, prefix: str) -> str | None:
    """Return the country (ISO 3166) among those that share a prefix's country code, by its English name; None if none.

    ``region_named("Canada", "+1")`` is "CA".
    """
    from phonenumbers.geodata.locale import LOCALE_DATA  # noqa: PLC0415 - names in all languages, needed here only

    code = next((int(prefix[1:end]) for end in (2, 3, 4) if _has_countries(prefix[1:end])), 0)
    for region in region_codes_for_country_code(code):
        names = LOCALE_DATA.get(region, {})
        shown = names.get("en", "")
        if names.get(shown[1:], shown).casefold() == name.casefold():
            return str(region)
    return None


def _has_countries(digits: str) -> bool:
    return digits.isdigit() and any(each.isalpha() for each in region_codes_for_country_code(int(digits)))
