"""One pass over the replies of one provider: from where to where they are read, and how much at once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial

from smsgate.adapter.request import Answer
from smsgate.journal import EventState, JournalInbox, RecordedEvent, UnfinishedReading
from smsgate.model.errors import MalformedAnswerError, NotSentError, ProviderError
from smsgate.model.event import Event, Reply
from smsgate.model.page import Page, PageOrder
from smsgate.provider import AsyncProvider
from smsgate.receiving.incoming import AsyncIncoming

__all__ = ["ReplyReading"]

OVERLAP = timedelta(minutes=15)
"""How far back a pass reads what the one before has read.

A vendor may list a reply later than it took it in, and its servers have clocks of their own.
"""
MARGIN = timedelta(days=1)
"""How much older than wanted a reply may be: vendors choose by whole days, in zones and by clocks of their own."""
PAGES = 1_000
"""Pages that one pass reads; the next pass goes on with the one after."""
SECONDS = 600.0
"""How long one pass waits for these pages, in all."""

Take = Callable[[Reply], Awaitable[RecordedEvent | None]]
"""Records a reply; None for one that cannot be kept."""


class ReplyReading:
    """Reads the replies since the last pass; the position moves once the application has processed all of them.

    The position is a time that the vendor has shown, and no later than our own clock: neither of the two, when it was
    ahead once, hides the replies that came before it was right again. A position in the future is not believed.
    """

    def __init__(  # noqa: PLR0913 - what a pass is about
        self,
        provider: AsyncProvider,
        inbox: JournalInbox,
        incoming: AsyncIncoming,
        take: Take,
        *,
        began: datetime,
        first: datetime,
    ) -> None:
        """Prepare a pass that `began` now; the first pass of all reads the replies since `first`."""
        self._provider = provider
        self._engine = provider.engine
        self._inbox = inbox
        self._incoming = incoming
        self._take = take
        self._began = began
        self._first = first
        self._pages = 0
        self._seconds = 0.0
        self._skipped = 0
        self._busy = False
        self._following: str | None = None
        """The cursor of the page after the last one that was read; None at the end."""
        self._date: datetime | None = None
        """When the vendor gave its first answer, by its own clock."""
        self._newest: datetime | None = None
        """When the vendor took the newest reply in that it has shown."""

    async def events(self) -> AsyncGenerator[Event, None]:
        """Give what is new; raise `ProviderError` if the vendor fails, or its list was not at its end."""
        unfinished = await self._engine.call(self._inbox.unfinished_reading, self._provider.name)
        if unfinished is None:
            since = await self._since()
            async with aclosing(self._read(since, None, PAGES)) as events:
                async for event in events:
                    yield event
            await self._end(since, self._until(since))
        else:
            async with aclosing(self._read(unfinished.since, None, PAGES // 2, new_only=True)) as events:
                async for event in events:
                    yield event
            async with aclosing(self._read_on(unfinished)) as events:
                async for event in events:
                    yield event
            await self._end(unfinished.since, unfinished.until)

    async def _since(self) -> datetime:
        last = await self._engine.call(self._inbox.read_until, self._provider.name)
        return self._first if last is None or last > self._began else last - OVERLAP

    def _until(self, since: datetime) -> datetime | None:
        """Return the position after a list was read; None for a vendor that has shown no time, or an earlier one."""
        shown = self._date or self._newest
        return None if shown is None or shown < since else min(shown, self._began)

    async def _read(
        self, since: datetime, cursor: str | None, most: int, *, new_only: bool = False
    ) -> AsyncGenerator[Event, None]:
        """Read pages to the end, or up to a bound; keep the cursor of the page after them.

        With `new_only` it ends at the first page of which everything is known.
        """
        order: PageOrder[Reply] = PageOrder(cursor)
        self._following = None
        while not order.is_over:
            page = order.take(await self._page(since, order.cursor))
            known = bool(page.items)
            for reply in page.items:
                taken = await self._taken(reply, since)
                if taken is not None and taken.state is EventState.NEW:
                    async with self._incoming.delivering(taken.event):
                        yield taken.event
                known = known and (taken is None or taken.state is EventState.SEEN)
            if self._pages >= most or self._seconds >= SECONDS or (new_only and known):
                self._following = page.next
                return

    async def _read_on(self, unfinished: UnfinishedReading) -> AsyncGenerator[Event, None]:
        """Go on where the last pass stopped; if the vendor does not know the place any more, begin anew next time."""
        before = self._pages
        try:
            async with aclosing(self._read(unfinished.since, unfinished.cursor, PAGES)) as events:
                async for event in events:
                    yield event
        except ProviderError as error:
            if self._pages == before and not isinstance(error, NotSentError):
                await self._engine.call(self._inbox.keep_reading, self._provider.name, None)
            raise

    async def _page(self, since: datetime, cursor: str | None) -> Page[Reply]:
        began = self._engine.now()
        try:
            page = await self._provider.reply_page(since, cursor, on_answer=self._keep_date)
        finally:
            self._seconds += self._engine.now() - began
        self._pages += 1
        self._skipped += page.skipped
        return page

    def _keep_date(self, answer: Answer) -> None:
        self._date = self._date or answer.date

    async def _taken(self, reply: Reply, since: datetime) -> RecordedEvent | None:
        """Record a reply; None if it is so old that the inbox may have forgotten that it was processed."""
        if reply.received_at is not None:
            if reply.received_at < since - MARGIN:
                return None
            self._newest = max(reply.received_at, self._newest or reply.received_at)
        taken = await self._take(reply)
        self._busy = self._busy or (taken is not None and taken.state is EventState.BUSY)
        return taken

    async def _end(self, since: datetime, until: datetime | None) -> None:
        """Record how far it went; not where another process has a reply in hand, of which it may die."""
        name, following = self._provider.name, self._following
        keep = partial(self._inbox.keep_reading, name)
        if not self._busy and following is not None:
            await self._engine.call(keep, UnfinishedReading(following, since, until))
        elif not self._busy and until is not None:
            await self._engine.call(self._inbox.have_read, name, until)
        elif not self._busy:
            await self._engine.call(keep, None)
        if following is not None:
            reason = f"its list of replies was not at its end after {self._pages:,} pages; the next pass goes on there"
            raise ProviderError(reason, provider=name)
        if self._skipped:
            raise MalformedAnswerError(f"replies that cannot be read: {self._skipped:,}", provider=name)
