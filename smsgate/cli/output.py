"""What the commands print: tables for people, one JSON value for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from itertools import islice

import attrs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smsgate.errors import ProviderError, SmsgateError

__all__ = ["Output", "plain", "visible"]

_CONTROLS = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}


def visible(text: str) -> str:
    """Show control codes instead of obeying them: a stranger's text must not steer the terminal."""
    return text.translate(_CONTROLS)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to `run`: rich would end the process with 1, which says that a message was not sent."""
        raise BrokenPipeError


class Output:
    """Where a command's results go: a terminal, or a program that reads JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = _Console(highlight=False, soft_wrap=True)

    def show(self, value: object, rows: Mapping[str, object]) -> None:
        """Print `value` whole as JSON, or `rows` as a table of two columns."""
        if self.as_json:
            self.json(value)
            return
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="dim")
        table.add_column(overflow="fold")  # an id without its end is none
        for name, row in rows.items():
            if row is not None:
                table.add_row(name, row if isinstance(row, Text) else _cell(row))
        self.console.print(table)

    def items(self, items: Iterable[object], columns: Sequence[str], limit: int | None = None) -> None:
        """Print a list that comes page by page: a table with `columns`, or a JSON array that is written as it comes."""
        some = islice(items, limit)
        if self.as_json:
            _stream(some)
            return
        table = Table(box=None, pad_edge=False)
        for name in columns:
            table.add_column(name.replace("_", " "), overflow="fold")
        with Console(stderr=True).status("") as progress:
            for count, item in enumerate(some, start=1):
                table.add_row(*(_cell(getattr(item, name)) for name in columns))
                progress.update(f"{count:,} so far")
        self.console.print(table if table.row_count else Text("none", style="dim"))

    def json(self, value: object) -> None:
        """Print one JSON value on a line."""
        print(json.dumps(plain(value)), flush=True)

    def error(self, error: SmsgateError) -> None:
        """Print an error as JSON, with the result of the send that it ended."""
        self.json({"error": error, "result": error.result})


def _stream(items: Iterable[object]) -> None:
    before = "["
    for item in items:
        print(before, json.dumps(plain(item)), sep="", flush=True)
        before = ","
    print("]" if before == "," else "[]")


def _cell(value: object) -> Text:
    """Return a table's cell; what a vendor says is never read as markup."""
    told = plain(value)
    return Text("" if told is None else visible(str(told)))


def plain(value: object) -> object:  # noqa: PLR0911 - one case a kind of value
    """Turn one of smsgate's values into what JSON can say; a vendor's raw answer is left out."""
    match value:
        case SmsgateError():
            return _error(value)
        case Enum():
            return value.value
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case Decimal():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    kind = type(value)
    if attrs.has(kind):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(kind) if field.name != "raw"}
    return value


def _error(error: SmsgateError) -> dict[str, object]:
    told: dict[str, object] = {"kind": type(error).__name__, "text": str(error)}
    if isinstance(error, ProviderError):
        told |= {
            "provider": error.provider,
            "code": error.code,
            "scope": error.scope.value,
            "retry_after": error.retry_after,
        }
    return told
