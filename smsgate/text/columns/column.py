"""The analysis of one column of texts."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from smsgate.text.columns.counter import Counter
from smsgate.text.columns.strings import ArrowColumn, pieces, present, text_column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from smsgate.text.national import Tables

SCHEMA = pa.schema([("encoding", pa.string()), ("units", pa.int32()), ("segments", pa.int32())])
"""What an analysis has: null in each column where the text is null."""


def analyse_column(
    texts: pa.Array | pa.ChunkedArray | ArrowColumn,
    *,
    reference_bits: int = 8,
    national: Tables | str | Iterable[str] | None = None,
    threads: int | None = None,
) -> pa.Table:
    """Return a table with the columns of `SCHEMA`, a row for each text: what `analyse` says of it.

    ``texts`` is an array or a chunked array of strings, large strings, string views or dictionaries of them, or a
    Series of Polars or pandas. ``reference_bits`` and ``national`` are those of `analyse`. ``threads`` is 1 or more; by
    default there is one for each core. The texts are analysed in pieces of at most 65,536 rows and 8 MiB.

    Raises TypeError for a column of anything else, and ValueError for an argument that `analyse` refuses and for
    octets that are no UTF-8.
    """
    counter = Counter(reference_bits, national)
    column = text_column(texts, "texts")
    count = pa.cpu_count() if threads is None else threads
    if count < 1:
        raise ValueError(f"threads must be 1 or more, got {count}")
    batches = _in_order(lambda piece: analyse_piece(piece, counter), pieces(column), count)
    return pa.Table.from_batches(batches, SCHEMA)


def analyse_piece(piece: pa.Array, counter: Counter) -> pa.RecordBatch:
    """Return the analyses of a piece of a column, as one batch of `SCHEMA`."""
    if pa.types.is_dictionary(piece.type):
        distinct = [analyse_piece(part, counter) for part in pieces(pa.chunked_array([piece.dictionary]))]
        found = pa.Table.from_batches(distinct, SCHEMA).take(piece.indices)
        return pa.RecordBatch.from_arrays([column.combine_chunks() for column in found.columns], schema=SCHEMA)
    ucs2, units, segments = counter.count(piece)
    nulls = ~present(piece) if piece.null_count else None
    encoding = _NAMES.take(pa.array(ucs2.view(np.int8), mask=nulls))
    numbers = [pa.array(values, mask=nulls).cast(pa.int32()) for values in (units, segments)]
    return pa.RecordBatch.from_arrays([encoding, *numbers], schema=SCHEMA)


def _in_order(
    analyse: Callable[[pa.Array], pa.RecordBatch], parts: Iterable[pa.Array], threads: int
) -> Iterator[pa.RecordBatch]:
    """Yield the analyses of pieces in order; few pieces are begun before the first of them is done."""
    if threads == 1:
        yield from map(analyse, parts)
        return
    waiting: deque[Future[pa.RecordBatch]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for part in parts:
            waiting.append(pool.submit(analyse, part))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_NAMES = pa.array(["GSM-7", "UCS-2"])
