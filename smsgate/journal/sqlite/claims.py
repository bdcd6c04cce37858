"""Intents become claims: a message is sent by the one claim that has its entry, and by no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import frozen

from smsgate.journal.record import content, write_message
from smsgate.journal.settings import JournalSettings
from smsgate.journal.sqlite.entries import Entries, settled_before
from smsgate.journal.sqlite.lease import Lease
from smsgate.journal.sqlite.row import Row, write_asked
from smsgate.journal.sqlite.runs import Identities, Pass, Runs
from smsgate.model.entry import Asked, Claim, Entry, Intent, State
from smsgate.model.errors import ConflictError, OptedOutError

__all__ = ["Claims"]

_DAY = 24 * 60 * 60.0


@frozen
class _Place:
    """Where an entry belongs."""

    identity: bytes | None
    passing: Pass | None
    nth: int | None


class Claims:
    """Makes entries of intents, and gives the right to send one to one caller."""

    def __init__(
        self,
        entries: Entries,
        runs: Runs,
        identities: Identities,
        settings: JournalSettings,
        lease: Lease,
    ) -> None:
        self._entries = entries
        self._runs = runs
        self._identities = identities
        self._settings = settings
        self._lease = lease

    def begin(
        self, connection: sqlite3.Connection, intents: Sequence[Intent], passing: Pass | None
    ) -> list[Claim | Entry | ConflictError | OptedOutError]:
        """Record intents; return for each whether it may be sent."""
        if passing is not None:
            self._runs.check(connection, passing)
        return [self._begin(connection, intent, passing) for intent in intents]

    def reclaim(self, connection: sqlite3.Connection, entry_id: int, provider: str | None) -> Claim:
        """Claim an unknown entry."""
        entry = self._entries.find(connection, entry_id)
        if entry.state is not State.UNKNOWN:
            raise settled_before(entry)
        if refusal := self._entries.opt_outs.refusal(connection, entry.to, confirms=False):
            raise refusal
        return self._claim(connection, entry_id, provider)

    def _begin(
        self, connection: sqlite3.Connection, intent: Intent, passing: Pass | None
    ) -> Claim | Entry | ConflictError | OptedOutError:
        message = intent.message
        marked = message.key is not None or passing is not None
        fingerprint = self._identities.of(b"content", content(message)) if marked else b""
        nth: int | None = None
        identity: bytes | None = None
        if message.key is not None:
            identity = self._identities.of(b"key", message.key.encode())
        elif passing is not None:
            identity, nth = self._runs.place(connection, fingerprint, passing)
        row = None if identity is None else self._known(connection, identity)
        sent = row is not None and not row.may_be_sent
        refusal = None if sent else self._entries.opt_outs.refusal(connection, message.to, confirms=intent.confirms)
        if row is not None and row.fingerprint != fingerprint:
            return ConflictError(
                f"the key {message.key!r} belongs to another message, which was started at "
                f"{row.entry.created:%Y-%m-%d %H:%M:%S} UTC; give this message another key"
            )
        if row is not None and sent:
            return row.entry
        if refusal is not None:
            return refusal
        if row is None:
            claim = self._insert(connection, intent, fingerprint, _Place(identity, passing, nth))
        else:
            written = write_message(message, self._settings.text)
            connection.execute("UPDATE entries SET message = ? WHERE id = ?", (written, row.id))
            claim = self._claim(connection, row.id, intent.provider)
        if intent.confirms:
            self._entries.opt_outs.confirm(connection, message.to, claim.entry_id)
        return claim

    def _known(self, connection: sqlite3.Connection, identity: bytes) -> Row | None:
        row = self._entries.row(connection, "identity = ?", identity)
        if row is None:
            return None
        row = self._entries.current(connection, row, row.id)
        ended = row.state not in {State.INTENT.value, State.UNKNOWN.value}
        if row.key is not None and ended and row.moment < self._entries.now[1] - self._settings.key_days * _DAY:
            connection.execute("UPDATE entries SET identity = NULL WHERE id = ?", (row.id,))
            return None
        return row

    def _insert(self, connection: sqlite3.Connection, intent: Intent, fingerprint: bytes, place: _Place) -> Claim:
        now = self._entries.now[0]
        row = (
            place.identity,
            fingerprint,
            place.passing and place.passing.run,
            place.passing.number if place.passing and place.nth == 1 else None,
            place.nth if place.nth == 1 else None,
            intent.message.key,
            intent.message.to,
            write_message(intent.message, self._settings.text),
            self._lease.owner,
            write_asked(self._asked(intent.provider)),
            now,
            *self._entries.now,
        )
        made = connection.execute(
            "INSERT INTO entries (identity, fingerprint, run, pass, taken, key, recipient, message, state, owner, "
            "claim, asked, created, changed, moment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'intent', ?, 1, ?, ?, ?, ?)",
            row,
        )
        return Claim(made.lastrowid or 0, 1, intent.provider, self._lease.lapses)

    def _claim(self, connection: sqlite3.Connection, entry_id: int, provider: str | None) -> Claim:
        rows = connection.execute(
            "UPDATE entries SET state = 'intent', owner = ?, claim = claim + 1, asked = ?, result = NULL, changed = ?, "
            "moment = ?, provider = NULL, message_id = NULL, polled = NULL WHERE id = ? RETURNING claim",
            (self._lease.owner, write_asked(self._asked(provider)), *self._entries.now, entry_id),
        )
        return Claim(entry_id, rows.fetchall()[0][0], provider, self._lease.lapses)

    def _asked(self, provider: str | None) -> list[Asked]:
        return [] if provider is None else [Asked(provider, datetime.fromtimestamp(self._entries.now[0], UTC))]
