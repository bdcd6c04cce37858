"""A lock on a file, which the system releases when the process ends, however it ends."""

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


class FileLock:
    """Lock a file of its own beside the one that is written: that one is replaced, and with it a lock on it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def taken(self) -> bool:
        """Say whether it is locked here."""
        return self._file is not None

    def take(self) -> bool:
        """Lock it, or say that someone else has; OSError if the file cannot be made."""
        if self._file is None:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            if not _take(file):
                os.close(file)
                return False
            self._file = file
        return True

    def release(self) -> None:
        """Release it; the file stays, because removing it would let two take it."""
        if self._file is not None:
            _unlock(self._file)  # closing alone leaves it locked while a forked child has the file open
            os.close(self._file)
            self._file = None
