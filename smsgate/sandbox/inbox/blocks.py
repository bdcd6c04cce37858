"""The segments of a text, as they are drawn."""

from functools import lru_cache
from itertools import islice

from attrs import frozen
from markupsafe import Markup

from smsgate.sandbox.inbox.drawing import marked
from smsgate.text import Analysis, Encoding, analyse, split
from smsgate.text.capacity import septet_capacity, ucs2_capacity

_SHORT = 2_000
"""The length up to which what was drawn is kept, in characters."""


@frozen(kw_only=True)
class Block:
    """One segment: its `number` from 1, its units, how many it can have, and its part of the text as HTML."""

    number: int
    units: int
    capacity: int
    html: Markup


@frozen(kw_only=True)
class Drawn:
    """A text with the first of its segments; `unit` is the noun for what is counted."""

    analysis: Analysis
    unit: str
    blocks: tuple[Block, ...]

    @property
    def more(self) -> int:
        """Return how many segments are not drawn."""
        return self.analysis.segments - len(self.blocks)


def drawn(text: str, limit: int | None = None) -> Drawn:
    """Return a text with its segments, or with the first `limit` of them."""
    return _short(text, limit) if len(text) <= _SHORT else _drawn(text, limit)


def _drawn(text: str, limit: int | None) -> Drawn:
    analysis = analyse(text)
    gsm7, joined = analysis.encoding is Encoding.GSM7, analysis.segments > 1
    capacity = septet_capacity(joined=joined) if gsm7 else ucs2_capacity(joined=joined)
    parts = islice(zip(split(text), analysis.segment_units, strict=True), limit)
    blocks = tuple(
        Block(number=number, units=units, capacity=capacity, html=marked(part, analysis.encoding))
        for number, (part, units) in enumerate(parts, 1)
    )
    return Drawn(analysis=analysis, unit="septets" if gsm7 else "UTF-16 units", blocks=blocks)


_short = lru_cache(maxsize=1_024)(_drawn)
