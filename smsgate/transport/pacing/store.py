"""Where turns are kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from smsgate.runtime.fork import notice_forks
from smsgate.transport.pacing.turns import Turns

__all__ = ["MemoryPaceStore", "PaceStore"]


class PaceStore(Protocol):
    """Gives turns to whoever shares it, first come, first served. `account` names whose turns; times are in seconds.

    Write your own to pace several hosts: ``Gateway.from_config(config, pace_store=store)``. Its operations must be
    atomic, and all who share it must go by one clock: the store's own.
    """

    def reserve(self, account: str, interval: float, patience: float) -> float:
        """Take the account's next turn and return how long to wait for it.

        Where that is more than `patience`, take nothing and return it all the same. The turn after this one is
        `interval` later.
        """

    def block(self, account: str, seconds: float) -> None:
        """Give no turn for so long; a block that lasts longer stays."""

    def blocked(self, account: str) -> float:
        """Return how long the account's block still lasts; 0 if there is none."""


class MemoryPaceStore:
    """Gives turns to the threads of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: dict[str, Turns] = {}
        self._lock = Lock()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Forget the slots that threads of the parent have reserved; a block by the vendor stays."""
        self._lock = Lock()
        self._accounts = {account: turns.unreserved() for account, turns in self._accounts.items()}

    def reserve(self, account: str, interval: float, patience: float) -> float:
        """Take the account's next turn and return how long to wait for it, at most `patience`."""
        with self._lock:
            turns = self._turns(account)
            wait = turns.wait()
            if wait <= patience:
                self._accounts[account] = turns.taken(interval)
            return wait

    def block(self, account: str, seconds: float) -> None:
        """Give no turn for so long."""
        with self._lock:
            self._accounts[account] = self._turns(account).block(seconds)

    def blocked(self, account: str) -> float:
        """Return how long the account's block still lasts."""
        with self._lock:
            return self._turns(account).blocked()

    def _turns(self, account: str) -> Turns:
        return self._accounts.get(account, Turns()).at(self._clock())
