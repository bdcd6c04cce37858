"""What is known of a text before it is sent: the hot path of the library."""

from __future__ import annotations

import sys
from codecs import charmap_encode
from typing import TYPE_CHECKING, NamedTuple

from smsgate.text.alphabet import DEFAULT, LATIN, ONE_OCTET, STRANGER, UNMARKED
from smsgate.text.capacity import MAX_SEGMENTS, septet_capacity, ucs2_capacity
from smsgate.text.layout import Encoding, choices_of, lay_out, septet_starts, utf16_starts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smsgate.text.national import Tables

    Counts = tuple[Encoding, int, int, int, int, Tables | None, tuple[Tables, ...] | None]


class Offender(NamedTuple):
    """A character that forces UCS-2, and its index in the text."""

    index: int  # type: ignore[assignment]  # hides tuple.index
    character: str


class Analysis:
    """How a text travels; made by `analyse`. Equal where everything that can be read is equal."""

    # Two slots, and a ready-made tuple in one of them: any other form costs more than the analysis itself.
    __slots__ = ("_counts", "_text")
    _counts: Counts
    _text: str | None  # None where the counts say everything

    @property
    def encoding(self) -> Encoding:
        """GSM-7, or UCS-2 if one character is outside GSM-7."""
        return self._counts[0]

    @property
    def units(self) -> int:
        """The length in septets (GSM-7; an extension character is two) or in UTF-16 code units (UCS-2)."""
        return self._counts[1]

    @property
    def segments(self) -> int:
        """How many SMS the text takes, at least 1; counted on past the 255 that can be sent."""
        return self._counts[2]

    @property
    def remaining(self) -> int:
        """How many units are left in the last segment."""
        return self._counts[3]

    @property
    def too_long(self) -> bool:
        """Whether the text takes more than the 255 segments that one message can have (TS 23.040, 9.2.3.24.1)."""
        return self._counts[2] > MAX_SEGMENTS

    @property
    def reference_bits(self) -> int:
        """The width of the concatenation reference that was counted with, 8 or 16."""
        return self._counts[4]

    @property
    def tables(self) -> Tables | None:
        """The national tables that the text travels with; None for the default alphabet and for UCS-2."""
        return self._counts[5]

    @property
    def segment_units(self) -> tuple[int, ...]:
        """The units of each segment; computed when read."""
        _, units, segments, remaining, reference_bits, _, allowed = self._counts
        if segments == 1:
            return (units,)
        if self._text is None:
            return (_SEPTETS_JOINED,) * (segments - 1) + (_SEPTETS_JOINED - remaining,)
        return lay_out(self._text, reference_bits, allowed).segment_units

    @property
    def offenders(self) -> tuple[Offender, ...]:
        """The characters that force UCS-2, in order; computed when read.

        With national tables these are the characters that none of them has, or, if each is in one of them but no
        choice has all, those outside the default alphabet.
        """
        if self._text is None or self._counts[0] is Encoding.GSM7:
            return ()
        return _outside(self._text, _known(self._counts[6])) or _outside(self._text, DEFAULT.characters)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Analysis):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._counts[:6])

    def __repr__(self) -> str:
        encoding, units, segments, remaining = self._counts[:4]  # without the text, which may be a one-time code
        return f"<Analysis {encoding} {units=} {segments=} {remaining=}>"

    def _values(self) -> tuple[object, ...]:
        return (*self._counts[:6], self.segment_units, self.offenders)


def analyse(  # noqa: C901, PLR0911  the hot path leaves as early as it can
    text: str, *, reference_bits: int = 8, national: Tables | str | Iterable[str] | None = None
) -> Analysis:
    """Return encoding, units and segments of a text (3GPP TS 23.038 and 23.040).

    ``reference_bits`` (8 or 16) is the width of the reference in the header of a message of several segments.
    ``national`` allows national language tables: ``"auto"``, a language, several languages, or exact `Tables`; the
    cheapest choice that fits the text is taken. Raises TypeError unless the text is a str.
    """
    if national is not None or reference_bits != 8:
        return _analyse_with(text, reference_bits, national)
    # Plainer lines than these were measured to be slower: no isinstance, one C call for all characters, ready answers.
    try:
        if text.isascii():
            cells = text.encode().translate(LATIN)
            if cells.isascii():
                units = len(cells)
                return PLAIN[units] if units <= _PLAIN_UP_TO else _plain(units)
            return _of_latin(text, cells)
        units = len(text)
        size = text.__sizeof__()
        if size == units + ONE_OCTET:
            cells = text.encode("latin-1").translate(LATIN)
            if cells.isascii():
                return PLAIN[units] if units <= _PLAIN_UP_TO else _plain(units)
            return _of_latin(text, cells)
        narrow = size < 4 * units + _FOUR_OCTETS
    except (AttributeError, UnicodeEncodeError):  # no str, or one that says something else of its size
        return _analyse_with(text, reference_bits, national)
    if narrow:
        # A first character from a block that has nothing of GSM-7 saves the look at the others.
        if text < "\u0400" or "€" <= text < "\u20ad":
            cells = charmap_encode(text, "ignore", _MAP)[0]
            if len(cells) == units and 0 not in cells:
                if cells.isascii():
                    return PLAIN[units] if units <= _PLAIN_UP_TO else _plain(units)
                septets = units + len(cells.translate(None, UNMARKED))
                return PLAIN[septets] if septets <= _SEPTETS_ALONE else _of_cells(text, cells)
        if units <= _UNITS_ALONE:
            analysis = Analysis()
            analysis._text = text  # noqa: SLF001  a call to an __init__ costs as much as the count
            analysis._counts = _UCS2_ALONE[units]  # noqa: SLF001
            return analysis
    return _of_wide(text, scanned=narrow)


