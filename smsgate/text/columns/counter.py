"""Encoding, units and segments of many texts at a time, equal to those of `analyse`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from smsgate.text.analysis import analyse
from smsgate.text.capacity import check_reference_bits, septet_capacity, ucs2_capacity
from smsgate.text.columns.octets import Rows, count, uneven
from smsgate.text.columns.strings import present, rows
from smsgate.text.layout import Encoding, choices_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from smsgate.text.national import Tables

    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.int64]
    Indexes = NDArray[np.intp]


class Figures(NamedTuple):
    """What is known of each text of a column; nothing that means anything where it is null."""

    ucs2: Flags
    units: Numbers
    segments: Numbers

    def put(self, indexes: Indexes, figures: Figures) -> None:
        """Replace the figures of some texts."""
        for old, new in zip(self, figures, strict=True):
            old[indexes] = new


class Counter:
    """Counts with one set of the arguments of `analyse`.

    Raises ValueError for `reference_bits` other than 8 and 16 and for a language without tables.
    """

    def __init__(self, reference_bits: int, national: Tables | str | Iterable[str] | None) -> None:
        check_reference_bits(reference_bits)
        self._reference_bits = reference_bits
        self._national = national if national is None or isinstance(national, (str, tuple)) else tuple(national)
        allowed = choices_of(self._national)
        self._national_only = allowed is not None and all(tables.shifts for tables in allowed)
        self._gsm7 = septet_capacity(joined=False), septet_capacity(reference_bits, joined=True)
        self._ucs2 = ucs2_capacity(joined=False), ucs2_capacity(reference_bits, joined=True)

    def count(self, texts: pa.Array) -> Figures:
        """Return the figures of texts in an array of strings or large strings.

        Raises pyarrow.ArrowInvalid, a ValueError, for octets that are no UTF-8.
        """
        octets = rows(texts)
        figures = _plain(octets, *self._gsm7)
        candidates = np.ones(len(texts), bool) if self._national_only else uneven(octets)
        if texts.null_count:
            candidates &= present(texts)
        special = np.flatnonzero(candidates)
        if len(special):
            chosen = texts.take(pa.array(special))
            chosen.validate(full=True)
            others, unsure = self._exact(rows(chosen))
            figures.put(special, others)
            self._one_by_one(texts, special[unsure], figures)
        return figures

    def _exact(self, octets: Rows) -> tuple[Figures, Flags]:
        """Return the figures of any texts, and which of them are not certain."""
        found = count(octets)
        ucs2 = found.foreign
        pairs = np.where(ucs2, found.astral, found.extension)
        units = found.characters + pairs
        segments = np.where(ucs2, _fewest(units, *self._ucs2), _fewest(units, *self._gsm7))
        if self._national_only:
            unsure = np.ones(len(units), bool)
        elif self._national is not None:  # other tables may need fewer segments, or have the characters
            unsure = ucs2 | ((pairs > 0) & (segments > 1))
        else:
            unsure = ~np.where(ucs2, _is_certain(units, pairs, *self._ucs2), _is_certain(units, pairs, *self._gsm7))
        return Figures(ucs2, units, segments), unsure

    def _one_by_one(self, texts: pa.Array, indexes: Indexes, figures: Figures) -> None:
        """Analyse some texts one by one, each text once."""
        distinct = texts.take(pa.array(indexes)).dictionary_encode()
        analyses = [
            analyse(text, reference_bits=self._reference_bits, national=self._national)
            for text in distinct.dictionary.to_pylist()
        ]
        known = Figures(
            np.array([each.encoding is Encoding.UCS2 for each in analyses], bool),
            np.array([each.units for each in analyses], np.int64),
            np.array([each.segments for each in analyses], np.int64),
        )
        places = distinct.indices.to_numpy()
        figures.put(indexes, Figures(*(values[places] for values in known)))


def _plain(octets: Rows, alone: int, joined: int) -> Figures:
    """Return the figures of texts as if each octet were a septet."""
    units = np.diff(octets.offsets)
    return Figures(np.zeros(len(units), bool), units, _fewest(units, alone, joined))


def _fewest(units: Numbers, alone: int, joined: int) -> Numbers:
    """Return how many segments texts take if no border lies within a pair of units."""
    return np.where(units <= alone, 1, (units + (joined - 1)) // joined)


def _is_certain(units: Numbers, pairs: Numbers, alone: int, joined: int) -> Flags:
    """Tell of each text whether it takes the fewest segments wherever its pairs of units are.

    A pair that a border would cut leaves one unit of a segment empty, so that a segment has room for ``joined`` units
    or for one less: where both come to the same number, nothing else matters.
    """
    most = (units + (joined - 2)) // (joined - 1)
    certain: Flags = (units <= alone) | (pairs == 0) | (most == _fewest(units, alone, joined))
    return certain
