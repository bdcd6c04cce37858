"""Where slots are kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from smsgate.runtime.fork import notice_forks
from smsgate.transport.pacing.slots import Slots

__all__ = ["MemoryPaceStore", "PaceStore"]


class PaceStore(Protocol):
    """Gives rate-limit slots to all who share it, first come, first served, for each `account`; times are in seconds.

    Write your own to pace several hosts: ``Gateway.from_config(config, pace_store=store)``. Its operations must be
    atomic, and all who share it must go by one clock: the store's own.
    """

    def reserve(self, account: str, interval: float, patience: float) -> float:
        """Take the account's next slot and return how long to wait for it.

        Where that is more than `patience`, take nothing and return it all the same. The slot after this one is
        `interval` later.
        """

    def block(self, account: str, seconds: float) -> None:
        """Give no slot for so many seconds; a longer block stays."""

    def blocked(self, account: str) -> float:
        """Return how long the account's block still lasts; 0 if there is none."""


class MemoryPaceStore:
    """Gives slots to the threads of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: dict[str, Slots] = {}
        self._lock = Lock()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Forget the slots that threads of the parent have reserved; a block by the vendor stays."""
        self._lock = Lock()
        self._accounts = {account: slots.unreserved() for account, slots in self._accounts.items()}

    def reserve(self, account: str, interval: float, patience: float) -> float:
        """Take the account's next slot and return how long to wait for it, at most `patience`."""
        with self._lock:
            slots = self._slots(account)
            wait = slots.wait()
            if wait <= patience:
                self._accounts[account] = slots.taken(interval)
            return wait

    def block(self, account: str, seconds: float) -> None:
        """Give no slot for so many seconds."""
        with self._lock:
            self._accounts[account] = self._slots(account).block(seconds)

    def blocked(self, account: str) -> float:
        """Return how long the account's block still lasts."""
        with self._lock:
            return self._slots(account).blocked()

    def _slots(self, account: str) -> Slots:
        slots = self._accounts[account] = self._accounts.get(account, Slots()).at(self._clock())
        return slots
