"""Bugs that are planted in the real code, to show that the simulation finds such ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest

from smsgate import Outcome, SendResult, Status, Submission, UnknownOutcomeError
from smsgate.adapter.deadline import Deadline
from smsgate.journal import Claim, EventState
from smsgate.journal.database.arrivals import Arrivals
from smsgate.journal.database.claims import Claims as JournalClaims
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.intent_set import IntentSet
from smsgate.journal.database.lease import Lease
from smsgate.journal.database.opt_outs import OptOuts
from smsgate.journal.database.row import Row
from smsgate.model.entry import State
from smsgate.model.errors import JournalError, SmsgateError
from smsgate.model.event import Event
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import EVERY_OPT_OUT
from smsgate.provider import AsyncProvider
from smsgate.routing.breaker import Permit
from smsgate.routing.hop import Hop
from smsgate.sending.claimed import JournalRecord
from smsgate.sending.claims import Claims
from smsgate.sending.failover import Failover
from smsgate.sending.prepared import PreparedSend
from smsgate.sending.send import Sender
from smsgate.text import Analysis
from smsgate.transport.tokens.account_token import AccountToken
from tests.simulation.planted_by_callers import (
    cancelled_means_not_sent,
    cancelled_means_unknown,
    confirmed_twice,
    failover_forgets_the_first,
    intent_not_given_back,
    older_start_counts,
    resent_by_two,
)
from tests.simulation.planted_by_submissions import (
    key_drawn_twice,
    refusal_believed,
    repeated_after_the_window,
    repeated_with_another_key,
    report_of_another,
    unsent_reference_searched,
)

Patch = pytest.MonkeyPatch


def settle_before_ask(patch: Patch) -> None:
    """Record "not sent" before the vendor is asked, to be corrected later."""
    recorded = Claims._recorded

    def bad(self: Claims, prepared: PreparedSend, claim: Claim, deadline: Deadline) -> Any:
        result = SendResult(
            message=prepared.message,
            outcome=Outcome.NOT_SENT,
            status=Status.PENDING,
            provider=None,
            message_id=None,
            segments=1,
            attempts=(),
        )
        assert self._journal is not None
        self._journal.settle([(claim, result)])
        return recorded(self, prepared, claim, deadline)

    patch.setattr(Claims, "_recorded", bad)


def failover_on_unknown(patch: Patch) -> None:
    """Ask the next provider although the first may have sent the text."""
    after = Failover._after

    async def bad(self: Failover, hop: Hop, failure: SmsgateError, submission: Submission | None) -> SendResult | None:
        return None if isinstance(failure, UnknownOutcomeError) else await after(self, hop, failure, submission)

    patch.setattr(Failover, "_after", bad)


def dead_intent_sent_again(patch: Patch) -> None:
    """Take the intents of a process that died for messages that were not sent."""

    def bad(self: Entries, connection: Connection) -> None:
        alive = self.lease.alive(connection)
        others = f"state = 'intent' AND owner NOT IN ({', '.join(map(str, alive))})"
        connection.execute(f"UPDATE entries SET state = 'not sent' WHERE {others}")
        self._runs.free(connection, alive)

    patch.setattr(Entries, "abandon_dead", bad)


def key_raced(patch: Patch) -> None:
    """Send a message with a key although another caller is sending it."""
    known = JournalClaims.known

    def bad(self: JournalClaims, intents: IntentSet, identity: bytes) -> Row | None:
        row = known(self, intents, identity)
        if row is None or row.key is None or row.state is not State.INTENT:
            return row
        intents.write()
        intents.connection.execute("UPDATE entries SET identity = NULL WHERE id = ?", (row.id,))
        intents.forget(identity)
        return None

    patch.setattr(JournalClaims, "known", bad)


def reconciled_too_early(patch: Patch) -> None:
    """Take "it is not there" for certain as soon as it is said."""
    patch.setattr(AsyncProvider, "settling", timedelta())


def second_provider_not_recorded(patch: Patch) -> None:
    """Ask the second provider without a record of it."""

    async def bad(self: JournalRecord, provider: str, attempts: Sequence[object]) -> None:
        del self, provider, attempts

    patch.setattr(JournalRecord, "intend", bad)


def settle_lost(patch: Patch) -> None:
    """Forget the last of several ends that are committed together."""
    settle_all = Entries.settle_all

    def bad(self: Entries, connection: Connection, settled: Sequence[Any]) -> list[None]:
        settle_all(self, connection, settled[:-1] if len(settled) > 1 else settled)
        return [None for _ in settled]

    patch.setattr(Entries, "settle_all", bad)


def probe_never_returned(patch: Patch) -> None:
    """Leave a circuit breaker half-open when the message that tries the provider fails."""
    note = Permit.note

    def bad(self: Permit, error: SmsgateError | None) -> None:
        if not self._probe or error is None:
            note(self, error)

    patch.setattr(Permit, "note", bad)


def opt_out_looked_up_too_early(patch: Patch) -> None:
    """Look for an opt-out when a message is prepared, and not when it is claimed."""
    refusal = Sender._refusal

    async def bad(self: Sender, message: Message, analysis: Analysis) -> Any:
        with suppress(JournalError):
            return await refusal(self, message, analysis) or await self._opt_out(message.to, EVERY_OPT_OUT)
        return None

    patch.setattr(Sender, "_refusal", bad)
    patch.setattr(IntentSet, "refusal", lambda *_, **__: None)
    patch.setattr(OptOuts, "refusal_of", lambda *_, **__: None)


def lease_not_renewed(patch: Patch) -> None:
    """Renew the lease only once."""
    patch.setattr(Lease, "due", property(lambda self: not self.has_row))


def token_used_twice(patch: Patch) -> None:
    """Renew a token without keeping others from renewing it too."""

    @asynccontextmanager
    async def bad(self: AccountToken, patience: float) -> AsyncIterator[None]:
        del self, patience
        yield

    patch.setattr(AccountToken, "_locked", bad)


def event_handed_over_twice(patch: Patch) -> None:
    """Hand an event over although another caller has it in hand."""
    claim = Arrivals.claim

    def bad(self: Arrivals, connection: Connection, event: Event) -> EventState:
        state = claim(self, connection, event)
        return EventState.NEW if state is EventState.BUSY else state

    patch.setattr(Arrivals, "claim", bad)


PLANTED: tuple[Callable[[Patch], None], ...] = (
    settle_before_ask,
    failover_on_unknown,
    dead_intent_sent_again,
    key_raced,
    reconciled_too_early,
    second_provider_not_recorded,
    settle_lost,
    probe_never_returned,
    opt_out_looked_up_too_early,
    lease_not_renewed,
    token_used_twice,
    event_handed_over_twice,
    intent_not_given_back,
    cancelled_means_not_sent,
    cancelled_means_unknown,
    resent_by_two,
    failover_forgets_the_first,
    older_start_counts,
    confirmed_twice,
    refusal_believed,
    repeated_with_another_key,
    repeated_after_the_window,
    key_drawn_twice,
    report_of_another,
    unsent_reference_searched,
)
