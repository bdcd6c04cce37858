"""Folds lines between words, as wide as a terminal is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

__all__ = ["folded"]

_WORD = re.compile(r"\s*\S+\s*", re.ASCII)  # a no-break space is part of a word


def folded(text: Text, width: int) -> Text:
    """Fold each line of a text at blanks; a word that is wider, such as an id or a path, stays whole."""
    lines = [part for line in text.split("\n") for part in line.divide(_breaks(line.plain, width))]
    for line in lines:
        line.rstrip()
    return Text("\n").join(lines)


def _breaks(line: str, width: int) -> Iterator[int]:
    """Give the places of the words that begin a new line."""
    column = 0
    for word in _WORD.finditer(line):
        if column and column + cell_len(word[0].rstrip()) > width:
            yield word.start()
            column = 0
        column += cell_len(word[0])
