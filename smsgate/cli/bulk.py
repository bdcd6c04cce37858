"""`smsgate bulk`: send a file of recipients after showing its plan, and write the result of each message."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from smsgate.blocking.gateway import Gateway
from smsgate.cli.campaign.campaign import Campaign
from smsgate.cli.campaign.ceiling import Ceiling, check_cost
from smsgate.cli.campaign.duplicates import OnDuplicate
from smsgate.cli.campaign.enqueueing import Enqueueing
from smsgate.cli.campaign.files import Destinations
from smsgate.cli.campaign.order import Order, plan_order
from smsgate.cli.campaign.report import show_plan
from smsgate.cli.campaign.source import Source
from smsgate.cli.campaign.tally import money
from smsgate.cli.error_lines import print_error
from smsgate.cli.exit_codes import DONE
from smsgate.cli.options import AsJson, Assent, ConfigFile, JournalPlace, confirm, read_config, with_journal
from smsgate.cli.output import Output
from smsgate.cli.values import amount
from smsgate.config import Config
from smsgate.files.text import UTF_8
from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.sending.recipients import RecipientFile

__all__ = ["add_to"]


Columns = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD=COLUMN", help="Read a field of the message from this column, such as to=mobile; may be repeated."
    ),
]
Template = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT", help="The text, with columns in braces, such as 'Hi {first_name}'; default: the text column."
    ),
]
Encoding = Annotated[
    str,
    typer.Option(metavar="NAME", help="Encoding of FILE, such as cp1252; default: utf-8.", show_default=False),
]
RunName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Name of the run, to continue it after an interruption; default: FILE's name."),
]
ResultsFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the results here; default: FILE.results.csv.")
]
RejectsFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write invalid rows here; default: FILE.rejects.csv.")
]
DuplicateRows = Annotated[
    OnDuplicate,
    typer.Option(help="Rows with the number and text of an earlier one are skipped, and the results say so; or sent."),
]
MaxCost = Annotated[
    Decimal | None,
    typer.Option(
        parser=amount,
        metavar="AMOUNT",
        help="Stop before what this command sends could cost more, in the unit of the prices; refuse a plan that does.",
    ),
]
Workers = Annotated[int, typer.Option(metavar="N", min=1, max=256, help="Requests at the same time.")]


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(bulk)


def bulk(  # noqa: PLR0913 - a command's options are its arguments
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a header line, or JSON lines (.jsonl).")],
    *,
    column: Columns = None,
    template: Template = None,
    encoding: Encoding = UTF_8,
    journal: JournalPlace = None,
    run: RunName = None,
    results: ResultsFile = None,
    rejects: RejectsFile = None,
    duplicates: DuplicateRows = OnDuplicate.SKIP,
    workers: Workers = 8,
    max_cost: MaxCost = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and send nothing.")] = False,
    enqueue: Annotated[
        bool, typer.Option("--enqueue", help="Write the messages to the journal's queue; `smsgate work` sends them.")
    ] = False,
    yes: Assent = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Send a file of messages: show the plan, ask for confirmation, send, write the results.

    Results and invalid rows go to new files: FILE.results.2.csv if the name is taken, .part until all is sent.

    Ctrl-C begins no more messages and waits for those in flight; a second one lists them as unknown.
    """
    settings = _settings(read_config(config), journal, run)
    destinations = Destinations.of(file, results, rejects)
    names, region = _columns(column or []), settings.default_region
    rows = RecipientFile(path=file, encoding=encoding, columns=names, template=template, region=region)
    name = (run or file.name) if settings.journal is not None else None
    output, source = Output(as_json=as_json), Source(rows, duplicates)
    with Gateway.from_config(settings) as gateway:
        order = plan_order(gateway, source, destinations, name, enqueue=enqueue)
        show_plan(output, order, dry_run=dry_run)
        if name is None and not enqueue:
            _warn()
        ceiling = None if max_cost is None else _ceiling(gateway, order, max_cost)
        if dry_run or (enqueue and order.is_complete):
            return DONE
        done = (
            _enqueue(gateway, order, name or file.name, output, yes=yes)
            if enqueue
            else _send(gateway, order, output, workers, ceiling, yes=yes)
        )
    return done.end(output)


def _enqueue(gateway: Gateway, order: Order, run: str, output: Output, *, yes: bool) -> Enqueueing:
    """Write the messages of a run that is not complete to the queue, if that is confirmed."""
    confirm(f"Enqueue {order.count:,} messages?", yes=yes)
    enqueueing = Enqueueing(order)
    enqueueing.enqueue(gateway, run, output)
    return enqueueing


def _ceiling(gateway: Gateway, order: Order, most: Decimal) -> Ceiling | None:
    """Return what stops the sending; None where it cannot come to cost so much. Raise where it costs more anyhow."""
    plan = order.plan
    if not check_cost(most, plan.cost, plan.most, plan.unbounded):
        return None
    if order.enqueue:
        raise InvalidMessageError(
            f"--max-cost is {most} and what is enqueued may cost {money(plan.most)}; nothing was enqueued; "
            "set a budget, which `smsgate work` respects"
        )
    return Ceiling(most, gateway)


def _send(  # noqa: PLR0913 - what is sent, and how
    gateway: Gateway, order: Order, output: Output, workers: int, ceiling: Ceiling | None, *, yes: bool
) -> Campaign:
    """Send, if that is confirmed; of a run that is complete, write the results once more.

    An interruption may have left a part of them.
    """
    campaign = Campaign(order, ceiling)
    if order.is_complete and order.run is not None:
        with campaign.files_kept():
            campaign.collect(gateway, order.run)
    else:
        if not order.is_complete:
            confirm(f"Send {order.count:,} messages?", yes=yes)
        with campaign.progress(output), campaign.files_kept():
            campaign.send(gateway, workers=workers)
    return campaign


def _warn() -> None:
    said = "an interrupted run cannot be continued, and running it again sends all messages again"
    print_error(f"smsgate: no journal: {said}; give --journal FILE, or set journal in the settings")


def _settings(settings: Config, journal: str | None, run: str | None) -> Config:
    settings = with_journal(settings, journal)
    if run is not None and settings.journal is None:
        raise ConfigError("--run needs a journal; give --journal, or set journal in the settings")
    return settings


def _columns(options: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for name, column in map(_pair, options):
        if columns.setdefault(name, column) != column:
            raise ConfigError(f"--column must name one column for {name}, got {columns[name]} and {column}")
    return columns


def _pair(text: str) -> tuple[str, str]:
    name, separator, column = text.partition("=")
    if not separator or not column:
        raise ConfigError(f"--column must be FIELD=COLUMN, such as to=mobile, got {text!r}")
    return name.strip(), column.strip()
