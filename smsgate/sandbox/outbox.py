"""The texts of one account: what it sent and received, and where each is on the sandbox's clock."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from attrs import define, field, frozen

from smsgate.sandbox.clock import Clock
from smsgate.sandbox.ending import Ending, check_ending, no_message, until_ended
from smsgate.sandbox.magic import DeliveryOutcome, outcome_of
from smsgate.sandbox.network import Network, Text
from smsgate.sandbox.notification import Notification, Payload
from smsgate.sandbox.records import Copies

_ENDS: Mapping[DeliveryOutcome, str] = {
    DeliveryOutcome.DELIVERED: "delivered",
    DeliveryOutcome.FAILED: "failed",
    DeliveryOutcome.REFUNDED: "failed",
    DeliveryOutcome.OPTED_OUT: "opted out",
    DeliveryOutcome.UNKNOWN: "unknown",
    DeliveryOutcome.STAYS_SENT: "sent",
    DeliveryOutcome.EXPIRED: "expired",
}


class TextState(StrEnum):
    """Where a text is; a vendor has its own word for each."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    OPTED_OUT = "opted out"
    """Refused by the recipient's opt-out after the vendor had accepted it; it was never sent."""
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    RECEIVED = "received"


@define(kw_only=True)
class StoredText:
    """A text sent to `text.to`, or received from `text.sender`; `fields` has what only one vendor keeps with it.

    `endings` are those that were asked for, the latest last.
    """

    text: Text
    created: datetime
    delivery: timedelta
    outcome: DeliveryOutcome = DeliveryOutcome.DELIVERED
    inbound: bool = False
    cancelled: datetime | None = None
    endings: tuple[Ending, ...] = ()
    fields: dict[str, Any] = field(factory=dict)

    @property
    def message_id(self) -> str:
        """Return its id."""
        return self.text.message_id

    @property
    def changes(self) -> tuple[tuple[datetime, TextState], ...]:
        """Return when it enters each of its states, the first when it was created, as if it were never cancelled."""
        if self.inbound:
            return ((self.created, TextState.RECEIVED),)
        left, end = self.text.at, TextState(_ENDS[self.outcome])
        first = [(self.created, TextState.SCHEDULED)] if left > self.created else []
        sent = [] if end is TextState.OPTED_OUT else [(left + self.delivery / 2, TextState.SENT)]
        final = [] if end is TextState.SENT else [(left + self.delivery, end)]
        changes = (*first, (left, TextState.QUEUED), *sent, *final)
        for ending in self.endings:
            before = (change for change in changes if change[0] <= ending.at)
            changes = (*before, (ending.at, TextState(_ENDS[ending.outcome])))
        return changes

    def state(self, now: datetime) -> TextState:
        """Return where it is at a moment."""
        if self.cancelled is not None and now >= self.cancelled:
            return TextState.CANCELLED
        return [state for at, state in self.changes if at <= now][-1]


@frozen
class _Reports:
    """How the states of a text are reported: `write` returns the payload of one in a style, None for no report."""

    kind: str
    write: Callable[[TextState, str], Payload | None]
    url: str | None

    def of(self, stored: StoredText, due: datetime, state: TextState, *, overtakes: bool = False) -> Notification:
        """Return the report of a state; it is not sent if the text is cancelled, or its delivery ended, before."""

        def write(style: str) -> Payload | None:
            return None if stored.cancelled is not None else self.write(state, style)

        report = Notification(
            kind=self.kind,
            due=due,
            write=write,
            message_id=stored.message_id,
            overtakes=overtakes,
            url=self.url,
        )
        return until_ended(report, stored)


