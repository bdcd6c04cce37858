"""The messages that an account without a vendor has accepted."""

from __future__ import annotations

from collections import deque

from smsgate import Message

__all__ = ["Outbox"]


class Outbox:
    """The newest messages of one account; threads share it, and a forked child has its own."""

    def __init__(self, most: int) -> None:
        # Adding to a deque and copying it are one step each for other threads: there is no lock that a fork could keep.
        self._kept: deque[tuple[str, Message]] = deque(maxlen=most)

    @property
    def messages(self) -> list[Message]:
        """The messages, the oldest first; each with the sender that the settings chose."""
        return [message for _, message in self._kept.copy()]

    @property
    def ids(self) -> list[str]:
        """The `message_id` of each of `messages`."""
        return [message_id for message_id, _ in self._kept.copy()]

    def find(self, message_id: str) -> Message | None:
        """Return the message with this id; None if there is none, or no more."""
        return next((message for id_, message in self._kept.copy() if id_ == message_id), None)

    def clear(self) -> None:
        """Forget all messages, as between two tests."""
        self._kept.clear()

    def add(self, message_id: str, message: Message) -> None:
        """Keep a message."""
        self._kept.append((message_id, message))
