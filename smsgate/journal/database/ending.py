"""How a journal ends, closed by the application, by the interpreter's exit or by the garbage collector."""

from __future__ import annotations

import os
import time
import warnings
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Condition

from smsgate.journal.database.writer import Writer
from smsgate.model.claim import Claim
from smsgate.model.errors import JournalError
from smsgate.runtime.fork import notice_forks
from smsgate.runtime.shield import Pending, shielded

__all__ = ["Claiming", "Ending", "OpenClaims"]

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

    def begin(self, claiming: object, ends: float) -> None:
        """Count what is being claimed as open; `ends` is its deadline, a moment of `time.monotonic`."""
        with self._changed:
            if self.closed:
                raise JournalError(f"journal {self._path}: is closed")
            self._ends[claiming] = ends

    def end(self, claiming: object, claims: Iterable[Claim] = ()) -> None:
        """Count the claims that came of it as open, until they end."""
        with self._changed:
            ends = self._ends.pop(claiming, 0.0)
            self._ends.update((claim_key(claim), ends) for claim in claims)
            self._changed.notify_all()

    def remove(self, claims: Iterable[Claim]) -> None:
        """Count claims as ended."""
        with self._changed:
            for claim in claims:
                self._ends.pop(claim_key(claim), None)
            self._changed.notify_all()

    def close(self) -> None:
        """Let nothing more be claimed, and wait for what was, until its deadlines are over."""
        with self._changed:
            self.closed = True
            while self._ends and (left := max(self._ends.values()) - time.monotonic()) > 0:
                self._changed.wait(left)


class Claiming(Pending[object]):
    """Claims that are being made; they are open from its beginning on."""

    def __init__(self, claims: OpenClaims, within: float | None) -> None:
        """Raise `JournalError` if the journal is closed. `within` are the seconds for which the end is waited for."""
        super().__init__()
        self._open = claims
        claims.begin(self, time.monotonic() + (0.0 if within is None else within + GRACE))

    def cancel(self) -> bool:
        """Claim nothing; False if that was begun."""
        cancelled = super().cancel()
        if cancelled:
            self._open.end(self)
        return cancelled

    def give(self, value: object) -> None:
        """Give claims, entries that were there before, and errors."""
        given = value if isinstance(value, list) else [value]
        self._open.end(self, [each for each in given if isinstance(each, Claim)])
        super().give(value)

    def fail(self, error: BaseException) -> None:
        """Give an error instead."""
        self._open.end(self)
        super().fail(error)


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
