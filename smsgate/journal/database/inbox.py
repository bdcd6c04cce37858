"""The inbox of a journal in a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from smsgate.journal.database.arrivals import Arrivals
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.opt_out_list import OptOutList
from smsgate.journal.database.opt_out_log import OptOutLog
from smsgate.journal.database.positions import Positions
from smsgate.journal.database.writer import Writer
from smsgate.journal.inbox import AnsweredMessage, EventState, OptOutRecord, RecordedEvent, UnfinishedReading
from smsgate.journal.report_effect import ReportEffect, is_confirmed
from smsgate.model.entry import Delivery, Entry
from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply
from smsgate.model.opt_out_scope import ALL
from smsgate.model.status import Status

__all__ = ["DatabaseInbox"]

_SENT = "SELECT coalesce(sent_as, sender), campaign FROM entries WHERE id = ?"


class DatabaseInbox:
    """A `JournalInbox`; every change is durable when its method returns."""

    def __init__(self, journal: object, writer: Writer, entries: Entries, arrivals: Arrivals, log: OptOutLog) -> None:
        self._journal = journal  # so that it is not dropped while its inbox is used
        self._writer = writer
        self._entries = entries
        self._arrivals = arrivals
        self._log = log
        self._lists = OptOutList(entries.timeline, entries.identities, log)
        self._positions = Positions()
        self._second_tries = entries.second_tries

    def record(self, event: Event) -> RecordedEvent:
        """Record what an event says."""
        return self._writer.make(lambda connection: self._record(connection, event))

    def delivered(self, event: Event) -> None:
        """Record that the application took an event."""
        self._writer.make(lambda connection: self._keep(connection, event))

    def release(self, event: Event) -> None:
        """Record that the application failed."""
        self._writer.make(lambda connection: self._arrivals.release(connection, event))

    def find(self, provider: str, message_id: str) -> Entry:
        """Return the entry of an accepted message."""
        return self._writer.make(lambda connection: self._entries.find_sent(connection, provider, message_id))

    def unmatched(self, after: Delivery | None = None) -> Sequence[Delivery]:
        """Return a page of reports that no entry has."""
        place = ("", "") if after is None else (after.provider, after.message_id)
        return self._writer.make(lambda connection: self._entries.deliveries.unmatched(connection, place))

    def awaited(
        self, provider: str, *, since: datetime, before: datetime, most: int, now: datetime | None = None
    ) -> Sequence[str]:
        """Return ids of messages that are on their way."""
        questions, bounds = self._entries.questions, (since.timestamp(), before.timestamp())
        if now is not None:
            moment = now.timestamp()
            while not self._writer.make(lambda connection: questions.forget_future(connection, provider, moment)):
                pass
        while True:
            found, done = self._writer.make(lambda connection: questions.awaited(connection, provider, *bounds, most))
            if done:
                return found

    def asked(self, provider: str, message_ids: Sequence[str], at: datetime) -> None:
        """Record when the vendor was asked."""
        questions, moment = self._entries.questions, at.timestamp()
        self._writer.make(lambda connection: questions.asked(connection, provider, message_ids, moment))

    def read_until(self, provider: str) -> datetime | None:
        """Return until when replies were read."""
        return self._writer.make(lambda connection: self._positions.get(connection, provider))

    def have_read(self, provider: str, until: datetime) -> None:
        """Record until when replies were read."""
        self._writer.make(lambda connection: self._positions.move(connection, provider, until))

    def unfinished_reading(self, provider: str) -> UnfinishedReading | None:
        """Return where replies are read on."""
        return self._writer.make(lambda connection: self._positions.unfinished(connection, provider))

    def keep_reading(self, provider: str, reading: UnfinishedReading | None) -> None:
        """Record where replies are read on."""
        self._writer.make(lambda connection: self._positions.keep(connection, provider, reading))

    def answered(self, reply: Reply) -> AnsweredMessage | None:
        """Return the message that a reply answers."""
        return self._writer.make(lambda connection: self._answered(connection, reply))

    def opted_out(self, number: str) -> Sequence[OptOutRecord]:
        """Return a number's opt-outs."""
        return self._writer.make(lambda connection: self._entries.opt_outs.of(connection, number))

    def opt_outs(self, after: OptOutRecord | None = None) -> Sequence[OptOutRecord]:
        """Return a page of opt-outs."""
        place = ("", "") if after is None else (after.number, after.scope)
        return self._writer.make(lambda connection: self._entries.opt_outs.page(connection, place))

    def opt_out(self, number: str, scope: str = ALL) -> None:
        """Record an opt-out."""

        def add(connection: Connection) -> None:
            self._log.mark(connection, number, stopped=True, scope=scope)
            self._entries.opt_outs.add(connection, number, scope)

        self._writer.make(add)

    def add_opt_outs(self, records: Sequence[OptOutRecord], *, undated: bool = False) -> int:
        """Record opt-outs that are not known."""
        return self._writer.make(lambda connection: self._lists.add(connection, records, undated=undated))

    def opt_in(self, number: str, scope: str | None = None) -> None:
        """Take an opt-out back."""

        def remove(connection: Connection) -> None:
            self._log.mark(connection, number, stopped=False, scope=scope)
            self._entries.opt_outs.remove(connection, number, scope)

        self._writer.make(remove)

    def _record(self, connection: Connection, event: Event) -> RecordedEvent:
        if isinstance(event, DeliveryReport):
            return self._record_report(connection, event)
        state = self._arrivals.claim(connection, event)
        match event:
            case Reply() if state is EventState.NEW:
                return RecordedEvent(state, self._joined(connection, event))
            case OptOut() | OptIn() if state is EventState.NEW:
                self._log.note(connection, event)
                self._entries.opt_outs.record(connection, event)
                return RecordedEvent(state, evolve(event, reply=self._joined(connection, event.reply)))
            case OptOut() | OptIn() if is_confirmed(event):
                self._entries.opt_outs.confirm_reply(connection, event)
        return RecordedEvent(state, event)

    def _keep(self, connection: Connection, event: Event) -> None:
        self._arrivals.keep(connection, event)
        self._close(connection, event)

    def _close(self, connection: Connection, event: Event) -> None:
        """Ask no more for a message at its end, once the application knows: not before, or a crash would hide it.

        A final status that came by webhook is asked for once more: another caller may have sent it.
        """
        if isinstance(event, DeliveryReport) and event.status.is_final and is_confirmed(event):
            self._entries.deliveries.close(connection, event)

    def _record_report(self, connection: Connection, report: DeliveryReport) -> RecordedEvent:
        known = self._entries.deliveries.get(connection, report.provider, report.message_id)
        adds = self._entries.deliveries.record(connection, report, known)
        if report.status is Status.DELIVERED and self._second_tries.is_duplicate(connection, report, adds):
            report = evolve(report, possible_duplicate=True)
            adds = ReportEffect.FURTHER if adds is ReportEffect.LATE else adds
        names = report.submission is not None  # that may settle an entry, though its status is known
        entry_id = self._about(connection, report, known) if names else None
        if report.status.is_final:
            self._second_tries.follow(connection, report)
        state = self._state(connection, report, known, adds)
        if state is not EventState.NEW:
            return RecordedEvent(state, report)
        if not names:
            entry_id = self._about(connection, report, known)
        entry = None if entry_id is None else self._entries.find(connection, entry_id)
        return RecordedEvent(EventState.NEW, evolve(report, entry=entry))

    def _state(
        self, connection: Connection, report: DeliveryReport, known: Delivery | None, adds: ReportEffect
    ) -> EventState:
        """Say whether a report is to be delivered."""
        if adds is ReportEffect.LATE:
            self._keep(connection, report)
            return EventState.SEEN
        if adds is ReportEffect.CORRECTION and known is not None:
            for one in (report, evolve(report, status=known.status, raw_status=known.raw_status)):
                self._arrivals.forget(connection, one)
        state = self._arrivals.claim(connection, report)
        if state is EventState.SEEN:
            self._close(connection, report)
        return state

    def _about(self, connection: Connection, report: DeliveryReport, known: Delivery | None) -> int | None:
        """Return the id of the entry that a report is about; settle that if it is unknown."""
        entry_id = self._entries.deliveries.accepted(connection, report.provider, report.message_id)
        if entry_id is not None:
            return entry_id
        delivery = self._entries.deliveries.get(connection, report.provider, report.message_id)
        first = known is None or known.submission != report.submission
        if delivery is None:
            return None
        named = evolve(delivery, submission=report.submission or delivery.submission)
        return self._entries.settle_by(connection, named, first=first)

    def _answered(self, connection: Connection, reply: Reply) -> AnsweredMessage | None:
        entry_id = self._entries.deliveries.answered(connection, reply)
        row = None if entry_id is None else connection.execute(_SENT, (entry_id,)).fetchone()
        return None if row is None else AnsweredMessage(*row)

    def _joined(self, connection: Connection, reply: Reply) -> Reply:
        entry_id = self._entries.deliveries.answered(connection, reply)
        return reply if entry_id is None else evolve(reply, entry=self._entries.find(connection, entry_id))
