"""`smsgate bulk`: a file of recipients, planned, confirmed, sent, and what became of each message."""

from __future__ import annotations

import csv
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from smsgate.cli.campaign import CampaignPlan, Tally, money, plan_campaign
from smsgate.cli.campaign_files import CampaignFiles, Destinations
from smsgate.cli.options import AsJson, Assent, ConfigFile, confirm, read_config
from smsgate.cli.output import Output, last_output
from smsgate.cli.stop_signals import discard_lost_output, stop_signals
from smsgate.config import Config
from smsgate.files.text import UTF_8
from smsgate.gateway import Gateway
from smsgate.journal import JournalSettings
from smsgate.model.errors import ConfigError, SmsgateError
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.runtime.shield import Stop
from smsgate.sending.bulk import BulkResults
from smsgate.sending.recipients import RecipientFile, Reject

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
            _show_plan(output, plan, name, destinations, dry_run=dry_run)
        if dry_run:
            if as_json:
                output.json({"plan": plan})
            return DONE
        confirm(f"Send {plan.messages - plan.refused:,} messages?", yes=yes)
        campaign = _Campaign(rows, stamp, plan, destinations)
        with campaign.progress(output), campaign.files_kept(run=name):
            campaign.send(gateway, workers=workers, run=name)
    campaign.complain(run=name)
    with last_output(f"the results are in {campaign.files and campaign.files.results}"):
        _show_summary(output, plan, campaign, name)
    return campaign.exit_code


class _Campaign:
    """A file on its way: what was read of it, what became of that, and whether it is to stop."""

    def __init__(
        self, rows: RecipientFile, stamp: tuple[int, int, int], plan: CampaignPlan, destinations: Destinations
    ) -> None:
        self.tally = Tally()
        self.stopped = Stop()
        """Whether no more messages are to be begun."""
        self.files: CampaignFiles | None = None
        self._rows, self._stamp, self._plan, self._destinations = rows, stamp, plan, destinations
        self._lines: deque[int] = deque()
        """The lines of the messages whose results are still to come."""
        self._interrupted, self._began = False, time.monotonic()
        self._results: BulkResults | None = None
        self._bar: tuple[Progress, TaskID] | None = None

    def send(self, gateway: Gateway, *, workers: int, run: str | None) -> None:
        """Send the messages and take their results."""
        self._results = gateway.send_bulk(self.messages(), workers=workers, run=run)
        try:
            for result in self._results:
                self.take(result)
        finally:
            discard_lost_output()

    def messages(self) -> Iterator[Message]:
        """Give the messages until it is to stop; write the rejects.

        The files are created here, as the first message is asked for: a run that another process sends is refused
        before, and a disk that is full is noticed before anything is sent.
        """
        if self._rows.stamp != self._stamp:
            raise ConfigError(f"{self._rows.path}: was changed after its plan was shown; nothing was sent")
        self.files = CampaignFiles(self._destinations, self._plan.reject_columns)
        for row in self._rows:
            if self.stopped.is_set:
                return
            if isinstance(row, Reject):
                self.files.reject(row)
                self.tally.invalid += 1
                self._stop_where_full()
            else:
                self._lines.append(row.line)
                yield row.message

    def take(self, result: SendResult) -> None:
        """Write and count a result; stop where it cannot be written."""
        assert self.files is not None  # noqa: S101 - the message came from it
        self.files.add(self._lines[0], result)
        self._lines.popleft()  # not before: a second Ctrl-C may come between the two
        self.tally.add(result)
        self._advance()
        self._stop_where_full()

    @contextmanager
    def files_kept(self, *, run: str | None) -> Iterator[None]:
        """Complete the files; after an error, leave what there is of them and say where."""
        try:
            yield
        except BaseException:
            if self.files is not None:
                self.files.close()
                if self.files.results.exists():
                    print(f"smsgate: the results so far are in {self.files.results}", file=sys.stderr)
                self._report_unfinished(run)
            raise
        if self.files is not None:
            self.files.finish()

    def _report_unfinished(self, run: str | None) -> None:
        if self._lines:
            advice = "they may have been sent" if run is None else "run it again to get their results from the journal"
            where = f"{len(self._lines):,} messages, in lines {self._lines[0]:,} to {self._lines[-1]:,}"
            print(f"smsgate: {where}, have no result yet; {advice}", file=sys.stderr)

    def complain(self, *, run: str | None) -> None:
        """Say on stderr what could not be written, so that no result is lost."""
        if self.files is None or self.files.failure is None:
            return
        missing = self.files.unwritten
        failure = f"smsgate: the results cannot be written: {self.files.failure.strerror}; sending was stopped"
        again = "; run it again once there is room" if run is not None else ""
        rest = f"{len(missing):,} results are not in {self.files.results}:" if missing else ""
        print(f"{failure}{again}; {rest or f'every result is in {self.files.results}'}", file=sys.stderr)
        csv.writer(sys.stderr).writerows(missing)

    @contextmanager
    def progress(self, output: Output) -> Iterator[None]:
        """Show a bar on a terminal; let the first Ctrl-C, or SIGTERM or SIGHUP, end what is in flight and no more."""
        console = Console(stderr=True)
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[progress]}"), TimeRemainingColumn())
        shown = Progress(*columns, console=console, disable=output.as_json or not console.is_terminal)
        with stop_signals(self._stop, self._hang_up), shown as bar:
            self._bar = bar, bar.add_task("", total=self._plan.messages, progress="")
            yield

    def _advance(self) -> None:
        if self._bar is not None:
            bar, task = self._bar
            bar.update(task, advance=1, progress=self.tally.progress(time.monotonic() - self._began))

    @property
    def exit_code(self) -> int:
        """What the command leaves with."""
        if self._interrupted:
            return INTERRUPTED
        if self.tally.outcomes[Outcome.UNKNOWN]:
            return UNKNOWN
        refused = self.tally.outcomes[Outcome.REJECTED] + self.tally.outcomes[Outcome.NOT_SENT] + self.tally.invalid
        return REFUSED if refused or self.stopped.is_set else DONE

    def _stop_where_full(self) -> None:
        if self.files is not None and self.files.failure is not None:
            self._stop_sending()

    def _stop(self) -> None:
        if self._interrupted:
            raise KeyboardInterrupt
        self._hang_up()

    def _hang_up(self) -> None:
        """Stop as at the first Ctrl-C; the kernel and the shell may each send a SIGHUP."""
        self._interrupted = True
        self._stop_sending()

    def _stop_sending(self) -> None:
        """Begin nothing more, also of what was read ahead."""
        self.stopped.set()
        if self._results is not None:
            self._results.stop()


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


