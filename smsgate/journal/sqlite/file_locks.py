"""Our own locks on the journal's files, beside SQLite's.

SQLite's locks belong to the process, and POSIX drops them all as soon as it closes any descriptor of the file: copying
the file is enough. Then the next program that closes the journal takes itself for the last one and removes the
write-ahead log, and two may write at once. Locks of an open file description (Linux) are not dropped so, and they
conflict with SQLite's. Other systems have no such locks: there nothing but SQLite's own are kept.
"""

from __future__ import annotations

import errno
import os
import struct
import sys

from smsgate.journal.sqlite.unusable import BusyFileError

__all__ = ["FileLocks"]

_PENDING = 0x4000_0000
"""SQLite's lock bytes begin here, whatever is there in the file."""
_SHARED = (_PENDING + 2, 510)
"""Start and length of what a reader has locked. Who removes the log has to lock it alone."""
_WRITER = (_PENDING + 1024, 1)
"""Beyond SQLite's bytes: ours, for one writer at a time."""
_INDEX_IN_USE = (128, 1)
"""In the -shm file. Who clears that has to lock it alone."""

if sys.platform == "linux":
    import fcntl

    def _lock(descriptor: int, kind: int, place: tuple[int, int]) -> bool:
        """Lock or unlock bytes without waiting; False if another has them locked.

        True also where a file system has no such locks, as in some sandboxes: SQLite's own are what there is then.
        """
        try:
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", kind, os.SEEK_SET, *place, 0))
        except OSError as error:
            return error.errno not in {errno.EAGAIN, errno.EACCES}
        return True

    class FileLocks:
        """The locks of one connection, on descriptors of its own."""

        def __init__(self, path: str) -> None:
            self._path = os.path.realpath(path)
            self._file = os.open(path, os.O_RDWR)
            self._index = -1

        def begin_writing(self) -> None:
            """Keep out other writers; raise `BusyFileError` if there is one."""
            if not _lock(self._file, fcntl.F_WRLCK, _WRITER):
                raise BusyFileError("another program writes")

        def end_writing(self) -> None:
            """Let others write."""
            _lock(self._file, fcntl.F_UNLCK, _WRITER)

        def keep_log(self) -> None:
            """Keep others from removing the log and its index, now that SQLite has opened them."""
            self._index = os.open(f"{self._path}-shm", os.O_RDWR)
            if not (_lock(self._file, fcntl.F_RDLCK, _SHARED) and _lock(self._index, fcntl.F_RDLCK, _INDEX_IN_USE)):
                raise BusyFileError("another program has locked it exclusively")

        def give_up_log(self) -> None:
            """Let SQLite remove the log, if no other process uses it. It does not close anything: see above."""
            _lock(self._file, fcntl.F_UNLCK, _SHARED)

        def read(self, start: int, length: int) -> bytes:
            """Read from the file itself."""
            return os.pread(self._file, length, start)

        def close(self) -> None:
            """Close the descriptors, once SQLite has closed its own."""
            for descriptor in (self._file, self._index):
                if descriptor >= 0:
                    os.close(descriptor)
            self._file = self._index = -1

else:

    class FileLocks:
        """Nothing: closing a descriptor of ours would drop SQLite's locks."""

        def __init__(self, path: str) -> None:
            pass

        def begin_writing(self) -> None:
            """Leave it to SQLite."""

        def end_writing(self) -> None:
            """Leave it to SQLite."""

        def keep_log(self) -> None:
            """Leave it to SQLite."""

        def give_up_log(self) -> None:
            """Leave it to SQLite."""

        def read(self, start: int, length: int) -> bytes:  # noqa: ARG002 - as on Linux
            """Read nothing."""
            return b""

        def close(self) -> None:
            """Leave it to SQLite."""
