"""The journal's statements; each is called within a transaction of the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from attrs import frozen

from smsgate.journal.record import Finding, content, read_send_at, write_finding, write_message, write_result
from smsgate.journal.settings import JournalSettings
from smsgate.journal.sqlite.clock import Clock
from smsgate.journal.sqlite.deliveries import Deliveries
from smsgate.journal.sqlite.ids import Ids
from smsgate.journal.sqlite.lease import Lease
from smsgate.journal.sqlite.opt_outs import OptOuts
from smsgate.journal.sqlite.row import SELECT, Row, write_asked
from smsgate.journal.sqlite.timeline import Timeline
from smsgate.model.entry import Asked, Claim, Delivery, Entry, Intent, State
from smsgate.model.errors import ConflictError, JournalError, NotFoundError, OptedOutError
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult

__all__ = ["Book", "Pass", "doubts_of", "inherited", "lapsed"]

PAGE = 500
"""Entries of one page of a list."""
_DAY = 24 * 60 * 60.0
_ENDED = "state = ?, asked = ?, result = ?, changed = ?, moment = ?, provider = ?, message_id = ?, polled = ?"
_TAKES = {
    True: "state IN ('intent', 'unknown')",
    False: "state IN ('intent', 'unknown', 'not sent')",
}
"""Which states a claim's holder may still settle, by whether the end is unknown: a certain word beats a guess."""


@frozen
class Pass:
    """One going through a run's messages."""

    run: int
    number: int


@frozen
class _Place:
    """Where an entry belongs."""

    identity: bytes | None
    passing: Pass | None
    nth: int | None


