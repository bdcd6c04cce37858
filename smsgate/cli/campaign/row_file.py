"""A CSV file that is never written over another one, and that a crash leaves readable."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

__all__ = ["RowFile"]

_CREATE = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class RowFile:
    """Rows that are in NAME.part as soon as they are written, and in NAME once the file is complete.

    Both names are new: raises `FileExistsError` where one is taken, and other `OSError`s where the file cannot be
    created or the disk is full. Only its owner may read it. A device or a pipe is written to as it is.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.rows = 0
        """How many rows it has, besides the header."""
        self._name = path
        self._size = 0
        is_stream = path.exists() and not (path.is_file() or path.is_dir())
        self.path = path if is_stream else Path(f"{path}.part")
        """Where the rows are now."""
        self._descriptor = os.open(path, os.O_WRONLY) if is_stream else os.open(self.path, _CREATE, 0o600)
        try:
            if not is_stream and os.path.lexists(path):
                raise FileExistsError(path)
            self._write(header)
            if not is_stream:
                os.fsync(self._descriptor)  # some file systems notice a full disk only here
        except OSError:
            self.discard()
            raise

    def add(self, row: Sequence[object]) -> None:
        """Write a row; where that fails with an `OSError`, none of it is in the file."""
        self._write(row)
        self.rows += 1

    def finish(self) -> None:
        """Close the file and give it its name; it stays NAME.part where that fails with an `OSError`."""
        if self.path == self._name:
            self.close()
            return
        try:
            os.fsync(self._descriptor)
        finally:
            self.close()
        try:
            os.link(self.path, self._name)  # unlike a rename, it replaces nothing
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links: the name is taken first, so that only that is replaced
            os.close(os.open(self._name, _CREATE, 0o600))
            self.path.replace(self._name)
        else:
            self.path.unlink()
        self.path = self._name

    def close(self) -> None:
        """Close the file; what is in it stays in NAME.part."""
        os.close(self._descriptor)

    def discard(self) -> None:
        """Close the file and remove it."""
        self.close()
        if self.path != self._name:
            self.path.unlink()

    def _write(self, row: Sequence[object]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerow(row)
        octets = memoryview(text.getvalue().encode("utf-8", "surrogateescape"))
        written = 0
        try:
            while written < len(octets):
                written += os.write(self._descriptor, octets[written:])
        except OSError:
            with suppress(OSError):  # a pipe
                os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(octets)
