"""What columns are compared with: `analyse`, a text at a time."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from smsgate.text import Tables, analyse

Row = tuple[str, int, int] | None


def expected(
    texts: Iterable[str | None], reference_bits: int = 8, national: Tables | str | Iterable[str] | None = None
) -> list[Row]:
    """Return what `analyse` says of each text."""
    found = (
        None if text is None else analyse(text, reference_bits=reference_bits, national=national) for text in texts
    )
    return [None if each is None else (each.encoding.value, each.units, each.segments) for each in found]


def rows(analyses: pa.Table | pa.RecordBatch) -> list[Row]:
    """Return the rows of a table with analyses, None where all of one is null."""
    columns = (analyses.column(name).to_pylist() for name in ("encoding", "units", "segments"))
    return [None if row == (None, None, None) else row for row in zip(*columns, strict=True)]
