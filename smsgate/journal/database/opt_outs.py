"""The statements on opt-outs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from itertools import starmap

from attrs import evolve

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.opt_out_row import COLUMNS, INSERT, OptOutRow, is_before, said_last
from smsgate.journal.database.person import ERASED, Person
from smsgate.journal.database.runs import Identities
from smsgate.journal.inbox import OptOutRecord
from smsgate.journal.report_effect import is_confirmed
from smsgate.journal.trail import Standing
from smsgate.model.errors import OptedOutError
from smsgate.model.event import OptIn, OptOut
from smsgate.model.opt_out_scope import ALL, MessageScope

__all__ = ["OptOuts"]

_log = logging.getLogger("smsgate.journal")

PAGE = 500
NUMBER = re.compile(r"\+[0-9]{1,15}")


class OptOuts:
    """Who must not be texted, and with what."""

    def __init__(self, timeline: Timeline, identities: Identities) -> None:
        self._timeline = timeline
        self._identities = identities

    def record(self, connection: Connection, event: OptOut | OptIn) -> None:
        """Record what a reply asks for, unless the person has asked for the other since.

        Nothing is said in the future. Where it is not clear what was said last, it was the STOP. A sender that is no
        number could never be texted. A START that came by webhook does not revoke a STOP that the vendor
        has confirmed.
        """
        if not NUMBER.fullmatch(event.reply.sender):
            return
        known = self._known(connection, event.reply.sender)
        for scope in _scopes(event, known):
            self._record(connection, event, scope, known.get(scope))

    def confirm_reply(self, connection: Connection, event: OptOut | OptIn) -> None:
        """Record that the vendor confirms a reply that was recorded before.

        A STOP that was revoked by hand since stays revoked.
        """
        number, at = event.reply.sender, event.reply.received_at
        if not NUMBER.fullmatch(number):
            return
        rows = self._known(connection, number)
        for scope in _scopes(event, rows):
            known = rows.get(scope)
            if isinstance(event, OptIn) or known is None or (at is not None and at.timestamp() > known.at):
                self._record(connection, event, scope, known)
            elif known.stopped:
                self._replace(connection, evolve(known, confirmed=True))

    def add(self, connection: Connection, number: str, scope: str) -> None:
        """Record that somebody decided, without a reply, that a number must not be texted."""
        self._replace(connection, OptOutRow(number, scope, stopped=True, at=self._timeline.wall))

    def remove(self, connection: Connection, number: str, scope: str | None) -> None:
        """Record that somebody took back what a number has of a scope, or all of it."""
        scopes = {ALL, *self._known(connection, number)} if scope is None else {scope}
        for each in sorted(scopes):
            self._replace(connection, OptOutRow(number, each, stopped=False, at=self._timeline.wall))

    def of(self, connection: Connection, number: str) -> list[OptOutRecord]:
        """Return the opt-outs of a number's line."""
        return [row.record for row in self._stopped(connection, number)]

    def standings(self, connection: Connection, number: str) -> list[Standing]:
        """Return what was said last of a number's line, that it may be texted again too, of each scope."""
        return [row.standing for row in self._known(connection, number).values()]

    def page(self, connection: Connection, after: tuple[str, str]) -> list[OptOutRecord]:
        """Return a page of opt-outs, without those that another spelling of the number has taken back."""
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM opt_outs WHERE stopped = 1 AND (number, scope) > (?, ?) "
            "ORDER BY number, scope LIMIT ?",
            (*after, PAGE),
        ).fetchall()
        found = [row.record for row in starmap(OptOutRow, rows) if self._is_stopped(connection, row)]
        return found if found or not rows else self.page(connection, rows[-1][:2])

    def refusal(
        self, connection: Connection, number: str, scope: MessageScope, *, confirms: bool
    ) -> OptedOutError | None:
        """Say what stops a message of a scope to a number.

        The one that confirms its opt-out goes through, until one was sent.
        """
        for row in self._silencing(connection, number, scope):
            if not (confirms and _is_unsent(connection, row.confirmation)):
                return row.record.refusal()
        return None

    def refusal_of(self, connection: Connection, entry_id: int, scope: MessageScope) -> OptedOutError | None:
        """Say what stops an entry's message by now, unless it is the confirmation."""
        found = connection.execute("SELECT recipient FROM entries WHERE id = ?", (entry_id,)).fetchone()
        silencing = [] if found is None else self._silencing(connection, found[0], scope)
        return next((row.record.refusal() for row in silencing if row.confirmation != entry_id), None)

    def confirm(self, connection: Connection, number: str, scope: MessageScope, entry_id: int) -> None:
        """Record which entry confirms a number's opt-out."""
        forms = Person(number, self._identities).forms
        connection.executemany(
            f"UPDATE opt_outs SET confirmation = ? WHERE scope = ? AND number IN ({_marks(forms)})",
            [(entry_id, row.scope, *forms) for row in self._silencing(connection, number, scope)],
        )

    def erase(self, connection: Connection, person: Person) -> int:
        """Write what is known of a number under its hash; return 1 if anything is."""
        known = self._known(connection, person.number)
        for row in known.values():
            self._replace(connection, evolve(row, number=person.erased), person)
        return 1 if known else 0

    def _record(self, connection: Connection, event: OptOut | OptIn, scope: str, known: OptOutRow | None) -> None:
        """Record what a reply asks for, of one scope."""
        reply, now = event.reply, self._timeline.wall
        stopped = isinstance(event, OptOut)
        at = now if reply.received_at is None else min(reply.received_at.timestamp(), now)
        if known is not None and is_before(at, known, now, stopped=stopped):
            return
        confirmed = is_confirmed(event)
        if known is not None and not stopped and known.stopped and known.confirmed and not confirmed:
            _log.warning("%s: the opt-in %.80r waits for the vendor's confirmation", reply.provider, reply.message_id)
            return
        confirmation = None if known is None or at > known.at else known.confirmation
        at = at if known is None else max(at, known.at)
        row = OptOutRow(reply.sender, scope, stopped, at, reply.provider, event.word, confirmation, confirmed)
        self._replace(connection, row)

    def _silencing(self, connection: Connection, number: str, scope: MessageScope) -> list[OptOutRow]:
        """Return the opt-outs that silence a message of a scope."""
        return [row for row in self._stopped(connection, number) if scope.is_silenced_by(row.scope)]

    def _stopped(self, connection: Connection, number: str) -> list[OptOutRow]:
        """Return the opt-outs of a number's line, that of all messages first."""
        found = [row for row in self._known(connection, number).values() if row.stopped]
        return sorted(found, key=lambda row: (row.scope != ALL, row.scope))

    def _is_stopped(self, connection: Connection, row: OptOutRow) -> bool:
        return self._known(connection, row.number)[row.scope].stopped

    def _known(self, connection: Connection, number: str) -> dict[str, OptOutRow]:
        """Return what was said last of a number's line, of each scope, in whichever spelling.

        What is unclear is the STOP. A journal of an earlier smsgate may have a row for each spelling.
        """
        forms = Person(number, self._identities).forms
        rows = connection.execute(f"SELECT {COLUMNS} FROM opt_outs WHERE number IN ({_marks(forms)})", forms)
        found = said_last(starmap(OptOutRow, rows.fetchall()), lambda row: row.scope)
        return {
            scope: evolve(row, number=number) if row.number.startswith(ERASED) else row for scope, row in found.items()
        }

    def _replace(self, connection: Connection, row: OptOutRow, person: Person | None = None) -> None:
        """Write the one row of a line and a scope."""
        forms = (person or Person(row.number, self._identities)).forms
        connection.execute(f"DELETE FROM opt_outs WHERE scope = ? AND number IN ({_marks(forms)})", (row.scope, *forms))
        connection.execute(INSERT, row.values)


def _scopes(event: OptOut | OptIn, known: Iterable[str]) -> Sequence[str]:
    """Return what a reply is of: without scopes, a STOP is of all messages, and a START of everything that is known."""
    if event.scopes:
        return event.scopes
    return (ALL,) if isinstance(event, OptOut) else sorted({ALL, *known})


def _is_unsent(connection: Connection, confirmation: int | None) -> bool:
    """Whether an opt-out was not confirmed yet; a confirmation that was pruned was sent."""
    if confirmation is None:
        return True
    row = connection.execute("SELECT state FROM entries WHERE id = ?", (confirmation,)).fetchone()
    return row is not None and row[0] == "not sent"


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