def _analyse_with(text: str, reference_bits: int, national: Tables | str | Iterable[str] | None) -> Analysis:
    allowed = choices_of(national)
    found = lay_out(text, reference_bits, allowed)
    segments = len(found.starts)
    return _make((found.encoding, found.units, segments, found.remaining, reference_bits, found.tables, allowed), text)


def _make(counts: Counts, text: str | None) -> Analysis:
    analysis = Analysis()
    analysis._counts = counts  # noqa: SLF001
    analysis._text = text  # noqa: SLF001
    return analysis


def _counts(encoding: Encoding, units: int, segments: int, remaining: int) -> Counts:
    return (encoding, units, segments, remaining, 8, None, None)


def _plain(units: int) -> Analysis:
    """Return the analysis of a GSM-7 text without extension characters: its length says everything."""
    if units <= _SEPTETS_ALONE:
        return _make(_counts(Encoding.GSM7, units, 1, _SEPTETS_ALONE - units), None)
    segments = -(-units // _SEPTETS_JOINED)
    return _make(_counts(Encoding.GSM7, units, segments, segments * _SEPTETS_JOINED - units), None)


def _of_latin(text: str, cells: bytes) -> Analysis:
    """Return the analysis of a Latin-1 text that has extension characters or strangers."""
    if STRANGER not in cells:
        return _of_cells(text, cells)
    units = len(cells)
    return _make(_UCS2_ALONE[units] if units <= _UNITS_ALONE else _joined_ucs2(text, b"", units), text)


def _of_cells(text: str, cells: bytes) -> Analysis:
    """Return the analysis of a GSM-7 text that is longer than the ready answers or has extension characters."""
    if len(cells) <= _SEPTETS_ALONE:
        units = len(cells) + len(cells.translate(None, UNMARKED))
        if units <= _SEPTETS_ALONE:
            return PLAIN[units]
    septets = DEFAULT.septets(cells)
    units, starts = len(septets), septet_starts(septets, _SEPTETS_JOINED)
    return _make(_counts(Encoding.GSM7, units, len(starts), _SEPTETS_JOINED - units + starts[-1]), text)


def _of_wide(text: str, *, scanned: bool) -> Analysis:
    """Return the analysis of a text that is UCS-2 if it was scanned or has a character above U+FFFF."""
    try:
        utf16 = text.encode("utf-16")
    except UnicodeEncodeError:  # surrogates as characters of their own
        return _analyse_with(text, 8, None)
    units = (len(utf16) >> 1) - 1  # without the byte order mark
    if units == len(text) and not scanned:
        cells = DEFAULT.cells(text)
        if cells is not None:
            return _of_cells(text, cells)
    return _make(_UCS2_ALONE[units] if units <= _UNITS_ALONE else _joined_ucs2(text, utf16, units), text)


def _joined_ucs2(text: str, utf16: bytes, units: int) -> Counts:
    """Return the counts of several UCS-2 segments; ``utf16`` has a byte order mark."""
    if units == len(text):  # no pair that a cut could part
        segments = -(-units // _UNITS_JOINED)
        return _counts(Encoding.UCS2, units, segments, segments * _UNITS_JOINED - units)
    starts = utf16_starts(utf16, units, _UNITS_JOINED, _UPPER)
    return _counts(Encoding.UCS2, units, len(starts), _UNITS_JOINED - units + starts[-1])


def _outside(text: str, known: frozenset[str]) -> tuple[Offender, ...]:
    return tuple(Offender(index, character) for index, character in enumerate(text) if character not in known)


def _known(allowed: tuple[Tables, ...] | None) -> frozenset[str]:
    if allowed is None:
        return DEFAULT.characters
    from smsgate.text.national import alphabet  # noqa: PLC0415  loaded already, or allowed would be None

    return frozenset().union(*(alphabet(tables).characters for tables in allowed))


_SEPTETS_ALONE = septet_capacity(joined=False)
_SEPTETS_JOINED = septet_capacity(joined=True)
_UNITS_ALONE = ucs2_capacity(joined=False)
_UNITS_JOINED = ucs2_capacity(joined=True)

_MAP = DEFAULT.map
# The upper octet of the first code unit after str.encode("utf-16"), which begins with a mark.
_UPPER = 3 if sys.byteorder == "little" else 2
# A str with a character above U+FFFF takes four octets a character and this. One that takes less has none; one that
# takes as much may have none, because a copy in UTF-8 can hang on it.
_FOUR_OCTETS = "😀".__sizeof__() - 4

# Ready answers, by length: all that there is to say of a plain text of up to ten segments.
_PLAIN_UP_TO = 10 * _SEPTETS_JOINED
PLAIN = tuple(_plain(units) for units in range(_PLAIN_UP_TO + 1))
_UCS2_ALONE = tuple(_counts(Encoding.UCS2, units, 1, _UNITS_ALONE - units) for units in range(_UNITS_ALONE + 1))
