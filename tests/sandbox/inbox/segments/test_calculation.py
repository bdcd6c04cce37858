"""The calculator says what `smsgate.text` says, of every text."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import text as engine
from smsgate.sandbox.inbox.segments.calculation import Calculation, calculate, can_transliterate
from smsgate.sandbox.inbox.segments.cell import Cell, Spelling
from smsgate.sandbox.inbox.segments.question import Question

PIECES = st.one_of(
    st.characters(),  # lone surrogates too
    st.sampled_from(["€", "{", "\f", "\r\n", "a", "Hello, ", "’", "e\u0301", "ş", "ğ", "ç", "नमस्ते", "Я" * 60]),
    st.sampled_from(
        ["👩‍👩‍👧‍👦", "🇿🇦", "👍🏽", "\ud83d\ude00", "\ud83d", "\udc00", "\u202e", "\u200b", "\0", "\x1b", "<b>"]
    ),
)
TEXTS = st.builds(lambda pieces, times: "".join(pieces) * times, st.lists(PIECES, max_size=40), st.integers(1, 12))
QUESTIONS = st.builds(
    Question,
    text=TEXTS,
    national=st.sampled_from(["", "auto", *engine.LANGUAGES]),
    reference_bits=st.sampled_from([8, 16]),
    transliterate=st.booleans(),
)


def texts_of(calculated: Calculation) -> list[str]:
    return ["".join(cell.text for cell in segment.cells) for segment in calculated.segments]


@given(QUESTIONS)
def test_it_says_what_the_analysis_and_the_split_of_the_text_say(question: Question) -> None:
    options = {"reference_bits": question.reference_bits, "national": question.national or None}
    analysis = engine.analyse(question.text, **options)  # type: ignore[arg-type]
    calculated = calculate(question)
    assert calculated.analysis == analysis
    assert texts_of(calculated) == engine.split(question.text, **options)  # type: ignore[arg-type]
    assert tuple(segment.units for segment in calculated.segments) == analysis.segment_units
    assert [sum(cell.units for cell in each.cells) for each in calculated.segments] == [*analysis.segment_units]
    assert calculated.capacity - calculated.segments[-1].units == analysis.remaining
    assert [segment.number for segment in calculated.segments] == [*range(1, analysis.segments + 1)]


@given(QUESTIONS)
def test_it_marks_what_forces_ucs_2_and_what_takes_two_units(question: Question) -> None:
    calculated = calculate(question)
    cells = [cell for segment in calculated.segments for cell in segment.cells]
    forcing = [index for index, cell in enumerate(cells) if cell.forces]
    assert forcing == [index for index, _ in calculated.analysis.offenders]
    assert {cell for cell, _ in calculated.costly} == {cell for cell in cells if cell.forces or cell.units == 2}
    assert sum(count for _, count in calculated.costly) == sum(cell.costs for cell in cells)


@given(QUESTIONS)
def test_a_cheaper_text_is_cheaper(question: Question) -> None:
    cheaper = calculate(question).cheaper
    if cheaper is not None:
        applied = calculate(question.with_text(cheaper.text)).analysis
        assert applied == cheaper.after
        assert cheaper.saved > 0 or (applied.encoding, cheaper.saved) == (engine.Encoding.GSM7, 0)


def test_a_short_text_is_offered_the_spelling_that_leaves_more_room() -> None:
    cheaper = calculate(Question(text="It’s 4711")).cheaper
    assert cheaper is not None
    assert (cheaper.text, cheaper.spellings, cheaper.saved, cheaper.after.remaining) == ("It's 4711", 1, 0, 151)


def test_a_text_that_stays_ucs_2_is_offered_nothing_yet_each_character_has_its_spelling() -> None:
    calculated = calculate(Question(text="’e\u0301👍"))
    accented = Spelling("e\u0301", "é")
    assert calculated.cheaper is None
    assert calculated.segments[0].cells == (
        Cell("’", 1, forces=True, spelling=Spelling("’", "'")),
        Cell("e", 1, spelling=accented),
        Cell("\u0301", 1, forces=True, spelling=accented),
        Cell("👍", 2, forces=True),
    )


def test_letters_are_transliterated_where_that_is_asked_for() -> None:
    calculated = calculate(Question(text="ç", transliterate=True))
    assert calculated.segments[0].cells == (Cell("ç", 1, forces=True, spelling=Spelling("ç", "c")),)


def test_without_the_extra_nothing_is_transliterated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anyascii", None)
    assert not can_transliterate()
    assert calculate(Question(text="ç", transliterate=True)).cheaper is None


def test_the_tables_of_a_language_are_named() -> None:
    calculated = calculate(Question(text="ş" * 100, national="turkish"))
    assert (calculated.unit, calculated.tables) == ("septet", ("turkish (locking shift)",))
    assert calculate(Question(text="ş")).unit == "UTF-16 unit"
