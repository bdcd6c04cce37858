"""How far this host's clock and a vendor's differ, by the times of its answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from smsgate.adapter.request import Answer
from smsgate.model.errors import UnknownOutcomeError

__all__ = ["CLOCKS_AGREE", "VendorClock"]

CLOCKS_AGREE = timedelta(minutes=5)
"""How far the clocks may differ: adapters search a vendor's list from ten minutes before a request on."""


class VendorClock:
    """Notes the answers of one conversation."""

    def __init__(self, utc: Callable[[], datetime]) -> None:
        self._utc = utc
        self.apart = timedelta()
        """How far the vendor's clock was ahead of ours, negative if behind, by the answer that shows the most."""

    def note(self, answer: Answer) -> None:
        """Compare our clock with the time of an answer; one without a time, or of a cache, shows nothing."""
        if answer.date is not None and "age" not in answer.headers:
            self.apart = max(self.apart, answer.date - self._utc(), key=abs)

    def check(self, provider: str) -> None:
        """Raise `UnknownOutcomeError` where the clocks differ too much to believe that a message is not there."""
        if abs(self.apart) > CLOCKS_AGREE:
            minutes = round(abs(self.apart) / timedelta(minutes=1))
            raise UnknownOutcomeError(
                f"the vendor does not show the message, but its clock and this host's differ by {minutes} minutes, so "
                "the message may have been looked for at a wrong time; set this host's clock, then ask again",
                provider=provider,
            )
