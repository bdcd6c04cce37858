"""The text of each segment."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from smsgate.text.layout import Layout, choices_of, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smsgate.text.national import Tables

# A surrogate pair in two code points is one character on the wire.
_PAIR = "[\ud800-\udbff][\udc00-\udfff]"


def split(
    text: str,
    *,
    reference_bits: int = 8,
    national: Tables | str | Iterable[str] | None = None,
    keep_graphemes: bool = False,
) -> list[str]:
    """Return the text of each segment; joined they give the text.

    With ``keep_graphemes`` no cut falls inside what a reader sees as one character (Unicode UAX #29: an emoji sequence,
    a flag, a letter and its combining marks), at the price of more segments. Only a cluster longer than a segment is
    cut. It needs the extra ``smsgate[graphemes]`` and raises ModuleNotFoundError without it.
    """
    layout = lay_out(text, reference_bits, choices_of(national))
    return texts(text, layout, keep_graphemes=keep_graphemes)


def texts(text: str, layout: Layout, *, keep_graphemes: bool) -> list[str]:
    """Return the text of each segment of a layout."""
    if len(layout.starts) == 1:
        return [text]
    indexes = _grapheme_indexes(text, layout) if keep_graphemes else layout.indexes
    return [text[start:end] for start, end in pairwise(indexes)]


def _grapheme_indexes(text: str, layout: Layout) -> list[int]:
    """Return where each segment begins if only whole clusters are put into it, and the number of characters."""
    at = list(accumulate(layout.sizes, initial=0))
    starts = [0]
    for start, end in _pieces(text, at, layout.capacity):
        if at[end] - at[starts[-1]] > layout.capacity:
            starts.append(start)
    return [*starts, len(text)]


def _pieces(text: str, at: list[int], capacity: int) -> Iterable[tuple[int, int]]:
    """Yield what must not be cut: clusters, or the characters of a cluster that is longer than a segment."""
    try:
        import regex  # noqa: PLC0415  an optional extra
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "keep_graphemes needs the package regex; try: pip install 'smsgate[graphemes]'", name="regex"
        ) from error
    for cluster in regex.finditer(rf"{_PAIR}|\X", text):
        start, end = cluster.span()
        if at[end] - at[start] <= capacity:
            yield start, end
        else:
            yield from (piece.span() for piece in regex.finditer(rf"(?s){_PAIR}|.", text, pos=start, endpos=end))
