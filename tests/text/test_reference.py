"""The engine against a reference that goes character by character and is plain to see right."""

import contextlib
import ctypes
import json
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsgate import text

_TABLES = json.loads((Path(__file__).parent / "national_tables.json").read_text())["tables"]
BASIC = {chr(int(point, 16)) for point in _TABLES["0"]["locking"].values()}
EXTENSION = {chr(int(point, 16)) for point in _TABLES["0"]["single"].values()}
CAPACITIES = {"GSM-7": {8: (160, 153), 16: (160, 152)}, "UCS-2": {8: (70, 67), 16: (70, 66)}}


class Counted(NamedTuple):
    encoding: str
    parts: list[str]
    part_units: tuple[int, ...]
    remaining: int
    offenders: list[tuple[int, str]]


def count(message: str, reference_bits: int = 8) -> Counted:
    offenders = [(index, c) for index, c in enumerate(message) if c not in BASIC and c not in EXTENSION]
    if offenders:
        encoding = "UCS-2"
        sized = [(c, len(c.encode("utf-16-be", "surrogatepass")) // 2) for c in joined_pairs(message)]
    else:
        encoding = "GSM-7"
        sized = [(c, 2 if c in EXTENSION else 1) for c in message]
    alone, joined = CAPACITIES[encoding][reference_bits]
    if sum(size for _, size in sized) <= alone:
        joined = alone
    parts, units = [""], [0]
    for character, size in sized:
        if units[-1] + size > joined:
            parts.append("")
            units.append(0)
        parts[-1] += character
        units[-1] += size
    return Counted(encoding, parts, tuple(units), joined - units[-1], offenders)


def joined_pairs(message: str) -> list[str]:
    """Return the characters, a high and a low surrogate that follow each other as one."""
    characters: list[str] = []
    for c in message:
        last = characters[-1] if characters else ""
        if len(last) == 1 and "\ud800" <= last <= "\udbff" and "\udc00" <= c <= "\udfff":
            characters[-1] += c
        else:
            characters.append(c)
    return characters


# Runs whose lengths lie about the capacities, and between them the characters that may not be cut.
EDGES = [1, 2, 3, 33, 64, 65, 66, 67, 68, 69, 70, 71, 75, 76, 77, 131, 133, 134, 135, 150, 151, 152, 153, 154, 158, 159]
EDGES += [160, 161, 304, 305, 306, 307]
PLAIN = "a@ Ö?"
SPECIAL = [
    "€",
    "[",
    "\f",
    "Я",
    "’",
    "😀",
    "\ud83d",
    "\ude00",
    "\ud83d\ude00",
    "`",
    "\0",
    "\x1b",
    "\ufffe",
    "ç",
    "Ω",
    "ÿ",
]
runs = st.tuples(st.sampled_from(PLAIN), st.sampled_from(EDGES)).map(lambda run: run[0] * run[1])
specials = st.tuples(st.sampled_from(SPECIAL), st.integers(1, 3) | st.sampled_from(EDGES)).map(lambda x: x[0] * x[1])
gsm_specials = st.sampled_from("€[|").flatmap(lambda c: st.integers(1, 3).map(lambda times: c * times))
edge_texts = st.lists(runs | specials, max_size=7).map("".join)
gsm_texts = st.lists(runs | gsm_specials, max_size=8).map("".join)
ucs2_texts = st.lists(st.sampled_from(["Я" * 66, "Я" * 65, "Я", "😀", "\ud83d", "\ude00", "a"]), max_size=12).map(
    "".join
)
any_texts = st.text(st.characters(), max_size=400)
texts = edge_texts | gsm_texts | ucs2_texts | any_texts
reference_bits = st.sampled_from([8, 16])


@given(texts, reference_bits)
@example("a" * 152 + "€" + "a" * 152, 8)
@example("€" * 765, 8)
@example("Я" * 66 + "😀" + "Я" * 66, 8)
@example("😀" * 67, 8)
@example("\ud83d\ude00" * 67, 8)
@example("Я" * 66 + "\ud83d\ud83d" + "Я" * 66, 8)
@example("😀" + "Я" * 64 + "\ud83d\ud83d" + "Я" * 66, 8)
@example("€" + "a" * 304, 8)
@example("😀" + "Я" * 132, 8)
@example("\ud83d" + "\ude00" * 70, 8)
@example("Ö\0", 8)
@example("Ω\x1b", 8)
@example("€5", 8)
@example("", 8)
def test_an_analysis_says_what_the_reference_counts(message: str, bits: int) -> None:
    expected = count(message, bits)
    analysis = text.analyse(message, reference_bits=bits)
    assert (
        analysis.encoding.value,
        analysis.units,
        analysis.segments,
        analysis.remaining,
        analysis.segment_units,
        list(analysis.offenders),
        analysis.reference_bits,
    ) == (
        expected.encoding,
        sum(expected.part_units),
        len(expected.parts),
        expected.remaining,
        expected.part_units,
        expected.offenders,
        bits,
    )


@given(texts, reference_bits)
@example("😀" + "Я" * 64 + "\ud83d\ude00" + "Я" * 66, 8)
def test_split_gives_the_parts_of_the_reference_and_joined_they_are_the_text(message: str, bits: int) -> None:
    parts = text.split(message, reference_bits=bits)
    assert parts == count(message, bits).parts
    assert "".join(parts) == message


@pytest.mark.parametrize("units", [39_014, 39_015, 39_016])
@pytest.mark.parametrize("filler", ["a", "Ö"])
def test_counting_goes_on_past_255_segments_of_gsm7_and_says_so(filler: str, units: int) -> None:
    analysis = text.analyse(filler * units)
    assert (analysis.segments, analysis.units, analysis.too_long) == (-(-units // 153), units, units > 39_015)
    assert sum(analysis.segment_units) == units


@pytest.mark.parametrize("units", [17_084, 17_085, 17_086])
def test_counting_goes_on_past_255_segments_of_ucs2_and_says_so(units: int) -> None:
    analysis = text.analyse("Я" * units)
    assert (analysis.segments, analysis.units, analysis.too_long) == (-(-units // 67), units, units > 17_085)


def test_a_pair_that_is_pushed_into_the_next_segment_can_make_a_text_too_long() -> None:
    assert not text.analyse("a" * 39_015).too_long
    assert text.analyse("a" * 152 + "€" + "a" * 38_861).too_long


@pytest.mark.parametrize("length", range(1_520, 1_540))
def test_plain_texts_are_counted_alike_on_both_sides_of_ten_segments(length: int) -> None:
    for filler in ("a", "Ö", "Ω"):
        assert text.analyse(filler * length).segment_units == count(filler * length).part_units


@pytest.mark.parametrize("wrong", [None, b"bytes", bytearray(b"bytes"), 4711, ["a"]])
@pytest.mark.parametrize("ask", [text.analyse, text.split, lambda wrong: text.analyse(wrong, reference_bits=16)])
def test_what_is_no_str_is_refused_by_its_type(wrong: object, ask: object) -> None:
    with pytest.raises(TypeError, match=f"a text must be a str, not {type(wrong).__name__}"):
        ask(wrong)  # type: ignore[operator]


@pytest.mark.parametrize("bits", [0, 7, 32])
def test_a_reference_has_8_or_16_bits(bits: int) -> None:
    with pytest.raises(ValueError, match=f"reference_bits must be 8 or 16, not {bits}"):
        text.analyse("a", reference_bits=bits)


def test_every_character_is_in_the_alphabet_or_offends() -> None:
    for point in range(0x110000):
        character = chr(point)
        assert (text.analyse(character).encoding is text.Encoding.GSM7) == (character in BASIC | EXTENSION)


@pytest.mark.parametrize("message", ["ΩÖ" * 80, "Ω€" * 60, "Я" * 70, "ΩЯ" * 40, "aΩ" * 800, "ΩЯ\ud83d\ude00" * 30])
def test_a_copy_in_utf8_that_hangs_on_a_text_changes_nothing(message: str) -> None:
    again = "".join(message)
    before = again.__sizeof__()
    with contextlib.suppress(UnicodeEncodeError):
        ctypes.pythonapi.PyUnicode_AsUTF8AndSize(ctypes.py_object(again), None)
        assert again.__sizeof__() > before
    analysis, expected = text.analyse(again), count(message)
    assert (analysis.encoding.value, analysis.units, analysis.segments, analysis.segment_units) == (
        expected.encoding,
        sum(expected.part_units),
        len(expected.parts),
        expected.part_units,
    )


@pytest.mark.parametrize("message", ["a€", "ΩÖ" * 80, "Ω😀" * 20, "Я" * 71, "\ud83d\ude00" * 40])
def test_a_subclass_of_str_is_a_text_like_any_other(message: str) -> None:
    class Sub(str):
        __slots__ = ()

    assert text.analyse(Sub(message)) == text.analyse(message)
    assert text.split(Sub(message)) == text.split(message)


def test_analyses_are_equal_where_all_that_can_be_read_is_equal() -> None:
    assert text.analyse("Яa") == text.analyse("Яb")
    assert text.analyse("Яa") != text.analyse("aЯ")
    assert text.analyse("a" * 152 + "€" + "a" * 20) != text.analyse("a" * 153 + "€" + "a" * 19)
    assert text.analyse("a") != text.analyse("a", reference_bits=16)
    assert hash(text.analyse("Яa")) == hash(text.analyse("Яb"))
    assert text.analyse("a") != "a"


def test_the_repr_of_an_analysis_has_the_counts_and_not_the_text() -> None:
    assert repr(text.analyse("код 4711")) == "<Analysis UCS-2 units=8 segments=1 remaining=62>"


def test_an_analysis_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        text.analyse("a").units = 3  # type: ignore[misc]
