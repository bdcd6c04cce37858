"""The handset network: which texts were really sent, whatever the vendor answered."""

import bisect
from collections.abc import Iterable, Sequence
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


@frozen(kw_only=True)
class ScheduledText:
    """A text that waits for its moment, and the number of the request that caused it."""

    text: Text
    request: int | None = None


class Network:
    """The texts that were sent, in order, and the scheduled ones; each that was sent is in a conversation too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._alarm: Schedule[None] = Schedule(clock, lambda _none: self._release())
        self._sent: list[Text] = []
        self._scheduled: list[ScheduledText] = []
        self.conversations = Conversations()

    def send(self, text: Text) -> None:
        """Send a text, now or at the later moment that it names."""
        self._release()
        if text.at > self._clock.now():
            self._schedule(ScheduledText(text=text, request=REQUEST.get()))
        else:
            self._deliver(text, REQUEST.get())

    def cancel(self, vendor: str, message_id: str) -> None:
        """Cancel a scheduled text."""
        self._release()
        self._scheduled = [
            one for one in self._scheduled if (one.text.vendor, one.text.message_id) != (vendor, message_id)
        ]

    def sent(self) -> tuple[Text, ...]:
        """Return the texts that were sent, in order."""
        self._release()
        return tuple(self._sent)

    def scheduled(self) -> tuple[Text, ...]:
        """Return the texts that wait for their time, the earliest first."""
        self._release()
        return tuple(one.text for one in self._scheduled)

    def waiting(self) -> tuple[ScheduledText, ...]:
        """Return the same with the requests that caused them."""
        self._release()
        return tuple(self._scheduled)

    def restore(self, texts: Sequence[ConversationText], newest: int, scheduled: Iterable[ScheduledText]) -> None:
        """Begin with the texts that a file kept; those whose moment has passed are sent now.

        `newest` is the number of the newest text that there ever was. ValueError if there are more texts than that.
        """
        self.conversations.restore(texts, newest)
        self._sent += [_sent(text) for text in texts if not text.inbound]
        for one in scheduled:
            self._schedule(one)
        self._release()

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
        for one in self._scheduled[:due]:
            self._deliver(one.text, one.request)
        del self._scheduled[:due]

    def _schedule(self, one: ScheduledText) -> None:
        bisect.insort(self._scheduled, one, key=_moment)
        self._alarm.add(one.text.at, None)

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


def _moment(scheduled: ScheduledText) -> datetime:
    return scheduled.text.at


def _sent(text: ConversationText) -> Text:
    return Text(
        vendor=text.vendor,
        to=text.phone,
        text=text.text,
        sender=text.sender,
        message_id=text.message_id,
        reference=text.reference,
        at=text.at,
    )
