"""What the numbers of a country begin with."""

from __future__ import annotations

import pytest
from phonenumbers import SUPPORTED_REGIONS, PhoneNumberType, example_number_for_type

from smsgate.model.prefixes import prefixes_of, region_named


@pytest.mark.parametrize(
    ("region", "prefixes"),
    [
        ("ZA", ("+27",)),
        ("US", ("+1",)),
        ("BS", ("+1242",)),
        ("DO", ("+1809", "+1829", "+1849")),
        ("KZ", ("+77",)),
        ("SJ", ("+4779",)),
        ("JE", ()),
        ("XX", ()),
    ],
)
def test_a_country_has_its_prefixes(region: str, prefixes: tuple[str, ...]) -> None:
    assert prefixes_of(region) == prefixes


def test_canada_is_distinguished_from_the_united_states_by_its_area_codes() -> None:
    assert {"+1416", "+1604"} <= {*prefixes_of("CA")}
    assert "+1212" not in prefixes_of("CA")


NEIGHBOURS = {"AX", "IM", "SJ", "VA"}
"""Countries that have mobile numbers among those of the country whose code they share."""


def test_a_countrys_own_mobile_number_begins_with_one_of_its_prefixes_and_no_longer_one_of_another() -> None:
    placed = {prefix: region for region in SUPPORTED_REGIONS for prefix in prefixes_of(region)}
    for region in SUPPORTED_REGIONS:
        example = example_number_for_type(region, PhoneNumberType.MOBILE)
        if example is None or not prefixes_of(region) or region in NEIGHBOURS:
            continue
        number = f"+{example.country_code}{example.national_number}"
        found = max((prefix for prefix in placed if number.startswith(prefix)), key=len)
        assert placed[found] == region, number


def test_a_country_is_known_by_its_name_among_those_that_share_a_code() -> None:
    assert region_named("Canada", "+1") == "CA"
    assert region_named("united states", "+1") == "US"
    assert region_named("Bahamas", "+1242") == "BS"
    assert region_named("South Africa", "+27") == "ZA"
    assert region_named("Atlantis", "+27") is None
    assert region_named("", "+999") is None
