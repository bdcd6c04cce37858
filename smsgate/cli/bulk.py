"""`smsgate bulk`: a file of recipients, planned, asked about, sent, and told of."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated

import typer
from attrs import evolve
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from smsgate.cli.campaign import CampaignPlan, Rejects, Results, Tally, plan_campaign
from smsgate.cli.options import AsJson, Assent, ConfigFile, confirm, read_config
from smsgate.cli.output import Output
from smsgate.errors import ConfigError
from smsgate.gateway import Gateway
from smsgate.journal import JournalSettings
from smsgate.message import Message
from smsgate.recipients import RecipientFile, Reject, Row
from smsgate.result import Outcome

__all__ = ["add_to"]

DONE, REFUSED, UNKNOWN, INTERRUPTED = 0, 1, 3, 130


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
    encoding: Annotated[str, typer.Option(metavar="NAME", help="Of the file, if not UTF-8: cp1252.")] = "utf-8-sig",
    journal: Annotated[Path | None, typer.Option(metavar="FILE", help="Instead of the settings' journal.")] = None,
    run: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The same run again goes on; default: FILE's name."),
    ] = None,
    results: Annotated[Path | None, typer.Option(metavar="FILE", help="Default: FILE.results.csv.")] = None,
    rejects: Annotated[Path | None, typer.Option(metavar="FILE", help="Default: FILE.rejects.csv.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Requests at a time.")] = 8,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and ask nobody.")] = False,
    yes: Assent = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Send a file of messages: show the plan, ask, send, and write what became of each."""
    settings = read_config(config)
    if journal is not None:
        settings = evolve(settings, journal=evolve(settings.journal or JournalSettings(path="-"), path=str(journal)))
    if run is not None and settings.journal is None:
        raise ConfigError("--run needs a journal; name one with --journal")
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
        plan = plan_campaign(gateway, rows)
        if not as_json:
            _show_plan(output, plan, name)
        if dry_run:
            if as_json:
                output.json({"plan": plan})
            return DONE
        confirm(f"Send {plan.messages - plan.refused:,} messages?", yes=yes)
        campaign = _Campaign(Rejects(rejects or Path(f"{file}.rejects.csv")))
        with Results.writing(results or Path(f"{file}.results.csv")) as written, campaign.progress(plan, output):
            for result in gateway.send_bulk(campaign.messages(rows), workers=workers, run=name):
                written.add(campaign.lines.popleft(), result)
                campaign.tally.add(result)
                campaign.advance()
    _show_summary(output, plan, campaign)
    return campaign.exit_code


class _Campaign:
    """A file on its way: what was read of it, what became of that, and whether it is to stop."""

    def __init__(self, rejects: Rejects) -> None:
        self.tally = Tally()
        self.lines: deque[int] = deque()
        """The lines of the messages whose results are still to come."""
        self.stopped = Event()
        self._rejects = rejects
        self._bar: tuple[Progress, TaskID] | None = None

    def messages(self, rows: Iterable[Row | Reject]) -> Iterator[Message]:
        """Give the messages until it is to stop; put the rejects aside."""
        for row in rows:
            if self.stopped.is_set():
                return
            if isinstance(row, Reject):
                self._rejects.add(row)
                self.tally.invalid += 1
            else:
                self.lines.append(row.line)
                yield row.message

    @contextmanager
    def progress(self, plan: CampaignPlan, output: Output) -> Iterator[None]:
        """Show a bar on a terminal; let the first Ctrl-C, or SIGTERM, end what is in flight and no more."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[told]}"), TimeRemainingColumn())
        try:
            with Progress(*columns, console=Console(stderr=True), disable=output.as_json) as bar:
                self._bar = bar, bar.add_task("", total=plan.messages, told="")
                yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def advance(self) -> None:
        """Move the bar on by a message."""
        if self._bar is None:
            return
        bar, task = self._bar
        rate = self.tally.outcomes.total() / max((datetime.now(UTC) - self.tally.began).total_seconds(), 1.0)
        told = f"{rate:,.0f}/s  {_money(self.tally.cost) or 'no prices'}  {self.tally.failed:,} failed"
        bar.update(task, advance=1, told=told)

    @property
    def exit_code(self) -> int:
        """What the command leaves with."""
        if self.stopped.is_set():
            return INTERRUPTED
        if self.tally.outcomes[Outcome.UNKNOWN]:
            return UNKNOWN
        return REFUSED if self.tally.failed or self.tally.invalid else DONE

    def _stop(self, _: int, __: FrameType | None) -> None:
        if self.stopped.is_set():
            raise KeyboardInterrupt
        self.stopped.set()


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


def _money(prices: Mapping[str, Decimal]) -> str:
    return " + ".join(f"{amount:,} {unit}" for unit, amount in prices.items())


def _show_plan(output: Output, plan: CampaignPlan, run: str | None) -> None:
    rows: dict[str, object] = {
        "run": run,
        "rows": f"{plan.rows:,} in {plan.lines:,} lines",
        "of several lines": f"{plan.several_lines:,} rows" if plan.several_lines else None,
        "messages": f"{plan.messages:,}",
        "segments": f"{plan.segments:,}",
        "duplicates": f"{plan.duplicates:,} with the number and text of another" if plan.duplicates else None,
        "invalid rows": f"{plan.invalid:,}" if plan.invalid else None,
        "to be refused": f"{plan.refused:,}" if plan.refused else None,
    }
    for name, share in plan.providers.items():
        price = _money(share.prices) or "no price known"
        unpriced = f", {share.unpriced:,} without a price" if share.unpriced and share.prices else ""
        rows[f"by {name}"] = f"{share.messages:,} messages, {share.segments:,} segments, {price}{unpriced}"
    output.show(plan, rows)
    for problem in plan.problems:
        output.console.print(problem, style="dim", markup=False)


def _show_summary(output: Output, plan: CampaignPlan, campaign: _Campaign) -> None:
    tally = campaign.tally
    counts = {outcome.value: tally.outcomes[outcome] for outcome in Outcome}
    if output.as_json:
        told = {**counts, "before": tally.before, "invalid": tally.invalid, "segments": tally.segments}
        output.json({"plan": plan, "result": {**told, "cost": tally.cost, "stopped": campaign.stopped.is_set()}})
        return
    rows: dict[str, object] = {name: f"{count:,}" for name, count in counts.items()}
    rows["sent before"] = f"{tally.before:,}" if tally.before else None
    rows["invalid rows"] = f"{tally.invalid:,}" if tally.invalid else None
    rows["cost"] = _money(tally.cost) or None
    rows["stopped"] = "run it again to go on" if campaign.stopped.is_set() else None
    rows["what next"] = "smsgate unknown list" if counts[Outcome.UNKNOWN.value] else None
    output.show(None, rows)
