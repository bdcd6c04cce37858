"""The way of an event to the application: read, recorded, joined with what was sent, delivered once."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from inspect import isawaitable

from attrs import asdict, evolve

from smsgate.engine import Engine
from smsgate.journal import EventState, Inbox, RecordedEvent
from smsgate.model.errors import ConfigError, InvalidMessageError, JournalError, MalformedAnswerError
from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply
from smsgate.model.numbers import read_line
from smsgate.model.opt_out_scope import OptOutScopes
from smsgate.model.submission import is_submission_id
from smsgate.receiving.answers import Answers
from smsgate.receiving.opt_out_words import OptOutWords
from smsgate.telemetry.api import trace
from smsgate.telemetry.events import processing
from smsgate.telemetry.links import current
from smsgate.telemetry.sent import SentMessages

__all__ = ["AsyncIncoming"]

_log = logging.getLogger("smsgate.receiving.incoming")

LONGEST_ID = 80
"""Characters of a foreign id in a log line."""


class AsyncIncoming:
    """Delivers the events of one gateway. `gateway.incoming` gives it."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of one gateway
        self,
        inbox: Inbox,
        words: OptOutWords,
        region: str | None,
        engine: Engine,
        sent: SentMessages | None = None,
        scopes: OptOutScopes | None = None,
        answers: Answers | None = None,
    ) -> None:
        self.inbox = inbox
        self._words = words
        self._region = region
        self._engine = engine
        self._sent = sent
        self._scopes = scopes or OptOutScopes()
        self._answers = answers

    async def take(self, event: Event) -> RecordedEvent:
        """Record what an event says; return whether it is to be delivered. Log an opt-out that will stop nothing.

        Raises `JournalError`, and `MalformedAnswerError` for what cannot be kept.
        """
        event = await self._scoped(self.read(event))
        taken = await self._engine.take(partial(self.inbox.record, event), self._give_back)
        new = taken.event if taken.state is EventState.NEW else None
        if isinstance(new, DeliveryReport) and new.possible_duplicate:
            _log.warning(
                "%s: message %.*r was delivered after all, and another provider had been asked for a second try: "
                "a possible duplicate%s",
                new.provider,
                LONGEST_ID,
                new.message_id,
                "" if new.entry is None else f" (entry {new.entry.id})",
            )
        if isinstance(new, OptOut) and self._number(new.reply.sender) is None:
            _log.warning(
                "%s: the opt-out %.*r stops nothing: its sender cannot be read as a number; "
                "set default_region if the vendor writes numbers without their country",
                new.reply.provider,
                LONGEST_ID,
                new.reply.message_id,
            )
        return taken

    async def deliver(self, event: Event, on_event: Callable[[Event], object]) -> EventState:
        """Record what an event says and call `on_event` with it, unless that has been done with the same before.

        An event is delivered again if `on_event` raised, or the process ended within it: at least once, then. What
        `on_event` raises goes on; also raises `JournalError`, `MalformedAnswerError` for what cannot be kept, and
        `ConfigError` if it returns what has to be awaited.
        """
        taken = await self.take(event)
        if taken.state is EventState.NEW:
            async with self.delivering(taken.event) as span:
                with current(span):
                    _check_done(await self._engine.awaited(on_event(taken.event)))
        return taken.state

    @asynccontextmanager
    async def delivering(self, event: Event) -> AsyncIterator[trace.Span | None]:
        """Count a new event as delivered at the end of the block; if that raises, it is new again.

        Gives its span.
        """
        try:
            with processing(event, self._sent) as span:
                yield span
                if self._answers is not None:  # before the end is recorded: a crash here has the event come again
                    await self._answers.answer(event)
        except BaseException:
            with suppress(JournalError):  # closed before: it is new again in a minute
                await self._engine.finish(self._engine.call, self.inbox.release, event)
            raise
        await self._engine.finish(self._engine.call, self.inbox.delivered, event)

    async def record(self, event: Event) -> None:
        """Record what an event says without delivering it: it stays new to the application."""
        taken = await self.take(event)
        if taken.state is EventState.NEW:
            await self._engine.call(self.inbox.release, taken.event)

    def read(self, event: Event) -> Event:
        """Say of a reply whether it is an opt-out; its sender becomes E.164 where that can be read.

        A reference that is the id of a submission is none of the application's: a report has it as its `submission`.
        Raises `MalformedAnswerError` for an event without an id, or with half a character, which nothing could keep.
        """
        _check(event)
        if isinstance(event, DeliveryReport | Reply) and is_submission_id(event.reference):
            event = _without_reference(event)
        if not isinstance(event, Reply) or not event.sender:
            return event
        return self._words.read(evolve(event, sender=self._number(event.sender) or event.sender))

    async def _scoped(self, event: Event) -> Event:
        """Say of an opt-out, and of what takes one back, what it is of, where the settings have scopes."""
        if not isinstance(event, OptOut | OptIn) or not self._scopes.is_divided:
            return event
        reply = event.reply
        answered = await self._engine.call(self.inbox.answered, reply)
        sender, campaign = (None, None) if answered is None else (answered.sender, answered.campaign)
        return evolve(event, scopes=self._scopes.of_reply((reply.to, sender), (reply.campaign, campaign)))

    def _give_back(self, taken: RecordedEvent) -> None:
        """Have an event that nothing waits for any more be new when it comes again."""
        if taken.state is EventState.NEW:
            with suppress(JournalError):  # closed: it is new again in a minute
                self.inbox.release(taken.event)

    def _number(self, text: str) -> str | None:
        try:
            return read_line(text, self._region)
        except InvalidMessageError:  # a short code, or a name
            return None


def _check(event: Event) -> None:
    read = event.reply if isinstance(event, OptOut | OptIn) else event
    if isinstance(read, DeliveryReport | Reply) and not (isinstance(read.message_id, str) and read.message_id):
        raise MalformedAnswerError(f"a {type(read).__name__} has no id", provider=read.provider)
    for name, value in asdict(read, recurse=False).items():
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                reason = f"the {name} of a {type(read).__name__} has half a character"
                raise MalformedAnswerError(reason, provider=read.provider) from None


def _without_reference(event: DeliveryReport | Reply) -> DeliveryReport | Reply:
    if isinstance(event, Reply):
        return evolve(event, reference=None)
    return evolve(event, reference=None, submission=event.submission or event.reference)


def _check_done(result: object) -> None:
    """Refuse a coroutine or the like: nothing awaits it here, and the event would be lost."""
    if not isawaitable(result):
        return
    close = getattr(result, "close", None)
    if callable(close):
        close()
    raise ConfigError(
        f"on_event returned a {type(result).__name__}, which nothing awaits here; use webhooks.asgi or a plain function"
    )
