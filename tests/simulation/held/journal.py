"""A journal that notes when it was durable that a message is held, cancelled, or sent at its time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, cast

from smsgate import JournalError, SmsgateError
from smsgate.journal import Begun, Claim, Entry, Intent, State
from smsgate.journal.database.due import DatabaseDue
from smsgate.runtime.shield import Pending
from tests.simulation.held.truth import HeldTruth
from tests.simulation.journal import SimulatedJournal
from tests.simulation.writer import SimulatedWriter


class HeldDue(DatabaseDue):
    """What waits for a time."""

    if TYPE_CHECKING:
        _writer: SimulatedWriter

    def note(self, truth: HeldTruth) -> HeldDue:
        self._truth = truth
        return self

    def cancel(self, entry_id: int) -> Entry:
        cancelled = super().cancel(entry_id)
        pending: Pending[Entry] = self._writer.last
        pending.then(partial(self._note, entry_id, pending))
        return cancelled

    def _note(self, entry_id: int, pending: Pending[Entry]) -> None:
        with suppress(SmsgateError):
            pending.wait(0)
            self._truth.called_off(entry_id)


class HeldJournal(SimulatedJournal):
    """The same journal."""

    @property
    def due(self) -> HeldDue:
        return HeldDue(self, self._writer, self._due, self._unrecorded.keep_change).note(self._held)

    @property
    def _held(self) -> HeldTruth:
        return cast("HeldTruth", self._truth)

    def _note(self, intents: Sequence[Intent], pending: Pending[Sequence[Begun]]) -> None:
        with suppress(JournalError):
            for intent, begun in zip(intents, pending.wait(0) or (), strict=True):
                if isinstance(begun, Entry) and begun.state is State.HELD and begun.message is not None:
                    if begun.id not in self._held.cancelled or intent.entry_id is None:
                        self._held.kept(begun.id, begun.message, anew=intent.entry_id is None)
                elif isinstance(begun, Claim) and intent.entry_id is None:
                    self._held.sent_anew(begun.entry_id)
                elif isinstance(begun, Claim):
                    self._held.released(begun.entry_id)
        super()._note(intents, pending)
