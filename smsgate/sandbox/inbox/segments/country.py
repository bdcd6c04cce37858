"""The country that the beginning of a phone number belongs to."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import phonenumbers

_FILL = "2345678901"  # digits that a subscriber's number may have
_NO_COUNTRY = "001"  # what phonenumbers has for satellites and international services


def country_of_prefix(prefix: str) -> str:
    """Return the country of a prefix such as +1242, by name; "" where no country has it.

    The calling code of several countries, such as +1, gives the largest of them and the number of the others.
    """
    digits = prefix.removeprefix("+")
    known = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    code = next((digits[:length] for length in (1, 2, 3) if int(digits[:length] or 0) in known), None)
    if code is None:
        return ""
    regions, rest = known[int(code)], digits.removeprefix(code)
    if len(regions) == 1 or not rest:
        others = f" and {len(regions) - 1} more" if len(regions) > 1 else ""
        return country_name(regions[0]) + others
    return country_name(_region(int(code), rest, regions))


def country_name(region: str) -> str:
    """Return the English name of a country by its two letters, or the letters where no name is known."""
    names = _names().get(region, {})
    name = names.get("en", "")
    if name.startswith("*"):  # the same as in another language
        name = names.get(name[1:], "")
    return name or region.replace(_NO_COUNTRY, "")


def _region(code: int, rest: str, regions: Sequence[str]) -> str:
    """Return which of the countries that share a calling code has the numbers that go on like this."""
    for region in regions:
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
        if metadata and metadata.leading_digits and re.match(metadata.leading_digits, rest):
            return region
    example = phonenumbers.PhoneNumber(country_code=code, national_number=int((rest + _FILL)[:10]))
    return phonenumbers.region_code_for_number(example) or regions[0]


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """Load the names alone: the package that has them loads the places of all numbers too, which are 100 MB."""
    file = Path(phonenumbers.__file__).with_name("geodata") / "locale.py"
    spec = spec_from_file_location("phonenumbers.geodata.locale", file)
    if spec is None or spec.loader is None or not file.exists():  # phonenumberslite has no names
        return {}
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    names: Mapping[str, Mapping[str, str]] = module.LOCALE_DATA
    return names
