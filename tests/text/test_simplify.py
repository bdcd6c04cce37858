"""Cheaper spellings, and what must not be touched."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import text
from smsgate.text._look_alikes import DIRECTION_MARKS, LOOK_ALIKES
from smsgate.text.alphabet import DEFAULT

PADDING = "x" * 100  # one segment of GSM-7, two of UCS-2


def test_a_look_alike_is_replaced_where_that_saves_a_segment() -> None:
    simplified = text.simplify("It’s" + PADDING)
    assert simplified == text.Simplified(
        "It's" + PADDING,
        (text.Replacement(2, "’", "'"),),
        text.analyse("It’s" + PADDING),
        text.analyse("It's" + PADDING),
    )
    assert simplified.saved == 1


def test_nothing_is_replaced_where_nothing_is_saved() -> None:
    simplified = text.simplify("It’s")
    assert (simplified.text, simplified.replacements, simplified.saved) == ("It’s", (), 0)
    assert text.simplify("“Hi” 😀" + PADDING).text == "“Hi” 😀" + PADDING


def test_forced_it_replaces_where_nothing_is_saved_too() -> None:
    assert text.simplify("“It’s” 😀", force=True).text == '"It\'s" 😀'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("“a”", '"a"'),
        ("«a»", '"a"'),
        ("a – b — c", "a - b - c"),
        ("…", "..."),
        ("1\u00a0000\u202f000\u2009km", "1 000 000 km"),
        ("a\tb", "a b"),
        ("soft\u00adhyphen\u200b\ufeff", "softhyphen"),
        ("Ｆｕｌｌ－ｗｉｄｔｈ！\u3000１２", "Full-width! 12"),
        ("￥￡", "¥£"),
        ("ﬁnal oﬀer", "final offer"),
        ("e\u0301a\u0308n\u0303", "éäñ"),
        ("5 \u2126, 3 \u212b", "5 Ω, 3 Å"),
        ("𝐇𝐞𝐥𝐥𝐨 𝟏", "Hello 1"),
        ("`a` ´b´", "'a' 'b'"),
        ("• one", "- one"),
        ("\u2066082 123 4567\u2069\u200e", "082 123 4567"),
        ("｀", "'"),
    ],
)
def test_what_only_looks_different_is_replaced(old: str, new: str) -> None:
    assert text.simplify(old + PADDING).text == new + PADDING


@pytest.mark.parametrize(
    "kept", ["ç", "Иван", "李雷", "٣", "²", "½", "😀", "❤️", "₹", "שלום", "a\u0323", "ł", "°", "\u202e", "\u200d", "№"]
)
def test_what_has_meaning_stays(kept: str) -> None:
    assert text.simplify(kept + PADDING, force=True).text == kept + PADDING


def test_the_euro_and_digits_stay_as_they_are() -> None:
    assert text.simplify("5 € ’" + PADDING).text == "5 € '" + PADDING
    assert text.simplify("5 €", force=True, transliterate=True).replacements == ()


def test_direction_marks_stay_among_letters_that_need_them() -> None:
    message = "שלום \u200e(a)\u200f" + "’"
    assert text.simplify(message, force=True).text == message.replace("’", "'")


def test_invisible_characters_go_where_that_alone_saves_a_segment() -> None:
    message = "’" + "Я" * 69 + "\u200b"
    assert text.simplify(message).replacements == (text.Replacement(70, "\u200b", ""),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("façade", "facade"),
        ("Жанна", "Zhanna"),
        ("Łódź ٣", "Lodz 3"),
        ("a\u0323b", "ab"),
    ],
)
def test_letters_are_transliterated_only_when_asked(old: str, new: str) -> None:
    assert text.simplify(old, force=True).text != new
    assert text.simplify(old, force=True, transliterate=True).text == new


@pytest.mark.parametrize("kept", ["😀", "❤️", "👍🏽", "₹", "→", "№"])
def test_symbols_are_not_transliterated(kept: str) -> None:
    assert text.simplify(kept, force=True, transliterate=True).text == kept


def test_without_the_extra_the_fix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anyascii", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'smsgate\[transliterate\]'"):
        text.simplify("ç", transliterate=True)


def test_each_look_alike_is_outside_gsm7_and_its_replacement_inside() -> None:
    assert not (LOOK_ALIKES.keys() | DIRECTION_MARKS) & DEFAULT.characters
    assert set("".join(LOOK_ALIKES.values())) <= DEFAULT.characters
    assert not {c for c in LOOK_ALIKES if unicodedata.category(c)[0] == "N" or c.isalpha()} - set("ʹʺʻʼʽˈˊˋˆ")


pieces = st.sampled_from(["’", "…", "ﬁ", "e\u0301", "\u200b", "\u200e", "Я", "😀", "a" * 60, "Ａ", "€", "`"])


@given(st.lists(pieces, max_size=8).map("".join), st.booleans(), st.booleans())
def test_the_replacements_are_the_whole_difference_and_never_cost(
    message: str,
    force: bool,  # noqa: FBT001
    transliterate: bool,  # noqa: FBT001
) -> None:
    simplified = text.simplify(message, force=force, transliterate=transliterate)
    rebuilt = message
    for index, old, new in reversed(simplified.replacements):
        assert rebuilt[index : index + len(old)] == old
        rebuilt = rebuilt[:index] + new + rebuilt[index + len(old) :]
    assert rebuilt == simplified.text
    assert simplified.before == text.analyse(message)
    assert simplified.after == text.analyse(simplified.text)
    if not force:
        assert simplified.saved > 0 or simplified.text == message


def test_national_tables_can_make_a_replacement_needless() -> None:
    message = "ş" * 80 + "Ａ"
    assert text.simplify(message, national="turkish").text == "ş" * 80 + "A"
    assert text.simplify("ş" * 80, national="turkish", force=True).replacements == ()
