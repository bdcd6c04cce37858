"""The handset network: which texts were really sent, whatever the vendor answered."""

import bisect
from datetime import datetime

from attrs import frozen

from smsgate.sandbox.clock import Clock


@frozen(kw_only=True)
class Text:
    """One text that a vendor sent, or will send at the moment `at` (UTC) when it is scheduled."""

    vendor: str
    to: str
    text: str
    sender: str | None = None
    message_id: str
    reference: str | None = None
    at: datetime


class Network:
    """The texts that were sent, in order, and the scheduled ones."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: list[Text] = []
        self._scheduled: list[Text] = []

    def send(self, text: Text) -> None:
        """Send a text, now or at the later moment that it names."""
        self._release()
        if text.at > self._clock.now():
            bisect.insort(self._scheduled, text, key=lambda scheduled: scheduled.at)
        else:
            self._sent.append(text)

    def cancel(self, vendor: str, message_id: str) -> None:
        """Cancel a scheduled text."""
        self._release()
        self._scheduled = [text for text in self._scheduled if (text.vendor, text.message_id) != (vendor, message_id)]

    def sent(self) -> tuple[Text, ...]:
        """Return the texts that were sent, in order."""
        self._release()
        return tuple(self._sent)

    def scheduled(self) -> tuple[Text, ...]:
        """Return the texts that wait for their time, the earliest first."""
        self._release()
        return tuple(self._scheduled)

    def clear(self) -> None:
        """Remove every text."""
        self._sent.clear()
        self._scheduled.clear()

    def _release(self) -> None:
        due = bisect.bisect_right(self._scheduled, self._clock.now(), key=lambda text: text.at)
        self._sent += self._scheduled[:due]
        del self._scheduled[:due]
