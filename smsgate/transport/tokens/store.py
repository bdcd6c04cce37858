"""Where a token is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import NoReturn

from smsgate.runtime.fork import notice_forks

__all__ = ["MemoryTokenStore"]


class MemoryTokenStore:
    """Keeps a token for as long as the process runs; a token that rotates is lost with it.

    A forked child has a copy, and a renewal in one process makes the other's worthless: use a `FileTokenStore` there.
    """

    def __init__(self) -> None:
        self._text: str | None = None
        self._lock = Lock()
        notice_forks(self)

    def read(self) -> str | None:
        """Return what was written last."""
        return self._text

    def write(self, text: str) -> None:
        """Replace it."""
        self._text = text

    @contextmanager
    def lock(self, timeout: float) -> Iterator[None]:
        """Exclude other threads; raise TimeoutError after `timeout` seconds."""
        if not self._lock.acquire(timeout=timeout):
            raise TimeoutError
        try:
            yield
        finally:
            self._lock.release()

    def after_fork_in_child(self) -> None:
        """Keep the parent's token, with a new lock."""
        self._lock = Lock()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token store has secrets and cannot be pickled")
