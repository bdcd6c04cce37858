"""What rows of UTF-8 have, counted for many rows at a time: numpy alone, no call for a row.

A first pass finds the rows with anything but plain characters, of which most columns have few. Only those rows go
through the second, which looks up each octet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from smsgate.text.alphabet import DEFAULT, EXTENSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Octets = NDArray[np.uint8]
    Offsets = NDArray[np.int64]
    Flags = NDArray[np.bool_]

BLOCK = 1 << 18
"""Octets that one step looks at: few enough to stay in a core's cache from one pass to the next."""


class Rows(NamedTuple):
    """Texts in UTF-8: a row's octets are those from its offset to the next one."""

    octets: Octets
    offsets: Offsets

    def blocks(self) -> Iterator[tuple[slice, Rows]]:
        """Yield blocks of whole rows, of `BLOCK` octets where no row is longer, with their place."""
        for place in divide(self.offsets, BLOCK):
            low, high = self.offsets[place.start], self.offsets[place.stop]
            yield place, Rows(self.octets[low:high], self.offsets[place.start : place.stop + 1] - low)


class Counts(NamedTuple):
    """What each row has."""

    foreign: Flags
    """Whether a character is outside GSM-7."""
    characters: Offsets
    extension: Offsets
    """Characters that take two septets."""
    astral: Offsets
    """Characters that take two UTF-16 code units."""


def divide(offsets: Offsets, octets: int) -> Iterator[slice]:
    """Yield the places of parts of whole rows, of so many octets where no row is longer, and no more rows than that."""
    start, count = 0, len(offsets) - 1
    while start < count:
        end = int(np.searchsorted(offsets, offsets[start] + octets, side="right")) - 1
        end = min(max(end, start + 1), start + octets, count)
        yield slice(start, end)
        start = end


def uneven(rows: Rows) -> Flags:
    """Tell of each row whether it may have anything but ASCII characters of one septet; false says that it has not.

    True is also said of a carriage return and of ``_``.
    """
    found = np.empty(len(rows.offsets) - 1, bool)
    for place, block in rows.blocks():
        found[place] = _highest(_scores(block.octets), block.offsets) >= _UNEVEN
    return found


def count(rows: Rows) -> Counts:
    """Count what each row has, exactly."""
    size = len(rows.offsets) - 1
    found = Counts(np.empty(size, bool), *(np.empty(size, np.int64) for _ in range(3)))
    for place, block in rows.blocks():
        classes, sums = _classes(block.octets), _Sums(block.offsets)
        found.foreign[place] = _highest(classes & _FOREIGN, block.offsets) > 0
        found.characters[place] = sums.of(classes & _FIRST)
        found.extension[place] = sums.of(classes & _EXTENSION)
        found.astral[place] = sums.of(classes & _ASTRAL)
    return found


def _scores(octets: Octets) -> Octets:
    """Return `_UNEVEN` or more for what is no plain ASCII character, in as few passes over all octets as were found."""
    high: Octets = octets - np.uint8(1)
    high |= 0x20
    high -= 0x7A - _UNEVEN  # reached by [ \ ] ^ _ ` { | } ~ DEL and by all that is not ASCII
    low = octets ^ np.uint8(0x6A)  # reached by control characters but the line feed, which becomes one less
    np.maximum(high, low, out=high)
    return high


def _highest(values: Octets, offsets: Offsets) -> Octets:
    """Return the highest value of each row, 0 for an empty one."""
    filled = offsets[1:] > offsets[:-1]
    if filled.all():
        return np.maximum.reduceat(values, offsets[:-1])
    found = np.zeros(len(filled), np.uint8)  # reduceat gives an empty row the octet after it
    if filled.any():
        found[filled] = np.maximum.reduceat(values, offsets[:-1][filled])
    return found


class _Sums:
    """Counts octets that are not 0 by row: those before the next row less those before this one."""

    def __init__(self, offsets: Offsets) -> None:
        self._words = offsets >> 6
        self._below = (np.uint64(1) << (offsets & 63).astype(np.uint64)) - np.uint64(1)

    def of(self, octets: Octets) -> Offsets:
        bits = np.packbits(octets, bitorder="little")
        words = np.zeros(len(octets) // 64 + 1, "<u8")
        words.view(np.uint8)[: len(bits)] = bits
        before = np.zeros(len(words), np.int64)
        np.cumsum(np.bitwise_count(words[:-1]), out=before[1:])
        found: Offsets = np.diff(before[self._words] + np.bitwise_count(words[self._words] & self._below))
        return found


def _classes(octets: Octets) -> Octets:
    """Return the classes of each octet; what a character is, is said at its first octet."""
    classes = np.frombuffer(bytearray(octets.tobytes().translate(_OF_OCTET)), np.uint8)
    firsts = np.flatnonzero((classes & _PERHAPS) != 0)
    padded = np.append(octets, np.zeros(2, np.uint8))  # broken UTF-8 may end where a character begins
    known = _OF_TWO[padded[firsts], padded[firsts + 1]]
    longer = np.flatnonzero(known == _PERHAPS)
    known[longer] = np.where(padded[firsts[longer] + 2] == _EURO[2], _FIRST | _EXTENSION, _FIRST | _FOREIGN)
    classes[firsts] = known
    return classes


_UNEVEN = 0x61
_FIRST, _EXTENSION, _ASTRAL, _FOREIGN, _PERHAPS = map(np.uint8, (1, 2, 4, 8, 16))
_EURO = "€".encode()  # the only character of GSM-7 with three octets


def _class(character: str) -> int:
    if character not in DEFAULT.characters:
        return int(_FIRST | _FOREIGN)
    return int(_FIRST | _EXTENSION if character in EXTENSION.values() else _FIRST)


def _of_octet() -> bytes:
    """Return the classes of each octet, as far as it says them alone."""
    table = bytearray(map(_class, map(chr, range(0x80))))
    table += bytes(0x40)  # within a character
    table += bytes([_FIRST | _FOREIGN]) * 0x30 + bytes([_FIRST | _FOREIGN | _ASTRAL]) * 0x10
    for character in DEFAULT.characters:
        octets = character.encode()
        if len(octets) > 1:
            table[octets[0]] = _FIRST | _PERHAPS
    return bytes(table)


def _of_two() -> Octets:
    """Return the classes of characters by their first two octets."""
    table = np.full((0x100, 0x100), _FIRST | _FOREIGN, np.uint8)
    for character in DEFAULT.characters:
        octets = character.encode()
        if len(octets) > 1:
            table[octets[0], octets[1]] = _class(character) if len(octets) == 2 else _PERHAPS
    return table


_OF_OCTET, _OF_TWO = _of_octet(), _of_two()
