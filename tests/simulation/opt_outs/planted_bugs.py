"""Bugs that are planted in what opt-outs are of, to show that the simulation finds such ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from attrs import evolve

from smsgate.journal.database import opt_outs
from smsgate.journal.database.inbox import DatabaseInbox
from smsgate.journal.database.opt_out_list import OptOutList
from smsgate.journal.database.opt_out_row import OptOutRow
from smsgate.journal.database.opt_outs import OptOuts
from smsgate.journal.inbox import EventState, OptOutRecord, RecordedEvent
from smsgate.model.event import Event, OptIn, OptOut
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import ALL, EVERY_OPT_OUT, MessageScope
from smsgate.receiving.incoming import AsyncIncoming
from smsgate.routing.hop import Hop
from smsgate.sending.preparing import Preparing

Patch = pytest.MonkeyPatch


def every_scope_silences(patch: Patch) -> None:
    """Take each opt-out of a number for one of all messages."""
    patch.setattr(Preparing, "_scope", lambda *_: EVERY_OPT_OUT)


def only_the_first_sender_counts(patch: Patch) -> None:
    """Forget that the next provider sends under another sender."""
    scope = Preparing._scope

    def bad(self: Preparing, message: Message, hops: Sequence[Hop]) -> MessageScope:
        return scope(self, message, hops[:1])

    patch.setattr(Preparing, "_scope", bad)


def next_provider_not_checked(patch: Patch) -> None:
    """Look for an opt-out when a message is claimed, and not when another provider is asked."""
    patch.setattr(OptOuts, "refusal_of", lambda *_: None)


def start_takes_all_back(patch: Patch) -> None:
    """Have a START of one scope take back what there is of the others."""
    scopes = opt_outs._scopes

    def bad(event: OptOut | OptIn, known: Iterable[str]) -> Sequence[str]:
        return scopes(evolve(event, scopes=()) if isinstance(event, OptIn) else event, known)

    patch.setattr(opt_outs, "_scopes", bad)


def import_brings_back(patch: Patch) -> None:
    """Have an import count though the person has taken it back since."""
    new = OptOutList._new

    def bad(self: OptOutList, record: OptOutRecord, known: OptOutRow | None, **which: Any) -> OptOutRow | None:
        return new(self, record, known if known is not None and known.stopped else None, **which)

    patch.setattr(OptOutList, "_new", bad)


def decision_not_awaited(patch: Patch) -> None:
    """Say that an opt-out is recorded before it is durable."""

    def bad(self: DatabaseInbox, number: str, scope: str = ALL) -> None:
        self._writer.ask(lambda connection: self._entries.opt_outs.add(connection, number, scope))

    patch.setattr(DatabaseInbox, "opt_out", bad)


def reply_not_awaited(patch: Patch) -> None:
    """Hand a STOP over before it is durable."""
    take = AsyncIncoming.take

    async def bad(self: AsyncIncoming, event: Event) -> RecordedEvent:
        read = self.read(event)
        if not isinstance(read, OptOut):
            return await take(self, event)
        self.inbox.record(await self._scoped(read))
        return RecordedEvent(EventState.NEW, read)

    patch.setattr(AsyncIncoming, "take", bad)


def campaign_forgotten(patch: Patch) -> None:
    """Take a message for one of its sender's programme only, though its campaign is of another one."""
    scope = Preparing._scope

    def bad(self: Preparing, message: Message, hops: Sequence[Hop]) -> MessageScope:
        return scope(self, evolve(message, campaign=None), hops)

    patch.setattr(Preparing, "_scope", bad)


PLANTED = (
    every_scope_silences,
    only_the_first_sender_counts,
    next_provider_not_checked,
    start_takes_all_back,
    import_brings_back,
    decision_not_awaited,
    reply_not_awaited,
    campaign_forgotten,
)
