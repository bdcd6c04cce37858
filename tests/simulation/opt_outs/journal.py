"""A journal that notes when what somebody decided of opt-outs, without a reply, was durable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import cast

from smsgate import JournalError, OptOutRecord
from smsgate.runtime.shield import Pending
from tests.simulation.journal import SimulatedInbox, SimulatedJournal
from tests.simulation.opt_outs.plan import ALL
from tests.simulation.opt_outs.truth import OptOutTruth


class OptOutInbox(SimulatedInbox):
    """The same inbox."""

    def opt_out(self, number: str, scope: str = ALL) -> None:
        super().opt_out(number, scope)
        self._note_when_durable(partial(self._opt_outs.decided, number, scope, stopped=True))

    def opt_in(self, number: str, scope: str | None = None) -> None:
        super().opt_in(number, scope)
        self._note_when_durable(partial(self._opt_outs.decided, number, scope, stopped=False))

    def add_opt_outs(self, records: Sequence[OptOutRecord], *, undated: bool = False) -> int:
        added = super().add_opt_outs(records, undated=undated)

        def note() -> None:
            for record in records:
                self._opt_outs.imported(record)

        self._note_when_durable(note)
        return added

    @property
    def _opt_outs(self) -> OptOutTruth:
        return cast("OptOutTruth", self._truth)

    def _note_when_durable(self, note: Callable[[], None]) -> None:
        pending: Pending[object] = self._writer.last
        pending.then(partial(_note, pending, note))


class OptOutJournal(SimulatedJournal):
    """The same journal."""

    inbox_type = OptOutInbox


def _note(pending: Pending[object], note: Callable[[], None]) -> None:
    with suppress(JournalError):
        pending.wait(0)
        note()
