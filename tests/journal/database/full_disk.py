"""A disk that is full, for each database."""

from __future__ import annotations

import resource
from pathlib import Path
from threading import Lock
from typing import Protocol

from smsgate.journal.address import is_postgres
from tests.journal_at import rows

__all__ = ["Disk", "disk_of"]

_TABLES = ("entries", "leases", "timeline")


class Disk(Protocol):
    """A disk that is full from a request on until room is made."""

    def fill(self) -> None:
        """Let nothing be written."""

    def make_room(self) -> None:
        """Let things be written again."""


def disk_of(path: str) -> Disk:
    """Return the disk that a journal is on."""
    return _Server(path) if is_postgres(path) else _Files(path)


class _Files:
    """No file of this process grows."""

    def __init__(self, path: str) -> None:
        self._files = path, f"{path}-wal"
        self._soft, self._hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self) -> None:
        largest = max(Path(each).stat().st_size for each in self._files)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, self._hard))

    def make_room(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._soft, self._hard))


class _Server:
    """The server answers what it answers where its disk is full."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._filling = Lock()
        self._is_full = False

    def fill(self) -> None:
        with self._filling:
            if not self._is_full:
                self._forbid()
            self._is_full = True

    def _forbid(self) -> None:
        body = "BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END"
        rows(self._path, f"CREATE OR REPLACE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS '{_quoted(body)}'")
        for table in _TABLES:
            rows(
                self._path,
                f"CREATE TRIGGER is_full BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION is_full()",
            )

    def make_room(self) -> None:
        for table in _TABLES:
            rows(self._path, f"DROP TRIGGER IF EXISTS is_full ON {table}")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
