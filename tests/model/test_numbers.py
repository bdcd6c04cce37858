"""One line has several spellings in some countries."""

from __future__ import annotations

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from smsgate import InvalidMessageError, number_or_text
from smsgate.model.numbers import country_of, line_of, read_line, spellings_of

LINES = {
    "Mexico": ("+525512345678", "+5215512345678"),
    "Argentina": ("+5491123456789", "+541123456789"),
    "Brazil": ("+5511987654321", "+551187654321"),
    "Benin": ("+2290197123456", "+22997123456"),
}


@pytest.mark.parametrize(("current", "older"), LINES.values(), ids=LINES.keys())
def test_every_spelling_of_a_line_matches(current: str, older: str) -> None:
    assert line_of(older) == line_of(current) == current
    assert spellings_of(older) == spellings_of(current) == (current, older)
    assert line_of(read_line(older)) == current


@pytest.mark.parametrize(
    "number",
    [
        "+27821234567",
        "+551137654321",  # a landline
        "+5511937654321",  # a mobile that never had eight digits
        "+12019772861",
        "+52551234567",
        "no number",
        "",
    ],
)
def test_other_numbers_have_one_spelling(number: str) -> None:
    assert line_of(number) == number
    assert spellings_of(number) == (number,)


@pytest.mark.parametrize("text", ["+52 1 55 1234 5678", "+52 (1) 55-1234-5678", "+5215512345678"])
def test_an_older_spelling_is_read_as_people_write_it(text: str) -> None:
    assert read_line(text) == "+525512345678"


def test_the_argentine_form_with_15_is_the_same_line() -> None:
    assert read_line("+54 11 15 2345 6789") == "+5491123456789"


@pytest.mark.parametrize("text", ["", "STOP", "+52 1 55", "+1 23", "082 123 4567"])
def test_what_is_no_number_in_any_spelling_is_refused(text: str) -> None:
    with pytest.raises(InvalidMessageError):
        read_line(text)


@pytest.mark.parametrize(("text", "number"), [("082 123 4567", "+27821234567"), ("INFO", "INFO"), ("", None)])
def test_a_number_that_cannot_be_read_stays_as_the_vendor_has_it(text: str, number: str | None) -> None:
    assert number_or_text(text, "ZA") == number


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_a_number_is_of_the_country_that_its_digits_say(region: str) -> None:
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is not None:
            number = phonenumbers.format_number(example, PhoneNumberFormat.E164)
            assert country_of(number) == phonenumbers.region_code_for_number(phonenumbers.parse(number))


@pytest.mark.parametrize("number", ["+881612345678", "+80012345678", "+97912345678"])
def test_a_satellite_phone_and_a_shared_code_are_of_no_country(number: str) -> None:
    assert country_of(number) is None
