"""A row of the journal's entries, and what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from attrs import frozen

from smsgate.journal.record import read_message, read_result
from smsgate.model.entry import Asked, Delivery, Entry, State
from smsgate.model.source import Source
from smsgate.model.status import Status

__all__ = ["SELECT", "Row", "write_asked"]

SELECT = (
    "SELECT entries.id, state, recipient, runs.name, key, message, asked, created, entries.changed, result, "
    "fingerprint, entries.moment, entries.owner, entries.provider, entries.message_id, deliveries.status, raw_status, "
    "reason, reference, deliveries.changed, deliveries.confirmed "
    "FROM entries LEFT JOIN runs ON runs.id = entries.run "
    "LEFT JOIN deliveries USING (provider, message_id) "
)
"""Gives the columns of a row, in its order."""


@frozen
class Row:
    """One entry as it is in the table."""

    id: int
    state: str
    recipient: str
    run: str | None
    key: str | None
    message: str
    asked: str
    created: float
    changed: float
    result: str | None
    fingerprint: bytes
    moment: float
    owner: int
    provider: str | None
    message_id: str | None
    status: str | None
    raw_status: str | None
    reason: str | None
    reference: str | None
    reported: float | None
    confirmed: int | None

    @property
    def entry(self) -> Entry:
        """The entry that it tells of."""
        return Entry(
            id=self.id,
            state=State(self.state),
            to=self.recipient,
            run=self.run,
            key=self.key,
            message=read_message(self.recipient, self.message),
            asked=tuple(_read_asked(self.asked)),
            created=datetime.fromtimestamp(self.created, UTC),
            changed=datetime.fromtimestamp(self.changed, UTC),
            recorded=None if self.result is None else read_result(self.result),
            delivery=self._delivery,
        )

    @property
    def _delivery(self) -> Delivery | None:
        if self.provider is None or self.message_id is None or self.status is None or self.reported is None:
            return None
        return Delivery(
            provider=self.provider,
            message_id=self.message_id,
            status=Status(self.status),
            raw_status=self.raw_status,
            reason=self.reason,
            reference=self.reference,
            changed=datetime.fromtimestamp(self.reported, UTC),
            source=Source.POLLED if self.confirmed else Source.WEBHOOK,
        )

    @property
    def may_be_sent(self) -> bool:
        """Whether it is certain that nothing is out and no vendor has refused it."""
        if self.state == State.REJECTED.value and self.result:  # refused here, by settings that may have changed
            error = json.loads(self.result).get("error") or {}
            return bool(error.get("kind") == "InvalidMessageError")
        return self.state == State.NOT_SENT.value


def write_asked(asked: Iterable[Asked]) -> str:
    """Write who may have a text."""
    return json.dumps([[each.provider, each.since.isoformat(), each.message_id] for each in asked])


def _read_asked(written: str) -> Iterable[Asked]:
    for provider, since, message_id in json.loads(written):
        yield Asked(provider, datetime.fromisoformat(since), message_id)
