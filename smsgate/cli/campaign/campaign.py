"""Sends the messages of a file: the run of it, from the first message to the exit code."""

from __future__ import annotations

import csv
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from smsgate.blocking.bulk import BulkResults
from smsgate.blocking.gateway import Gateway
from smsgate.cli.campaign.files import CampaignFiles, Destinations
from smsgate.cli.campaign.plan import CampaignPlan
from smsgate.cli.campaign.stop_signals import discard_lost_output, stop_signals
from smsgate.cli.campaign.tally import Tally
from smsgate.cli.exit_codes import DONE, INTERRUPTED, REFUSED, UNKNOWN
from smsgate.cli.output import Output
from smsgate.model.errors import ConfigError
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.runtime.shield import Stop
from smsgate.sending.recipients import RecipientFile, Reject

__all__ = ["Campaign"]


class Campaign:
    """One run of a file of messages: what was read, the results, and whether to stop."""

    def __init__(
        self, rows: RecipientFile, stamp: tuple[int, int, int], plan: CampaignPlan, destinations: Destinations
    ) -> None:
        self.tally = Tally()
        self.stopped = Stop()
        """Set once no more messages are to be begun."""
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
        """Give the messages until it is stopped; write the rejects.

        The files are created here, as the first message is asked for: a run that another process sends is refused
        before, and a disk that is full is noticed before anything is sent.
        """
        if self._rows.stamp != self._stamp:
            raise ConfigError(
                f"{self._rows.path}: the file changed after its plan was shown; nothing was sent; run it again"
            )
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
