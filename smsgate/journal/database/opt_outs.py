"""The statements on opt-outs."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import starmap

from attrs import astuple, evolve, frozen

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.person import ERASED, Person
from smsgate.journal.database.runs import Identities
from smsgate.journal.inbox import OptOutRecord
from smsgate.journal.report_effect import is_confirmed
from smsgate.journal.trail import Standing
from smsgate.model.errors import OptedOutError
from smsgate.model.event import OptIn, OptOut

__all__ = ["OptOuts"]

_log = logging.getLogger("smsgate.journal")

PAGE = 500
_COLUMNS = "number, stopped, at, provider, word, confirmation, confirmed"
NUMBER = re.compile(r"\+[0-9]{1,15}")
UNCLEAR = timedelta(minutes=2).total_seconds()
"""Two replies' times are no nearer to the truth: vendors round them to minutes, and have clocks of their own."""


@frozen
class _Row:
    """What the journal knows of one spelling of a number."""

    number: str
    stopped: bool
    at: float
    provider: str | None = None
    word: str | None = None
    confirmation: int | None = None
    """The one entry that may go to it all the same."""
    confirmed: bool = False
    """Whether it is the vendor's answer to a request."""

    @property
    def record(self) -> OptOutRecord:
        return OptOutRecord(self.number, datetime.fromtimestamp(self.at, UTC), self.provider, self.word)


class OptOuts:
    """Who must not be texted."""

    def __init__(self, timeline: Timeline, identities: Identities) -> None:
        self._timeline = timeline
        self._identities = identities

    def record(self, connection: Connection, event: OptOut | OptIn) -> None:
        """Record what a reply asks for, unless the person has asked for the other since.

        Nothing is said in the future. Where it is not clear what was said last, it was the STOP. A sender that is no
        number could never be texted. A START that came by webhook does not revoke a STOP that the vendor
        has confirmed.
        """
        reply, now = event.reply, self._timeline.wall
        if not NUMBER.fullmatch(reply.sender):
            return
        stopped = isinstance(event, OptOut)
        at = now if reply.received_at is None else min(reply.received_at.timestamp(), now)
        known = self._standing(connection, reply.sender)
        if known is not None and at < known.at - (UNCLEAR if stopped else 0) and not (stopped and known.at > now):
            return  # but a time that is still to come tells nothing: the clock was ahead when it was recorded
        confirmed = is_confirmed(event)
        if known is not None and not stopped and known.stopped and known.confirmed and not confirmed:
            _log.warning("%s: the opt-in %.80r waits for the vendor's confirmation", reply.provider, reply.message_id)
            return
        confirmation = None if known is None or at > known.at else known.confirmation
        at = at if known is None else max(at, known.at)
        self._replace(connection, _Row(reply.sender, stopped, at, reply.provider, event.word, confirmation, confirmed))

    def confirm_reply(self, connection: Connection, event: OptOut | OptIn) -> None:
        """Record that the vendor confirms a reply that was recorded before.

        A STOP that was revoked by hand since stays revoked.
        """
        known = self._standing(connection, event.reply.sender)
        at = event.reply.received_at
        if isinstance(event, OptIn) or known is None or (at is not None and at.timestamp() > known.at):
            self.record(connection, event)
        elif known.stopped:
            self._replace(connection, evolve(known, confirmed=True))

    def mark(self, connection: Connection, number: str, *, stopped: bool) -> None:
        """Record what somebody decided without a reply."""
        self._replace(connection, _Row(number, stopped, self._timeline.wall))

    def get(self, connection: Connection, number: str) -> OptOutRecord | None:
        """Return the opt-out of a number's line."""
        known = self._standing(connection, number)
        return known.record if known is not None and known.stopped else None

    def standing(self, connection: Connection, number: str) -> Standing | None:
        """Return what was said last of a number's line, that it may be texted again too."""
        known = self._standing(connection, number)
        if known is None:
            return None
        at = datetime.fromtimestamp(known.at, UTC)
        return Standing(bool(known.stopped), at, known.provider, known.word, known.confirmation)

    def page(self, connection: Connection, after: str) -> list[OptOutRecord]:
        """Return a page of opt-outs, without those that another spelling of the number has taken back."""
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM opt_outs WHERE stopped = 1 AND number > ? ORDER BY number LIMIT ?",
            (after, PAGE),
        ).fetchall()
        found = [row.record for row in starmap(_Row, rows) if self.get(connection, row.number) is not None]
        return found if found or not rows else self.page(connection, rows[-1][0])

    def refusal(self, connection: Connection, number: str, *, confirms: bool) -> OptedOutError | None:
        """Say what stops a message to a number; the one that confirms its opt-out goes through, until one was sent."""
        known = self._standing(connection, number)
        if known is None or not known.stopped:
            return None
        row = connection.execute("SELECT state FROM entries WHERE id = ?", (known.confirmation,)).fetchone()
        unsent = known.confirmation is None or (row is not None and row[0] == "not sent")  # a pruned one was sent
        return None if confirms and unsent else known.record.refusal()

    def refusal_of(self, connection: Connection, entry_id: int) -> OptedOutError | None:
        """Say what stops an entry's message by now, unless it is the confirmation."""
        row = connection.execute("SELECT recipient FROM entries WHERE id = ?", (entry_id,)).fetchone()
        known = None if row is None else self._standing(connection, row[0])
        if known is None or not known.stopped or known.confirmation == entry_id:
            return None
        return known.record.refusal()

    def confirm(self, connection: Connection, number: str, entry_id: int) -> None:
        """Record which entry confirms a number's opt-out."""
        forms = Person(number, self._identities).forms
        connection.execute(
            f"UPDATE opt_outs SET confirmation = ? WHERE number IN ({_marks(forms)})", (entry_id, *forms)
        )

    def erase(self, connection: Connection, person: Person) -> int:
        """Write what is known of a number under its hash; return 1 if anything is."""
        known = self._standing(connection, person.number)
        if known is None:
            return 0
        self._delete(connection, person)
        _insert(connection, evolve(known, number=person.erased))
        return 1

    def _standing(self, connection: Connection, number: str) -> _Row | None:
        """Return what was said last of a number's line, in whichever spelling; what is unclear is the STOP.

        A journal of an earlier smsgate may have a row for each spelling.
        """
        forms = Person(number, self._identities).forms
        rows = connection.execute(f"SELECT {_COLUMNS} FROM opt_outs WHERE number IN ({_marks(forms)})", forms)
        found = max(starmap(_Row, rows), key=lambda row: row.at + (UNCLEAR if row.stopped else 0), default=None)
        is_erased = found is not None and found.number.startswith(ERASED)
        return evolve(found, number=number) if found is not None and is_erased else found

    def _replace(self, connection: Connection, row: _Row) -> None:
        """Write the one row of a line."""
        self._delete(connection, Person(row.number, self._identities))
        _insert(connection, row)

    def _delete(self, connection: Connection, person: Person) -> None:
        connection.execute(f"DELETE FROM opt_outs WHERE number IN ({_marks(person.forms)})", person.forms)


def _insert(connection: Connection, row: _Row) -> None:
    connection.execute(
        f"INSERT INTO opt_outs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [int(value) if isinstance(value, bool) else value for value in astuple(row)],
    )


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
