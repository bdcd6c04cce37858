"""Planted bugs in what callers, people at work and people who reply do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from smsgate import Attempt, OptIn, OptOut, SendResult, UnknownOutcomeError
from smsgate.journal import Claim
from smsgate.journal.database.claims import Claims as JournalClaims
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.opt_outs import OptOuts
from smsgate.model.errors import NotSentError
from smsgate.model.errors.interruption import interruption
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, MessageScope
from smsgate.model.reservation import Reservation
from smsgate.model.submission import Submission
from smsgate.provider import AsyncProvider
from smsgate.sending.claimed import JournalRecord
from smsgate.sending.claims import Claims
from smsgate.sending.failover import Failover

Patch = pytest.MonkeyPatch


def intent_not_given_back(patch: Patch) -> None:
    """Leave the intents of a caller who was cancelled while they were recorded."""
    patch.setattr(Claims, "_give_back", lambda *_: None)


def cancelled_means_not_sent(patch: Patch) -> None:
    """Record a message whose caller was cancelled as not sent, though the vendor has the request."""

    def bad(self: Failover, error: BaseException) -> SendResult:
        del error
        return self.ended(NotSentError("sending was interrupted"))

    patch.setattr(Failover, "interrupted", bad)


def cancelled_means_unknown(patch: Patch) -> None:
    """Record a message whose caller was cancelled as unknown, though no vendor was asked."""
    interrupted = Failover.interrupted

    def bad(self: Failover, error: BaseException) -> SendResult:
        return interrupted(self, interruption(error, UnknownOutcomeError("sending was interrupted")))

    patch.setattr(Failover, "interrupted", bad)


def resent_by_two(patch: Patch) -> None:
    """Let a person send an entry again that another one is sending again."""

    def bad(
        self: JournalClaims,
        connection: Connection,
        entry_id: int,
        provider: str | None,
        *,
        account: str | None,
        referenced: bool,
        trace: str | None = None,
        reservations: Sequence[Reservation] = (),
        scope: MessageScope = EVERY_OPT_OUT,
    ) -> Claim:
        del reservations
        entry = self._entries.find(connection, entry_id)
        if refusal := self._entries.opt_outs.refusal(connection, entry.to, scope, confirms=False):
            raise refusal
        asked = entry.asked
        return self._claim(connection, entry_id, provider, asked, account=account, referenced=referenced, trace=trace)

    patch.setattr(JournalClaims, "reclaim", bad)


def failover_forgets_the_first(patch: Patch) -> None:
    """Record only the provider that is asked next, and not the one that may have the text."""
    intend = JournalRecord.intend

    async def bad(self: JournalRecord, provider: AsyncProvider, attempts: Sequence[Attempt]) -> Submission:
        del attempts
        return await intend(self, provider, ())

    patch.setattr(JournalRecord, "intend", bad)


def older_start_counts(patch: Patch) -> None:
    """Take an opt-out back by a START that was said before it and came later."""
    record = OptOuts.record

    def bad(self: OptOuts, connection: Connection, event: OptOut | OptIn) -> None:
        if isinstance(event, OptIn):
            self.remove(connection, event.reply.sender, None)
        else:
            record(self, connection, event)

    patch.setattr(OptOuts, "record", bad)


def confirmed_twice(patch: Patch) -> None:
    """Let every confirmation of an opt-out through."""
    refusal = OptOuts.refusal

    def bad(self: OptOuts, connection: Connection, number: str, scope: MessageScope, *, confirms: bool) -> Any:
        return None if confirms else refusal(self, connection, number, scope, confirms=False)

    patch.setattr(OptOuts, "refusal", bad)
