"""The statements on deliveries: where messages are by the reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.unmatched import Unmatched
from smsgate.journal.redaction import kept_status
from smsgate.journal.report_effect import ReportEffect, effect_of
from smsgate.journal.settings import KeepText
from smsgate.model.entry import Asked, Delivery
from smsgate.model.event import DeliveryReport, Reply
from smsgate.model.source import Source
from smsgate.model.status import Status

__all__ = ["SOURCES", "Deliveries"]

SOURCES = (Source.WEBHOOK, Source.POLLED, Source.SIGNED)
"""By the number in the column `confirmed`: what is over 0 is the vendor's word for certain."""

_COLUMNS = "provider, message_id, status, raw_status, reason, reference, changed, confirmed, submission"
_FULL = ", ".join(f"deliveries.{column}" for column in _COLUMNS.split(", "))
_ACCEPTED = "provider = ? AND message_id = ? AND state = 'accepted'"


_REPLACED = f"SELECT entry FROM tries WHERE {_ACCEPTED} ORDER BY entry DESC LIMIT 1"


class Deliveries:
    """What reports have said."""

    def __init__(self, timeline: Timeline, keep: KeepText) -> None:
        self._timeline = timeline
        self._keep = keep
        self._unmatched = Unmatched(timeline)

    def record(self, connection: Connection, report: DeliveryReport, known: Delivery | None) -> ReportEffect:
        """Record a report beside what is known; say what it adds."""
        adds = effect_of(known, report)
        if report.source.is_confirmed and known is not None and report.status is known.status:
            self._confirm(connection, report)
        if report.submission is not None and known is not None and known.submission is None:
            self._name(connection, report)
        if adds in {ReportEffect.FURTHER, ReportEffect.CORRECTION}:
            self._write(connection, report)
            if known is not None:
                self._unmatched.refer(connection, report)
            elif self.accepted(connection, report.provider, report.message_id) is None:
                self._unmatched.add(connection, report)
            if known is not None and not report.source.is_confirmed and known.status.is_final:
                self._reopen(connection, report)
        return adds

    def _write(self, connection: Connection, report: DeliveryReport) -> None:
        """Write a report.

        Where no texts are kept, its reason is not, for that may quote one, nor a word for a status that nothing maps.
        """
        full = self._keep is KeepText.FULL
        connection.execute(
            f"INSERT INTO deliveries ({_COLUMNS}, first) VALUES (?, ?, ?, ?, ?, ?, ?7, ?8, ?9, ?7) "
            "ON CONFLICT (provider, message_id) DO UPDATE SET "
            "status = excluded.status, raw_status = excluded.raw_status, "
            "reason = excluded.reason, reference = coalesce(excluded.reference, deliveries.reference), "
            "changed = excluded.changed, confirmed = excluded.confirmed, "
            "submission = coalesce(deliveries.submission, excluded.submission)",
            (
                report.provider,
                report.message_id,
                report.status.value,
                report.raw_status if full else kept_status(report.raw_status, report.status),
                report.reason if full else None,
                report.reference,
                self._timeline.wall,
                SOURCES.index(report.source),
                report.submission,
            ),
        )

    def _name(self, connection: Connection, report: DeliveryReport) -> None:
        """Record which submission the message is of."""
        connection.execute(
            "UPDATE deliveries SET submission = ? WHERE provider = ? AND message_id = ?",
            (report.submission, report.provider, report.message_id),
        )

    def _confirm(self, connection: Connection, report: DeliveryReport) -> None:
        """Record that the vendor says the same."""
        connection.execute(
            "UPDATE deliveries SET confirmed = ? WHERE provider = ? AND message_id = ? AND confirmed = 0",
            (SOURCES.index(report.source), report.provider, report.message_id),
        )

    def _reopen(self, connection: Connection, report: DeliveryReport) -> None:
        """Await the vendor's answer to a final status that came by webhook after another final status."""
        connection.execute(
            f"UPDATE entries SET polled = 0 WHERE {_ACCEPTED} AND polled IS NULL",
            (report.provider, report.message_id),
        )

    def close(self, connection: Connection, report: DeliveryReport) -> None:
        """Await nothing more of a message whose last report the application has had."""
        connection.execute(
            f"UPDATE entries SET polled = NULL WHERE {_ACCEPTED}",
            (report.provider, report.message_id),
        )

    def get(self, connection: Connection, provider: str, message_id: str) -> Delivery | None:
        """Return what was reported of a message."""
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM deliveries WHERE provider = ? AND message_id = ?",
            (provider, message_id),
        ).fetchone()
        return None if row is None else _delivery(row)

    def matched(self, connection: Connection, accepted: Sequence[tuple[str | None, str | None]]) -> None:
        """Note that messages were accepted under ids of their providers'."""
        self._unmatched.matched(connection, accepted)

    def unmatched(self, connection: Connection, after: tuple[str, str]) -> list[Delivery]:
        """Return a page of what was reported of messages that no entry has."""
        return [_delivery(row) for row in self._unmatched.page(connection, _FULL, after)]

    def marked(self, connection: Connection, asked: Asked, reference: str) -> Delivery | None:
        """Return what was reported of the one message with a reference that no entry has; None if there are several.

        What was reported before the vendor was asked is of another message.
        """
        rows = self._unmatched.marked(connection, f"{_FULL}, deliveries.first", asked.provider, reference)
        if len(rows) != 1 or datetime.fromtimestamp(rows[0][-1], UTC) < asked.since:
            return None
        return _delivery(rows[0][:-1])

    def accepted(self, connection: Connection, provider: str, message_id: str) -> int | None:
        """Return the id of the entry that a vendor's id belongs to, also if that was tried again since."""
        row = connection.execute(
            f"SELECT id FROM entries WHERE {_ACCEPTED} ORDER BY id DESC LIMIT 1",
            (provider, message_id),
        ).fetchone()
        if row is None:
            row = connection.execute(_REPLACED, (provider, message_id)).fetchone()
        return None if row is None else int(row[0])

    def overrule(self, connection: Connection, report: DeliveryReport) -> None:
        """Record a report that another final one had come before."""
        self._write(connection, report)

    def answered(self, connection: Connection, reply: Reply) -> int | None:
        """Return the id of the entry that a reply answers."""
        if reply.in_reply_to is not None:
            return self.accepted(connection, reply.provider, reply.in_reply_to)
        if reply.conversation is None:
            return None
        row = connection.execute(
            "SELECT max(id) FROM entries "
            "WHERE state = 'accepted' AND provider = ? AND message_id >= ? AND message_id < ?",
            (reply.provider, f"{reply.conversation}:", f"{reply.conversation};"),  # the character after the colon
        ).fetchone()
        return None if row[0] is None else int(row[0])


def _delivery(row: Sequence[Any]) -> Delivery:
    provider, message_id, status, raw_status, reason, reference, changed, confirmed, submission = row
    return Delivery(
        provider=provider,
        message_id=message_id,
        status=Status(status),
        raw_status=raw_status,
        reason=reason,
        reference=reference,
        changed=datetime.fromtimestamp(changed, UTC),
        source=SOURCES[confirmed],
        submission=submission,
    )
