import sys
from unicodedata import bidirectional, category

import pytest

from smsgate.sandbox.inbox.segments.cell import Cell, Spelling, visible

DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("a", "a"),
        ("<", "<"),
        (" ", "␣"),
        ("\n", "↵"),
        ("\0", "␀"),
        ("\x1b", "␛"),
        ("\x7f", "␡"),
        ("\x9b", "009B"),
        ("\u00a0", "00A0"),
        ("\u200d", "200D"),
        ("\u202e", "202E"),
        ("\u2028", "2028"),
        ("\u3164", "3164"),
        ("\ufe0f", "FE0F"),
        ("\ud800", "D800"),
        ("\ue000", "E000"),
        ("\U0010ffff", "10FFFF"),
        ("\u0301", "\u25cc\u0301"),
        ("👍", "👍"),
    ],
)
def test_every_character_can_be_seen(character: str, shown: str) -> None:
    assert Cell(character, 1).shown == shown


def test_no_character_reaches_a_page_that_acts_on_the_text_around_it() -> None:
    shown = {visible(chr(code)) for code in range(sys.maxunicode + 1)}
    characters = {character for each in shown for character in each}
    assert {category(each)[0] for each in characters} == {*"LMNPS"}
    assert not {bidirectional(each) for each in characters} & DIRECTIONS


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("€", "EURO SIGN"),
        ("\n", "LINE FEED"),
        ("\x01", "CONTROL CHARACTER"),
        ("\udc00", "LONE SURROGATE"),
        ("\ue000", "PRIVATE USE CHARACTER"),
        ("\uffff", "NO CHARACTER OF UNICODE"),
    ],
)
def test_every_character_has_a_name(character: str, name: str) -> None:
    assert Cell(character, 1).name == name


def test_a_line_says_everything() -> None:
    assert Cell("€", 2).described("septet") == "€ U+20AC EURO SIGN, 2 septets"
    quote = Cell("’", 1, forces=True, spelling=Spelling("’", "'"))
    assert quote.described("UTF-16 unit") == (
        "’ U+2019 RIGHT SINGLE QUOTATION MARK, 1 UTF-16 unit, forces UCS-2, cheaper: ’ → '"
    )
    nothing = Cell("\u200b", 1, forces=True, spelling=Spelling("\u200b", ""))
    assert nothing.described("UTF-16 unit").endswith("cheaper: 200B → nothing")
