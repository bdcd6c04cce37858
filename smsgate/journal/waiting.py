"""What every message has that waits in the journal, in a run's queue or for a time."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from smsgate.model.message import Message

__all__ = ["WaitingMessage"]


@frozen
class WaitingMessage:
    """A message that this process is to send: its intent names `entry_id`."""

    entry_id: int
    message: Message = field(repr=False)
    valid_until: datetime | None = field(default=None, kw_only=True)
    """Until when it is of use (UTC), by the message's validity; None: for ever.

    That begins when it was to be sent: as it was queued or held, or at its `send_at`. That of a second try begins when
    the first provider accepted it.
    """

    def may_wait_until(self, at: datetime) -> bool:
        """Say whether it is still of use at a time."""
        return self.valid_until is None or at <= self.valid_until