def _show_plan(
    output: Output, plan: CampaignPlan, run: str | None, destinations: Destinations, *, dry_run: bool
) -> None:
    earlier = destinations.earlier if run is None else None
    rows: dict[str, object] = {
        "run": run,
        "rows": f"{plan.rows:,} in {plan.lines:,} lines",
        "rows of several lines": f"{plan.several_lines:,}" if plan.several_lines else None,
        "messages": f"{plan.messages:,}",
        "segments": f"{plan.segments:,}",
        "duplicates": f"{plan.duplicates:,} with the number and text of another" if plan.duplicates else None,
        "invalid rows": f"{plan.invalid:,}" if plan.invalid else None,
        "sent before": earlier and f"{earlier} is there; without a journal all messages are sent again",
        "to be refused": f"{plan.refused:,}" if plan.refused else None,
    }
    for name, share in plan.providers.items():
        price = money(share.prices) or "no price known"
        unpriced = f", {share.unpriced:,} without a price" if share.unpriced and share.prices else ""
        rows[f"by {name}"] = f"{share.messages:,} messages, {share.segments:,} segments, {price}{unpriced}"
    try:
        output.show(plan, rows)
        for problem in plan.problems:
            output.console.print(problem, style="dim", markup=False)
    except BrokenPipeError:
        if dry_run:
            raise
        raise SmsgateError("the plan cannot be shown, for its reader has gone; nothing was sent") from None


def _show_summary(output: Output, plan: CampaignPlan, campaign: _Campaign, run: str | None) -> None:
    tally, files = campaign.tally, campaign.files
    counts = {outcome.value: tally.outcomes[outcome] for outcome in Outcome}
    if output.as_json:
        counted = {**counts, "before": tally.before, "invalid": tally.invalid, "segments": tally.segments}
        written = {"results": files and str(files.results), "rejects": files and files.rejects and str(files.rejects)}
        ends = {"cost": tally.cost, "stopped": campaign.stopped.is_set}
        output.json({"plan": plan, "result": {**counted, **ends, **written}})
        return
    rows: dict[str, object] = {name: f"{count:,}" for name, count in counts.items()}
    rows["sent before"] = f"{tally.before:,}" if tally.before else None
    rows["invalid rows"] = f"{tally.invalid:,}" if tally.invalid else None
    rows["cost"] = money(tally.cost) or None
    rows["results"] = files and str(files.results)
    rows["rejects"] = files and files.rejects and str(files.rejects)
    again = "run it again to go on" if run else "without a journal, running it again sends all messages again"
    rows["stopped"] = again if campaign.stopped.is_set else None
    rows["what next"] = "smsgate unknown list" if counts[Outcome.UNKNOWN.value] else None
    output.show(None, rows)
