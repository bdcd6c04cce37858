"""A row of the journal's entries, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self

from attrs import field, frozen

from smsgate.journal.asked_record import read_asked
from smsgate.journal.database.deliveries import SOURCES
from smsgate.journal.message_record import MessageColumns, read_message, read_trace
from smsgate.journal.result_record import (
    ResultColumns,
    read_result,
    unknown_attempts,
    was_refused_here,
)
from smsgate.model.entry import Delivery, Entry, State
from smsgate.model.outcome import Outcome
from smsgate.model.status import Status

__all__ = ["SELECT", "Row"]

_OWN = (
    *("id", "state", "recipient", "key", "submissions", "earlier", "created", "changed", "identity", "fingerprint"),
    *("moment", "owner", "pass", "nth", *MessageColumns._fields, *ResultColumns._fields),
)
SELECT = (
    f"SELECT {', '.join(f'entries.{name}' for name in _OWN)}, "
    "runs.name, deliveries.status, raw_status, reason, deliveries.reference, deliveries.changed, "
    "deliveries.confirmed, deliveries.submission, due.at "
    "FROM entries LEFT JOIN runs ON runs.id = entries.run LEFT JOIN due ON due.entry = entries.id "
    "LEFT JOIN deliveries ON entries.state = 'accepted' "
    "AND deliveries.provider = entries.provider AND deliveries.message_id = entries.message_id "
)
"""Gives the columns that `Row.of` takes."""
_MESSAGE = slice(14, 14 + len(MessageColumns._fields))
_RESULT = slice(_MESSAGE.stop, _MESSAGE.stop + len(ResultColumns._fields))


@frozen
class Row:
    """One entry as it is in the table."""

    id: int
    state: State = field(converter=State)
    recipient: str
    key: str | None
    asked: str | None
    earlier: str | None
    """What was asked before it was sent again."""
    created: float
    changed: float
    identity: bytes | None
    fingerprint: bytes
    moment: float
    owner: int
    number: int | None
    """At the first of equal messages of a run: the pass that `counted` is of."""
    counted: int | None
    message: MessageColumns
    result: ResultColumns
    run: str | None
    delivery: tuple[Any, ...]
    due: float | None
    """When it is sent, or sent again, as people are shown it."""

    @classmethod
    def of(cls, columns: Sequence[Any]) -> Self:
        """Read what a `SELECT` gives."""
        run, *delivery, due = columns[_RESULT.stop :]
        message, result = MessageColumns(*columns[_MESSAGE]), ResultColumns(*columns[_RESULT])
        values: list[Any] = [*columns[: _MESSAGE.start], message, result, run, tuple(delivery), due]
        return cls(*values)

    @property
    def entry(self) -> Entry:
        """The entry that it describes."""
        recorded = None if self.result.status is None else read_result(Outcome(self.state.value), self.result)
        asked = unknown_attempts(recorded) if self.asked is None and recorded else read_asked(self.asked)
        if self.state in {State.INTENT, State.UNKNOWN}:
            asked = [*read_asked(self.earlier), *asked]
        return Entry(
            id=self.id,
            state=self.state,
            to=self.recipient,
            run=self.run,
            key=self.key,
            message=read_message(self.recipient, self.key, self.message),
            asked=tuple(asked),
            created=datetime.fromtimestamp(self.created, UTC),
            changed=datetime.fromtimestamp(self.changed, UTC),
            recorded=recorded,
            delivery=self._delivery,
            trace=read_trace(self.message.details),
            due=None if self.due is None else datetime.fromtimestamp(self.due, UTC),
        )

    @property
    def _delivery(self) -> Delivery | None:
        status, raw_status, reason, reference, reported, confirmed, submission = self.delivery
        if self.result.provider is None or self.result.message_id is None or status is None:
            return None
        return Delivery(
            provider=self.result.provider,
            message_id=self.result.message_id,
            status=Status(status),
            raw_status=raw_status,
            reason=reason,
            reference=reference,
            changed=datetime.fromtimestamp(reported, UTC),
            source=SOURCES[confirmed],
            submission=submission,
        )

    @property
    def may_be_sent(self) -> bool:
        """Whether it is certain that nothing is out and no vendor has refused it."""
        return self.state in {State.NOT_SENT, State.CANCELLED} or (
            self.state is State.REJECTED and was_refused_here(self.result)
        )
