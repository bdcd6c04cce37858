"""A column is analysed as `analyse` does each of its texts."""

from __future__ import annotations

import unicodedata
from itertools import chain

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsgate.text import LANGUAGES, Tables
from smsgate.text.alphabet import BASIC, EXTENSION
from smsgate.text.columns import analyse_column, octets, strings
from tests.text.columns.reference import expected, rows

PLAIN = st.text("abc XYZ059@\n_!é", max_size=30)
PAIRS = st.text([*EXTENSION.values(), "a", "é"], max_size=30)
ANY = st.text(max_size=30)
WIDE = st.text("Яء中’€👍🇿🇦\u0301\u200d", max_size=30)
BORDERS = st.builds(
    lambda fill, size, pair, rest: fill * size + pair + fill * rest,
    st.sampled_from("aéЯ"),
    st.sampled_from([0, 64, 65, 66, 67, 68, 69, 70, 131, 132, 133, 134, 150, 151, 152, 153, 158, 159, 160, 304, 305]),
    st.sampled_from(["", "€", "^", "👍", "€€", "👍👍", "\u0301", "Я"]),
    st.integers(0, 320),
)
TEXTS = st.lists(st.none() | PLAIN | PAIRS | ANY | WIDE | BORDERS, max_size=20)
NATIONAL = (
    st.none()
    | st.sampled_from(["auto", *LANGUAGES, "turkish"])
    | st.builds(Tables, st.sampled_from([None, "turkish", "hindi"]), st.sampled_from([None, "spanish", "hindi"]))
)


@given(TEXTS, st.sampled_from([8, 16]))
@example(["a" * 152 + "€" + "a" * 152, "Я" * 66 + "👍" + "Я" * 66], 8)
@example(["a" * 151 + "€" + "a" * 151, "Я" * 65 + "👍" + "Я" * 66], 16)
def test_a_column_is_analysed_as_each_of_its_texts(texts: list[str | None], reference_bits: int) -> None:
    found = analyse_column(pa.array(texts, pa.string()), reference_bits=reference_bits)
    assert rows(found) == expected(texts, reference_bits)


@given(TEXTS, NATIONAL, st.sampled_from([8, 16]))
@example(["^" * 100, "Değerli müşterimiz"], "auto", 8)
def test_national_tables_are_chosen_as_for_each_text(
    texts: list[str | None], national: Tables | str | None, reference_bits: int
) -> None:
    found = analyse_column(pa.array(texts, pa.string()), reference_bits=reference_bits, national=national)
    assert rows(found) == expected(texts, reference_bits, national)


def test_languages_of_an_iterator_are_those_of_every_text() -> None:
    texts = ["Değerli müşterimiz", "İyi günler", "ñandú"]
    found = analyse_column(pa.array(texts), national=iter(["turkish", "spanish"]))
    assert rows(found) == expected(texts, national=["turkish", "spanish"])


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
@given(texts=TEXTS, start=st.integers(0, 5), length=st.integers(0, 10))
def test_a_slice_of_a_column_is_analysed_as_its_texts(
    kind: pa.DataType, texts: list[str | None], start: int, length: int
) -> None:
    column = pa.array(texts, kind).slice(start, length)
    assert rows(analyse_column(column)) == expected(texts[start : start + length])


@given(st.lists(TEXTS, max_size=5), st.integers(0, 5), st.booleans())
def test_the_chunks_of_a_column_are_analysed_in_order(
    chunks: list[list[str | None]],
    start: int,
    encoded: bool,  # noqa: FBT001
) -> None:
    column = pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks], pa.string())
    column = column.dictionary_encode() if encoded else column
    assert rows(analyse_column(column.slice(start))) == expected([*chain(*chunks)][start:])


@given(TEXTS, st.integers(0, 5), st.integers(0, 3))
def test_a_dictionary_is_analysed_as_its_texts(texts: list[str | None], start: int, length: int) -> None:
    repeated = texts * 3
    column = pa.array(repeated, pa.string()).dictionary_encode()
    assert rows(analyse_column(column)) == expected(repeated)
    assert rows(analyse_column(column.slice(start, length))) == expected(repeated[start : start + length])


def test_a_null_in_a_dictionary_is_null() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0]), pa.array(["Я", None]))
    assert rows(analyse_column(column)) == expected(["Я", None, None, "Я"])


def test_every_character_is_counted_as_by_analyse() -> None:
    points = [*range(0xD800), *range(0xE000, 0x30000, 7), 0x10FFFF]
    texts = [f"a{chr(point)}" for point in points]
    assert rows(analyse_column(pa.array(texts))) == expected(texts)


def test_all_of_the_alphabet_in_one_text_is_gsm7() -> None:
    text = BASIC.replace("\x1b", "") + "".join(EXTENSION.values())
    assert rows(analyse_column(pa.array([text, text + "ç"]))) == expected([text, text + "ç"])


def test_a_text_longer_than_a_block_is_counted_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(octets, "BLOCK", 100)
    monkeypatch.setattr(strings, "ROWS", 7)
    monkeypatch.setattr(strings, "OCTETS", 300)
    texts = [None, "", "a" * 500, "é" * 99, "€" * 40, "👍" * 80, *["", "b", "Я"] * 30, "", ""]
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        for threads in (1, 3):
            assert rows(analyse_column(pa.array(texts, kind), threads=threads)) == expected(texts)


def test_characters_that_are_normalised_elsewhere_are_counted_as_they_are() -> None:
    texts = [unicodedata.normalize(form, "Olá, são três é Å") for form in ("NFC", "NFD")]
    assert rows(analyse_column(pa.array(texts))) == expected(texts)
