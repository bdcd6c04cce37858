"""The nonces that were received, so that a replayed call is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from attrs import define

from smsgate.model.errors import WebhookError
from smsgate.runtime.bounded_map import BoundedMap
from smsgate.runtime.fork import notice_forks

__all__ = ["Nonces"]

MOST = 100_000
"""Numbers that are remembered; the oldest are forgotten first. The inbox knows the events behind them for longer."""


@define
class _Use:
    content: bytes
    at: float
    callers: int = 0
    """That came with it and are not answered yet."""
    taken: bool = False


class Nonces:
    """What one process remembers of nonces; threads share it."""

    def __init__(self, kept: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Make it; `kept` is in seconds."""
        self._kept = kept
        self._clock = clock
        self._lock = Lock()
        self._uses: BoundedMap[tuple[str, str], _Use] = BoundedMap(MOST)
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: calls that are being answered are the parent's."""
        self._lock = Lock()
        for key in [key for key, use in self._uses.items() if not use.taken]:
            del self._uses[key]

    def begin(self, provider: str, nonce: str, content: bytes) -> bool:
        """Say whether the same call was taken before; raise `WebhookError` (403) where the nonce came with another.

        If it was not, `end` must follow.
        """
        with self._lock:
            self._forget()
            use = self._uses.setdefault((provider, nonce), _Use(content, self._clock()))
            if use.content != content:
                raise WebhookError("the nonce came before with other content", status=403)
            use.callers += not use.taken
            return use.taken

    def end(self, provider: str, nonce: str, *, taken: bool) -> None:
        """Say whether the call was taken; if none of the same was, it may come again as if it never had."""
        with self._lock:
            use = self._uses.get((provider, nonce))
            if use is None:  # so many came since that it was forgotten
                return
            use.callers -= 1
            use.taken |= taken
            if not use.taken and not use.callers:
                del self._uses[provider, nonce]

    def _forget(self) -> None:
        while self._uses:
            first = next(iter(self._uses))
            if self._clock() - self._uses[first].at <= self._kept:
                return
            del self._uses[first]
