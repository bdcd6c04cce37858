"""What waits for a time, of a journal in a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.due_changes import DueChanges
from smsgate.journal.database.writer import Writer
from smsgate.journal.due import DueEnd, DueMessage
from smsgate.model.entry import Entry
from smsgate.model.errors import JournalError
from smsgate.runtime.shield import Pending, shielded

__all__ = ["DatabaseDue"]


class DatabaseDue:
    """A `JournalDue`."""

    def __init__(
        self,
        journal: object,
        writer: Writer,
        changes: DueChanges,
        keep_change: Callable[[Callable[[Connection], None]], None],
    ) -> None:
        """`keep_change` has a change made as soon as the database can."""
        self._journal = journal  # so that it is not dropped while this is used
        self._writer = writer
        self._changes = changes
        self._keep_change = keep_change

    @shielded
    def next(self, most: int, run: str | None = None) -> Sequence[DueMessage]:
        """Return messages that are due, which are this process's from now on."""
        take = partial(self._changes.next, most=most, run=run)
        pending: Pending[Sequence[DueMessage]] = self._writer.ask(take, withdraw=self._withdraw)
        try:
            return self._writer.wait(pending)
        except JournalError:
            pending.then(lambda: self._withdraw_late(pending))
            raise

    def finish(self, ends: Sequence[DueEnd]) -> None:
        """Give messages back by how their sends ended."""
        self._writer.make(lambda connection: self._changes.finish(connection, ends))

    @shielded
    def release(self, entry_ids: Sequence[int]) -> None:
        """Give messages back, soon."""
        release = self._released(entry_ids)
        self._writer.ask(release, keep=partial(self._keep_change, release))

    def due_in(self, run: str | None = None) -> float | None:
        """Return the seconds until the next message is due."""
        return self._writer.make(lambda connection: self._changes.due_in(connection, run))

    def list(self, after: int = 0) -> Sequence[Entry]:
        """Return a page of what is held."""
        return self._writer.make(lambda connection: self._changes.list(connection, after))

    def cancel(self, entry_id: int) -> Entry:
        """Cancel a message that is held."""
        return self._writer.make(lambda connection: self._changes.cancel(connection, entry_id))

    def _withdraw(self, taken: Sequence[DueMessage]) -> None:
        """Have messages given back, soon, that may be taken and that the caller did not get."""
        self._keep_change(self._released([each.entry_id for each in taken]))

    def _withdraw_late(self, pending: Pending[Sequence[DueMessage]]) -> None:
        with suppress(JournalError):  # then nothing was taken
            self._withdraw(pending.wait(0))

    def _released(self, entry_ids: Sequence[int]) -> Callable[[Connection], None]:
        return lambda connection: self._changes.release(connection, entry_ids)
