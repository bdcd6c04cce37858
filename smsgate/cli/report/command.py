"""`smsgate report`: where the report on a run goes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from smsgate.cli.options import AsJson, ConfigFile, JournalPlace, open_gateway
from smsgate.cli.output import Output
from smsgate.cli.report.replacing import replaced
from smsgate.cli.report.rows import write_rows
from smsgate.cli.report.terminal import json_of, show
from smsgate.model.errors import ConfigError

__all__ = ["add_to"]


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
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with charts, complete in one file.")
    ] = None,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of the messages of a run: outcomes, deliveries, cost, times, refusals; also while it goes on.

    A file is replaced if it is there.
    """
    to_output = csv == Path("-")
    if to_output and as_json:
        raise ConfigError("--csv - and --json both write to standard output; give one of them")
    with open_gateway(config, journal) as gateway:
        found = gateway.journal.report(run)
    if csv is not None and not to_output:
        with replaced(csv) as file:
            write_rows(found, file)
    if html is not None:
        from smsgate.cli.report.page import page_of  # noqa: PLC0415 - jinja2 is for this alone

        with replaced(html) as file:
            file.write(page_of(found))
    if to_output:
        write_rows(found, sys.stdout)
    elif as_json:
        Output(as_json=True).json(json_of(found))
    elif csv is None and html is None:
        show(Output(as_json=False), found)
