"""The statements of an audit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from smsgate.journal.asked_record import read_asked
from smsgate.journal.audit import AuditedEntry, AuditedPage, ListedMessage
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.open_entries import open_with_id, open_with_submission
from smsgate.journal.database.person import Person
from smsgate.journal.database.runs import Identities
from smsgate.journal.database.writer import Writer
from smsgate.journal.message_record import text_hash
from smsgate.model.entry import State
from smsgate.model.price import Price
from smsgate.model.status import Status
from smsgate.model.vendor_ids import BEHIND, is_whole

__all__ = ["DatabaseAudit"]

QUEUED = timedelta(days=32)
"""How long before it was accepted an entry may have been made: it waited in a queue, or is sent later."""
BLOCK = 2_000
"""Ids that one page goes through."""
MOST = 100
"""Messages of one vendor's list that are looked up by one statement."""
NEAR = 50
"""Open entries to one number that are looked at, the newest first."""
_TIME = (
    "coalesce(entries.send_at, entries.started, "
    "CASE WHEN entries.range_id IS NULL THEN entries.created ELSE entries.changed END)"
)
"""When it is to be sent, or its provider was asked; as near as is known where it was not the first one."""
_COLUMNS = (
    "entries.id, entries.state, entries.recipient, entries.provider, entries.message_id, entries.segments, "
    f"entries.price, {_TIME}, entries.details, entries.status, "
    "deliveries.status, entries.submissions, entries.text"
)
_SELECT = (
    f"SELECT {_COLUMNS} FROM entries LEFT JOIN deliveries ON entries.state = 'accepted' "
    "AND deliveries.provider = entries.provider AND deliveries.message_id = entries.message_id WHERE"
)
_BY_IDS = (
    f"{_SELECT} entries.state = 'accepted' AND entries.provider = ? AND entries.message_id IN ({', '.join('?' * MOST)})"
)
_BY_ID = f"{_SELECT} entries.id = ?"
_TO = (
    f"{_SELECT} entries.id IN (SELECT id FROM entries WHERE recipient = ?1 AND created >= ?2 AND created <= ?3 "
    f"ORDER BY id DESC LIMIT {NEAR}) ORDER BY entries.id"
)
_BLOCK = (
    f"{_SELECT} entries.id > ?1 AND entries.id <= ?2 AND entries.state = 'accepted' AND entries.provider = ?3 "
    f"AND {_TIME} >= ?4 AND {_TIME} < ?5 ORDER BY entries.id"
)
_ENDS = "SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM entries"
_NEXT = "SELECT id, created FROM entries WHERE id >= ? ORDER BY id LIMIT 1"
_OPEN = {State.INTENT, State.UNKNOWN}


