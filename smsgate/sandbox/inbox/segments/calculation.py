"""What the segment calculator knows of a text: all of it from `smsgate.text`."""

from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise

from attrs import frozen

from smsgate import text as engine
from smsgate.sandbox.inbox.segments.cell import Cell, Spelling
from smsgate.sandbox.inbox.segments.question import Question
from smsgate.text.layout import Layout, choices_of, lay_out

SHOWN = 10
"""How many segments are shown by characters at the same time: a browser that shows thousands makes a pause."""


@frozen(kw_only=True)
class SegmentView:
    """One segment: its number from 1, its characters, the units they take and the units that fit."""

    number: int
    cells: tuple[Cell, ...]
    units: int
    capacity: int


@frozen(kw_only=True)
class Cheaper:
    """A cheaper spelling of the whole text, what it replaces, and what is then known of it."""

    text: str
    spellings: int
    before: engine.Analysis
    after: engine.Analysis

    @property
    def saved(self) -> int:
        """How many segments it saves; 0 where it only leaves more room."""
        return self.before.segments - self.after.segments


@frozen(kw_only=True)
class Calculation:
    """A text by segments and characters; `costly` has each kind of costly character with its count."""

    analysis: engine.Analysis
    segments: tuple[SegmentView, ...]
    costly: tuple[tuple[Cell, int], ...]
    cheaper: Cheaper | None

    @property
    def unit(self) -> str:
        """The name of a unit."""
        return "septet" if self.analysis.encoding is engine.Encoding.GSM7 else "UTF-16 unit"

    @property
    def capacity(self) -> int:
        """The units of a segment."""
        return self.segments[0].capacity

    @property
    def tables(self) -> tuple[str, ...]:
        """The national tables that the text travels with."""
        tables = self.analysis.tables
        named = {} if tables is None else {"single shift": tables.single, "locking shift": tables.locking}
        return tuple(f"{language} ({kind})" for kind, language in named.items() if language)

    def shown(self, first: int) -> tuple[SegmentView, ...]:
        """Return the segments that are shown by characters where a person has asked for one of them."""
        start = (min(max(first, 1), len(self.segments)) - 1) // SHOWN * SHOWN
        return self.segments[start : start + SHOWN]


def can_transliterate() -> bool:
    """Say whether the extra that transliterates is installed."""
    return find_spec("anyascii") is not None


def calculate(question: Question) -> Calculation:
    """Calculate a text."""
    national = question.national or None
    analysis = engine.analyse(question.text, reference_bits=question.reference_bits, national=national)
    layout = lay_out(question.text, question.reference_bits, choices_of(national))
    simplified = [_simplified(question, force=force) for force in (False, True)]
    cells = _cells(question.text, layout, analysis, simplified[-1].replacements)
    costly = Counter(cell for cell in cells if cell.costs)
    return Calculation(
        analysis=analysis,
        segments=tuple(_segments(cells, layout)),
        costly=tuple(costly.items()),
        cheaper=_cheaper(*simplified),
    )


def _simplified(question: Question, *, force: bool) -> engine.Simplified:
    return engine.simplify(
        question.text,
        force=force,
        transliterate=question.transliterate and can_transliterate(),
        reference_bits=question.reference_bits,
        national=question.national or None,
    )


def _cells(
    text: str, layout: Layout, analysis: engine.Analysis, replacements: tuple[engine.Replacement, ...]
) -> list[Cell]:
    """Return a cell for each character; equal ones are one object, so that a long text takes no more than its text."""
    forcing = {index for index, _ in analysis.offenders}
    spellings = {index + part: Spelling(old, new) for index, old, new in replacements for part in range(len(old))}
    made: dict[tuple[str, int, bool, Spelling | None], Cell] = {}
    cells = []
    for index, (character, units) in enumerate(zip(text, layout.sizes, strict=True)):
        kind = (character, units, index in forcing, spellings.get(index))
        cells.append(made.get(kind) or made.setdefault(kind, Cell(*kind)))
    return cells


def _segments(cells: list[Cell], layout: Layout) -> Iterator[SegmentView]:
    bounds = zip(pairwise(layout.indexes), layout.segment_units, strict=True)
    for number, ((start, end), units) in enumerate(bounds, start=1):
        yield SegmentView(number=number, cells=tuple(cells[start:end]), units=units, capacity=layout.capacity)


def _cheaper(saving: engine.Simplified, plain: engine.Simplified) -> Cheaper | None:
    """Return the spelling that saves segments, or the one that leaves more room because it needs no UCS-2."""
    leaves_ucs2 = plain.before.encoding is engine.Encoding.UCS2 and plain.after.encoding is engine.Encoding.GSM7
    if not saving.saved and not leaves_ucs2:
        return None
    best = saving if saving.saved else plain
    return Cheaper(text=best.text, spellings=len(best.replacements), before=best.before, after=best.after)
