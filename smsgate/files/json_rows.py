"""Rows of a file of JSON lines: one object a line, whose values are kept as they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn, TextIO

from smsgate.files.record import Record
from smsgate.model.errors import ConfigError

__all__ = ["json_records"]


class _DoubledNameError(Exception):
    """An object has a name twice."""


def json_records(file: TextIO, path: Path) -> Iterator[Record]:
    """Give the rows; raise `ConfigError` for a file that is one JSON array."""
    for line, text in enumerate(file, start=1):
        if line == 1 and text.lstrip().startswith("["):
            raise ConfigError(f"{path}: is a JSON array; write one object a line, without brackets around them")
        if text.strip():
            yield _record(line, text)


def _record(line: int, text: str) -> Record:
    try:  # numbers stay as they are written: 12.50 is not 12.5 in a text
        row = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=_refuse, object_pairs_hook=_with_each_name_once
        )
    except _DoubledNameError as error:
        return Record(line, problem=f"has {error.args[0]!r} twice; remove one")
    except (ValueError, RecursionError):
        return Record(line, problem="is not JSON")
    if not isinstance(row, dict) or not all(value is None or isinstance(value, str) for value in row.values()):
        return Record(line, problem="must be a JSON object whose values are texts")
    return Record(line, fields={name: value for name, value in row.items() if value is not None})


def _with_each_name_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    seen: set[str] = set()
    for name, _ in pairs:
        if (known := name.strip().casefold()) in seen:
            raise _DoubledNameError(name)
        seen.add(known)
    return dict(pairs)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are not JSON
