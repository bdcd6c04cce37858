"""One pass over the replies of one provider: from where to where they are read, and how much at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from datetime import datetime, timedelta

from smsgate.adapter.request import Answer
from smsgate.journal import EventState, JournalInbox, UnfinishedReading
from smsgate.model.errors import MalformedAnswerError, NotSentError, ProviderError
from smsgate.model.event import Event, Reply
from smsgate.model.page import Page, pages
from smsgate.provider import Provider

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

Deliver = Callable[[Reply], Generator[Event, None, EventState]]


class ReplyReading:
    """Reads the replies since the last pass; the position moves once the application has processed all of them.

    The position is a time that the vendor has shown, and no later than our own clock: neither of the two, when it was
    ahead once, hides the replies that came before it was right again. A position in the future is not believed.
    """

    def __init__(
        self, provider: Provider, inbox: JournalInbox, deliver: Deliver, *, began: datetime, first: datetime
    ) -> None:
        """Prepare a pass that `began` now; the first pass of all reads the replies since `first`."""
        self._provider = provider
        self._inbox = inbox
        self._deliver = deliver
        self._began = began
        self._first = first
        self._pages = 0
        self._seconds = 0.0
        self._skipped = 0
        self._busy = False
        self._date: datetime | None = None
        """When the vendor gave its first answer, by its own clock."""
        self._newest: datetime | None = None
        """When the vendor took the newest reply in that it has shown."""

    def events(self) -> Generator[Event, None, None]:
        """Give what is new; raise `ProviderError` if the vendor fails, or its list was not at its end."""
        unfinished = self._inbox.unfinished_reading(self._provider.name)
        if unfinished is None:
            since = self._since()
            following = yield from self._read(since, None, PAGES)
            self._end(following, since, self._until(since))
        else:
            yield from self._read(unfinished.since, None, PAGES // 2, new_only=True)
            following = yield from self._read_on(unfinished)
            self._end(following, unfinished.since, unfinished.until)

    def _since(self) -> datetime:
        last = self._inbox.read_until(self._provider.name)
        return self._first if last is None or last > self._began else last - OVERLAP

    def _until(self, since: datetime) -> datetime | None:
        """Return the position after a list was read; None for a vendor that has shown no time, or an earlier one."""
        shown = self._date or self._newest
        return None if shown is None or shown < since else min(shown, self._began)

    def _read(
        self, since: datetime, cursor: str | None, most: int, *, new_only: bool = False
    ) -> Generator[Event, None, str | None]:
        """Read pages to the end, or up to a bound; return the cursor of the next page, None at the end.

        With `new_only` it ends at the first page of which everything is known.
        """
        for page in pages(lambda place: self._page(since, place), cursor):
            known = bool(page.items)
            for reply in page.items:
                state = yield from self._deliver_recent(reply, since)
                known = known and state is EventState.SEEN
            if self._pages >= most or self._seconds >= SECONDS or (new_only and known):
                return page.next
        return None

    def _read_on(self, unfinished: UnfinishedReading) -> Generator[Event, None, str | None]:
        """Go on where the last pass stopped; if the vendor does not know the place any more, begin anew next time."""
        before = self._pages
        try:
            return (yield from self._read(unfinished.since, unfinished.cursor, PAGES))
        except ProviderError as error:
            if self._pages == before and not isinstance(error, NotSentError):
                self._inbox.keep_reading(self._provider.name, None)
            raise

    def _page(self, since: datetime, cursor: str | None) -> Page[Reply]:
        began = time.monotonic()
        try:
            page = self._provider.reply_page(since, cursor, on_answer=self._keep_date)
        finally:
            self._seconds += time.monotonic() - began
        self._pages += 1
        self._skipped += page.skipped
        return page

    def _keep_date(self, answer: Answer) -> None:
        self._date = self._date or answer.date

    def _deliver_recent(self, reply: Reply, since: datetime) -> Generator[Event, None, EventState]:
        """Deliver a reply, unless it is so old that the inbox may have forgotten that it was processed."""
        if reply.received_at is not None:
            if reply.received_at < since - MARGIN:
                return EventState.SEEN
            self._newest = max(reply.received_at, self._newest or reply.received_at)
        state = yield from self._deliver(reply)
        self._busy = self._busy or state is EventState.BUSY
        return state

    def _end(self, following: str | None, since: datetime, until: datetime | None) -> None:
        """Record how far it went; not where another process has a reply in hand, of which it may die."""
        name = self._provider.name
        if not self._busy and following is not None:
            self._inbox.keep_reading(name, UnfinishedReading(following, since, until))
        elif not self._busy and until is not None:
            self._inbox.have_read(name, until)
        elif not self._busy:
            self._inbox.keep_reading(name, None)
        if following is not None:
            reason = f"its list of replies was not at its end after {self._pages:,} pages; the next pass goes on there"
            raise ProviderError(reason, provider=name)
        if self._skipped:
            raise MalformedAnswerError(f"replies that cannot be read: {self._skipped:,}", provider=name)
