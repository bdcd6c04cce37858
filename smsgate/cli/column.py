"""A column of a CSV file, row by row, with a progress bar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from smsgate.files.csv_rows import CsvRows
from smsgate.files.text import open_text
from smsgate.model.errors import ConfigError

__all__ = ["texts_in"]


@contextmanager
def texts_in(path: Path, column: str, encoding: str) -> Iterator[Iterator[str]]:
    """Open a CSV file (names in the first line) and give the texts of a column as they are read.

    The bar, by octets read, is drawn on stderr, if that is a terminal.
    """
    console = Console(stderr=True)
    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        open_text(path, encoding, opener=partial(progress.open, description=path.name)) as file,
    ):
        yield _column(CsvRows(file, path), path, column)


def _column(rows: CsvRows, path: Path, column: str) -> Iterator[str]:
    name = rows.column(column, fix="name another with --column")
    for record in rows.records("to"):
        if record.problem is not None:
            raise ConfigError(f"{path}: line {record.line} {record.problem}")
        yield record.fields[name]
