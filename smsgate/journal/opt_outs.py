"""The statements on opt-outs."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from smsgate.errors import OptedOutError
from smsgate.event import OptIn, OptOut
from smsgate.journal.inbox import OptOutRecord

__all__ = ["OptOuts"]

PAGE = 500
NUMBER = re.compile(r"\+[0-9]{1,15}")
UNCLEAR = timedelta(minutes=2).total_seconds()
"""Two replies' times are no nearer to the truth: vendors round them to minutes, and have clocks of their own."""


class OptOuts:
    """Who must not be texted."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def tell(self, connection: sqlite3.Connection, event: OptOut | OptIn) -> None:
        """Record what a reply asks for, unless the person has asked for the other since.

        Nothing is said in the future. Where it is not clear what was said last, it was the STOP. A sender that is no
        number could never be texted.
        """
        reply, now = event.reply, self._clock()
        if not NUMBER.fullmatch(reply.sender):
            return
        at = now if reply.received_at is None else min(reply.received_at.timestamp(), now)
        connection.execute(
            "INSERT INTO opt_outs (number, stopped, at, provider, word) VALUES (?1, ?2, ?3, ?4, ?5) "
            "ON CONFLICT DO UPDATE SET stopped = ?2, at = max(at, ?3), provider = ?4, word = ?5, "
            "confirmation = iif(?3 > at, NULL, confirmation) WHERE ?3 >= at - iif(?2, ?6, 0)",
            (reply.sender, isinstance(event, OptOut), at, reply.provider, event.word, UNCLEAR),
        )

    def mark(self, connection: sqlite3.Connection, number: str, *, stopped: bool) -> None:
        """Record what somebody decided without a reply."""
        connection.execute(
            "INSERT OR REPLACE INTO opt_outs (number, stopped, at) VALUES (?, ?, ?)", (number, stopped, self._clock())
        )

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

    def refusal_of(self, connection: sqlite3.Connection, entry_id: int) -> OptedOutError | None:
        """Say what stops an entry's message by now, unless it is the confirmation."""
        row = connection.execute(
            "SELECT number, at, opt_outs.provider, word FROM opt_outs JOIN entries ON number = recipient "
            "WHERE entries.id = ?1 AND stopped AND confirmation IS NOT ?1",
            (entry_id,),
        ).fetchone()
        return None if row is None else _record(row).refusal()

    def confirm(self, connection: sqlite3.Connection, number: str, entry_id: int) -> None:
        """Record which entry confirms a number's opt-out."""
        connection.execute("UPDATE opt_outs SET confirmation = ? WHERE number = ?", (entry_id, number))


def _record(row: tuple[str, float, str | None, str | None]) -> OptOutRecord:
    number, at, provider, word = row
    return OptOutRecord(number, datetime.fromtimestamp(at, UTC), provider, word)
