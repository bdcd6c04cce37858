"""How a journal ends, closed by the application, by the interpreter's exit or by the garbage collector."""

from __future__ import annotations

import os
import time
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Condition

from smsgate.journal.sqlite.writer import Writer
from smsgate.model.entry import Claim
from smsgate.model.errors import JournalError
from smsgate.runtime.fork import notice_forks
from smsgate.runtime.shield import shielded

__all__ = ["GRACE", "Ending", "OpenClaims"]

GRACE = 1.0
"""Seconds beyond a message's deadline for which its end is waited for."""


class OpenClaims:
    """The claims of this process that have not ended; threads share it."""

    def __init__(self, path: str) -> None:
        self.closed = False
        self._path = path
        self._changed = Condition()
        self._ends: dict[object, float] = {}
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: the claims are the parent's."""
        self._changed = Condition()
        self._ends = {}

    @contextmanager
    def beginning(self, ends: float) -> Iterator[None]:
        """Count what is being claimed as open; `ends` is its deadline, a moment of `time.monotonic`."""
        token = object()
        with self._changed:
            if self.closed:
                raise JournalError(f"journal {self._path}: is closed")
            self._ends[token] = ends
        try:
            yield
        finally:
            self._remove([token])

    def add(self, claims: Iterable[Claim], ends: float) -> None:
        """Count claims as open until they end."""
        with self._changed:
            self._ends.update((claim_key(claim), ends) for claim in claims)

    def remove(self, claims: Iterable[Claim]) -> None:
        """Count claims as ended."""
        self._remove([claim_key(claim) for claim in claims])

    def close(self) -> None:
        """Let nothing more be claimed, and wait for what was, until its deadlines are over."""
        with self._changed:
            self.closed = True
            while self._ends and (left := max(self._ends.values()) - time.monotonic()) > 0:
                self._changed.wait(left)

    def _remove(self, keys: Iterable[object]) -> None:
        with self._changed:
            for key in keys:
                self._ends.pop(key, None)
            self._changed.notify_all()


def claim_key(claim: Claim) -> object:
    """Return what tells a claim from others, whatever provider it names by now."""
    return claim.entry_id, claim.number


class Ending:
    """Ends a journal once; it does not refer to the journal itself."""

    def __init__(self, writer: Writer, claims: OpenClaims) -> None:
        self._writer = writer
        self._claims = claims
        self._pid = os.getpid()

    @property
    def is_here(self) -> bool:
        """Whether the journal was opened in this process, and not in the one that it was forked from."""
        return os.getpid() == self._pid

    def watch(self, journal: object) -> weakref.finalize[..., object]:
        """End a journal when it is dropped, and when the interpreter exits."""
        return weakref.finalize(journal, _dropped, self, repr(journal), weakref.ref(journal))

    @shielded
    def close(self) -> None:
        """Wait for what was claimed, write what is left, and close the database; all of it within a bounded time."""
        self._claims.close()
        self._writer.close()

    def end(self) -> None:
        """Have the writer end by itself; waits for nothing, since the garbage collector may be anywhere."""
        self._writer.end()


def _dropped(ending: Ending, name: str, journal: Callable[[], object]) -> None:
    """End a journal that was not closed: at the interpreter's exit it is still there."""
    if journal() is None:
        ending.end()
    else:
        with suppress(JournalError):
            ending.close()
    if ending.is_here:
        warnings.warn(f"unclosed {name}; close the Gateway, or use it in a with block", ResourceWarning, stacklevel=2)
