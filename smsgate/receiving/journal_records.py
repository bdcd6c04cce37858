"""The records of the journal: searched, counted, pruned, erased, copied and checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from smsgate.engine import Engine
from smsgate.journal import Entry, Erased, Journal, JournalStats, KnownMessage, Pruned, Search
from smsgate.journal.message_record import content
from smsgate.model.errors import NotFoundError
from smsgate.model.history import FoundBy, History, JournalMatch
from smsgate.model.message import Message
from smsgate.model.numbers import read_line
from smsgate.model.run_report import RunReport
from smsgate.receiving.history import history_of
from smsgate.receiving.look_up import LookUp, can_be_in_journal, readings_of

__all__ = ["AsyncJournalRecords"]

BATCH = 500
"""Messages that are looked up by one statement."""


class AsyncJournalRecords:
    """What the journal has; asks no vendor. `gateway.journal` gives it."""

    def __init__(self, journal: Journal, region: str | None, engine: Engine) -> None:
        self._journal = journal
        self._region = region
        self._engine = engine

    async def get(self, entry_id: int) -> Entry:
        """Return an entry; `NotFoundError` if there is none."""
        return await self._engine.call(self._journal.find, entry_id)

    async def find(  # noqa: PLR0913 - by what entries are found
        self,
        *,
        to: str | None = None,
        key: str | None = None,
        run: str | None = None,
        reference: str | None = None,
        message_id: str | None = None,
        provider: str | None = None,
    ) -> AsyncGenerator[Entry, None]:
        """Give the entries to a number, or with a key, run, reference or vendor's id; the newest first, page by page.

        `to` is read as a message's is. `provider` says whose `message_id` it is. An erased person's entries are found
        by the number. Raises `ConfigError` unless one of the five is given.
        """
        line = None if to is None else read_line(to, self._region)
        search = Search(to=line, key=key, run=run, reference=reference, message_id=message_id, provider=provider)
        async with aclosing(self._find(search)) as entries:
            async for entry in entries:
                yield entry

    async def look_up(self, text: str, *, found_by: FoundBy | None = None) -> AsyncGenerator[JournalMatch, None]:
        """Give the messages that a text is of, each once, the newest first.

        It may be the id of an entry, a submission or a vendor's message, a number in any spelling, or a key; `found_by`
        says that it is only this. Submissions of messages that have ended are looked for in all entries, beside the
        sends; that of a message which its first provider accepted is not in the journal, unless a report names it.
        """
        readings = readings_of(text, self._region)
        wanted = {each: value for each, value in readings.items() if found_by in {None, each}}
        async with aclosing(LookUp(self._journal, self._engine, self._find).matches(wanted)) as matches:
            async for match in matches:
                yield match

    async def history(self, entry_id: int) -> History:
        """Return everything that is known of a message, in time order and in words; `NotFoundError` if it is not there.

        Replies are not in a journal; what they ask for, an opt-out or its end, is.
        """
        return history_of(await self._engine.call(self._journal.records.trail, entry_id))

    async def report(self, run: str) -> RunReport:
        """Count what became of the messages of a run so far; `NotFoundError` if there is no such run.

        Reads them once, as they are at one moment, in memory that does not grow with them.
        """
        if not can_be_in_journal(run):
            raise NotFoundError(f"the journal has no run {run!r}")
        return await self._engine.call(self._journal.records.report, run)

    async def in_run(
        self, run: str, messages: Iterable[Message], *, distinct: bool = False
    ) -> AsyncGenerator[KnownMessage, None]:
        """Give for each message what a run has of it, and whether the run would send it; sends nothing.

        Equal messages are counted, as a run counts them, with a hash of each in memory; `distinct` says that there are
        none.
        """
        equal: Counter[bytes] = Counter()
        each = iter(messages)
        while batch := [*islice(each, BATCH)]:
            counted = [(message, 1 if distinct else _count(equal, message)) for message in batch]
            for known in await self._engine.call(self._journal.records.in_run, run, counted):
                yield known

    async def run_size(self, run: str) -> int:
        """Return how many messages a run has, of whatever outcome; 0 for a run that was never used."""
        return await self._engine.call(self._journal.records.run_size, run)

    async def stats(self) -> JournalStats:
        """Count what the journal has; other processes go on meanwhile."""
        return await self._engine.call(self._journal.records.stats)

    async def prune(self, *, keep: str | None = None, keep_text: str | None = None) -> Pruned:
        """Delete entries that ended so long ago, and the texts of others; ages are such as ``90d`` and ``12h``.

        They default to the settings'. What is in flight, queued or of unknown outcome stays, and so do the entries of a
        run that was used since. Raises `ConfigError` where nothing says how long entries are kept.
        """
        return await self._engine.call(partial(self._journal.records.prune, keep, keep_text))

    async def erase(self, number: str) -> Erased:
        """Replace a person's number by a keyed hash, and remove texts, keys and references of the messages to it.

        Keys, runs and an opt-out still work. Raises `ConflictError` while a message to the number is queued or in
        flight.
        """
        return await self._engine.call(self._journal.records.erase, read_line(number, self._region))

    async def backup(self, file: str | Path) -> None:
        """Copy the journal, as it is at one moment, to a new file that its owner alone may read.

        Raises `ConfigError` for a file that is there, and for a journal in PostgreSQL.
        """
        await self._engine.call(self._journal.records.backup, Path(file))

    async def check(self) -> Sequence[str]:
        """Read the whole journal; return what is damaged or contradicts itself, nothing if all is well."""
        return await self._engine.call(self._journal.records.check)

    async def _find(self, search: Search) -> AsyncGenerator[Entry, None]:
        """Give what is looked for, page by page."""
        before: int | None = None
        while page := await self._engine.call(self._journal.records.find, search, before):
            for entry in page:
                yield entry
            before = page[-1].id


def _count(equal: Counter[bytes], message: Message) -> int:
    """Say the how-manyth of equal messages it is; a key has no equals."""
    if message.key is not None:
        return 1
    mark = blake2b(content(message), digest_size=16).digest()
    equal[mark] += 1
    return equal[mark]
