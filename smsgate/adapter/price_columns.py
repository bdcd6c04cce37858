"""Prices of whole columns of numbers in Apache Arrow, for `PriceList.price_column`; needs the extra ``arrow``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from smsgate.text.columns.strings import chunked, pieces, present, rows, text_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from smsgate.text.columns import ArrowColumn

    Numbers = NDArray[np.int64]

__all__ = ["PriceColumns"]

_UNKNOWN = -1
_LARGEST = 10**18 - 1


class PriceColumns:
    """Finds amounts by the longest prefix of E.164 numbers, for many numbers at a time.

    A number is read as one of base 11, with as many digits as the longest prefix has, where 0 says that there is no
    digit. The numbers with a prefix are an interval then, and one search finds the innermost.

    Raises ValueError for an amount of more than 18 digits.
    """

    def __init__(self, prices: Mapping[str, Decimal], default: Decimal | None) -> None:
        self._digits = max((len(prefix) - 1 for prefix in prices), default=0)
        known = [*prices.values(), *([] if default is None else [default])]
        self._scale = max((len(_decimals(amount)) for amount in known), default=0)
        bounds = {0}
        for prefix in prices:
            bounds.update(self._interval(prefix))
        self._bounds = np.array(sorted(bounds), np.int64)
        self._amounts = np.full(len(bounds), _UNKNOWN if default is None else self._whole(default), np.int64)
        for prefix in sorted(prices, key=len):  # a longer one replaces what it has of a shorter one
            first, last = np.searchsorted(self._bounds, self._interval(prefix))
            self._amounts[first:last] = self._whole(prices[prefix])

    def column(
        self, numbers: pa.ChunkedArray | ArrowColumn, segments: pa.ChunkedArray | ArrowColumn, *, per_segment: bool
    ) -> pa.ChunkedArray:
        """Return what `PriceList.price_column` returns."""
        amounts = self._of(text_column(numbers, "numbers"))
        counted = chunked(segments, "segments")
        if not pa.types.is_integer(counted.type):
            raise TypeError(f"segments must be a column of integers, got one of {counted.type}")
        if len(counted) != len(amounts):
            raise ValueError(f"there must be segments for each number, got {len(amounts)} and {len(counted)}")
        times = counted.cast(pa.int64()).fill_null(0).to_numpy()
        known = (amounts != _UNKNOWN) & counted.is_valid().to_numpy()
        if per_segment and len(amounts):
            if int(amounts.max()) * int(times.max()) > _LARGEST:
                raise ValueError(f"a price of {times.max()} segments needs more than 18 digits; shorten the amounts")
            amounts = amounts * times
        return pa.chunked_array([_decimal_array(amounts, known, self._scale)])

    def _of(self, numbers: pa.ChunkedArray) -> Numbers:
        """Return the amounts in units of ``10 ** -scale``."""
        return np.concatenate([np.empty(0, np.int64), *(self._of_piece(piece) for piece in pieces(numbers))])

    def _of_piece(self, numbers: pa.Array) -> Numbers:
        if pa.types.is_dictionary(numbers.type):
            amounts = np.append(self._of(pa.chunked_array([numbers.dictionary])), _UNKNOWN)
            found = amounts[numbers.indices.fill_null(0).to_numpy(zero_copy_only=False)]
        else:
            found = self._amounts[np.searchsorted(self._bounds, self._keys(numbers), side="right") - 1]
        return np.where(present(numbers), found, _UNKNOWN)

    def _keys(self, numbers: pa.Array) -> Numbers:
        """Return each number in base 11, up to the first character that is no digit."""
        octets, offsets = rows(numbers)
        padded = np.append(octets, np.zeros(1, np.uint8))
        place, end = offsets[:-1], offsets[1:]
        reads = padded[np.minimum(place, len(octets))] == ord("+")
        reads &= place < end
        keys = np.zeros(len(place), np.int64)
        for _ in range(self._digits):
            place = place + 1
            digits = padded[np.minimum(place, len(octets))] - np.uint8(ord("0"))
            reads &= (digits < 10) & (place < end)
            keys = keys * 11 + np.where(reads, digits.astype(np.int64) + 1, 0)
        return keys

    def _interval(self, prefix: str) -> tuple[int, int]:
        """Return the keys of numbers with a prefix: the first, and the first after them."""
        key = 0
        for digit in prefix[1:]:
            key = key * 11 + int(digit) + 1
        width = 11 ** (self._digits - len(prefix) + 1)
        return key * width, (key + 1) * width

    def _whole(self, amount: Decimal) -> int:
        found = int(format(amount, "f").partition(".")[0] + _decimals(amount).ljust(self._scale, "0"))
        if found > _LARGEST or self._scale > 18:
            raise ValueError(f"the price {amount:f} needs more than 18 digits; shorten it")
        return found


def _decimal_array(amounts: Numbers, known: NDArray[np.bool_], scale: int) -> pa.Array:
    """Return amounts in units of ``10 ** -scale`` as decimals, null where they are not known."""
    words = np.zeros((len(amounts), 2), "<i8")
    words[:, 0] = np.where(known, amounts, 0)  # no amount is negative, so that the high word is 0
    validity = pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(pa.decimal128(38, scale), len(amounts), [validity, pa.py_buffer(words)])


def _decimals(amount: Decimal) -> str:
    return format(amount, "f").partition(".")[2].rstrip("0")
