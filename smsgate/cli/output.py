"""What the commands print: tables for people, one JSON value for machines."""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from itertools import islice
from typing import TextIO

import attrs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smsgate.cli.exit_codes import DONE, INTERRUPTED, UNKNOWN, UNWRITTEN
from smsgate.cli.folding import folded
from smsgate.model.errors import ProviderError, SmsgateError

__all__ = ["Output", "UnwrittenError", "last_output", "moment", "one_line", "plain", "visible", "write_no_more"]

_CONTROLS = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys((0x2028, 0x2029), 0xFFFD),  # the ends of a line and of a paragraph
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),  # embeddings, overrides and isolates
}
_ENDS = {**_CONTROLS, ord("\n"): 0x240A, ord("\t"): 0x2409}

PROSE = {
    "text",
    "name",
    "note",
    "reason",
    "error",
    "fields",
    "vendor says",
    "UCS-2 for",
    "cheaper",
    "duplicates",
    "left",
    "not in the file",
}
"""The columns and rows that a narrow terminal folds; everything else, ids above all, stays whole."""
_NARROW = 20
"""Columns that folded text keeps at least."""
_UNFOLDED = 1_000_000


def visible(text: str) -> str:
    """Make control codes visible, each as one character: a text from outside must not control the terminal.

    Those that reverse the direction of writing (Unicode, UAX 9) are among them: they would change what is read.
    """
    return text.translate(_CONTROLS)


def one_line(text: str) -> str:
    """Make the ends of lines visible too, so that a text with several lines is printed on one."""
    return text.translate(_ENDS)


def write_no_more(to: TextIO | None = None) -> None:
    """Let what is still printed there or on stdout, the interpreter's last flush too, go nowhere."""
    stream = to or sys.stdout
    if stream is not None:  # or the descriptor may be a socket's
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def moment(time: datetime) -> str:
    """Write a time as every command does: to the second, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


class UnwrittenError(SmsgateError):
    """Messages were sent, and the result cannot be written; `exit_code` is what the command leaves with."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code


@contextmanager
def last_output(done: str | None = None, code: int = DONE) -> Iterator[None]:
    """Print what a command ends with, where its exit code says what was done and not what could be printed.

    A reader or a terminal that has gone changes nothing. `done` says that something was sent, and `code` what the
    command would leave with: where the disk is full, stderr says what was done, and the exit code is 4 (3 or 130 if
    that was the code). "Not sent" would have a script send it again, and "unknown" would have it look for the outcome.
    """
    try:
        yield
    except BrokenPipeError:
        write_no_more()
    except OSError as error:
        is_lost = _is_lost_terminal(error)
        if done is None and not is_lost:
            raise
        write_no_more()
        if is_lost:
            return
        code = code if code in {UNKNOWN, INTERRUPTED} else UNWRITTEN
        raise UnwrittenError(f"the result cannot be written: {error.strerror}; {done}", code) from None


def _is_lost_terminal(error: OSError) -> bool:
    return error.errno == errno.EIO and stat.S_ISCHR(os.fstat(sys.stdout.fileno()).st_mode)


class _Console(Console):
    """A terminal; or a file or a pipe, where no line is folded: a program that reads an id wants the whole of it."""

    def __init__(self, *, folds: bool = True) -> None:
        super().__init__(highlight=False, soft_wrap=True)
        self.folds = folds and self.is_terminal and self.file.isatty()  # FORCE_COLOR makes a pipe a "terminal"
        if not self.folds:
            self.width = _UNFOLDED

    def on_broken_pipe(self) -> None:
        """Leave it to `run`: rich would end the process with 1, which says that a message was not sent."""
        raise BrokenPipeError


class Output:
    """Where a command's results go: a terminal, or a program that reads JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = _Console()

    def show(self, value: object, rows: Mapping[str, object]) -> None:
        """Print `value` whole as JSON, or `rows` as a table of two columns."""
        if self.as_json:
            self.json(value)
            return
        table = Table(box=None, show_header=False, pad_edge=False)
        cells = {name: row if isinstance(row, Text) else _cell(row) for name, row in rows.items() if row is not None}
        table.add_column(style="dim", no_wrap=True, min_width=_widest(map(Text, cells)))
        words = (word for name, cell in cells.items() if name not in PROSE for word in cell.plain.split())
        table.add_column(overflow="fold", min_width=_widest(map(Text, words)))
        for name, cell in cells.items():
            table.add_row(name, cell)
        self.table(table)

    def items(self, items: Iterable[object], columns: Sequence[str], limit: int | None = None) -> None:
        """Print a list that comes page by page: a table with `columns`, or a JSON array that is written as it comes."""
        some = islice(items, limit)
        if self.as_json:
            _stream(some)
            return
        rows = []
        with Console(stderr=True).status("") as progress:
            for count, item in enumerate(some, start=1):
                rows.append([_cell(getattr(item, name)) for name in columns])
                progress.update(f"{count:,} so far")
        if not rows:
            self.console.print(Text("none", style="dim"))
            return
        table = Table(box=None, pad_edge=False)
        for name, *cells in zip(columns, *rows, strict=True):
            title = Text(name.replace("_", " "))
            width = _NARROW if name in PROSE else _widest([title, *cells])
            table.add_column(title, overflow="fold", min_width=width)
        for row in rows:
            table.add_row(*row)
        self.table(table)

    def table(self, table: Table) -> None:
        """Print a table; where the terminal is too narrow for it, each row is a line, as in a pipe."""
        console = _Console(folds=False)
        if self.fits(table):
            self.console.print(table)
            return
        with console.capture() as captured:
            console.print(table)
        for line in captured.get().splitlines():
            text = Text.from_ansi(line)
            text.rstrip()  # the blanks that fill the last column
            console.print(text)

    def fits(self, table: Table) -> bool:
        """Whether the output is a terminal that is wide enough for a table."""
        return self.console.folds and _Console(folds=False).measure(table).minimum <= self.console.width

    def line(self, line: str | Text) -> None:
        """Print a line; a terminal folds it at blanks, and a word that is wider stays whole."""
        text = Text(line) if isinstance(line, str) else line
        self.console.print(folded(text, self.console.width) if self.console.folds else text)

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
    print("]" if before == "," else "[]", flush=True)


def _widest(cells: Iterable[Text]) -> int:
    return max((cell.cell_len for cell in cells), default=0)


def _cell(value: object) -> Text:
    """Return a table's cell; what a vendor says is never read as markup, and times are to the second."""
    shown = moment(value) if isinstance(value, datetime) else plain(value)
    return Text("" if shown is None else visible(str(shown)))


def plain(value: object) -> object:  # noqa: PLR0911 - one case a kind of value
    """Turn one of smsgate's values into what JSON can say; a vendor's raw answer is left out."""
    match value:
        case SmsgateError():
            return _error(value)
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case timedelta():
            return value.total_seconds()
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
    written: dict[str, object] = {"kind": type(error).__name__, "text": str(error)}
    if isinstance(error, ProviderError):
        written |= {
            "provider": error.provider,
            "code": error.code,
            "scope": error.scope.value,
            "retry_after": error.retry_after,
        }
    return written
