"""The handset network: which texts were really sent, whatever the vendor answered."""

import bisect
from datetime import datetime

from attrs import frozen

from smsgate.sandbox.clock import Clock
from smsgate.sandbox.conversations import Conversations, ConversationText
from smsgate.sandbox.request_log import REQUEST
from smsgate.sandbox.schedule import Schedule


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
    """The texts that were sent, in order, and the scheduled ones; each that was sent is in a conversation too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._alarm: Schedule[None] = Schedule(clock, lambda _none: self._release())
        self._sent: list[Text] = []
        self._scheduled: list[tuple[Text, int | None]] = []
        self.conversations = Conversations()

    def send(self, text: Text) -> None:
        """Send a text, now or at the later moment that it names."""
        self._release()
        if text.at > self._clock.now():
            bisect.insort(self._scheduled, (text, REQUEST.get()), key=_moment)
            self._alarm.add(text.at, None)
        else:
            self._deliver(text, REQUEST.get())

    def cancel(self, vendor: str, message_id: str) -> None:
        """Cancel a scheduled text."""
        self._release()
        self._scheduled = [one for one in self._scheduled if (one[0].vendor, one[0].message_id) != (vendor, message_id)]

    def sent(self) -> tuple[Text, ...]:
        """Return the texts that were sent, in order."""
        self._release()
        return tuple(self._sent)

    def scheduled(self) -> tuple[Text, ...]:
        """Return the texts that wait for their time, the earliest first."""
        self._release()
        return tuple(text for text, _ in self._scheduled)

    def start(self) -> None:
        """Send scheduled texts at their moments from now on, on the running loop; else when the texts are read."""
        self._alarm.start()

    def stop(self) -> None:
        """Send scheduled texts no more when time passes."""
        self._alarm.stop()

    def clear(self) -> None:
        """Remove every text."""
        self._sent.clear()
        self._scheduled.clear()
        self._alarm.clear()
        self.conversations.clear()

    def _release(self) -> None:
        due = bisect.bisect_right(self._scheduled, self._clock.now(), key=_moment)
        for text, request in self._scheduled[:due]:
            self._deliver(text, request)
        del self._scheduled[:due]

    def _deliver(self, text: Text, request: int | None) -> None:
        self._sent.append(text)
        self.conversations.add(
            ConversationText(
                vendor=text.vendor,
                phone=text.to,
                text=text.text,
                message_id=text.message_id,
                at=text.at,
                sender=text.sender,
                reference=text.reference,
                request=request,
            )
        )


def _moment(scheduled: tuple[Text, int | None]) -> datetime:
    return scheduled[0].at
