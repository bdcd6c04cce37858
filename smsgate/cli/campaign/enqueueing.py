"""Enqueues the messages of a file, which runners send: what is invalid or refused is written to files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from smsgate.blocking.gateway import Gateway
from smsgate.cli.campaign.files import CampaignFiles, Destinations
from smsgate.cli.campaign.plan import CampaignPlan
from smsgate.cli.exit_codes import DONE, REFUSED
from smsgate.cli.output import Output
from smsgate.model.errors import ConfigError, SmsgateError
from smsgate.model.message import Message
from smsgate.model.result import SendResult
from smsgate.sending.recipients import RecipientFile, Reject
from smsgate.sending.runs.enqueueing import Enqueued

__all__ = ["Enqueueing"]

SHOWN = 1000
"""Rows after which the count on the terminal is renewed."""


class Enqueueing:
    """One time of enqueueing a file; done again, it goes on where it ended."""

    def __init__(
        self, rows: RecipientFile, stamp: tuple[int, int, int], plan: CampaignPlan, destinations: Destinations
    ) -> None:
        self._rows, self._stamp, self._plan, self._destinations = rows, stamp, plan, destinations
        self._files: CampaignFiles | None = None
        self._invalid = 0
        self._done: Enqueued | None = None

    def enqueue(self, gateway: Gateway, run: str, output: Output) -> None:
        """Write the messages to the queue."""
        console = Console(stderr=True, quiet=output.as_json)
        with self._files_kept(), console.status("") as status:
            self._done = gateway.enqueue(self._messages(status), run=run, on_refused=self._refuse)

    @property
    def exit_code(self) -> int:
        """What the command leaves with."""
        return REFUSED if self._invalid or (self._done and self._done.refused) else DONE

    def show(self, output: Output) -> None:
        """Print what was enqueued."""
        assert self._done is not None  # noqa: S101 - it has ended
        done, files = self._done, self._files
        refused = str(files.results) if files and done.refused else None
        rejects = str(files.rejects) if files and files.rejects else None
        counts = {"run": done.run, "enqueued": done.enqueued, "known": done.known, "refused": done.refused}
        value = {**counts, "invalid": self._invalid, "results": refused, "rejects": rejects}
        rows = {
            "run": done.run,
            "enqueued": f"{done.enqueued:,}",
            "enqueued before": f"{done.known:,}" if done.known else None,
            "refused": f"{done.refused:,}, in {refused}" if refused else None,
            "invalid rows": f"{self._invalid:,}, in {rejects}" if rejects else None,
            "what next": f"smsgate work --run {done.run}",
        }
        output.show({"plan": self._plan, "result": value}, rows)

    def _messages(self, status: Status) -> Iterator[Message]:
        if self._rows.stamp != self._stamp:
            raise ConfigError(
                f"{self._rows.path}: the file changed after its plan was shown; nothing was enqueued; run it again"
            )
        self._files = CampaignFiles(self._destinations, self._plan.reject_columns)
        for count, row in enumerate(self._rows):
            if count % SHOWN == 0:
                status.update(f"{count:,} so far")
            if isinstance(row, Reject):
                self._invalid += 1
                self._files.reject(row)
                self._check()
            else:
                yield row.message

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
