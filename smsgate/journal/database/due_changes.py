"""What a journal does in its transactions about messages that wait for a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.due_table import WAITING, moment_of, valid_until
from smsgate.journal.database.entries import PAGE, Entries
from smsgate.journal.database.lease import OWN
from smsgate.journal.database.row import SELECT, Row
from smsgate.journal.due import DueEnd, DueKind, DueMessage
from smsgate.journal.message_record import MessageColumns, read_message
from smsgate.journal.queue import MOST_TRIES
from smsgate.journal.result_record import ResultColumns, write_result
from smsgate.journal.settings import KeepText
from smsgate.model.entry import Entry, State
from smsgate.model.errors import BudgetExceededError, ConflictError, JournalError
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult

__all__ = ["DueChanges"]

_FREE = (
    "FROM due JOIN entries ON entries.id = due.entry LEFT JOIN runs ON runs.id = entries.run "
    "LEFT JOIN progress ON progress.run = entries.run WHERE due.owner IS NULL AND entries.state || '' <> 'intent' "
    "AND coalesce(progress.state, 'open') = 'open' AND (CAST(? AS TEXT) IS NULL OR runs.name = ?)"
)
_NEXT = (
    f"SELECT due.entry, {WAITING}, kind, at, needs, due.tries, failures, runs.name, entries.started, "
    "entries.recipient, entries.key, "
    f"{', '.join(f'entries.{column}' for column in MessageColumns._fields)} {_FREE} AND due.moment <= ? "
    "ORDER BY due.moment, due.entry LIMIT ?"
)
_TAKE = "UPDATE due SET owner = ? WHERE entry = ?"
_FIRST = f"SELECT due.moment {_FREE} ORDER BY due.moment LIMIT 1"
_MINE = f"entry = ? AND owner IN ({OWN})"
_HELD = (
    f"{SELECT} WHERE due.kind = 'held' AND entries.state || '' = 'held' AND entries.id > ? "
    f"ORDER BY entries.id LIMIT {PAGE}"
)
_NOTHING = ", ".join(f"{column} = NULL" for column in ResultColumns._fields)
_AGAIN = (
    f"UPDATE entries SET state = 'held', submissions = NULL, changed = ?, moment = ?, {_NOTHING} "
    "WHERE id = ? AND state IN ({states})"
)
_LATER = f"UPDATE due SET at = ?, moment = ?, tries = tries + ?, failures = failures + 1, owner = NULL WHERE {_MINE}"
_END = (
    f"UPDATE entries SET state = ?, changed = ?, moment = ?, {', '.join(f'{c} = ?' for c in ResultColumns._fields)} "
    "WHERE id = ? AND state = 'held'"
)
_CANCEL = "UPDATE entries SET state = 'cancelled', changed = ?, moment = ? WHERE id = ? AND state = 'held'"
_OF_RUN = (
    "SELECT entries.id FROM due JOIN entries ON entries.id = due.entry "
    "WHERE entries.state || '' = 'held' AND entries.run = ? ORDER BY entries.id LIMIT ?"
)


class DueChanges:
    """The statements about what waits for a time; each method is called within a transaction of the writer."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._lease = entries.lease
        self._timeline = entries.timeline
        self._progress = entries.progress
        self._table = entries.due

    def next(self, connection: Connection, most: int, run: str | None) -> list[DueMessage]:
        """Take messages that are due; forget those that have ended, however they did."""
        self._free(connection)
        taken: list[DueMessage] = []
        while (left := most - len(taken)) > 0:
            rows = connection.execute(_NEXT, (run, run, self._timeline.moment, left)).fetchall()
            waiting = [each for row in rows if row[1] and (each := _read(row)) is not None]
            known = {each.entry_id for each in waiting}
            self._table.remove(connection, [row[0] for row in rows if row[0] not in known])
            connection.executemany(_TAKE, [(self._lease.owner, each.entry_id) for each in waiting])
            taken += waiting
            if len(rows) < left:
                break
        return taken

    def release(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Let messages be taken again that this process has, if it has them."""
        rows = [(entry_id, self._lease.token) for entry_id in entry_ids]
        connection.executemany(f"UPDATE due SET owner = NULL WHERE {_MINE}", rows)

    def finish(self, connection: Connection, ends: Sequence[DueEnd]) -> None:
        """Record how the sends of messages ended."""
        mine = self._mine(connection, [end.entry_id for end in ends])
        with self._progress.counting(connection, [*mine]):
            for end in ends:
                if end.entry_id in mine:
                    tries, kind = mine[end.entry_id]
                    self._finish(connection, end, kind, tries=tries)

    def _finish(self, connection: Connection, end: DueEnd, kind: DueKind, *, tries: int) -> None:
        now, result = self._entries.now, end.result
        if result is None:
            self.release(connection, [end.entry_id])
        elif kind is DueKind.SECOND_TRY and not isinstance(result.error, JournalError):
            self._finish_second(connection, end, result)
        elif end.waits or (result.outcome is Outcome.NOT_SENT and tries + end.counts < MOST_TRIES):
            states = "'not sent', 'rejected'" if end.waits else "'not sent'"
            connection.execute(_AGAIN.format(states=states), (*now, end.entry_id))
            self._postpone(connection, end)
        else:
            if result.outcome in {Outcome.NOT_SENT, Outcome.REJECTED}:  # it may have been refused before it was claimed
                written = write_result(result, KeepText.FULL)
                connection.execute(_END, (result.outcome.value, *now, *written, end.entry_id))
            self._table.remove(connection, [end.entry_id])

    def _postpone(self, connection: Connection, end: DueEnd) -> None:
        at = self._timeline.wall + end.delay
        later = (at, self._table.moment_of(at), int(end.counts), end.entry_id, self._lease.token)
        connection.execute(_LATER, later)

    def _finish_second(self, connection: Connection, end: DueEnd, result: SendResult) -> None:
        """Record that a second try was not claimed: one that was is not due any more."""
        second_tries, error = self._entries.second_tries, result.error
        is_passed_over = isinstance(error, BudgetExceededError) and error.provider is not None
        if end.waits and not (is_passed_over and second_tries.has_another(connection, end.entry_id)):
            self._postpone(connection, end)
        elif result.outcome in {Outcome.NOT_SENT, Outcome.REJECTED}:
            second_tries.refused(connection, end.entry_id, result)
        else:
            self._table.remove(connection, [end.entry_id])

    def due_in(self, connection: Connection, run: str | None) -> float | None:
        """Return the seconds until the next message is due."""
        self._free(connection)
        row = connection.execute(_FIRST, (run, run)).fetchone()
        return None if row is None else max(0.0, row[0] - self._timeline.moment)

    def list(self, connection: Connection, after: int) -> list[Entry]:
        """Return a page of what is held."""
        return [Row.of(row).entry for row in connection.execute(_HELD, (after,)).fetchall()]

    def cancel(self, connection: Connection, entry_id: int) -> Entry:
        """Cancel a message that is held."""
        entry = self._entries.find(connection, entry_id)
        if entry.state is not State.HELD:
            raise ConflictError(f"entry {entry_id} is not held but {entry.state.value}; nothing was changed")
        self._cancel(connection, [entry_id])
        return self._entries.find(connection, entry_id)

    def cancel_run(self, connection: Connection, run: int, most: int) -> bool:
        """Cancel the next messages of a run that are held; False if there are none."""
        found = [entry_id for (entry_id,) in connection.execute(_OF_RUN, (run, most)).fetchall()]
        self._cancel(connection, found)
        return bool(found)

    def _cancel(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        with self._progress.counting(connection, entry_ids):
            connection.executemany(_CANCEL, [(*self._entries.now, entry_id) for entry_id in entry_ids])
        self._table.remove(connection, entry_ids)

    def _mine(self, connection: Connection, entry_ids: Sequence[int]) -> dict[int, tuple[int, DueKind]]:
        """Return the entries among some that this process has taken, with their tries and why they are due."""
        own = {row for (row,) in connection.execute(OWN, (self._lease.token,)).fetchall()}
        rows = connection.select_among("SELECT entry, tries, kind, owner FROM due WHERE entry IN ({values})", entry_ids)
        return {entry_id: (tries, DueKind(kind)) for entry_id, tries, kind, owner in rows if owner in own}

    def _free(self, connection: Connection) -> None:
        """Let what ended processes have taken be taken again; what they were sending is unknown."""
        owners = {owner for (owner,) in connection.execute("SELECT DISTINCT owner FROM due WHERE owner IS NOT NULL")}
        gone = owners - self._lease.alive(connection) - {self._lease.owner}
        if gone:
            self._entries.abandon_dead(connection)
            connection.executemany("UPDATE due SET owner = NULL WHERE owner = ?", [(owner,) for owner in gone])


def _read(row: Sequence[object]) -> DueMessage | None:
    """Return a message; None if its text is not kept any more, which is so of none that is held."""
    entry_id, _, kind, at, needs, tries, failures, run, started, to, key, *written = row
    message = read_message(to, key, MessageColumns(*written))  # type: ignore[arg-type]
    if message is None:
        return None
    due = datetime.fromtimestamp(at, UTC)  # type: ignore[arg-type]
    known = json.loads(needs) if needs else {}  # type: ignore[arg-type]
    why = DueKind(str(kind))
    if why is DueKind.HELD:
        until = moment_of(known.get("valid_until"))
    else:
        until = None if started is None else valid_until(message, started)  # type: ignore[arg-type]
    return DueMessage(entry_id, message, why, due, run, known, tries, failures, valid_until=until)  # type: ignore[arg-type]
