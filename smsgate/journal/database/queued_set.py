"""Queued entries that several callers are about to send: looked up by one statement, and claimed by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from attrs import evolve, frozen

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.progress import Progress
from smsgate.journal.database.row_set import SetStatement
from smsgate.journal.message_record import with_rule, with_trace
from smsgate.model.claim import Claim, Intent
from smsgate.model.entry import State
from smsgate.model.submission import Submission

__all__ = ["QueuedSet"]

_FIND = (
    "SELECT entries.id, entries.claim, ranges.run, entries.details, entries.created "
    "FROM entries JOIN ranges ON ranges.id = entries.range_id "
    "WHERE entries.state = 'queued' AND entries.id IN ({values})"
)
_CLAIM = SetStatement(
    "UPDATE entries SET state = 'intent', owner = ?, changed = ?, moment = ?, claim = column2, submissions = column3, "
    "details = column4 FROM {rows} WHERE id = column1",
    ("id", "claim", "submissions", "details"),
)


@frozen
class _Queued:
    claims: int
    run: int
    details: str | None
    created: float


class QueuedSet:
    """The queued entries that intents are about, within one transaction."""

    def __init__(self, connection: Connection, entries: Entries, progress: Progress, entry_ids: Sequence[int]) -> None:
        self._connection = connection
        self._entries = entries
        self._progress = progress
        found = connection.select_among(_FIND, entry_ids) if entry_ids else []
        self._queued = {entry_id: _Queued(*columns) for entry_id, *columns in found}
        self._claimed: list[tuple[int, int, str, str | None]] = []
        self._runs: Counter[int] = Counter()
        self.claimed: set[int] = set()
        """The entries that were claimed."""

    def claim(self, intent: Intent, lapses: int, submissions: Callable[[Intent, Submission], str]) -> Claim | None:
        """Claim the entry of an intent; None if it is not queued. `submissions` writes who may have a text."""
        assert intent.entry_id is not None  # noqa: S101 - it is a queued one
        queued = self._queued.pop(intent.entry_id, None)
        if queued is None:
            return None
        submission, number = self._entries.submission(), queued.claims + 1
        details = with_rule(with_trace(queued.details, intent.trace), intent.on_undelivered)
        self._claimed.append((intent.entry_id, number, submissions(intent, submission), details))
        self._runs[queued.run] += 1
        self.claimed.add(intent.entry_id)
        claim = Claim(intent.entry_id, number, intent.provider, lapses, submission)
        return evolve(claim, is_counted=True, has_rule=intent.on_undelivered is not None)

    def others(self, entry_ids: Sequence[int]) -> list[int]:
        """Return those among some entries that are not queued."""
        return [each for each in entry_ids if each not in self._queued]

    def forget(self, entry_id: int) -> float | None:
        """Let an entry be claimed no more; return when it was enqueued, None if it is not queued."""
        queued = self._queued.pop(entry_id, None)
        return None if queued is None else queued.created

    def write(self) -> None:
        """Write what was claimed, and count it."""
        if not self._claimed:
            return
        wall, moment = self._entries.now
        self._connection.execute_set(_CLAIM, self._claimed, self._entries.lease.owner, wall, moment)
        for run, count in self._runs.items():
            self._progress.change(self._connection, run, {State.QUEUED: -count, State.INTENT: count})
        self._claimed.clear()
        self._runs.clear()
