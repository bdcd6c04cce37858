"""The choice of national language tables (3GPP TS 23.038, 6.2.1.2): which ones fit a text, and which most cheaply."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from smsgate.text._national_tables import LANGUAGES, LOCKING
from smsgate.text._single_shift_tables import SINGLE
from smsgate.text.alphabet import BASIC, DEFAULT, EXTENSION, Alphabet
from smsgate.text.capacity import septet_capacity
from smsgate.text.layout import Layout, lay_out_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Tables(NamedTuple):
    """A choice of tables by language; None is the default table.

    The locking table replaces the basic one (a septet a character), the single shift table the extension (two septets).
    """

    locking: str | None = None
    single: str | None = None

    @property
    def shifts(self) -> int:
        """How many elements the header needs to say this choice: 0, 1 or 2."""
        return (self.locking is not None) + (self.single is not None)

    @property
    def header(self) -> bytes:
        """The header's elements that say this choice (3GPP TS 23.040, 9.2.3.24.15 and 16)."""
        single = bytes((0x24, 1, _identifier(self.single))) if self.single else b""
        locking = bytes((0x25, 1, _identifier(self.locking))) if self.locking else b""
        return single + locking


def _identifier(language: str) -> int:
    return LANGUAGES.index(language) + 1


@cache  # keyed by a choice of tables, of which there are 182
def alphabet(tables: Tables) -> Alphabet:
    """Return the alphabet that a choice of tables makes.

    Raises ValueError for a language that has no such table.
    """
    if not tables.shifts:
        return DEFAULT
    return Alphabet(_basic(tables.locking), _extension(tables.single))


def _basic(language: str | None) -> str:
    return BASIC if language is None else "".join(_grid(LOCKING, language, "locking"))


def _extension(language: str | None) -> dict[int, str]:
    if language is None:
        return EXTENSION
    grid = _grid(SINGLE, language, "single shift")
    return {code: character for code, character in enumerate(grid) if character != "\ufffe"}


def _grid(tables: dict[str, str], language: str, kind: str) -> list[str]:
    if language not in tables:
        raise ValueError(f"no {kind} table for {language!r} (there are: {', '.join(sorted(tables))})")
    return ["\ufffe" if point == "." else chr(int(point, 16)) for point in tables[language].split()]


def choices(national: Tables | str | Iterable[str]) -> tuple[Tables, ...]:
    """Return the choices of tables that ``national`` allows, always with the default ones unless it is a `Tables`.

    ``"auto"`` allows every language, a name one language, several names these. Raises ValueError for an unknown name.
    """
    if isinstance(national, Tables):
        alphabet(national)
        return (national,)
    if national == "auto":
        return _choices(LANGUAGES)
    languages = (national,) if isinstance(national, str) else tuple(national)
    unknown = [language for language in languages if language not in LANGUAGES]
    if unknown:
        raise ValueError(f"unknown national language {unknown[0]!r} (there are: auto, {', '.join(sorted(LANGUAGES))})")
    return _choices(languages)


def _choices(languages: tuple[str, ...]) -> tuple[Tables, ...]:
    lockings = [None, *(language for language in languages if language in LOCKING)]
    return tuple(Tables(locking, single) for single in (None, *languages) for locking in lockings)


def cheapest(text: str, allowed: tuple[Tables, ...], reference_bits: int) -> Layout | None:
    """Return the layout with the fewest segments, then the shortest header, then the fewest septets, if any fits."""
    best: Layout | None = None
    for bound in sorted(_bounds(text, allowed, reference_bits)):
        if best is not None and bound.segments >= len(best.starts):
            break
        letters = alphabet(bound.tables)
        cells = letters.cells(text)
        if cells is not None:
            layout = lay_out_cells(cells, letters, bound.tables if bound.shifts else None, reference_bits)
            if best is None or len(layout.starts) < len(best.starts):
                best = layout
    return best


class _Bound(NamedTuple):
    """What a choice of tables would cost if no ESC pair came to lie across two segments: never more than it does."""

    segments: int
    shifts: int
    units: int
    order: int
    tables: Tables


def _bounds(text: str, allowed: tuple[Tables, ...], reference_bits: int) -> Iterator[_Bound]:
    counts = Counter(text)
    for order, tables in enumerate(allowed):
        pairs = counts.keys() - _characters(tables.locking, "locking")
        if pairs <= _characters(tables.single, "single"):
            units = len(text) + sum(counts[character] for character in pairs)
            yield _Bound(_fewest_segments(units, tables.shifts, reference_bits), tables.shifts, units, order, tables)


def _fewest_segments(units: int, shifts: int, reference_bits: int) -> int:
    if units <= septet_capacity(reference_bits, shifts, joined=False):
        return 1
    return -(-units // septet_capacity(reference_bits, shifts, joined=True))


@cache  # keyed by language and kind of table
def _characters(language: str | None, kind: str) -> frozenset[str]:
    if kind == "locking":
        return frozenset(_basic(language)) - {"\ufffe", "\x1b"}
    return frozenset(_extension(language).values())
