"""The rows of a file as a campaign takes them: which are sent, which are invalid, and which repeat an earlier one."""

from __future__ import annotations

from collections.abc import Iterator

from smsgate.cli.campaign.duplicates import Duplicates, OnDuplicate
from smsgate.cli.campaign.files import CampaignFiles, Destinations
from smsgate.cli.campaign.tally import Tally
from smsgate.model.errors import ConfigError
from smsgate.model.message import Message
from smsgate.sending.recipients import RecipientFile, Reject, Row

__all__ = ["Source"]


class Source:
    """A file that is gone through several times: to plan it, to look what was sent before, and to send it."""

    def __init__(self, rows: RecipientFile, on_duplicate: OnDuplicate) -> None:
        self.rows = rows
        self.duplicates = Duplicates()
        self.skips = on_duplicate is OnDuplicate.SKIP
        """Whether duplicates are skipped: then no two messages are equal."""
        self._stamp = rows.stamp

    def messages(self) -> Iterator[Message]:
        """Give the messages that are sent; they have been planned."""
        for row in self.rows:
            if isinstance(row, Row) and self._skipped(row) is None:
                yield row.message

    def create_files(self, destinations: Destinations, reject_columns: list[str]) -> CampaignFiles:
        """Create the files of results and rejects; `ConfigError` for a file that changed after it was planned."""
        if self.rows.stamp != self._stamp:
            raise ConfigError(
                f"{self.rows.path}: the file changed after its plan was shown; nothing was sent; run it again"
            )
        return CampaignFiles(destinations, reject_columns)

    def read(self, files: CampaignFiles, tally: Tally) -> Iterator[Row]:
        """Give the rows that are sent; write and count the others."""
        for row in self.rows:
            if isinstance(row, Reject):
                files.reject(row)
                tally.invalid += 1
            elif (reason := self._skipped(row)) is not None:
                files.skip(row, reason)
                tally.skipped += 1
            else:
                yield row

    def _skipped(self, row: Row) -> str | None:
        return self.duplicates.reason(row.line) if self.skips else None
