"""A column of a CSV file, row by row, with a progress bar."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from smsgate.model.errors import ConfigError

__all__ = ["texts_in"]


@contextmanager
def texts_in(path: Path, column: str) -> Iterator[Iterator[str]]:
    """Open a CSV file (UTF-8, names in the first line) and give the texts of a column as they are read.

    The bar, by octets read, is drawn on stderr, if that is a terminal.
    """
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        try:
            with progress.open(path, "r", encoding="utf-8-sig", newline="", description=path.name) as file:
                yield _column(csv.reader(file, strict=True), path, column)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: is not UTF-8 ({error.reason}); save it as UTF-8") from None
        except csv.Error as error:
            raise ConfigError(f"{path}: is not CSV: {error}; look for a quote that is not closed") from None


def _column(rows: Iterator[list[str]], path: Path, column: str) -> Iterator[str]:
    names = next(rows, [])
    if names.count(column) != 1:
        told = "has no column" if column not in names else "has more than one column"
        raise ConfigError(f"{path}: {told} {column!r} (there are: {', '.join(names)}); name one with --column")
    place = names.index(column)
    for number, row in enumerate(rows, start=1):
        if len(row) > place:
            yield row[place]
        elif row:  # an empty line is no row
            raise ConfigError(f"{path}: row {number} has only {len(row)} of {len(names)} columns")
