"""Polls vendors: for replies, and for the delivery reports of messages that are on their way."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial

from smsgate.adapter.abilities.delivery import ListsReplies, TellsManyStatuses, TellsStatus
from smsgate.engine import Engine
from smsgate.journal import EventState, JournalInbox, RecordedEvent
from smsgate.model.errors import (
    ConfigError,
    MalformedAnswerError,
    NotFoundError,
    NotSentError,
    ProviderError,
    UnsupportedError,
)
from smsgate.model.event import DeliveryReport, Event
from smsgate.provider import AsyncProvider
from smsgate.receiving.incoming import AsyncIncoming
from smsgate.receiving.reply_reading import ReplyReading

__all__ = ["Polling"]

_log = logging.getLogger("smsgate.receiving.polling")

BATCH = 100
"""Messages asked for one at a time, between two notes of how far it went."""
MOST_FAILURES = 20
"""How many of a pass's failures the one that is raised tells; all are logged."""


class Polling:
    """One pass; `gateway.poll` begins it. What it is about, and how far it went, is in the journal."""

    def __init__(
        self, incoming: AsyncIncoming, inbox: JournalInbox, engine: Engine, *, pause: timedelta, max_age: timedelta
    ) -> None:
        if pause < timedelta():
            raise ConfigError(f"pause must be 0 or longer, got {pause}")
        if max_age <= timedelta():
            raise ConfigError(f"max_age must be longer than 0, got {max_age}")
        self._incoming = incoming
        self._inbox = inbox
        self._engine = engine
        self._began = engine.utc()
        self._since = self._began - max_age
        self._before = self._began - pause - timedelta.resolution  # so that no message is asked for twice in a pass
        self._failures: list[ProviderError] = []

    def events(self, providers: Sequence[AsyncProvider]) -> AsyncGenerator[Event, None]:
        """Ask the providers that can answer; raise `UnsupportedError` at once if none can."""
        listers = [each for each in providers if each.can(ListsReplies)]
        tellers = [each for each in providers if each.can(TellsManyStatuses) or each.can(TellsStatus)]
        if not listers and not tellers:
            names = ", ".join(provider.name for provider in providers)
            raise UnsupportedError(f"no provider can be polled for replies or statuses ({names})")
        return self._events(listers, tellers)

    async def _events(
        self, listers: Sequence[AsyncProvider], tellers: Sequence[AsyncProvider]
    ) -> AsyncGenerator[Event, None]:
        """Ask for replies first: somebody may want no more texts."""
        for provider in listers:
            async with aclosing(self._replies(provider)) as events:
                async for event in events:
                    yield event
        for provider in tellers:
            async with aclosing(self._statuses(provider)) as events:
                async for event in events:
                    yield event
        if self._failures:
            first, *others = self._failures
            for other in others:
                first.add_note(str(other))
            raise first

    # Replies ---------------------------------------------------------------------------------------------------------

    async def _replies(self, provider: AsyncProvider) -> AsyncGenerator[Event, None]:
        """Give what came in since the last pass."""
        take = partial(self._take, provider)
        began = self._engine.utc()
        reading = ReplyReading(provider, self._inbox, self._incoming, take, began=began, first=self._since)
        try:
            async with aclosing(reading.events()) as events:
                async for event in events:
                    yield event
        except ProviderError as error:
            self._failed(provider, "replies", error)

    # Statuses --------------------------------------------------------------------------------------------------------

    async def _statuses(self, provider: AsyncProvider) -> AsyncGenerator[Event, None]:
        """Ask batch by batch, noting which were asked; a batch that fails ends it, and is the last one next time."""
        ids = await self._awaited(provider, now=max(self._began, self._engine.utc()))
        while ids:
            try:
                async with aclosing(self._reports(provider, ids)) as reports:
                    async for report in reports:
                        taken = await self._take(provider, report)
                        if taken is not None and taken.state is EventState.NEW:
                            async with self._incoming.delivering(taken.event):
                                yield taken.event
            except NotSentError as error:  # the vendor did not see the question
                self._failed(provider, "statuses", error)
                return
            except ProviderError as error:
                self._failed(provider, "statuses", error)
                await self._asked(provider, ids)
                return
            await self._asked(provider, ids)
            ids = await self._awaited(provider)

    async def _take(self, provider: AsyncProvider, event: Event) -> RecordedEvent | None:
        """Record an event; one that cannot be kept stops no other."""
        try:
            return await self._incoming.take(event)
        except MalformedAnswerError as error:
            self._failed(provider, "an event", error)
            return None

    async def _awaited(self, provider: AsyncProvider, now: datetime | None = None) -> Sequence[str]:
        adapter = provider.adapter
        most = adapter.statuses_at_once if isinstance(adapter, TellsManyStatuses) else BATCH
        since, before = self._since, self._before
        awaited = partial(self._inbox.awaited, provider.name, since=since, before=before, most=most, now=now)
        return await self._engine.call(awaited)

    async def _asked(self, provider: AsyncProvider, ids: Sequence[str]) -> None:
        """Record that it was in this pass, also if the clock was set back since."""
        moment = max(self._began, self._engine.utc())
        await self._engine.call(self._inbox.asked, provider.name, ids, moment)

    async def _reports(self, provider: AsyncProvider, ids: Sequence[str]) -> AsyncGenerator[DeliveryReport, None]:
        """Ask for all at once where that can be done; one by one also where one of them spoils the answer for all."""
        if not provider.can(TellsManyStatuses):
            async with aclosing(self._one_by_one(provider, ids)) as reports:
                async for report in reports:
                    yield report
            return
        try:
            listed = await provider.statuses(ids)
        except MalformedAnswerError as error:
            if not provider.can(TellsStatus):
                raise
            self._failed(provider, "statuses", error)
            async with aclosing(self._one_by_one(provider, ids)) as reports:
                async for report in reports:
                    yield report
            return
        if missing := len({*ids} - {report.message_id for report in listed}):
            _log.info("%s does not know %d of %d messages", provider.name, missing, len(ids))
        for report in listed:
            yield report

    async def _one_by_one(self, provider: AsyncProvider, ids: Sequence[str]) -> AsyncGenerator[DeliveryReport, None]:
        for message_id in ids:
            try:
                yield await provider.status(message_id)
            except NotFoundError:
                _log.info("%s does not know message %s", provider.name, message_id)
            except MalformedAnswerError as error:
                self._failed(provider, f"status of {message_id}", error)

    def _failed(self, provider: AsyncProvider, what: str, error: ProviderError) -> None:
        _log.warning("polling %s for its %s failed: %s", provider.name, what, error.reason)
        if len(self._failures) < MOST_FAILURES:
            self._failures.append(error)
