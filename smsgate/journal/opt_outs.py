"""The statements on opt-outs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from smsgate.errors import OptedOutError
from smsgate.event import OptIn, OptOut
from smsgate.journal.inbox import OptOutRecord

__all__ = ["OptOuts"]

PAGE = 500


class OptOuts:
    """Who must not be texted."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def tell(self, connection: sqlite3.Connection, event: OptOut | OptIn) -> None:
        """Record what a reply asks for, unless the person has asked for the other since."""
        reply = event.reply
        at = self._clock() if reply.received_at is None else reply.received_at.timestamp()
        self._record(connection, (reply.sender, isinstance(event, OptOut), at, reply.provider, event.word))

    def mark(self, connection: sqlite3.Connection, number: str, *, stopped: bool) -> None:
        """Record what somebody decided without a reply."""
        connection.execute("DELETE FROM opt_outs WHERE number = ?", (number,))
        if stopped:
            self._record(connection, (number, True, self._clock(), None, None))

    def get(self, connection: sqlite3.Connection, number: str) -> OptOutRecord | None:
        """Return the opt-out of a number."""
        row = connection.execute(
            "SELECT number, at, provider, word FROM opt_outs WHERE number = ? AND stopped", (number,)
        ).fetchone()
        return None if row is None else _record(row)

    def page(self, connection: sqlite3.Connection, after: str) -> list[OptOutRecord]:
        """Return a page of opt-outs."""
        rows = connection.execute(
            "SELECT number, at, provider, word FROM opt_outs WHERE stopped AND number > ? ORDER BY number LIMIT ?",
            (after, PAGE),
        )
        return [_record(row) for row in rows]

    def refusal(self, connection: sqlite3.Connection, number: str, *, confirms: bool) -> OptedOutError | None:
        """Say what stops a message to a number; the one that confirms its opt-out goes through, until one was sent."""
        row = connection.execute(
            "SELECT number, at, provider, word, (SELECT state FROM entries WHERE id = confirmation) "
            "FROM opt_outs WHERE number = ? AND stopped",
            (number,),
        ).fetchone()
        if row is None or (confirms and row[4] in {None, "not sent"}):
            return None
        return _record(row[:4]).refusal()

    def confirm(self, connection: sqlite3.Connection, number: str, entry_id: int) -> None:
        """Record which entry confirms a number's opt-out."""
        connection.execute("UPDATE opt_outs SET confirmation = ? WHERE number = ?", (entry_id, number))

    def _record(self, connection: sqlite3.Connection, row: tuple[str, bool, float, str | None, str | None]) -> None:
        connection.execute(
            "INSERT INTO opt_outs (number, stopped, at, provider, word) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET stopped = excluded.stopped, at = excluded.at, provider = excluded.provider, "
            "word = excluded.word, confirmation = iif(excluded.at > at, NULL, confirmation) WHERE excluded.at >= at",
            row,
        )


def _record(row: tuple[str, float, str | None, str | None]) -> OptOutRecord:
    number, at, provider, word = row
    return OptOutRecord(number, datetime.fromtimestamp(at, UTC), provider, word)
