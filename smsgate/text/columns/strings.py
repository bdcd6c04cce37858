"""Columns of strings in pieces that fit a core's work and the memory, whatever type of Arrow they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa

from smsgate.text.columns.octets import Rows, divide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ROWS = 1 << 16
OCTETS = 1 << 23
"""What a piece has at most, where no row is longer."""


class ArrowColumn(Protocol):
    """A column that exports itself by the Arrow PyCapsule interface: a Series of Polars or pandas."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return a capsule with an ``ArrowArrayStream``."""


def text_column(column: pa.Array | pa.ChunkedArray | ArrowColumn, name: str) -> pa.ChunkedArray:
    """Return a column of strings as Arrow's.

    Raises TypeError for anything else; ``name`` says in the message what was given.
    """
    found = chunked(column, name)
    if not _is_text(found.type):
        raise TypeError(f"{name} must be a column of strings, got one of {found.type}")
    return found


def chunked(column: pa.Array | pa.ChunkedArray | ArrowColumn, name: str) -> pa.ChunkedArray:
    """Return a column of any type as Arrow's. Raises TypeError for what is none."""
    if isinstance(column, pa.ChunkedArray):
        return column
    if isinstance(column, pa.Array):
        return pa.chunked_array([column])
    if not hasattr(column, "__arrow_c_stream__"):
        raise TypeError(f"{name} must be an Arrow array or a Series, got {type(column).__name__}")
    return pa.chunked_array(column)


def pieces(column: pa.ChunkedArray) -> Iterator[pa.Array]:
    """Yield a column of strings in order, in arrays of strings, of large strings, or of a small dictionary of them."""
    for chunk in column.chunks:
        if _is_small_dictionary(chunk):
            yield chunk
            continue
        for start in range(0, len(chunk), ROWS):
            part = _decoded(chunk.slice(start, ROWS))
            for place in divide(rows(part).offsets, OCTETS):
                yield part.slice(place.start, place.stop - place.start)


def rows(strings: pa.Array) -> Rows:
    """Return the octets of an array of strings or large strings as they are, without a copy."""
    if not len(strings):  # which may have no offsets at all
        return Rows(np.empty(0, np.uint8), np.zeros(1, np.int64))
    _, offsets, octets = strings.buffers()
    kind = np.int64 if pa.types.is_large_string(strings.type) else np.int32
    bounds = np.frombuffer(offsets, kind)[strings.offset : strings.offset + len(strings) + 1]
    return Rows(np.frombuffer(octets or b"", np.uint8), bounds.astype(np.int64))


def present(array: pa.Array) -> NDArray[np.bool_]:
    """Tell of each row whether it is not null."""
    flags: NDArray[np.bool_] = array.is_valid().to_numpy(zero_copy_only=False)
    return flags


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    if types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(
        types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) or types.is_null(kind)
    )


def _is_small_dictionary(array: pa.Array) -> bool:
    return pa.types.is_dictionary(array.type) and len(array.dictionary) <= len(array)


def _decoded(array: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return array
    return array.cast(pa.large_string())
