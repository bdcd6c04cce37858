"""The files of a journal: made for their owner alone, and the same for as long as they are open."""

from __future__ import annotations

import logging
import os
import stat
from contextlib import suppress

from attrs import frozen

from smsgate.journal.sqlite.unusable import LostFileError

__all__ = ["OpenedFiles", "create_private", "identity", "warn_of_readers"]

OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_log = logging.getLogger("smsgate.journal")


def create_private(path: str) -> None:
    """Make an empty file that its owner alone may read, whatever the umask; one that is there is left as it is.

    SQLite gives its write-ahead log the mode of the file.
    """
    with suppress(FileExistsError):
        os.close(os.open(os.path.realpath(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))


def warn_of_readers(path: str) -> None:
    """Log a warning if others may read the file: it has numbers and texts."""
    mode = stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116 - a str all along
    if os.name == "posix" and mode & _OTHERS:
        what = "journal %s: has numbers and texts, and its mode %04o lets others use it; run chmod 600 %s*"
        _log.warning(what, path, mode, path)


def identity(path: str) -> tuple[int, int] | None:
    """Return which file is there under a name, whatever it is called; None if there is none."""
    try:
        there = os.stat(path)  # noqa: PTH116 - several times a commit
    except OSError:
        return None
    return there.st_dev, there.st_ino


@frozen
class OpenedFiles:
    """The files that SQLite has opened, by their names."""

    database: tuple[int, int] | None
    _beside: dict[str, tuple[int, int] | None]
    _path: str

    @classmethod
    def of(cls, path: str) -> OpenedFiles:
        """Look at the files of a database that has just been opened."""
        real = os.path.realpath(path)  # where SQLite puts the others
        return cls(identity(path), {real + end: identity(real + end) for end in ("-wal", "-shm")}, path)

    def check(self) -> None:
        """Raise `LostFileError` if one of them is not there any more, or is another one."""
        _check(self._path, self.database, "")  # the error of the journal begins with its path
        for name, opened in self._beside.items():
            _check(name, opened, f"{name} ")


def _check(name: str, opened: tuple[int, int] | None, subject: str) -> None:
    there = identity(name)
    if there != opened:
        what = "deleted or moved" if there is None else "replaced by another file"
        raise LostFileError(f"{subject}was {what} while it was in use")
