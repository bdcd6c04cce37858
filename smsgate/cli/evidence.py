"""`smsgate evidence`: what can be shown of a person's number, in the order of time."""

from __future__ import annotations

import csv as csv_module
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, TextIO

import typer
from attrs import evolve

from smsgate.cli.options import AsJson, ConfigFile, JournalPlace, open_gateway
from smsgate.cli.output import Output, one_line, plain, visible
from smsgate.cli.replacing import replaced
from smsgate.files.csv_cells import guarded
from smsgate.model.errors import ConfigError
from smsgate.model.evidence import EvidenceItem

__all__ = ["COLUMNS", "add_to"]

_SHOWN = ("at", "kind", "line")
_FIELDS = (
    *("entry", "state", "provider", "message_id", "status", "price", "campaign", "reference", "key", "run"),
    *("text", "sha256", "version", "source", "recorded", "word", "scope", "error", "reason", "count", "first", "last"),
)
COLUMNS = (*_SHOWN, *_FIELDS)
"""Of the CSV file."""
_OUTPUT = Path("-")


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command("evidence", rich_help_panel=topic)(evidence)


def evidence(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Such as +27821234567; in any spelling.")],
    *,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write all of it as CSV; - is standard output.")
    ] = None,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what there is of a person's number: consents, messages, reports, opt-outs, and what was refused.

    A file is replaced if it is there.
    """
    if csv == _OUTPUT and as_json:
        raise ConfigError("--csv - and --json both write to standard output; give one of them")
    with open_gateway(config, journal) as gateway:
        if csv is not None:
            with _opened(csv) as file:
                _write(gateway.evidence(number), file)
        if as_json:
            Output(as_json=True).items(gateway.evidence(number), ())
        elif csv is None:
            items = (evolve(item, line=one_line(item.line)) for item in gateway.evidence(number))
            Output(as_json=False).items(items, _SHOWN)


def _write(items: Iterable[EvidenceItem], file: TextIO) -> None:
    """Write a row an item; a terminal is shown control codes, a file has what the journal has, and no formulas."""
    writer = csv_module.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    shown: Callable[[str], str] = visible if file.isatty() else str
    for item in items:
        cells = (plain(item.at), item.kind.value, item.line, *(item.fields.get(name, "") for name in _FIELDS))
        writer.writerow([guarded(shown(str(cell))) for cell in cells])


def _opened(path: Path) -> AbstractContextManager[TextIO]:
    return nullcontext(sys.stdout) if path == _OUTPUT else replaced(path, private=True)
