"""The records of a journal in a database."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from smsgate.journal.age import seconds_of
from smsgate.journal.database.connection import Connection, Database
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.erasure import erase_entries, erase_opt_out
from smsgate.journal.database.evidence import Evidence
from smsgate.journal.database.in_run import in_run, run_size
from smsgate.journal.database.invariants import broken
from smsgate.journal.database.person import Person
from smsgate.journal.database.retention import Retention, Step
from smsgate.journal.database.run_report import report_on
from smsgate.journal.database.search import find
from smsgate.journal.database.statistics import count
from smsgate.journal.database.trail import read_trail, with_submission
from smsgate.journal.database.unrecorded import Unrecorded
from smsgate.journal.database.upkeep import MOST, Work, works
from smsgate.journal.database.writer import Writer
from smsgate.journal.records import Erased, JournalStats, KnownMessage, Pruned, Search
from smsgate.journal.settings import DAY, JournalSettings
from smsgate.journal.trail import Trail
from smsgate.model.entry import Entry
from smsgate.model.errors import ConfigError
from smsgate.model.message import Message
from smsgate.model.run_report import RunReport

__all__ = ["DatabaseRecords"]

PAUSE = 0.02
"""Seconds between two transactions: a process that waits to write looks as often."""


class DatabaseRecords:
    """A `JournalRecords`; what changes something makes many short transactions of the journal's writer."""

    def __init__(  # noqa: PLR0913 - the parts of one journal
        self,
        journal: object,
        settings: JournalSettings,
        database: Database,
        writer: Writer,
        *,
        entries: Entries,
        unrecorded: Unrecorded,
        retention: Retention,
        evidence: Evidence,
    ) -> None:
        self._journal = journal  # so that it is not dropped while its records are used
        self._settings = settings
        self._database = database
        self._writer = writer
        self._entries = entries
        self._unrecorded = unrecorded
        self._retention = retention
        self._evidence = evidence

    def find(self, search: Search, before: int | None = None) -> Sequence[Entry]:
        """Return a page of entries."""
        current = self._unrecorded.current
        return self._writer.make(lambda connection: find(connection, search, before, self._entries, current))

    def with_submission(self, submission: str) -> Sequence[int]:
        """Return the ids of the entries that have a submission."""
        with self._reading() as connection:
            return with_submission(connection, submission)

    def trail(self, entry_id: int) -> Trail:
        """Return everything about one message."""
        opt_outs, timeline, find = self._entries.opt_outs, self._entries.timeline, self._unrecorded.find
        return self._writer.make(
            lambda connection: read_trail(connection, timeline, opt_outs, find(connection, entry_id))
        )

    def report(self, run: str) -> RunReport:
        """Count the messages of a run, after the intents of ended processes were listed as unknown."""
        at = self._writer.make(self._now)
        with self._reading() as connection:
            return report_on(connection, run, at)

    def in_run(self, run: str, messages: Sequence[tuple[Message, int]]) -> Sequence[KnownMessage]:
        """Return what a run has of messages."""
        identities, current = self._entries.identities, self._unrecorded.current

        def look(connection: Connection) -> Sequence[KnownMessage]:
            forgotten = self._entries.now[1] - self._settings.key_days * DAY
            return in_run(connection, run, messages, identities, current, forgotten=forgotten)

        return self._writer.make(look)

    def run_size(self, run: str) -> int:
        """Count a run's messages."""
        return self._writer.make(lambda connection: run_size(connection, run))

    def stats(self) -> JournalStats:
        """Count what there is."""
        with self._reading() as connection:
            version, size = self._database.measure(connection)
            return count(connection, self._settings.name, version, size)

    def prune(self, keep: str | None = None, keep_text: str | None = None) -> Pruned:
        """Delete what has ended long ago."""
        ages = self._age(keep, "keep"), self._age(keep_text, "keep_text")
        if ages == (None, None):
            raise ConfigError('nothing says how long entries are kept; set journal.keep = "90d", or give keep')
        counts: Counter[str] = Counter()
        known = (self._retention, self._entries.texts, self._entries.reservations, self._entries.pumping)
        for name, parts in works(*known, *ages).items():
            counts[name] = sum(self._worked(each) for each in parts)
        return Pruned.of(counts)

    def erase(self, number: str) -> Erased:
        """Erase a person."""
        person, entries = Person(number, self._entries.identities), 0
        with self._explained(), self._database.erasing():
            while found := self._writer.make(lambda connection: self._erase(connection, person)):
                entries += found
            opt_outs = self._entries.opt_outs
            self._writer.make(lambda connection: self._evidence.erase(connection, person))
            stopped = self._writer.make(lambda connection: erase_opt_out(connection, opt_outs, person))
        return Erased(entries=entries, opt_outs=stopped)

    def backup(self, file: Path) -> None:
        """Copy the journal."""
        with self._reading() as connection:
            self._database.backup(connection, file)

    def check(self) -> Sequence[str]:
        """Read everything."""
        with self._reading() as connection:
            damaged = self._database.problems(connection)
            return [*damaged] if damaged else [*broken(connection)]

    def _now(self, connection: Connection) -> datetime:
        """List the intents of ended processes as unknown; return the time."""
        self._entries.abandon_dead(connection)
        return datetime.fromtimestamp(self._entries.timeline.wall, UTC)

    def _erase(self, connection: Connection, person: Person) -> int:
        self._entries.abandon_dead(connection)
        pumping = self._entries.pumping
        pumping.forget(connection, person)
        return erase_entries(connection, pumping, person)

    def _age(self, age: str | None, name: str) -> float | None:
        wanted = getattr(self._settings, name) if age is None else age
        if wanted is None:
            return None
        try:
            seconds = seconds_of(wanted, name)
        except ValueError as error:
            raise ConfigError(str(error)) from None
        if name == "keep" and seconds < self._settings.key_days * DAY:
            raise ConfigError(
                f"keep must be as long as keys are remembered (key_days = {self._settings.key_days:g}) or longer, "
                f"got {wanted!r}"
            )
        return seconds

    def _worked(self, work: Work) -> int:
        """Do a work step by step; return how many rows it has deleted or changed."""
        last, total = Step(0, 0, done=False), 0
        while not last.done:
            last = self._writer.make(_step(work, last.after))
            total += last.count
            time.sleep(PAUSE)
        return total

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._explained(), self._database.reading() as connection:
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except self._database.failures as error:
            raise self._database.explain(error) from None


def _step(work: Work, after: int) -> Callable[[Connection], Step]:
    return lambda connection: work(connection, after, MOST)
