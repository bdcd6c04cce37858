"""Drafts that were made and not sent: the next try of the same message uses its draft instead of making another."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from smsgate import Message, notice_forks

__all__ = ["Drafts"]

MOST = 10_000
"""Drafts remembered in a process; the oldest are forgotten first."""


class Drafts:
    """Which message has a draft at the vendor; threads share it."""

    def __init__(self) -> None:
        self._ids: OrderedDict[Message, str] = OrderedDict()
        self._lock = Lock()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Leave the drafts to the parent: used by both, one would be sent twice."""
        self._lock = Lock()
        self._ids.clear()

    def take(self, message: Message) -> str | None:
        """Return the draft of a message and forget it, so that no other thread sends it too."""
        with self._lock:
            return self._ids.pop(message, None)

    def keep(self, message: Message, draft_id: str) -> None:
        """Remember a draft for the next try, unless it is another message's."""
        with self._lock:
            if draft_id in self._ids.values():
                return
            self._ids[message] = draft_id
            if len(self._ids) > MOST:
                self._ids.popitem(last=False)
