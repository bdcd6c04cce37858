"""`smsgate report`: where the report on a run goes."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, TextIO

import typer

from smsgate.cli.options import AsJson, ConfigFile, JournalPlace, open_gateway
from smsgate.cli.output import Output
from smsgate.cli.replacing import replaced
from smsgate.cli.report.rows import write_rows
from smsgate.cli.report.terminal import json_of, show
from smsgate.model.errors import ConfigError

__all__ = ["add_to"]

_OUTPUT = Path("-")


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command("report", rich_help_panel=topic)(report)


def report(  # noqa: PLR0913 - a command's options are its arguments
    run: Annotated[str, typer.Argument(metavar="RUN", help="The name that its messages were sent or enqueued under.")],
    *,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the counts as CSV; - is standard output.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write a page with charts, complete in one file; - is standard output."
        ),
    ] = None,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of the messages of a run: outcomes, deliveries, cost, times, refusals; also while it goes on.

    A file is replaced if it is there; only its owner may read it.
    """
    _check_output(csv, html, as_json=as_json)
    with open_gateway(config, journal) as gateway:
        found = gateway.journal.report(run)
    if csv is not None:
        with _opened(csv) as file:
            write_rows(found, file)
    if html is not None:
        from smsgate.cli.report.page import page_of  # noqa: PLC0415 - jinja2 is for this alone

        page = page_of(found)
        with _opened(html) as file:
            file.write(page)
    if as_json:
        Output(as_json=True).json(json_of(found))
    elif csv is None and html is None:
        show(Output(as_json=False), found)


def _check_output(csv: Path | None, html: Path | None, *, as_json: bool) -> None:
    """Refuse two formats on one standard output."""
    given = {"--csv -": csv == _OUTPUT, "--html -": html == _OUTPUT, "--json": as_json}
    if len(to_output := [option for option, is_given in given.items() if is_given]) > 1:
        raise ConfigError(f"{' and '.join(to_output)} both write to standard output; give one of them")


def _opened(path: Path) -> AbstractContextManager[TextIO]:
    return nullcontext(sys.stdout) if path == _OUTPUT else replaced(path, private=True)