class Book:
    """What is written in the journal's tables, and read from them."""

    def __init__(self, settings: JournalSettings, salt: bytes, lease: Lease, clock: Clock, timeline: Timeline) -> None:
        self._settings = settings
        self._salt = salt
        self._lease = lease
        self._clock = clock.wall
        self._timeline = timeline
        self.deliveries = Deliveries(clock.wall, timeline, settings.text)
        self.opt_outs = OptOuts(clock.wall)
        self.ids = Ids()

    def begin(
        self, connection: sqlite3.Connection, intents: Sequence[Intent], passing: Pass | None
    ) -> list[Claim | Entry | ConflictError | OptedOutError]:
        """Record intents; of each tell whether it may be sent."""
        if passing is not None:
            self._check_pass(connection, passing)
        return [self._begin(connection, intent, passing) for intent in intents]

    def intend(self, connection: sqlite3.Connection, claim: Claim, asked: Sequence[Asked]) -> None:
        """Record who is asked next, unless the recipient has opted out meanwhile."""
        if refusal := self.opt_outs.refusal_of(connection, claim.entry_id):
            raise refusal
        changed = connection.execute(
            "UPDATE entries SET asked = ?, changed = ?, moment = ? WHERE id = ? AND claim = ? AND state = 'intent'",
            (write_asked(asked), *self._now, claim.entry_id, claim.number),
        )
        if not changed.rowcount:
            raise lapsed(claim)

    def settle(self, connection: sqlite3.Connection, settled: Iterable[tuple[Claim, SendResult]]) -> None:
        """Record how claims ended, where nobody has claimed them since."""
        for claim, result in settled:
            takes = _TAKES[result.outcome is Outcome.UNKNOWN]
            connection.execute(
                f"UPDATE entries SET {_ENDED} WHERE id = ? AND claim = ? AND {takes}",  # noqa: S608 - our own words
                (
                    *self._end(result),
                    *_whose(result.outcome, result.provider, result.message_id, result.message.send_at),
                    claim.entry_id,
                    claim.number,
                ),
            )
            if result.outcome is Outcome.UNKNOWN:
                self._look_aside(connection, claim.entry_id)

    def give_up(self, connection: sqlite3.Connection, claims: Sequence[Claim], state: State) -> None:
        """Record that claims were given up."""
        connection.executemany(
            "UPDATE entries SET state = ?, changed = ?, moment = ? WHERE id = ? AND claim = ? AND state = 'intent'",
            [(state.value, *self._now, claim.entry_id, claim.number) for claim in claims],
        )
        if state is State.UNKNOWN:
            for claim in claims:
                self._look_aside(connection, claim.entry_id)

    def open_run(self, connection: sqlite3.Connection, run: str) -> Pass:
        """Begin a pass."""
        self.sweep(connection)
        row = connection.execute("SELECT id, pass, owner FROM runs WHERE name = ?", (run,)).fetchone()
        if row is None:
            made = connection.execute(
                "INSERT INTO runs (name, pass, owner) VALUES (?, 1, ?)", (run, self._lease.owner)
            ).lastrowid
            return Pass(made or 0, 1)
        run_id, number, owner = row
        if owner is not None:
            raise JournalError(f"run {run!r}: is being sent already (process {self._pid(connection, owner)}); wait")
        connection.execute("UPDATE runs SET pass = pass + 1, owner = ? WHERE id = ?", (self._lease.owner, run_id))
        return Pass(run_id, number + 1)

    def close_run(self, connection: sqlite3.Connection, passing: Pass) -> None:
        """End a pass."""
        connection.execute("UPDATE runs SET owner = NULL WHERE id = ? AND pass = ?", (passing.run, passing.number))

    def find(self, connection: sqlite3.Connection, entry_id: int) -> Entry:
        """Return an entry as it is now."""
        return self._current(connection, self._row(connection, "entries.id = ?", entry_id), entry_id).entry

    def unknowns(self, connection: sqlite3.Connection, after: int, run: str | None) -> list[Entry]:
        """Return a page of unknown entries."""
        if after == 0:
            self.sweep(connection)
        rows = connection.execute(
            f"{SELECT} WHERE state = 'unknown' AND entries.id > ? AND (? IS NULL OR runs.name = ?) "
            f"ORDER BY entries.id LIMIT {PAGE}",
            (after, run, run),
        )
        return [Row(*row).entry for row in rows]

    def resolve(self, connection: sqlite3.Connection, entry_id: int, finding: Finding) -> Entry:
        """Record what was found out."""
        entry = self.find(connection, entry_id)
        if entry.state is not State.UNKNOWN:
            raise _settled(entry)
        if finding.outcome is Outcome.ACCEPTED:
            self.ids.check_free(connection, entry_id, finding.provider, finding.message_id)
        message, earlier = connection.execute(
            "SELECT message, result FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        written = write_finding(finding, message, earlier)
        asked = [each for each in entry.asked if finding.outcome is Outcome.ACCEPTED]
        connection.execute(
            f"UPDATE entries SET {_ENDED} WHERE id = ?",  # noqa: S608 - our own words
            (
                finding.outcome.value,
                write_asked(asked),
                written,
                *self._now,
                *_whose(finding.outcome, finding.provider, finding.message_id, read_send_at(message)),
                entry_id,
            ),
        )
        return self.find(connection, entry_id)

    def find_sent(self, connection: sqlite3.Connection, provider: str, message_id: str) -> Entry:
        """Return the entry that a vendor's id belongs to."""
        entry_id = self.deliveries.accepted(connection, provider, message_id)
        if entry_id is None:
            raise NotFoundError(f"the journal has no message {message_id!r} of {provider}")
        return self.find(connection, entry_id)

    def settle_by(self, connection: sqlite3.Connection, delivery: Delivery) -> int | None:
        """Settle the unknown entry that a report must be about as accepted; return its id, None if there is none."""
        entry_id = self.deliveries.doubted(connection, delivery)
        if entry_id is None or self.find(connection, entry_id).state is not State.UNKNOWN:
            return None
        if self.ids.owner(connection, delivery.provider, delivery.message_id, besides=entry_id) is not None:
            return None  # the report is about that message
        finding = Finding(
            outcome=Outcome.ACCEPTED,
            provider=delivery.provider,
            message_id=delivery.message_id,
            status=delivery.status,
        )
        return self.resolve(connection, entry_id, finding).id

    def reclaim(self, connection: sqlite3.Connection, entry_id: int, provider: str | None) -> Claim:
        """Claim an unknown entry."""
        entry = self.find(connection, entry_id)
        if entry.state is not State.UNKNOWN:
            raise _settled(entry)
        if refusal := self.opt_outs.refusal(connection, entry.to, confirms=False):
            raise refusal
        return self._claim(connection, entry_id, provider)

    def sweep(self, connection: sqlite3.Connection) -> None:
        """List the intents of processes that ended, or gave no sign of life, as unknown; free their runs."""
        alive = ", ".join(map(str, sorted(self._lease.alive(connection))))
        listed = connection.execute(
            "UPDATE entries SET state = 'unknown', changed = ?, moment = ? "  # noqa: S608 - whole numbers
            f"WHERE state = 'intent' AND owner NOT IN ({alive}) RETURNING id",
            self._now,
        ).fetchall()
        for (entry_id,) in listed:
            self._look_aside(connection, entry_id)
        connection.execute(f"UPDATE runs SET owner = NULL WHERE owner NOT IN ({alive})")  # noqa: S608

    def _look_aside(self, connection: sqlite3.Connection, entry_id: int) -> None:
        """Settle an entry that has just become unknown, if a report of its message came before."""
        for delivery in self.deliveries.kept_for(connection, entry_id, self.find(connection, entry_id).asked):
            if self.settle_by(connection, delivery) is not None:
                return

    def _begin(
        self, connection: sqlite3.Connection, intent: Intent, passing: Pass | None
    ) -> Claim | Entry | ConflictError | OptedOutError:
        message = intent.message
        marked = message.key is not None or passing is not None
        fingerprint = self._hash(b"content", content(message)) if marked else b""
        nth: int | None = None
        identity: bytes | None = None
        if message.key is not None:
            identity = self._hash(b"key", message.key.encode())
        elif passing is not None:
            identity, nth = self._place(connection, fingerprint, passing)
        row = None if identity is None else self._known(connection, identity)
        sent = row is not None and not row.may_be_sent
        refusal = None if sent else self.opt_outs.refusal(connection, message.to, confirms=intent.confirms)
        if row is not None and row.fingerprint != fingerprint:
            return ConflictError(
                f"the key {message.key!r} belongs to another message, which was begun at "
                f"{row.entry.created:%Y-%m-%d %H:%M:%S} UTC; give this one its own"
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
            self.opt_outs.confirm(connection, message.to, claim.entry_id)
        return claim

    def _known(self, connection: sqlite3.Connection, identity: bytes) -> Row | None:
        row = self._row(connection, "identity = ?", identity)
        if row is None:
            return None
        row = self._current(connection, row, row.id)
        ended = row.state not in {State.INTENT.value, State.UNKNOWN.value}
        if row.key is not None and ended and row.moment < self._timeline.moment - self._settings.key_days * _DAY:
            connection.execute("UPDATE entries SET identity = NULL WHERE id = ?", (row.id,))
            return None
        return row

    def _place(self, connection: sqlite3.Connection, fingerprint: bytes, passing: Pass) -> tuple[bytes, int]:
        """Say which of the run's equal messages comes now: the n-th of this pass is the n-th of every pass.

        The first of them counts; so nothing is kept in memory, and a file may be re-ordered or grow.
        """
        first = self._hash(b"run", b"%d/1/" % passing.run, fingerprint)
        row = connection.execute("SELECT id, pass, taken FROM entries WHERE identity = ?", (first,)).fetchone()
        if row is None:
            return first, 1
        entry_id, number, taken = row
        nth = taken + 1 if number == passing.number else 1
        connection.execute("UPDATE entries SET pass = ?, taken = ? WHERE id = ?", (passing.number, nth, entry_id))
        return self._hash(b"run", b"%d/%d/" % (passing.run, nth), fingerprint), nth

    def _insert(self, connection: sqlite3.Connection, intent: Intent, fingerprint: bytes, place: _Place) -> Claim:
        now = self._clock()
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
            *self._now,
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
            (self._lease.owner, write_asked(self._asked(provider)), *self._now, entry_id),
        )
        return Claim(entry_id, rows.fetchall()[0][0], provider, self._lease.lapses)

    def _row(self, connection: sqlite3.Connection, where: str, value: object) -> Row | None:
        row = connection.execute(f"{SELECT} WHERE {where}", (value,)).fetchone()
        return None if row is None else Row(*row)

    def _current(self, connection: sqlite3.Connection, row: Row | None, entry_id: int) -> Row:
        """Return a row as it is once the dead were swept."""
        if row is None:
            raise NotFoundError(f"the journal has no entry {entry_id}")
        if row.state == State.INTENT.value and row.owner not in self._lease.alive(connection):
            self.sweep(connection)
            row = self._row(connection, "entries.id = ?", entry_id)
            assert row is not None  # noqa: S101 - it was there in this transaction
        return row

    def _check_pass(self, connection: sqlite3.Connection, passing: Pass) -> None:
        row = connection.execute("SELECT name, pass, owner FROM runs WHERE id = ?", (passing.run,)).fetchone()
        if row is None or row[1:] != (passing.number, self._lease.owner):
            raise JournalError(f"run {row and row[0]!r}: was taken over by another process; it sends the rest")

    def _pid(self, connection: sqlite3.Connection, owner: int) -> str:
        host, pid = connection.execute("SELECT host, pid FROM processes WHERE id = ?", (owner,)).fetchone()
        return f"{pid} on {host}"

    def _asked(self, provider: str | None) -> list[Asked]:
        return [] if provider is None else [Asked(provider, datetime.fromtimestamp(self._clock(), UTC))]

    def _end(self, result: SendResult) -> tuple[str, str, str, float, float]:
        written = write_result(result, self._settings.text)
        return result.outcome.value, write_asked(doubts_of(result)), written, *self._now

    @property
    def _now(self) -> tuple[float, float]:
        """What is told to people, and what the journal counts with."""
        return self._clock(), self._timeline.moment

    def _hash(self, *parts: bytes) -> bytes:
        return blake2b(b"".join(parts), digest_size=16, key=self._salt).digest()


def _whose(
    outcome: Outcome, provider: str | None, message_id: str | None, send_at: datetime | None
) -> tuple[str | None, str | None, float | None]:
    """Return whose message an entry is, and before when its status need not be asked for; nobody's unless accepted."""
    if outcome is not Outcome.ACCEPTED or message_id is None:
        return None, None, None
    return provider, message_id, 0.0 if send_at is None else send_at.timestamp()


def doubts_of(result: SendResult) -> list[Asked]:
    """Return the providers that have the text of a result, or may have it."""
    return [
        Asked(each.provider, each.started, getattr(each.error, "message_id", None) or result.message_id)
        for each in result.attempts
        if each.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}
    ]


def lapsed(claim: Claim) -> JournalError:
    """Return what stops a message whose claim may be listed as unknown by now."""
    return JournalError(
        f"entry {claim.entry_id}: this process was halted for longer than its lease, and others may have listed the "
        "message as unknown; it is not sent"
    )


def inherited(claim: Claim) -> JournalError:
    """Return what stops a message that the process from which this one was forked is sending."""
    return JournalError(
        f"entry {claim.entry_id}: was claimed before this process was forked; only its parent may send and record it"
    )


def _settled(entry: Entry) -> ConflictError:
    return ConflictError(f"entry {entry.id} is not unknown but {entry.state.value}; nothing was changed")
