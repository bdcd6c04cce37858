"""Where a token is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import NoReturn, Protocol

from smsgate.fork import notice_forks

__all__ = ["MemoryTokenStore", "TokenStore"]


class TokenStore(Protocol):
    """Keeps one account's token, as a text that is a secret and that only smsgate reads.

    Write your own to keep it in a database or a vault: ``Gateway.from_config(config, token_stores={"sales": store})``.
    """

    def read(self) -> str | None:
        """Return what was written last, by whomever; None if nothing was."""

    def write(self, text: str) -> None:
        """Replace it, whole or not at all, and durably: after this returns a crash does not lose it."""

    def lock(self, timeout: float) -> AbstractContextManager[None]:
        """Keep out everybody else who shares the store while the block runs, and let go when its process dies.

        Raises TimeoutError if somebody else holds it for more than `timeout` seconds.
        """


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
        """Keep out other threads; raise TimeoutError after `timeout` seconds."""
        if not self._lock.acquire(timeout=timeout):
            raise TimeoutError
        try:
            yield
        finally:
            self._lock.release()

    def after_fork_in_child(self) -> None:
        """Start with what the parent had, and with a lock of its own."""
        self._lock = Lock()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token store holds secrets and is not pickled")
