"""The journal's file while a process has it open."""

from __future__ import annotations

from contextlib import suppress

from smsgate.journal.database.clock import Clock
from smsgate.journal.sqlite.file_locks import FileLocks
from smsgate.journal.sqlite.files import OpenedFiles, create_private
from smsgate.journal.sqlite.schema import open_database
from smsgate.journal.sqlite.timeline import MARK, Timeline
from smsgate.journal.sqlite.unusable import BusyFileError, LostFileError, UnopenedFileError

__all__ = ["OpenedDatabase"]

_ROOT = "SELECT rootpage FROM sqlite_schema WHERE name = 'timeline'"


class OpenedDatabase:
    """One connection with its locks; one thread at a time."""

    def __init__(self, path: str, settings_path: str, clock: Clock) -> None:
        """Open the file, or make it; raise `sqlite3.Error` or `JournalError`, `BusyFileError` while others write."""
        self._locks = _locks(path)
        try:
            self._locks.begin_writing()
            self.connection = open_database(path, settings_path, clock)
            try:
                self._locks.keep_log()
                self.files = OpenedFiles.of(path)
                (self._page_size,) = self.connection.execute("PRAGMA page_size").fetchone()
                (self._root,) = self.connection.execute(_ROOT).fetchone()
            except BaseException:
                self.connection.close()
                raise
            self._locks.end_writing()
        except BaseException:
            self._locks.close()
            raise

    def begin(self, timeline: Timeline) -> None:
        """Begin a transaction in the very file that was opened; `sqlite3.OperationalError` while others write."""
        self.files.check()
        self._locks.begin_writing()
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            timeline.begin(self.connection, self.generation_on_disk(timeline.known_on_disk))
        except BaseException:
            self.roll_back()
            raise

    def commit(self, timeline: Timeline) -> None:
        """Make a transaction durable, in the file that was opened."""
        self.connection.execute("COMMIT")
        self._locks.end_writing()
        timeline.committed(self._generation_on_disk())
        self.files.check()

    def roll_back(self) -> None:
        """Undo a transaction."""
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        finally:
            self._locks.end_writing()

    def close(self) -> None:
        """Close the file; the last process that does removes its log."""
        with suppress(LostFileError, BusyFileError):
            self._locks.begin_writing()  # no other process opens it meanwhile
            self.files.check()
            self._locks.give_up_log()
        self.drop()

    def drop(self) -> None:
        """Close the file and leave its log as it is."""
        try:
            self.connection.close()
        finally:
            self._locks.close()

    def leave_to_parent(self) -> None:
        """Close our own descriptors in a child; the connection is the parent's, and SQLite must not touch it."""
        self._locks.close()

    def generation_on_disk(self, known: int) -> int | None:
        """Return the generation in the file itself, None where that is not known; `known` is what was seen before."""
        on_disk = self._generation_on_disk()
        if on_disk is None and known:
            (root,) = self.connection.execute(_ROOT).fetchone()
            if root == self._root:
                return 0
            self._root = root  # the file was vacuumed
            on_disk = self._generation_on_disk()
        return on_disk

    def _generation_on_disk(self) -> int | None:
        page = self._locks.read((self._root - 1) * self._page_size, self._page_size)
        start = page.find(MARK, int.from_bytes(page[8:10], "big"))  # the first cell; before it may be old ones
        return None if start < 0 else int.from_bytes(page[start + len(MARK) : start + len(MARK) + 8], "big")


def _locks(path: str) -> FileLocks:
    try:
        create_private(path)
        return FileLocks(path)
    except PermissionError:
        raise UnopenedFileError("it is not writable; check its permissions") from None
    except OSError as error:
        what = "it cannot be opened; check that the folder exists and is writable"
        raise UnopenedFileError(f"{what} ({error.strerror})") from None
