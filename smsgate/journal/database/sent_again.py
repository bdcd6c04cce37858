"""The statements on an unknown entry that is sent again: what may have its text from before."""

from __future__ import annotations

from collections.abc import Sequence

from smsgate.journal.asked_record import read_asked
from smsgate.journal.database.connection import Connection
from smsgate.model.entry import Asked

__all__ = ["earlier", "restore"]

_RESTORE = (
    "UPDATE entries SET submissions = earlier, earlier = NULL "
    "WHERE id = ? AND state = 'unknown' AND submissions = '[]' AND earlier IS NOT NULL"
)


def earlier(connection: Connection, entry_id: int) -> list[Asked]:
    """Return who may have the text of an entry from before it was sent again."""
    (written,) = connection.execute("SELECT earlier FROM entries WHERE id = ?", (entry_id,)).fetchone()
    return read_asked(written)


def restore(connection: Connection, entry_ids: Sequence[int]) -> None:
    """Make entries as unknown as before, if they were sent again and that certainly put no text out."""
    connection.executemany(_RESTORE, [(each,) for each in entry_ids])