class DatabaseAudit:
    """A `JournalAudit`; each question is a short transaction of the journal's writer."""

    def __init__(self, journal: object, writer: Writer, identities: Identities) -> None:
        self._journal = journal  # so that it is not dropped while its audit is used
        self._writer = writer
        self._identities = identities

    def match(self, provider: str, messages: Sequence[ListedMessage]) -> Sequence[AuditedEntry | None]:
        """Return the entry that each message is of."""
        return self._writer.make(lambda connection: self._match(connection, provider, messages))

    def first(self, since: datetime) -> int:
        """Return the id before the first entry that was made since a while before a moment."""
        least = (since - QUEUED).timestamp()
        return self._writer.make(lambda connection: _first(connection, least)) - 1

    def accepted(self, provider: str, after: int, since: datetime, until: datetime) -> AuditedPage:
        """Return the accepted entries among the next ids."""

        def read(connection: Connection) -> AuditedPage:
            _, last = connection.execute(_ENDS).fetchone()
            parameters = (after, after + BLOCK, provider, since.timestamp(), until.timestamp())
            rows = connection.execute(_BLOCK, parameters).fetchall()
            return AuditedPage([*map(_entry, rows)], after + BLOCK if after + BLOCK < last else None)

        return self._writer.make(read)

    def _match(
        self, connection: Connection, provider: str, messages: Sequence[ListedMessage]
    ) -> list[AuditedEntry | None]:
        known = dict(_by_ids(connection, provider, [each.id for each in messages]))
        found: list[AuditedEntry | None] = []
        taken: set[int] = set()
        for each in messages:
            row = known.get(each.id) or self._open(connection, provider, each, taken)
            if row is not None:
                taken.add(row[0])
            found.append(None if row is None else _entry(row))
        return found

    def _open(self, connection: Connection, provider: str, message: ListedMessage, taken: set[int]) -> Any:  # noqa: ANN401 - a row
        """Return the row of an entry that has not ended under an id of its own."""
        named = [*open_with_id(connection, provider, message.id)]
        if message.reference is not None:
            by_reference = open_with_submission(connection, provider, message.reference)
            named += [] if by_reference is None else [by_reference]
        for id_ in named:
            return connection.execute(_BY_ID, (id_,)).fetchone()
        return next((row for row in self._near(connection, provider, message) if row[0] not in taken), None)

    def _near(self, connection: Connection, provider: str, message: ListedMessage) -> Iterator[Any]:
        """Give entries to the same number, of about the same time and with the same text, that have no id yet."""
        if message.to is None or message.text is None or message.at is None:
            return
        first, last = (message.at - QUEUED).timestamp(), (message.at + BEHIND).timestamp()
        for form in Person(message.to, self._identities).forms:
            for row in connection.execute(_TO, (form, first, last)).fetchall():
                if _waits(row, provider, message.at) and _has_text(row, message.text):
                    yield row


def _by_ids(connection: Connection, provider: str, ids: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for start in range(0, len(ids), MOST):
        part = ids[start : start + MOST]
        padded = (*part, *[part[0]] * (MOST - len(part)))  # one size, so that the statement is prepared
        yield from ((row[4], row) for row in connection.execute(_BY_IDS, (provider, *padded)).fetchall())


def _first(connection: Connection, least: float) -> int:
    """Return the first id of an entry that was made since a moment: ids grow with time, but for a clock that is set."""
    low, high = connection.execute(_ENDS).fetchone()
    high += 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(_NEXT, (middle,)).fetchone()
        if row is None or row[1] >= least:
            high = middle
        else:
            low = row[0] + 1
    return int(low)


def _waits(row: Sequence[Any], provider: str, at: datetime) -> bool:
    """Whether a provider may have an entry's text under an id that is not known."""
    state, ended_by, message_id = State(row[1]), row[3], row[4]
    if state in {State.ACCEPTED, State.REJECTED}:  # a vendor may keep what it refused
        return ended_by == provider and not is_whole(message_id) and _is_near(_time(row), at)
    return state in _OPEN and any(
        each.provider == provider and not is_whole(each.message_id) and _is_near(each.since, at)
        for each in read_asked(row[11])
    )


def _is_near(asked: datetime, at: datetime) -> bool:
    """Whether a vendor's time may be that of a message which it was asked to send."""
    return asked - BEHIND <= at <= asked + timedelta(days=1)


def _has_text(row: Sequence[Any], text: str) -> bool:
    """Whether an entry has a text; where not even its hash is kept, it may."""
    details, kept = row[8], row[12]
    if kept is not None:
        return bool(kept.split() == text.split())
    known = json.loads(details).get("sha256") if details else None
    return known is None or known == text_hash(text)


def _time(row: Sequence[Any]) -> datetime:
    return datetime.fromtimestamp(row[7], UTC)


def _entry(row: Sequence[Any]) -> AuditedEntry:
    id_, state, to, provider, message_id, segments, price, _, details, recorded, reported, *_ = row
    seconds = json.loads(details).get("validity") if details else None
    status = reported or recorded
    return AuditedEntry(
        id=int(id_),
        state=State(state),
        to=to,
        provider=provider,
        message_id=message_id,
        segments=segments,
        price=_price(price),
        at=_time(row),
        validity=None if seconds is None else timedelta(seconds=seconds),
        status=None if status is None else Status(status),
    )


def _price(written: str | None) -> Price | None:
    if written is None:
        return None
    amount, _, unit = written.partition(" ")
    return Price(Decimal(amount), unit)
