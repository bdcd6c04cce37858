"""What the commands print: tables for people, one JSON value for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum

import attrs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smsgate.errors import ProviderError, SmsgateError

__all__ = ["Output", "plain"]


class Output:
    """Where a command's results go: a terminal, or a program that reads JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console(highlight=False, soft_wrap=True)

    def show(self, value: object, rows: Mapping[str, object]) -> None:
        """Print `value` whole as JSON, or `rows` as a table of two columns."""
        if self.as_json:
            self.json(value)
            return
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="dim")
        for name, row in rows.items():
            if row is not None:
                table.add_row(name, row if isinstance(row, Text) else Text(str(plain(row))))
        self.console.print(table)

    def json(self, value: object) -> None:
        """Print one JSON value on a line."""
        print(json.dumps(plain(value), ensure_ascii=False), flush=True)

    def error(self, error: SmsgateError) -> None:
        """Print an error as JSON, with the result of the send that it ended."""
        self.json({"error": error, "result": error.result})


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
