"""What this process knows of numbers it has sent to, so that the next message to one is a single call."""

from __future__ import annotations

from threading import Lock

from attrs import frozen

from smsgate import BoundedMap, notice_forks

__all__ = ["Directory", "Known"]

SIZE = 10_000
"""Numbers that are remembered; the one not used for longest is forgotten first."""


@frozen(kw_only=True)
class Known:
    """A number's contact and conversation at the vendor."""

    contact_id: str
    conversation_id: str
    sender: str | None
    """The number that the conversation goes out from."""
    notes: tuple[str, ...]


class Directory:
    """Known numbers of one account, shared by its threads."""

    def __init__(self, size: int = SIZE) -> None:
        self._known: BoundedMap[str, Known] = BoundedMap(size)
        self._lock = Lock()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Go on with what the parent knew."""
        self._lock = Lock()

    def find(self, number: str) -> Known | None:
        """Return what is known of a number."""
        with self._lock:
            if number in self._known:
                self._known.move_to_end(number)
            return self._known.get(number)

    def remember(self, number: str, known: Known) -> None:
        """Keep what is known of a number."""
        with self._lock:
            self._known[number] = known

    def forget(self, number: str) -> None:
        """Look this number up again before the next message to it."""
        with self._lock:
            self._known.pop(number, None)

    def forget_contact(self, contact_id: str) -> None:
        """Look the number of a contact that was changed up again."""
        with self._lock:
            for number in [number for number, known in self._known.items() if known.contact_id == contact_id]:
                del self._known[number]
