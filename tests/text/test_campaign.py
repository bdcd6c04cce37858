"""Many texts, one by one or in total."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import text
from tests.traced_memory import traced_peak

lengths = st.sampled_from([1, 70, 71, 153, 160, 161, 306, 307, 1530, 1531])
messages = st.tuples(st.sampled_from(["a", "Ö", "€", "Я", "😀", "Ω", "\ud83d", "`", "["]), lengths).map(
    lambda run: run[0] * run[1]
)
campaigns = st.lists(messages | st.text(max_size=20), max_size=12)


@given(campaigns, st.sampled_from([8, 16]), st.sampled_from([None, "turkish"]))
def test_the_totals_are_the_sum_of_the_analyses(campaign: list[str], bits: int, national: str | None) -> None:
    analyses = list(text.analyse_many(campaign, reference_bits=bits, national=national))
    assert analyses == [text.analyse(message, reference_bits=bits, national=national) for message in campaign]
    totals = text.analyse_many(iter(campaign), reference_bits=bits, national=national).totals()
    for encoding, share in ((text.Encoding.GSM7, totals.gsm7), (text.Encoding.UCS2, totals.ucs2)):
        of_it = [analysis for analysis in analyses if analysis.encoding is encoding]
        assert share == text.Share(len(of_it), sum(a.segments for a in of_it), sum(a.units for a in of_it))
    assert (totals.messages, totals.segments) == (len(campaign), sum(analysis.segments for analysis in analyses))


def test_texts_that_are_too_long_are_counted() -> None:
    assert text.analyse_many(["a" * 39_015, "a" * 39_016, "Я" * 17_086, "b"]).totals().too_long == 2


def test_nothing_comes_to_nothing() -> None:
    assert text.analyse_many([]).totals() == text.Totals(text.Share(0, 0, 0), text.Share(0, 0, 0), 0)


def test_the_totals_are_of_what_is_left() -> None:
    analyses = text.analyse_many(["a", "b", "Я"])
    assert next(analyses) == text.analyse("a")
    assert analyses.totals() == text.Totals(text.Share(1, 1, 1), text.Share(1, 1, 1))


def test_texts_are_read_as_they_are_asked_for() -> None:
    read = []

    def campaign() -> Iterator[str]:
        for message in "abc":
            read.append(message)
            yield message

    analyses = text.analyse_many(campaign())
    assert read == []
    next(analyses)
    assert read == ["a"]


@pytest.mark.parametrize("wrong", [None, b"bytes", 7])
def test_a_text_that_is_no_str_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match=f"a text must be a str, not {type(wrong).__name__}"):
        text.analyse_many(["a", wrong]).totals()  # type: ignore[list-item]


def test_an_error_of_the_texts_own_source_comes_through() -> None:
    def campaign() -> Iterator[str]:
        yield "a"
        raise AttributeError("mine")

    with pytest.raises(AttributeError, match="mine"):
        text.analyse_many(campaign()).totals()


def test_memory_does_not_grow_with_the_campaign() -> None:
    def peak(messages: int) -> int:
        return traced_peak(
            lambda: text.analyse_many(f"Your code is {each}, «ok» €" for each in range(messages)).totals()
        )

    peak(10)
    assert peak(20_000) < peak(200) + 2_000
