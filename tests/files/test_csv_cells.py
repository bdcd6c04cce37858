"""Cells that a spreadsheet would run have an apostrophe, and come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from smsgate.files.csv_cells import guarded, guarded_row, unguarded


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+A1", "-2+cmd|' /C calc'!A0", "\t=1", "\r=1", "\uff1d1", "'=1"])
def test_what_may_be_a_formula_is_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "+27821234567", "+27 (82) 123-4567", "-1.50", "STOP", "a=1", "'quoted'", "1+1"])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


def test_only_texts_of_a_row_change() -> None:
    assert guarded_row([-1, None, "=1"]) == [-1, None, "'=1"]


@given(some.text(some.sampled_from("'=+-@\t1a"), max_size=6) | some.text())
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in {"=", "@", "\t", "\r"}
