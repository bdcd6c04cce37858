import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate.sandbox.codes import codes_in, one_code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Your code is 4711", ["4711"]),
        ("Code:123456.", ["123456"]),
        ("123-456 is your code", ["123456"]),
        ("Code 1234 5678", ["12345678"]),
        ("G-482913 is your Google code", ["482913"]),
        ("<#> 004711: never share it", ["004711"]),
        ("Your code is 123456\n@example.com #123456", ["123456"]),
        ("Votre code : 83\u00a0921", []),
        ("٤٧١١ هو الرمز", ["4711"]),
        ("+27821234567 has sent 4711", ["4711"]),
        ("on 2026-11-30 at 12:30: 0099", ["0099"]),
        ("R 1,250.00, $4500 and 4.7111", []),
        ("call 0800 123 456", []),
        ("https://example.com/123456/x and id4711 and 4711px", []),
        ("no digits", []),
        ("", []),
    ],
)
def test_codes_are_found_and_other_numbers_are_not(text: str, codes: list[str]) -> None:
    assert [*codes_in(text)] == codes


def test_the_code_is_the_only_number_of_so_many_digits() -> None:
    assert one_code("Your code is 4711, valid in 2026 minutes and 123 seconds", (3, 3)) == "123"
    assert one_code("Your code is 123-456 for order 123456789", (4, 8)) == "123456"


def test_a_text_without_a_code_and_one_with_several_are_explained() -> None:
    with pytest.raises(LookupError, match=r"^the text has no codes of 4 to 8 digits: 'Hello 12'$"):
        one_code("Hello 12", (4, 8))
    with pytest.raises(LookupError, match=r"^the text has several codes of 4 to 8 digits \(4711, 2026\); say with"):
        one_code("4711 © 2026", (4, 8))


@given(st.from_regex(r"[0-9]{4,8}", fullmatch=True), st.text("abc xyz.,:;!?()\n"), st.text("abc xyz,;!?()\n"))
def test_any_code_between_words_is_found(code: str, before: str, after: str) -> None:
    assert codes_in(f"{before} {code} {after}") == (code,)


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    assert all(code.isascii() and code.isdigit() for code in codes_in(text))
