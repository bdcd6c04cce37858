"""The interface for what comes back: recorded once, joined with what was sent, delivered once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import frozen

from smsgate.model.entry import Delivery, Entry
from smsgate.model.errors import OptedOutError
from smsgate.model.event import Event, Reply
from smsgate.model.opt_out_scope import ALL

__all__ = [
    "AnsweredMessage",
    "EventState",
    "Inbox",
    "JournalInbox",
    "OptOutRecord",
    "RecordedEvent",
    "UnfinishedReading",
]


class EventState(StrEnum):
    """Whether an event is to be delivered to the application."""

    NEW = "new"
    """Deliver it, then record whether the application took it."""
    SEEN = "seen"
    """The application has had it, or has had a later status of the same message."""
    BUSY = "busy"
    """It is being delivered to the application."""


@frozen
class RecordedEvent:
    """An event that was recorded."""

    state: EventState
    event: Event
    """With the entry that it is about, where there is one."""


@frozen
class OptOutRecord:
    """A number that must not be texted."""

    number: str
    """E.164."""
    since: datetime
    provider: str | None
    """The provider that got the reply; None if it was not by a reply."""
    word: str | None
    """In which word."""
    scope: str = ALL
    """What it silences: a programme of the settings, "sender:" and one of our senders, or "all"."""

    @property
    def is_erased(self) -> bool:
        """Whether only a hash of the number is known, because the person was erased."""
        return not self.number.startswith("+")

    def refusal(self) -> OptedOutError:
        """Return what stops a message to it."""
        to = f" to {self.provider}" if self.provider else ""  # unknown of one that was imported
        how = f" by {self.word!r}{to}" if self.word else ""
        what = "" if self.scope == ALL else f", of {self.scope}"
        return OptedOutError(f"{self.number} asked not to be texted on {self.since:%Y-%m-%d}{how}{what}")


@frozen
class AnsweredMessage:
    """The message that a reply answers."""

    sender: str | None
    """What it went out under, or was to; None where that is not known."""
    campaign: str | None


@frozen
class UnfinishedReading:
    """A list of replies that a pass did not come to the end of."""

    cursor: str
    """Where the next pass goes on."""
    since: datetime
    """From when on replies were asked for; a cursor belongs to that question."""
    until: datetime | None
    """Until when replies will have been read at the end of the list."""


class Inbox(Protocol):
    """Records events; threads share it."""

    def record(self, event: Event) -> RecordedEvent:
        """Record what an event says; return whether it is to be delivered."""

    def delivered(self, event: Event) -> None:
        """Record that the application took an event that was new."""

    def release(self, event: Event) -> None:
        """Record that the application failed, so that the event is new again when it comes again."""

    def answered(self, reply: Reply) -> AnsweredMessage | None:
        """Return the message that a reply answers, by the vendor's word; None where that is not known."""


class JournalInbox(Inbox, Protocol):
    """The journal's: durable, shared by processes, and joined with what was sent.

    A report is kept whether or not an entry has its message's id: it may come before the send has returned, or be of a
    message that was sent elsewhere. One of an unknown entry's message settles that as accepted.
    """

    def find(self, provider: str, message_id: str) -> Entry:
        """Return the entry of an accepted message by the vendor's id; `NotFoundError` if there is none."""

    def unmatched(self, after: Delivery | None = None) -> Sequence[Delivery]:
        """Return the next reports on messages that no entry has; an empty page is the end."""

    def awaited(
        self, provider: str, *, since: datetime, before: datetime, most: int, now: datetime | None = None
    ) -> Sequence[str]:
        """Return ids of messages, accepted since a moment, that are on their way and were not asked for since `before`.

        Those that were not asked for the longest come first. One that is sent later counts from when it is due. What is
        older is given up. With `now`, a message that was last asked for later than that counts as not asked for: a
        clock was ahead then.
        """

    def asked(self, provider: str, message_ids: Sequence[str], at: datetime) -> None:
        """Record when the vendor was asked where messages are."""

    def read_until(self, provider: str) -> datetime | None:
        """Return until when a provider's replies were read."""

    def have_read(self, provider: str, until: datetime) -> None:
        """Record until when a provider's replies were read; no reading is unfinished then."""

    def unfinished_reading(self, provider: str) -> UnfinishedReading | None:
        """Return where a provider's replies are read on, or None."""

    def keep_reading(self, provider: str, reading: UnfinishedReading | None) -> None:
        """Record where a provider's replies are read on; None forgets it."""

    def opted_out(self, number: str) -> Sequence[OptOutRecord]:
        """Return the opt-outs of an E.164 number, that of `ALL` first."""

    def opt_outs(self, after: OptOutRecord | None = None) -> Sequence[OptOutRecord]:
        """Return the next opt-outs, by number and scope; an empty page is the end."""

    def opt_out(self, number: str, scope: str = ALL) -> None:
        """Record that an E.164 number must not be texted."""

    def add_opt_outs(self, records: Sequence[OptOutRecord], *, undated: bool = False) -> int:
        """Record opt-outs, all of them at once, where the person has not taken them back since.

        One that is known stays as it is. Returns how many are new. `undated` says that the list has no times, and
        `since` is that of now: what the same provider was known to list, and was taken back then, stays taken back. Who
        was erased is recorded by the number's hash.
        """

    def opt_in(self, number: str, scope: str | None = None) -> None:
        """Revoke the opt-out of a scope, or all of them."""
