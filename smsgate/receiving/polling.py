"""Polls vendors: for replies, and for the delivery reports of messages that are on their way."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from smsgate.adapter.abilities.delivery import ListsReplies, TellsManyStatuses, TellsStatus
from smsgate.journal import EventState, JournalInbox
from smsgate.model.errors import (
    ConfigError,
    MalformedAnswerError,
    NotFoundError,
    NotSentError,
    ProviderError,
    UnsupportedError,
)
from smsgate.model.event import DeliveryReport, Event
from smsgate.provider import Provider
from smsgate.receiving.incoming import Incoming
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
        self,
        incoming: Incoming,
        inbox: JournalInbox,
        *,
        pause: timedelta,
        max_age: timedelta,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if pause < timedelta():
            raise ConfigError(f"pause must be 0 or longer, got {pause}")
        if max_age <= timedelta():
            raise ConfigError(f"max_age must be longer than 0, got {max_age}")
        self._incoming = incoming
        self._inbox = inbox
        self._clock = clock
        self._began = self._now()
        self._since = self._began - max_age
        self._before = self._began - pause - timedelta.resolution  # so that no message is asked for twice in a pass
        self._failures: list[ProviderError] = []

    def events(self, providers: Sequence[Provider]) -> Generator[Event, None, None]:
        """Ask the providers that can answer; raise `UnsupportedError` at once if none can."""
        listers = [each for each in providers if each.can(ListsReplies)]
        tellers = [each for each in providers if each.can(TellsManyStatuses) or each.can(TellsStatus)]
        if not listers and not tellers:
            names = ", ".join(provider.name for provider in providers)
            raise UnsupportedError(f"no provider can be polled for replies or statuses ({names})")
        return self._events(listers, tellers)

    def _events(self, listers: Sequence[Provider], tellers: Sequence[Provider]) -> Generator[Event, None, None]:
        """Ask for replies first: somebody may want no more texts."""
        for provider in listers:
            yield from self._replies(provider)
        for provider in tellers:
            yield from self._statuses(provider)
        if self._failures:
            first, *others = self._failures
            for other in others:
                first.add_note(str(other))
            raise first

    # Replies ---------------------------------------------------------------------------------------------------------

    def _replies(self, provider: Provider) -> Generator[Event, None, None]:
        """Give what came in since the last pass."""
        deliver = partial(self._deliver, provider)
        reading = ReplyReading(provider, self._inbox, deliver, began=self._now(), first=self._since)
        try:
            yield from reading.events()
        except ProviderError as error:
            self._failed(provider, "replies", error)

    # Statuses --------------------------------------------------------------------------------------------------------

    def _statuses(self, provider: Provider) -> Generator[Event, None, None]:
        """Ask batch by batch, noting which were asked; a batch that fails ends it, and is the last one next time."""
        ids = self._awaited(provider, now=max(self._began, self._now()))
        while ids:
            try:
                for report in self._reports(provider, ids):
                    yield from self._deliver(provider, report)
            except NotSentError as error:  # the vendor did not see the question
                self._failed(provider, "statuses", error)
                return
            except ProviderError as error:
                self._failed(provider, "statuses", error)
                self._asked(provider, ids)
                return
            self._asked(provider, ids)
            ids = self._awaited(provider)

    def _deliver(self, provider: Provider, event: Event) -> Generator[Event, None, EventState]:
        """Deliver an event; one that cannot be kept stops no other."""
        try:
            return (yield from self._incoming.deliver_next(event))
        except MalformedAnswerError as error:
            self._failed(provider, "an event", error)
            return EventState.SEEN

    def _awaited(self, provider: Provider, now: datetime | None = None) -> Sequence[str]:
        adapter = provider.adapter
        most = adapter.statuses_at_once if isinstance(adapter, TellsManyStatuses) else BATCH
        return self._inbox.awaited(provider.name, since=self._since, before=self._before, most=most, now=now)

    def _asked(self, provider: Provider, ids: Sequence[str]) -> None:
        """Record that it was in this pass, also if the clock was set back since."""
        self._inbox.asked(provider.name, ids, max(self._began, self._now()))

    def _reports(self, provider: Provider, ids: Sequence[str]) -> Iterator[DeliveryReport]:
        """Ask for all at once where that can be done; one by one also where one of them spoils the answer for all."""
        if not provider.can(TellsManyStatuses):
            yield from self._one_by_one(provider, ids)
            return
        try:
            reports = provider.statuses(ids)
        except MalformedAnswerError as error:
            if not provider.can(TellsStatus):
                raise
            self._failed(provider, "statuses", error)
            yield from self._one_by_one(provider, ids)
            return
        if missing := len({*ids} - {report.message_id for report in reports}):
            _log.info("%s does not know %d of %d messages", provider.name, missing, len(ids))
        yield from reports

    def _one_by_one(self, provider: Provider, ids: Sequence[str]) -> Iterator[DeliveryReport]:
        for message_id in ids:
            try:
                yield provider.status(message_id)
            except NotFoundError:
                _log.info("%s does not know message %s", provider.name, message_id)
            except MalformedAnswerError as error:
                self._failed(provider, f"status of {message_id}", error)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def _failed(self, provider: Provider, what: str, error: ProviderError) -> None:
        _log.warning("polling %s for its %s failed: %s", provider.name, what, error.reason)
        if len(self._failures) < MOST_FAILURES:
            self._failures.append(error)
