"""A pass through a run: a bulk send that the journal knows by a name and can continue."""

from __future__ import annotations

import logging

from smsgate.journal import Journal
from smsgate.model.errors import JournalError

__all__ = ["RunPass"]

_log = logging.getLogger("smsgate.journal")


class RunPass:
    """One pass through a run; opened and closed once."""

    def __init__(self, journal: Journal, run: str) -> None:
        self._journal = journal
        self._run = run
        self._open: list[str] = []
        """The run, while the pass is open; two threads that close it pop one entry."""

    def open(self) -> None:
        """Begin the pass."""
        self._journal.open_run(self._run)
        self._open.append(self._run)

    def close(self) -> None:
        """End the pass, if it is open."""
        try:
            run = self._open.pop()
        except IndexError:
            return
        try:
            self._journal.close_run(run)
        except JournalError as error:
            _log.error("run %r is marked as ended once the journal can be written: %s", run, error)

    def forget(self) -> None:
        """Leave the pass to the parent process."""
        self._open = []
