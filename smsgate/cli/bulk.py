"""`smsgate bulk`: a file of recipients, planned, confirmed, sent, and what became of each message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve

from smsgate.cli.campaign.campaign import Campaign
from smsgate.cli.campaign.files import Destinations
from smsgate.cli.campaign.plan import plan_campaign
from smsgate.cli.campaign.report import show_plan, show_summary
from smsgate.cli.options import AsJson, Assent, ConfigFile, confirm, read_config
from smsgate.cli.output import Output, last_output
from smsgate.config import Config
from smsgate.files.text import UTF_8
from smsgate.gateway import Gateway
from smsgate.journal import JournalSettings
from smsgate.model.errors import ConfigError
from smsgate.sending.recipients import RecipientFile

__all__ = ["add_to"]

DONE = 0


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bulk)


def bulk(  # noqa: PLR0913 - a command's options are its arguments
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a header, or JSON lines (.jsonl).")],
    *,
    column: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=COLUMN", help="Where a field of the message stands: to=mobile.")
    ] = None,
    template: Annotated[str | None, typer.Option(metavar="TEXT", help="The text: 'Hi {first_name}'.")] = None,
    encoding: Annotated[str, typer.Option(metavar="NAME", help="Of the file, if not UTF-8: cp1252.")] = UTF_8,
    journal: Annotated[Path | None, typer.Option(metavar="FILE", help="Instead of the settings' journal.")] = None,
    run: Annotated[
        str | None, typer.Option(metavar="NAME", help="The same run again goes on; default: FILE's name.")
    ] = None,
    results: Annotated[Path | None, typer.Option(metavar="FILE", help="Default: FILE.results.csv.")] = None,
    rejects: Annotated[Path | None, typer.Option(metavar="FILE", help="Default: FILE.rejects.csv.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Requests at a time.")] = 8,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and send nothing.")] = False,
    yes: Assent = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Send a file of messages: show the plan, ask, send, and write what became of each.

    The results and the rejects go to new files (FILE.results.2.csv where a name is taken), .part until all is sent.
    """
    settings = _settings(read_config(config), journal, run)
    destinations = Destinations.of(file, results, rejects)
    rows = RecipientFile(
        path=file,
        encoding=encoding,
        columns=_columns(column or []),
        template=template,
        region=settings.default_region,
    )
    name = (run or file.name) if settings.journal is not None else None
    output = Output(as_json=as_json)
    with Gateway.from_config(settings) as gateway:
        stamp, plan = rows.stamp, plan_campaign(gateway, rows)
        if not as_json:
            show_plan(output, plan, name, destinations, dry_run=dry_run)
        if dry_run:
            if as_json:
                output.json({"plan": plan})
            return DONE
        confirm(f"Send {plan.messages - plan.refused:,} messages?", yes=yes)
        campaign = Campaign(rows, stamp, plan, destinations)
        with campaign.progress(output), campaign.files_kept(run=name):
            campaign.send(gateway, workers=workers, run=name)
    campaign.complain(run=name)
    with last_output(f"the results are in {campaign.files and campaign.files.results}"):
        show_summary(output, plan, campaign, name)
    return campaign.exit_code


def _settings(settings: Config, journal: Path | None, run: str | None) -> Config:
    if journal is not None:
        settings = evolve(settings, journal=evolve(settings.journal or JournalSettings(path="-"), path=str(journal)))
    if run is not None and settings.journal is None:
        raise ConfigError("--run needs a journal; name one with --journal")
    return settings


def _columns(options: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for name, column in map(_pair, options):
        if columns.setdefault(name, column) != column:
            raise ConfigError(f"--column names two columns for {name}: {columns[name]} and {column}; leave one out")
    return columns


def _pair(text: str) -> tuple[str, str]:
    name, separator, column = text.partition("=")
    if not separator or not column:
        raise ConfigError(f"--column {text!r} is written as FIELD=COLUMN, for example to=mobile")
    return name.strip(), column.strip()
