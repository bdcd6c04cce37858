"""Splitting between what a reader sees as characters."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import text

FAMILY = "👩‍👩‍👧‍👦"
clusters = st.sampled_from(
    [FAMILY, "🇿🇦", "e\u0301", "👍🏽", "क्षि", "\r\n", "a", "Я" * 30, "Я" * 65, "\ud83d\ude00", "€"]
)


@pytest.mark.parametrize(
    ("cluster", "before"),
    [(FAMILY, 65), (FAMILY, 66), ("🇿🇦", 65), ("Я\u0301", 66), ("👍🏽", 65), ("❤️", 66), ("\ud83d\ude00", 66)],
)
def test_a_cluster_at_the_edge_moves_whole_to_the_next_segment(cluster: str, before: int) -> None:
    message = "Я" * before + cluster + "Я" * 10
    assert text.split(message, keep_graphemes=True) == ["Я" * before, cluster + "Я" * 10]


def test_a_carriage_return_stays_with_its_line_feed() -> None:
    message = "a" * 152 + "\r\n" + "a" * 20
    assert text.split(message, keep_graphemes=True) == ["a" * 152, "\r\n" + "a" * 20]


@given(st.lists(clusters, max_size=15).map("".join), st.sampled_from([8, 16]))
def test_whole_clusters_joined_are_the_text_and_fit(message: str, bits: int) -> None:
    parts = text.split(message, reference_bits=bits, keep_graphemes=True)
    assert "".join(parts) == message
    assert len(parts) >= text.analyse(message, reference_bits=bits).segments
    pdus = text.pdus(message, 0, reference_bits=bits, keep_graphemes=True)
    assert all(len(pdu.user_data) <= 140 for pdu in pdus)
    assert b"".join(pdu.body for pdu in pdus) == b"".join(pdu.body for pdu in text.pdus(message, 0))


def test_a_cluster_longer_than_a_segment_is_cut_between_its_characters() -> None:
    zalgo = "e" + "\u0301" * 150
    assert text.split(zalgo, keep_graphemes=True) == ["e" + "\u0301" * 66, "\u0301" * 67, "\u0301" * 17]
    pairs = "\u200d".join(["\ud83d\ude00"] * 40)
    assert "".join(text.split(pairs, keep_graphemes=True)) == pairs


def test_a_text_of_one_segment_is_not_cut() -> None:
    assert text.split(FAMILY, keep_graphemes=True) == [FAMILY]
    assert text.split("") == [""]


def test_without_the_extra_the_fix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "regex", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'smsgate\[graphemes\]'"):
        text.split("Я" * 80, keep_graphemes=True)
