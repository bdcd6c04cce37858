"""A token in a file that the threads and processes of a host share."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from smsgate.runtime.fork import notice_forks

__all__ = ["FileTokenStore"]

_OWNER_ONLY = 0o600
_POLL = 0.01
"""Seconds between two attempts to lock a file that another process has locked."""


class FileTokenStore:
    """Keeps a token in a file of mode 0600, replaced as a whole; locks with a second file, ``<path>.lock``.

    The folder must exist, on a disk of this host: locks on network disks are unreliable.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()
        self._threads = Lock()
        self._file: int | None = None
        """The lock file's descriptor while a thread of this process has the lock."""
        notice_forks(self)

    def read(self) -> str | None:
        """Return what was written last, by any process; None if there is no file."""
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write(self, text: str) -> None:
        """Replace the file; on return the new one is on the disk under its name."""
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
        temporary.unlink(missing_ok=True)  # a dead process had our number
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        try:
            with os.fdopen(file, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(self.path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(self.path.parent)

    @contextmanager
    def lock(self, timeout: float) -> Iterator[None]:
        """Exclude other threads and processes; raise TimeoutError after `timeout` seconds."""
        end = time.monotonic() + timeout
        if not self._threads.acquire(timeout=max(0.0, timeout)):
            raise TimeoutError
        try:
            file = self._file = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
            try:
                while not _take(file):
                    if time.monotonic() >= end:
                        raise TimeoutError
                    time.sleep(_POLL)
                try:
                    yield
                finally:
                    if self._file is not None:  # closing does not unlock a file that a forked process has open too
                        _unlock(file)
            finally:
                if self._file is not None:
                    self._file = None
                    os.close(file)
        finally:
            self._threads.release()

    def after_fork_in_child(self) -> None:
        """Close a lock file of the parent: its lock stays the parent's, and ends with the parent."""
        self._threads = Lock()
        if self._file is not None:
            os.close(self._file)  # without unlocking: the descriptors of both processes share one lock
            self._file = None

    def __repr__(self) -> str:
        return f"FileTokenStore({str(self.path)!r})"

    def __reduce__(self) -> tuple[type[FileTokenStore], tuple[str]]:
        return FileTokenStore, (str(self.path),)


def _sync_folder(folder: Path) -> None:
    """Make a new name durable; where folders cannot be opened (Windows) the file system sees to it."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# Not filelock: from 3.30 on, os.fork raises RuntimeError while another thread forks (CPython 3.12 and later); before,
# a forked child keeps the lock of a parent that has died.
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
