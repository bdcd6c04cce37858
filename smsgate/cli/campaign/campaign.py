"""Sends the messages of a file: the run of it, from the first message to the exit code."""

from __future__ import annotations

import csv
import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from smsgate.blocking.bulk import BulkResults
from smsgate.blocking.gateway import Gateway
from smsgate.cli.campaign.ceiling import Ceiling
from smsgate.cli.campaign.files import CampaignFiles
from smsgate.cli.campaign.order import Order
from smsgate.cli.campaign.progress import CampaignProgress
from smsgate.cli.campaign.report import show_summary
from smsgate.cli.campaign.stop_signals import discard_lost_output, stop_signals
from smsgate.cli.campaign.tally import Tally
from smsgate.cli.error_lines import print_error
from smsgate.cli.exit_codes import DONE, INTERRUPTED, REFUSED, UNKNOWN
from smsgate.cli.output import Output, last_output
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.runtime.shield import Stop
from smsgate.sending.recipients import Row

__all__ = ["Campaign"]


class Campaign:
    """One run of a file of messages: what was read, the results, and whether to stop."""

    def __init__(self, order: Order, ceiling: Ceiling | None = None) -> None:
        self.order = order
        self.ceiling = ceiling
        self.tally = Tally()
        self.stopped = Stop()
        """Set once no more messages are to be begun."""
        self.files: CampaignFiles | None = None
        self._waiting: deque[Row] = deque()
        """The rows whose results are still to come."""
        self._interrupted = self._abandoned = False
        self._results: BulkResults | None = None
        self._progress: CampaignProgress | None = None

    def send(self, gateway: Gateway, *, workers: int) -> None:
        """Send the messages and take their results."""
        self._results = gateway.send_bulk(self.messages(), workers=workers, run=self.order.run)
        try:
            for result in self._results:
                self.take(result)
        finally:
            discard_lost_output()

    def collect(self, gateway: Gateway, run: str) -> None:
        """Take the results that the journal has of a run which is complete; sends nothing."""
        for known in gateway.journal.in_run(run, self.messages(), distinct=self.order.source.skips):
            if known.entry is None:  # deleted meanwhile
                self._waiting.popleft()
            else:
                self.take(known.entry.result(self._waiting[0].message))

    def messages(self) -> Iterator[Message]:
        """Give the messages until it is stopped; write the rejects and the duplicates.

        The files are created here, as the first message is asked for: a run that another process sends is refused
        before, and a disk that is full is noticed before anything is sent.
        """
        source = self.order.source
        self.files = source.create_files(self.order.destinations, self.order.plan.reject_columns)
        for row in source.read(self.files, self.tally):
            self._stop_where_full()
            if self.stopped.is_set:
                return
            if self.ceiling is not None and not self.ceiling.admits(row.message):
                self.stopped.set()
                return
            self._waiting.append(row)
            yield row.message

    def take(self, result: SendResult) -> None:
        """Write and count a result; stop where it cannot be written."""
        assert self.files is not None  # noqa: S101 - the message came from it
        self.files.add(self._waiting[0].line, result)
        self._waiting.popleft()  # not before: a third Ctrl-C may come between the two
        is_new = self.tally.add(result)
        if self.ceiling is not None:
            self.ceiling.settle(result, is_new=is_new)
        if self._progress is not None:
            is_done = is_new and not (self._abandoned or (self._interrupted and result.outcome is Outcome.NOT_SENT))
            self._progress.show(self.tally.counts, advance=is_done)
        self._stop_where_full()

    @contextmanager
    def files_kept(self) -> Iterator[None]:
        """Complete the files; after an error, leave what there is of them and say where."""
        try:
            yield
        except BaseException:
            if self.files is not None:
                self.files.close()
                if self.files.results.exists():
                    print_error(f"smsgate: the results so far are in {self.files.results}")
                self._report_unfinished()
            raise
        if self.files is not None:
            self.files.finish()

    def _report_unfinished(self) -> None:
        if self._waiting:
            again = "run it again to get their results from the journal"
            advice = "they may have been sent" if self.order.run is None else again
            lines = f"{self._waiting[0].line:,} to {self._waiting[-1].line:,}"
            where = f"{len(self._waiting):,} messages, in lines {lines}"
            print_error(f"smsgate: {where}, have no result yet; {advice}")

    def end(self, output: Output) -> int:
        """Say what could not be written, print the summary, and return the exit code."""
        self._complain()
        with last_output(f"the results are in {self.files and self.files.results}", self._exit_code):
            show_summary(
                output, self.order, self.tally, self.files, is_stopped=self.stopped.is_set, ceiling=self.ceiling
            )
        return self._exit_code

    def _complain(self) -> None:
        """Say on stderr what could not be written, so that no result is lost."""
        if self.files is None or self.files.failure is None:
            return
        missing = self.files.unwritten
        failure = f"smsgate: the results cannot be written: {self.files.failure.strerror}; sending was stopped"
        again = "; run it again once there is room" if self.order.run is not None else ""
        rest = f"{len(missing):,} results are not in {self.files.results}:" if missing else ""
        print_error(f"{failure}{again}; {rest or f'every result is in {self.files.results}'}")
        csv.writer(sys.stderr).writerows(missing)

    @contextmanager
    def progress(self, output: Output) -> Iterator[None]:
        """Show a bar of the messages that are left, on a terminal; have signals stop the sending.

        The first Ctrl-C, SIGTERM or SIGHUP lets what is in flight end and begins no more; a second Ctrl-C or SIGTERM
        does not wait for it.
        """
        shown = CampaignProgress(self.order.left, self._status, is_shown=not output.as_json)
        with stop_signals(self._stop, self._hang_up), shown:
            self._progress = shown
            yield

    @property
    def _exit_code(self) -> int:
        if self.order.is_complete and not self.stopped.is_set:
            return DONE
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
        if self._abandoned or (self._interrupted and self._results is None):
            raise KeyboardInterrupt
        if not self._interrupted:
            self._hang_up()
        elif self._results is not None:
            self._abandoned = True
            self._results.abandon()

    def _hang_up(self) -> None:
        """Stop as at the first Ctrl-C; the kernel and the shell may each send a SIGHUP."""
        is_first, self._interrupted = not self._interrupted, True
        self._stop_sending()
        if is_first and (status := self._status()) and (self._progress is None or self._progress.disable):
            with suppress(OSError, ValueError):  # stderr has gone, or is no file
                os.write(sys.stderr.fileno(), f"smsgate: {status}\n".encode())  # print() may be in the middle of a line

    def _stop_sending(self) -> None:
        """Begin nothing more, also of what was read ahead."""
        self.stopped.set()
        if self._results is not None:
            self._results.stop()

    def _status(self) -> str | None:
        """Say what is waited for."""
        if self._results is None:
            return None
        if not self._interrupted:
            waits = ", ".join(map(str, self._results.waits))
            return f"waiting for {waits}" if waits else None
        if not (count := self._results.in_flight):
            return None
        what, their = ("message is", "its answer") if count == 1 else ("messages are", "their answers")
        return f"{count:,} {what} in flight; waiting for {their}; Ctrl-C again abandons them as unknown"