class Outbox:
    """The texts of an account, the oldest first; `delivery` is how long one takes from the vendor to the phone."""

    def __init__(self, vendor: str, network: Network, clock: Clock, *, delivery: timedelta) -> None:
        self._vendor = vendor
        self._network = network
        self._clock = clock
        self._delivery = delivery
        self._texts: dict[str, StoredText] = {}
        self._reports: dict[str, _Reports] = {}
        self._restored: datetime | None = None

    def __iter__(self) -> Iterator[StoredText]:
        return iter([*self._texts.values()])

    def get(self, message_id: str) -> StoredText | None:
        """Return a text, or None if there is none with this id."""
        return self._texts.get(message_id)

    def send(  # noqa: PLR0913 - what a text consists of
        self,
        message_id: str,
        to: str,
        text: str,
        *,
        sender: str | None = None,
        reference: str | None = None,
        at: datetime | None = None,
        fields: Mapping[str, Any] | None = None,
        outcome: DeliveryOutcome | None = None,
    ) -> StoredText:
        """Accept a text for a number (E.164), for now or for the later moment `at`; it is sent unless opted out.

        `outcome` is how its delivery ends where the account decides it; else the number does.
        """
        now, ends = self._clock.now(), outcome or outcome_of(to)
        sent = Text(
            vendor=self._vendor,
            to=to,
            text=text,
            sender=sender,
            message_id=message_id,
            reference=reference,
            at=max(now, at or now),
        )
        if ends is not DeliveryOutcome.OPTED_OUT:
            self._network.send(sent)
        stored = StoredText(text=sent, created=now, delivery=self._delivery, outcome=ends, fields={**(fields or {})})
        return self._keep(stored)

    def receive(
        self, message_id: str, sender: str, to: str, text: str, *, fields: Mapping[str, Any] | None = None
    ) -> StoredText:
        """Keep a text that a person sent to a number of the account."""
        now = self._clock.now()
        received = Text(vendor=self._vendor, to=to, text=text, sender=sender, message_id=message_id, at=now)
        stored = StoredText(
            text=received, created=now, delivery=self._delivery, inbound=True, fields={**(fields or {})}
        )
        return self._keep(stored)

    def cancel(self, stored: StoredText) -> None:
        """Cancel a scheduled text: it is not sent."""
        stored.cancelled = self._clock.now()
        self._network.cancel(self._vendor, stored.message_id)

    def delete(self, stored: StoredText) -> None:
        """Delete the record of a text; a scheduled one is not sent."""
        self._network.cancel(self._vendor, stored.message_id)
        self._texts.pop(stored.message_id, None)
        self._reports.pop(stored.message_id, None)

    def reports(
        self,
        stored: StoredText,
        kind: str,
        write: Callable[[TextState, str], Payload | None],
        *,
        url: str | None = None,
    ) -> Iterator[Notification]:
        """Yield a notification for each state that a text enters after the first; none goes out once it is cancelled.

        `write` returns the payload of a state in a style of the vendor's, None for no report; `url` is the address of
        this text's reports, where it has one.
        """
        reports = self._reports[stored.message_id] = _Reports(kind, write, url)
        leaves_at_once = stored.text.at <= stored.created
        for at, state in stored.changes[1:]:
            if self._restored is not None and at <= self._restored:
                continue  # it was reported before the file was written
            yield reports.of(stored, at, state, overtakes=leaves_at_once)

    def saved(self) -> Copies:
        """Return what a file keeps."""
        return Copies.of(StoredText, self._texts.values())

    def restore(self, texts: Iterable[StoredText], at: datetime) -> None:
        """Begin with the texts that a file kept at a moment; ask `reports` for those that come later."""
        self._texts = {stored.message_id: stored for stored in texts}
        self._restored = at

    def end(self, message_id: str, outcome: DeliveryOutcome) -> Iterator[Notification]:
        """End the delivery of a text now, and yield the report on it; one that STAYS_SENT has none.

        LookupError if there is no such text, ValueError if it is a reply, was cancelled, or has not left yet.
        """
        now, stored = self._clock.now(), self._texts.get(message_id)
        if stored is None:
            raise no_message(self._vendor, message_id)
        cancelled = stored.cancelled is not None
        check_ending(message_id, now, stored.text.at, inbound=stored.inbound, cancelled=cancelled)
        stored.endings += (Ending(now, outcome),)
        reports = self._reports.get(message_id)
        if outcome is not DeliveryOutcome.STAYS_SENT and reports is not None:
            return iter([reports.of(stored, now, stored.state(now))])
        return iter(())

    def _keep(self, stored: StoredText) -> StoredText:
        self._texts[stored.message_id] = stored
        return stored
