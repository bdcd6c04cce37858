"""What a run has of messages before they are sent: which of them a pass would send, and which have ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.row import SELECT, Row
from smsgate.journal.database.runs import Identities
from smsgate.journal.message_record import content
from smsgate.journal.records import KnownMessage
from smsgate.model.entry import Entry, State
from smsgate.model.message import Message

__all__ = ["in_run", "run_size"]

_ROWS = f"{SELECT} WHERE entries.identity IN ({{values}})"
_RUN = "SELECT id FROM runs WHERE name = ?"
_SIZE = f"SELECT count(*) FROM entries WHERE run = ({_RUN})"


def in_run(  # noqa: PLR0913 - by what messages are found again
    connection: Connection,
    run: str,
    messages: Sequence[tuple[Message, int]],
    identities: Identities,
    current: Callable[[Connection, Entry], Entry],
    *,
    forgotten: float,
) -> list[KnownMessage]:
    """Return what is known of messages; keys that were last used before the moment `forgotten` count for nothing."""
    found = connection.execute(_RUN, (run,)).fetchone()
    marks = [_mark(message, nth, found and found[0], identities) for message, nth in messages]
    wanted = list({identity for identity, _ in marks if identity is not None})
    rows = {row.identity: row for row in map(Row.of, connection.select_among(_ROWS, wanted))} if wanted else {}
    return [_known(connection, rows.get(identity), fingerprint, current, forgotten) for identity, fingerprint in marks]


def run_size(connection: Connection, run: str) -> int:
    """Return how many messages a run has."""
    (size,) = connection.execute(_SIZE, (run,)).fetchone()
    return int(size)


def _mark(message: Message, nth: int, run: int | None, identities: Identities) -> tuple[bytes | None, bytes]:
    fingerprint = identities.of(b"content", content(message))
    if message.key is not None:
        return identities.of(b"key", message.key.encode()), fingerprint
    return None if run is None else identities.in_run(run, nth, fingerprint), fingerprint


def _known(
    connection: Connection,
    row: Row | None,
    fingerprint: bytes,
    current: Callable[[Connection, Entry], Entry],
    forgotten: float,
) -> KnownMessage:
    if row is None or row.fingerprint != fingerprint:
        return KnownMessage(None, is_left=True)
    ended = row.state not in {State.QUEUED, State.HELD, State.INTENT, State.UNKNOWN}
    if row.key is not None and ended and row.moment < forgotten:
        return KnownMessage(None, is_left=True)
    return KnownMessage(current(connection, row.entry), is_left=row.may_be_sent)
