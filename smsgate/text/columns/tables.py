"""Tables and streams of batches with a column of texts: the form that engines of several machines work with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from smsgate.text.columns.column import SCHEMA, analyse_column, analyse_piece
from smsgate.text.columns.counter import Counter
from smsgate.text.columns.strings import pieces, text_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smsgate.text.national import Tables


def analyse_table(
    table: pa.Table,
    column: str = "text",
    *,
    reference_bits: int = 8,
    national: Tables | str | Iterable[str] | None = None,
    threads: int | None = None,
) -> pa.Table:
    """Return a table with the columns ``encoding``, ``units`` and ``segments`` added; see `analyse_column`.

    Raises ValueError if there is no such column of texts, or a column with one of the new names.
    """
    _check(table.schema, column)
    found = analyse_column(table[column], reference_bits=reference_bits, national=national, threads=threads)
    for field in SCHEMA:
        table = table.append_column(field, found[field.name])
    return table


def analyse_batches(
    batches: Iterable[pa.RecordBatch],
    column: str = "text",
    *,
    reference_bits: int = 8,
    national: Tables | str | Iterable[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Return the batches with the columns ``encoding``, ``units`` and ``segments`` added, as they are asked for.

    This is what Spark's ``mapInArrow`` takes. It works in the caller's thread: the engine has its own processes. Raises
    what `analyse_table` raises.
    """
    counter = Counter(reference_bits, national)
    return (_with_analyses(batch, column, counter) for batch in batches)


def _with_analyses(batch: pa.RecordBatch, column: str, counter: Counter) -> pa.RecordBatch:
    _check(batch.schema, column)
    parts = [analyse_piece(piece, counter) for piece in pieces(text_column(batch.column(column), "texts"))]
    found = pa.Table.from_batches(parts, SCHEMA)
    schema = batch.schema
    for field in SCHEMA:
        schema = schema.append(field)
    arrays = [*batch.columns, *(values.combine_chunks() for values in found.columns)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _check(schema: pa.Schema, column: str) -> None:
    if schema.names.count(column) != 1:
        raise ValueError(f"there must be one column {column!r}, got {', '.join(map(repr, schema.names)) or 'none'}")
    for name in SCHEMA.names:
        if name in schema.names:
            raise ValueError(f"there is a column {name!r} already; rename it or leave it out")
