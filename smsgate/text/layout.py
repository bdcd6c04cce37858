"""Where segments begin: no ESC pair and no surrogate pair lies across two of them (TS 23.040, 9.2.3.24.1)."""

from __future__ import annotations

from enum import StrEnum
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from smsgate.text.alphabet import DEFAULT, ESC, Alphabet
from smsgate.text.capacity import check_reference_bits, septet_capacity, ucs2_capacity
from smsgate.text.ucs2 import encode_ucs2

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smsgate.text.national import Tables


class Encoding(StrEnum):
    """How a text travels: in septets of the GSM alphabet, or in UTF-16 code units."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


class Layout(NamedTuple):
    """A whole text on the wire, and where its segments begin."""

    encoding: Encoding
    tables: Tables | None
    sizes: bytes  # of each character, in units: 1 or 2
    starts: list[int]  # of each segment, in units
    units: int
    capacity: int  # of each segment, in units

    @property
    def remaining(self) -> int:
        """The units left in the last segment."""
        return self.capacity - (self.units - self.starts[-1])

    @property
    def segment_units(self) -> tuple[int, ...]:
        """The units of each segment."""
        return tuple(end - start for start, end in pairwise([*self.starts, self.units]))

    @property
    def indexes(self) -> list[int]:
        """The index of the first character of each segment, and the number of characters."""
        if self.units == len(self.sizes):
            return [*self.starts, self.units]
        at = {unit: index for index, unit in enumerate(accumulate(self.sizes, initial=0))}
        return [at[start] for start in self.starts] + [len(self.sizes)]


def choices_of(national: Tables | str | Iterable[str] | None) -> tuple[Tables, ...] | None:
    """Return the choices of national tables that an argument allows; None for the default alphabet alone."""
    if national is None:
        return None
    from smsgate.text.national import choices  # noqa: PLC0415  loaded only when national tables are asked for

    return choices(national)


def lay_out(text: str, reference_bits: int, allowed: tuple[Tables, ...] | None) -> Layout:
    """Return the layout of a text, with the cheapest of the choices of national tables that are allowed."""
    if not isinstance(text, str):
        raise TypeError(f"a text must be a str, not {type(text).__name__}")
    check_reference_bits(reference_bits)
    layout = None
    if allowed is not None:
        from smsgate.text.national import cheapest  # noqa: PLC0415  loaded only when national tables are asked for

        layout = cheapest(text, allowed, reference_bits)
    elif (cells := DEFAULT.cells(text)) is not None:
        layout = lay_out_cells(cells, DEFAULT, None, reference_bits)
    return layout or _lay_out_ucs2(text, reference_bits)


def lay_out_cells(cells: bytes, alphabet: Alphabet, tables: Tables | None, reference_bits: int) -> Layout:
    """Return the layout of a text that fits an alphabet, from its cells."""
    septets = alphabet.septets(cells)
    shifts = tables.shifts if tables else 0
    starts, capacity = [0], septet_capacity(reference_bits, shifts, joined=False)
    if len(septets) > capacity:
        capacity = septet_capacity(reference_bits, shifts, joined=True)
        starts = septet_starts(septets, capacity)
    return Layout(Encoding.GSM7, tables, cells.translate(_SIZES), starts, len(septets), capacity)


def _lay_out_ucs2(text: str, reference_bits: int) -> Layout:
    octets = encode_ucs2(text)
    units = len(octets) // 2
    starts, capacity = [0], ucs2_capacity(reference_bits, joined=False)
    if units > capacity:
        capacity = ucs2_capacity(reference_bits, joined=True)
        starts = utf16_starts(octets, units, capacity, 0)
    sizes = bytes(len(text)).replace(b"\0", b"\1") if units == len(text) else bytes(1 + (c > "\uffff") for c in text)
    return Layout(Encoding.UCS2, None, sizes, starts, units, capacity)


def septet_starts(septets: bytes, capacity: int) -> list[int]:
    """Return where each segment begins, in septets."""
    start, last = 0, len(septets) - capacity
    starts = [0]
    while start < last:
        start += capacity
        if septets[start - 1] == ESC:
            start -= 1
        starts.append(start)
    return starts


def utf16_starts(octets: bytes, units: int, capacity: int, high: int) -> list[int]:
    """Return where each segment begins, in code units; ``high`` is the index of the first unit's upper octet."""
    start, last = 0, units - capacity
    starts = [0]
    while start < last:
        start += capacity
        at = 2 * start + high
        # Both halves are looked at: a lone surrogate is no pair.
        if octets[at - 2] & 0xFC == 0xD8 and octets[at] & 0xFC == 0xDC:
            start -= 1
        starts.append(start)
    return starts


_SIZES = bytes(0x80 * [1] + 0x80 * [2])
