"""What columns come from and go to, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from smsgate.text.columns import SCHEMA, ArrowColumn, analyse_batches, analyse_column, analyse_table
from tests.text.columns.reference import expected, rows

TEXTS = ["Hello", "5 €", "Я" * 71, None, "👍", ""]
TABLE = pa.table({"id": range(6), "text": TEXTS})


@pytest.mark.parametrize(
    "series",
    [
        pl.Series(TEXTS),
        pl.Series(TEXTS, dtype=pl.Categorical),
        pd.Series(TEXTS, dtype="string[pyarrow]"),
        pd.Series(TEXTS, dtype="category"),
        duckdb.from_arrow(TABLE).to_arrow_table()["text"],
    ],
    ids=["polars", "polars categorical", "pandas", "pandas category", "duckdb"],
)
def test_a_column_of_another_library_is_analysed_as_its_texts(series: ArrowColumn) -> None:
    assert rows(analyse_column(series)) == expected(TEXTS)


def test_the_analyses_go_to_other_libraries() -> None:
    found = analyse_column(TABLE["text"])
    encoding, units, segments = zip(*(row or (None, None, None) for row in expected(TEXTS)), strict=True)
    frame = pl.from_arrow(found)
    assert isinstance(frame, pl.DataFrame)
    assert frame.to_dict(as_series=False) == {"encoding": [*encoding], "units": [*units], "segments": [*segments]}
    assert duckdb.from_arrow(found).aggregate("sum(segments), count(*)").fetchall() == [(6, 6)]
    assert found.to_pandas()["segments"].sum() == 6


def test_a_table_gets_its_analyses_beside_its_columns() -> None:
    found = analyse_table(TABLE, threads=1)
    assert found.schema == pa.schema([*TABLE.schema, *SCHEMA])
    assert found.select(TABLE.column_names) == TABLE
    assert rows(found) == expected(TEXTS)
    assert rows(analyse_table(TABLE.slice(6))) == []


def test_batches_get_their_analyses_as_spark_maps_them() -> None:
    """`mapInArrow` gives an iterator of batches to a function and wants an iterator of batches."""
    mapped = partial(analyse_batches, reference_bits=16)
    found = [*mapped(iter(TABLE.to_batches(max_chunksize=2)))]
    assert [batch.num_rows for batch in found] == [2, 2, 2]
    assert {batch.schema for batch in found} == {pa.schema([*TABLE.schema, *SCHEMA])}
    assert [row for batch in found for row in rows(batch)] == expected(TEXTS, 16)


def test_batches_are_read_as_they_are_asked_for() -> None:
    read: list[int] = []

    def batches() -> Iterator[pa.RecordBatch]:
        for number in range(3):
            read.append(number)
            yield pa.record_batch({"text": [str(number)]})

    found = analyse_batches(batches())
    assert read == []
    assert next(found).column("units").to_pylist() == [1]
    assert read == [0]


def test_empty_columns_have_no_analyses() -> None:
    for column in (pa.array([], pa.string()), pa.chunked_array([], pa.large_string()), pa.array([], pa.string_view())):
        found = analyse_column(column)
        assert (found.num_rows, found.schema) == (0, SCHEMA)
    [batch] = analyse_batches([TABLE.to_batches()[0].slice(6)])
    assert (batch.num_rows, batch.num_columns) == (0, 5)


def test_a_column_of_nulls_has_null_analyses() -> None:
    assert rows(analyse_column(pa.nulls(2))) == [None, None]
    assert rows(analyse_column(pa.nulls(2, pa.string()))) == [None, None]


def test_octets_under_a_null_are_not_looked_at() -> None:
    octets, offsets = pa.py_buffer(b"\xff\xf0ok"), pa.py_buffer(pa.array([0, 2, 4], pa.int32()).buffers()[1])
    column = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x02"), offsets, octets])
    assert rows(analyse_column(column)) == expected([None, "ok"])


@pytest.mark.parametrize("broken", [b"\xff", b"ok \xf0\x9f", b"\xe2\x82", b"\xc3", b"\x80\x80", b"\xed\xa0\x80"])
def test_octets_that_are_no_utf_8_are_refused(broken: bytes) -> None:
    column = pa.array([b"fine", broken]).view(pa.string())
    for threads in (1, 2):
        with pytest.raises(ValueError, match="UTF8"):
            analyse_column(column, threads=threads)


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        (["a"], "texts must be an Arrow array or a Series, got list"),
        (pa.array([1]), "texts must be a column of strings, got one of int64"),
        (pa.array([b"a"]), "texts must be a column of strings, got one of binary"),
        (pa.array([1]).dictionary_encode(), "got one of dictionary<values=int64, indices=int32, ordered=0>"),
    ],
)
def test_a_column_without_texts_is_refused(column: ArrowColumn, problem: str) -> None:
    with pytest.raises(TypeError, match=problem):
        analyse_column(column)


def test_arguments_that_mean_nothing_are_refused() -> None:
    column = pa.array(["a"])
    with pytest.raises(ValueError, match="reference_bits must be 8 or 16, not 7"):
        analyse_column(column, reference_bits=7)
    with pytest.raises(ValueError, match="unknown national language 'klingon'"):
        analyse_batches([], national="klingon")
    with pytest.raises(ValueError, match="threads must be 1 or more, got 0"):
        analyse_column(column, threads=0)


def test_a_table_must_have_the_column_and_none_of_the_new_ones() -> None:
    with pytest.raises(ValueError, match="there must be one column 'body', got 'id', 'text'"):
        analyse_table(TABLE, "body")
    with pytest.raises(ValueError, match="there is a column 'units' already; rename it or leave it out"):
        next(analyse_batches([pa.record_batch({"text": ["a"], "units": [1]})]))


def test_text_alone_imports_neither_pyarrow_nor_numpy() -> None:
    code = "import sys, smsgate.text; print(sorted({'numpy', 'pyarrow'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("package", ["numpy", "pyarrow"])
def test_a_missing_extra_is_named(package: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None; import smsgate.text.columns"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == (
        f"ModuleNotFoundError: smsgate.text.columns needs the package {package}; try: pip install 'smsgate[arrow]'"
    )
