"""Keeps a journal as small as its settings say: all at once for a person, or a little now and then beside the sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.pumping import Pumping
from smsgate.journal.database.reservations import Reservations
from smsgate.journal.database.retention import EVIDENCE, Retention, Step
from smsgate.journal.database.text_removal import TextRemoval
from smsgate.journal.settings import JournalSettings

__all__ = ["MOST", "Upkeep", "Work", "works"]

MOST = 200
"""Entries that one transaction looks at, where a person has it done."""
FEW = 50
"""And beside the sends: a few milliseconds."""
PAUSE, REST = 0.25, 600.0
"""Seconds between two of these, and until everything is gone through again."""

Work = Callable[[Connection, int, int], Step]
"""Takes the id after which it is to go on, and how many entries it may look at."""


def works(  # noqa: PLR0913, PLR0917 - what is deleted, and how old it must be
    retention: Retention,
    removal: TextRemoval,
    reservations: Reservations,
    pumping: Pumping,
    keep: float | None,
    keep_text: float | None,
) -> Mapping[str, tuple[Work, ...]]:
    """Return what is to be done, by what is counted; ages are in seconds."""
    texts: tuple[Work, ...] = ()
    entries: tuple[Work, ...] = ()
    runs: tuple[Work, ...] = ()
    evidence: dict[str, tuple[Work, ...]] = {}
    if keep_text is not None:
        late = partial(_late, removal, keep_text)
        texts = (late, lambda connection, _, most: removal.remove(connection, keep_text, most))
    if keep is not None:
        entries = (lambda connection, after, most: retention.delete_ended(connection, after, keep, most),)
        runs = (lambda connection, _, most: retention.delete_runs(connection, keep, most),)
        evidence = {name: (partial(_evidence, retention, name, keep),) for name in EVIDENCE}
    return {
        "texts": texts,
        "entries": entries,
        "runs": runs,
        "reports": (lambda connection, _, most: retention.delete_unmatched(connection, most),),
        "events": (lambda connection, _, most: retention.delete_arrivals(connection, most),),
        "opt_outs": (lambda connection, _, most: retention.delete_revoked(connection, most),),
        "reservations": (reservations.delete_over,),
        **evidence,
        "conversions": (lambda connection, _, most: _swept(pumping, connection, most),),
    }


class Upkeep:
    """The part of one process, whose writer does a step of it between two commits."""

    def __init__(
        self,
        settings: JournalSettings,
        retention: Retention,
        removal: TextRemoval,
        reservations: Reservations,
        pumping: Pumping,
    ) -> None:
        self.settings = settings
        self._keep, self._keep_text = settings.keep_seconds, settings.keep_text_seconds
        self._parts = (retention, removal, reservations, pumping)
        self._reservations = reservations
        self._steps = self._all()
        self._next: float | None = None
        """An uptime."""

    @property
    def is_wanted(self) -> bool:
        """Whether the settings limit how long something is kept, or this process counts what budgets are used."""
        return self._limits or self._reservations.has_any

    @property
    def _limits(self) -> bool:
        return self._keep is not None or self._keep_text is not None

    def due_in(self, uptime: float) -> float:
        """Return the seconds until the next step."""
        if not self.is_wanted:
            return float("inf")
        return 0.0 if self._next is None else max(0.0, self._next - uptime)

    def postpone(self, uptime: float) -> None:
        """Have the next step made after a pause, whatever becomes of this one."""
        self._next = uptime + PAUSE

    def step(self, connection: Connection, uptime: float) -> None:
        """Do a little; after the last of it, rest."""
        work = next(self._steps, None)
        if work is None:
            self._steps = self._all()
            self._next = uptime + REST
        else:
            work(connection)

    def _all(self) -> Iterator[Callable[[Connection], None]]:
        for name, parts in works(*self._parts, self._keep, self._keep_text).items():
            for part in parts if self._limits or name == "reservations" else ():
                yield from _steps(part)


def _steps(work: Work) -> Iterator[Callable[[Connection], None]]:
    """Give the steps of one kind of work until it is done; a step that fails is given again."""
    last = Step(0, 0, done=False)

    def make(connection: Connection) -> None:
        nonlocal last
        last = work(connection, last.after, FEW)

    while not last.done:
        yield make


def _swept(pumping: Pumping, connection: Connection, most: int) -> Step:
    count = pumping.sweep(connection, most)
    return Step(0, count, done=count == 0)


def _late(removal: TextRemoval, seconds: float, connection: Connection, after: int, most: int) -> Step:
    return removal.remove_late(connection, after, seconds, most)


def _evidence(retention: Retention, name: str, seconds: float, connection: Connection, _: int, most: int) -> Step:
    return retention.delete_evidence(connection, name, seconds, most)
