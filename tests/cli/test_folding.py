"""Lines fold between words; ids and paths stay whole."""

import pytest
from rich.text import Text

from smsgate.cli.folding import folded


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("exactly 8", ["exactly", "8"]),
        ("six    8", ["six    8"]),
        ("6b0d0ff8632667b123000001 is long", ["6b0d0ff8632667b123000001", "is long"]),
        ("a 6b0d0ff8632667b123000001", ["a", "6b0d0ff8632667b123000001"]),
        ("   x yyyyyy", ["   x", "yyyyyy"]),
        ("日本 日本 日本", ["日本", "日本", "日本"]),  # two cells each
        ("1\xa0000\xa0000 texts", ["1\xa0000\xa0000", "texts"]),  # no-break spaces
        ("first\n\nthe third of them", ["first", "", "the", "third of", "them"]),
        ("", [""]),
    ],
)
def test_a_line_folds_between_words(line: str, lines: list[str]) -> None:
    assert folded(Text(line), 8).plain.split("\n") == lines


def test_styles_stay_with_their_words() -> None:
    text = folded(Text.assemble("plain ", ("bold words", "bold")), 8)
    assert [(text.plain[each.start : each.end], each.style) for each in text.spans] == [
        ("bold", "bold"),
        ("words", "bold"),
    ]
