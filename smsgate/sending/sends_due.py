"""What a gateway has to do with messages that wait for a time."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from smsgate.journal import Journal
from smsgate.model.errors import ConfigError
from smsgate.model.result import SendResult
from smsgate.sending.bulk import MOST_IN_FLIGHT
from smsgate.sending.due import AsyncHeld, DueSender
from smsgate.sending.runs.runner import check_in_flight
from smsgate.sending.send import Sender

__all__ = ["SendsDue"]


class SendsDue:
    """A gateway that keeps messages in its journal until their time."""

    sender: Sender

    @property
    def held(self) -> AsyncHeld:
        """Messages that are kept until their time: to list, or to cancel; `ConfigError` without a journal."""
        return AsyncHeld(self._held_in, self.sender.engine)

    def send_due(self, limit: int | None = None, *, in_flight: int = 8) -> AsyncGenerator[SendResult, None]:
        """Send what is due now, at most `limit` messages, so many at a time; give each one's result, raising for none.

        Those are messages that were held until a time which has come (`Outcome.HELD`). Opt-outs, limits and routes are
        checked anew. What is not sent is held again: for reasons of its account until that works, for its own reasons a
        few times. Any number of processes call it side by side, and each message is sent by one of them; `smsgate work`
        does the same now and then. A caller that stops reading closes what this gives, which waits for what is in
        flight. Raises `ConfigError` without a journal, and `JournalError`.
        """
        most = check_in_flight(in_flight, MOST_IN_FLIGHT)
        return DueSender(self.sender, self._held_in, in_flight=most).results(limit)

    @property
    def _held_in(self) -> Journal:
        if self.sender.journal is None:
            raise ConfigError('this gateway has no journal; set journal = "smsgate.db"')
        return self.sender.journal
