"""Enqueues the messages of a file, which runners send: what is invalid or refused is written to files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from shlex import quote

from rich.console import Console
from rich.status import Status

from smsgate.blocking.gateway import Gateway
from smsgate.cli.campaign.files import CampaignFiles
from smsgate.cli.campaign.order import Order
from smsgate.cli.campaign.tally import Tally
from smsgate.cli.exit_codes import DONE, REFUSED
from smsgate.cli.output import Output, last_output
from smsgate.model.errors import SmsgateError
from smsgate.model.message import Message
from smsgate.model.result import SendResult
from smsgate.sending.runs.enqueueing import Enqueued

__all__ = ["Enqueueing"]

SHOWN = 1000
"""Rows after which the count on the terminal is renewed."""


class Enqueueing:
    """One time of enqueueing a file; done again, it goes on where it ended."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._files: CampaignFiles | None = None
        self._tally = Tally()
        self._done: Enqueued | None = None

    def enqueue(self, gateway: Gateway, run: str, output: Output) -> None:
        """Write the messages to the queue."""
        console = Console(stderr=True, quiet=output.as_json)
        with self._files_kept(), console.status("") as status:
            self._done = gateway.enqueue(self._messages(status), run=run, on_refused=self._refuse)

    def end(self, output: Output) -> int:
        """Print what was enqueued, and return the exit code."""
        with last_output():
            self._show(output)
        return REFUSED if self._tally.invalid or (self._done and self._done.refused) else DONE

    def _show(self, output: Output) -> None:
        assert self._done is not None  # noqa: S101 - it has ended
        done, files = self._done, self._files
        results = str(files.results) if files and (done.refused or self._tally.skipped) else None
        rejects = str(files.rejects) if files and files.rejects else None
        counts = {"run": done.run, "enqueued": done.enqueued, "known": done.known, "refused": done.refused}
        invalid, skipped = self._tally.invalid, self._tally.skipped
        value = {**counts, "invalid": invalid, "skipped": skipped, "results": results, "rejects": rejects}
        rows = {
            "run": done.run,
            "enqueued": f"{done.enqueued:,}",
            "enqueued before": f"{done.known:,}" if done.known else None,
            "refused": f"{done.refused:,}, in {results}" if done.refused else None,
            "duplicates": f"{skipped:,}, skipped, in {results}" if skipped else None,
            "invalid rows": f"{invalid:,}, in {rejects}" if rejects else None,
            "what next": f"smsgate work --run {quote(done.run)}",
        }
        output.show({"plan": self._order.plan, "result": value}, rows)

    def _messages(self, status: Status) -> Iterator[Message]:
        source = self._order.source
        self._files = source.create_files(self._order.destinations, self._order.plan.reject_columns)
        for count, row in enumerate(source.read(self._files, self._tally)):
            self._check()
            if count % SHOWN == 0:
                status.update(f"{count:,} so far")
            yield row.message
        self._check()

    def _refuse(self, result: SendResult) -> None:
        assert self._files is not None  # noqa: S101 - a message was read
        self._files.add(None, result)
        self._check()

    def _check(self) -> None:
        """Stop where what is invalid cannot be written."""
        if self._files is not None and self._files.failure is not None:
            raise SmsgateError(f"{self._files.results}: cannot be written: {self._files.failure.strerror}")

    @contextmanager
    def _files_kept(self) -> Iterator[None]:
        """Complete the files; after an error, leave what there is of them."""
        try:
            yield
        except BaseException:
            if self._files is not None:
                self._files.close()
            raise
        if self._files is not None:
            self._files.finish(keep_empty=False)
