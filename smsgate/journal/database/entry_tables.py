"""The tables that tell of entries, beside their own."""

from __future__ import annotations

from smsgate.journal.database.connection import Timeline
from smsgate.journal.database.deliveries import Deliveries
from smsgate.journal.database.due_table import DueTable
from smsgate.journal.database.ids import Ids
from smsgate.journal.database.lease import Lease
from smsgate.journal.database.opt_outs import OptOuts
from smsgate.journal.database.progress import Progress
from smsgate.journal.database.pumping import Pumping
from smsgate.journal.database.questions import Questions
from smsgate.journal.database.reservations import Reservations
from smsgate.journal.database.runs import Identities, Runs
from smsgate.journal.database.second_tries import SecondTries
from smsgate.journal.database.text_removal import TextRemoval
from smsgate.journal.settings import JournalSettings
from smsgate.model.submission import Submission

__all__ = ["EntryTables"]


class EntryTables:
    """What belongs to entries: their reports, budgets, opt-outs, ids, progress and times."""

    def __init__(
        self, settings: JournalSettings, lease: Lease, timeline: Timeline, runs: Runs, identities: Identities
    ) -> None:
        self.identities = identities
        self._settings = settings
        self.lease = lease
        self.timeline = timeline
        self._runs = runs
        self.deliveries = Deliveries(timeline, settings.text)
        self.questions = Questions(timeline)
        self.texts = TextRemoval(timeline)
        self.opt_outs = OptOuts(timeline, identities)
        self.ids = Ids(identities)
        self.reservations = Reservations(timeline, identities)
        self.pumping = Pumping(timeline, identities)
        self.progress = Progress(lambda: self.now)
        self.due = DueTable(timeline)
        self.second_tries = SecondTries(
            timeline, self.deliveries, self.due, self.progress, self.reservations, settings.text
        )

    def submission(self, id_: str | None = None) -> Submission:
        """Make one, with an id that was made before; it counts once the transaction is durable."""
        number = self.timeline.draw()
        return Submission.new(number) if id_ is None else Submission(id_, number=number)

    @property
    def now(self) -> tuple[float, float]:
        """The time that people are shown, and the time that the journal counts with."""
        return self.timeline.wall, self.timeline.moment
