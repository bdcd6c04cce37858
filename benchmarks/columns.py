"""Rows a second of `smsgate.text.columns` beside `analyse_many`, Polars and DuckDB, over the same texts in one run.

All begin with one Arrow column of texts and end with its encodings, units and segments, but for the one that is said to
begin with Python's strings and to keep nothing. They go in turn, round by round, so that whatever else the machine does
weighs on all; a ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from smsgate import PriceList
from smsgate.text import Encoding, analyse, analyse_many
from smsgate.text.columns import SCHEMA, analyse_column

RESULT = Path(__file__).parent.parent / "docs" / "benchmarks" / "columns.json"
CHUNK = 20_000
ENCODINGS = pa.array([each.value for each in Encoding])
WORDS = (
    "your order number has been shipped and will arrive on Monday between the hours please reply STOP to opt out of "
    "these messages thank you for choosing our shop code balance account payment received customer service call us"
)
CYRILLIC = "Уважаемый клиент, ваш заказ {} отправлен и прибудет в понедельник с девяти до семнадцати часов. "
GSM7 = r"^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\\[~\]|€]*$"
PAIRS = r"[\f^{}\\\[~\]|€]"
ASTRAL = r"[\x{10000}-\x{10FFFF}]"

Contender = Callable[[], object]


def texts(count: int) -> Iterator[str]:
    """Yield 78 % plain, 6 % with an extension character, 6 % with letters of Western Europe, 10 % UCS-2."""
    chance = random.Random(17)
    phrases = [" ".join(chance.choices(WORDS.split(), k=60)) for _ in range(5_000)]
    for number in range(count):
        text = f"Dear customer {number}, {chance.choice(phrases)}"[: chance.randint(120, 240)]
        kind = chance.random()
        if kind < 0.06:
            text = f"{text[:60]}{chance.choice('€[~|{')}{text[60:]}"
        elif kind < 0.12:
            text = f"{text[:30]}{chance.choice('éüñßöä')}{text[30:90]}{chance.choice('àèìØå£')}{text[90:]}"
        elif kind < 0.15:
            text = CYRILLIC.format(number) + text[:60]
        elif kind < 0.18:
            text = f"{text[:40]}’{text[40:]}"
        elif kind < 0.22:
            text += chance.choice("👍🎉😀")
        yield text[:50] + "\n" + text[50:] if chance.random() < 0.1 else text


def column(count: int) -> pa.ChunkedArray:
    made = texts(count)
    sizes = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
    return pa.chunked_array([pa.array([next(made) for _ in range(size)], pa.string()) for size in sizes])


def one_by_one(column: pa.ChunkedArray) -> pa.Table:
    """Analyse each text of a column, in chunks that Python is fast with."""
    batches = []
    for chunk in column.chunks:
        found = [*analyse_many(chunk.to_pylist())]
        encodings = ENCODINGS.take(pa.array([each.encoding is Encoding.UCS2 for each in found]).cast(pa.int8()))
        numbers = [[each.units for each in found], [each.segments for each in found]]
        arrays = [encodings, *(pa.array(values, pa.int32()) for values in numbers)]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=SCHEMA))
    return pa.Table.from_batches(batches)


def by_polars(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    pairs = (
        pl.when(text.str.contains(GSM7)).then(text.str.count_matches(PAIRS)).otherwise(text.str.count_matches(ASTRAL))
    )
    counted = frame.select(text.str.contains(GSM7).alias("gsm7"), (text.str.len_chars() + pairs).alias("units"))
    alone, joined = (
        pl.when("gsm7").then(pl.lit(one)).otherwise(pl.lit(other)) for one, other in ((160, 70), (153, 67))
    )
    units = pl.col("units")
    segments = pl.when(units <= alone).then(1).otherwise((units + joined - 1) // joined)
    return counted.select(
        pl.when("gsm7").then(pl.lit("GSM-7")).otherwise(pl.lit("UCS-2")), units, segments.alias("segments")
    )


def by_duckdb(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Count in SQL, where segments are those of texts without a pair at a border."""
    return connection.sql(
        f"""
        SELECT if(gsm7, 'GSM-7', 'UCS-2') AS encoding, units,
          if(units <= if(gsm7, 160, 70), 1, (units - 1) // if(gsm7, 153, 67) + 1) AS segments
        FROM (
          SELECT gsm7, length(text) + if(gsm7, length(text) - length(regexp_replace(text, '{PAIRS}', '', 'g')),
            length(text) - length(regexp_replace(text, '{ASTRAL}', '', 'g'))) AS units
          FROM (SELECT text, regexp_matches(text, '{GSM7.replace("'", "''")}') AS gsm7 FROM texts)
        )
        """
    ).to_arrow_table()


