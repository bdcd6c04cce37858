"""The longest prefix chooses the sender, then the country, then the default."""

from __future__ import annotations

import pytest

from smsgate import ConfigError, SenderTable

POOL = "MG-4711"
TABLE = SenderTable(
    {
        "ZA": "27820001111",
        "gb": "ACME",
        "+1": {"service": POOL},
        "+1 (242)": "Acme BS",
        "+124": "12345",
        "CA": "14165550100",
        "default": "ACME",
    }
)


@pytest.mark.parametrize(
    ("to", "pattern", "chosen"),
    [
        ("+27821234567", None, ("27820001111", "ZA")),
        ("+447400123456", None, ("ACME", "GB")),
        ("+12425551234", r"MG-\d+", ("Acme BS", "+1242")),
        ("+12465551234", r"MG-\d+", ("12345", "+124")),
        ("+12025550123", r"MG-\d+", (POOL, "+1")),
        ("+14165550123", r"MG-\d+", (POOL, "+1")),
        ("+14165550123", r"profile-\d+", ("14165550100", "CA")),
        ("+12025550123", None, ("ACME", "default")),
        ("+49301234567", None, ("ACME", "default")),
        ("+870773111632", None, ("ACME", "default")),
    ],
)
def test_a_sender_is_chosen_by_the_number(to: str, pattern: str | None, chosen: tuple[str, str]) -> None:
    assert TABLE.choose(to, pattern) == chosen


def test_without_a_default_there_may_be_no_sender() -> None:
    assert SenderTable({"ZA": "ACME"}).choose("+49301234567", None) is None
    assert SenderTable({}).choose("+49301234567", None) is None


def test_all_errors_are_reported_together_each_with_its_place_and_fix() -> None:
    with pytest.raises(ConfigError) as raised:
        SenderTable(
            {
                "ZZ": "ACME",
                "1242": "ACME",
                "+0": "ACME",
                "DE": "ACME MESSAGES",
                "FR": "Acme✓",
                "GB": "12",
                "NA": POOL,
                "US": "ACME",
                "ES": 17,
                "IT": {"service": POOL, "number": "12345"},
                "PT": {"service": " "},
                "ZA": "ACME",
                "za": "12345",
                "+27": "ACME",
                "+2 7": "ACME",
            }
        )
    place = 'is no country, prefix or default; write two ISO 3166 letters such as ZA, + and digits such as "+1242", or'
    sender = "write a number of 7 to 15 digits without blanks, a short code of 3 to 8, or a name with a letter"
    pool = 'the id of a pool is written as { service = "..." }'
    table = 'must be a sender such as "ACME", or { service = "..." } with an id, got a table of'
    assert raised.value.problems == (
        f"ZZ: {place} default",
        f"1242: {place} default",
        f"+0: {place} default",
        f"DE: 'ACME MESSAGES' is too long for the name of a sender: 13 septets, at most 11; shorten it; {pool}",
        f"FR: 'Acme✓' is no name of a sender, as GSM-7 has no ✓; use letters, digits and spaces; {pool}",
        f"GB: '12' is no sender; {sender}; {pool}",
        "US: US takes no name as a sender, got 'ACME'; write a number, a short code or a service",
        'ES: must be a sender such as "ACME", or { service = "..." }, got int',
        f"IT: {table} service, number",
        f"PT: {table} service",
        "za: is there twice, as ZA; remove one of them",
        "+2 7: is there twice, as +27; remove one of them",
    )
