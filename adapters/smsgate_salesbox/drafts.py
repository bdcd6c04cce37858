"""Drafts that were made and not sent, as this process knows them, so that the next try of a message uses its own."""

from __future__ import annotations

from threading import Lock

from smsgate import BoundedMap, Message, notice_forks

__all__ = ["Drafts"]

MOST = 10_000
"""Drafts remembered in a process; the oldest are forgotten first."""


class Drafts:
    """Which message has a draft at the vendor, so that its next try makes no other; threads share it."""

    def __init__(self) -> None:
        self._ids: BoundedMap[Message, str] = BoundedMap(MOST)
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
            if draft_id not in self._ids.values():
                self._ids[message] = draft_id