def contenders(found: pa.ChunkedArray, strings: list[str]) -> dict[str, Contender]:
    table = pa.table({"text": found})
    connection = duckdb.connect()
    connection.register("texts", table)
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return {
        "analyse_many": lambda: one_by_one(found),
        "analyse_many of strings, results not kept": lambda: deque(analyse_many(strings), maxlen=0),
        "columns, one thread": lambda: analyse_column(found, threads=1),
        "columns": lambda: analyse_column(found),
        "Polars expressions": lambda: by_polars(frame),
        "DuckDB SQL": lambda: by_duckdb(connection),
    }


def check(found: pa.ChunkedArray) -> None:
    if not analyse_column(found).equals(one_by_one(found)):
        raise AssertionError("a column is not analysed as its texts are")


def measure(count: int, rounds: int) -> dict[str, object]:
    found = column(count)
    check(found)
    rivals = contenders(found, found.to_pylist())
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, rival in rivals.items():
            clock, processor = time.perf_counter(), time.process_time()
            rival()
            seconds[name].append((time.perf_counter() - clock, time.process_time() - processor))
    bases = seconds["analyse_many"]
    return {
        "machine": machine(),
        "texts": count,
        "octets_of_a_text": round(found.nbytes / count - 4),
        "rounds": rounds,
        "contenders": {
            name: {
                "rows_per_second": round(count / statistics.median(wall for wall, _ in times)),
                "processor_nanoseconds_a_row": round(statistics.median(cpu for _, cpu in times) / count * 1e9, 1),
                "ratio": spread([base / wall for (base, _), (wall, _) in zip(bases, times, strict=True)]),
                "processor_ratio": spread([base / cpu for (_, base), (_, cpu) in zip(bases, times, strict=True)]),
            }
            for name, times in seconds.items()
        },
        "prices": prices(min(count, 1_000_000), rounds),
    }


def prices(count: int, rounds: int) -> dict[str, object]:
    """Compare prices of a column with those of its numbers, each by `PriceList.price`."""
    chance = random.Random(17)
    amounts = {
        f"+{prefix}": str(Decimal(prefix % 97) / 1000)
        for prefix in (*range(1, 10), *range(200, 999), *range(2700, 2799))
    }
    listed = PriceList.from_mapping({"unit": "USD", **amounts})
    numbers = [f"+{chance.randrange(10**10, 10**12)}" for _ in range(count)]
    one, column, segments = analyse("Hello"), pa.array(numbers), pa.array([1] * count, pa.int32())
    ratios, rows = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        by_row = [price and price.amount for price in (listed.price(number, one) for number in numbers)]
        middle = time.perf_counter()
        by_column = listed.price_column(column, segments)
        end = time.perf_counter()
        ratios.append((middle - start) / (end - middle))
        rows.append(count / (end - middle))
        if by_column.to_pylist() != by_row:
            raise AssertionError("a column costs something else than its numbers")
    return {
        "numbers": count,
        "prefixes": len(amounts),
        "rows_per_second": round(statistics.median(rows)),
        "ratio": spread(ratios),
    }


def spread(values: list[float]) -> list[float]:
    """Return median and quartiles."""
    low, middle, high = statistics.quantiles(values) if len(values) > 1 else values * 3
    return [round(value, 2) for value in (middle, low, high)]


def machine() -> dict[str, object]:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return {
        "cpus": os.cpu_count(),
        "processor": models[0] if models else platform.processor(),
        "python": platform.python_version(),
        "system": platform.system(),
        "load_average": round(os.getloadavg()[0], 1),
        **{name: version(name) for name in ("pyarrow", "numpy", "polars", "duckdb")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=RESULT)
    arguments = parser.parse_args()
    result = measure(arguments.texts, arguments.rounds)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
