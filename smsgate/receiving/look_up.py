"""Finds a message by a text that may be any of its ids, its number or its key."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, suppress

from attrs import frozen

from smsgate.engine import Engine
from smsgate.journal import Entry, Journal, Search
from smsgate.model.errors import InvalidMessageError, NotFoundError
from smsgate.model.history import FoundBy, JournalMatch
from smsgate.model.numbers import read_line
from smsgate.model.submission import is_submission_id

__all__ = ["LookUp", "can_be_in_journal", "readings_of"]

ERASED = "erased:"
"""What the number of an erased person begins with."""
LONGEST_ENTRY_ID = 18
"""Digits; no entry has an id as long."""
SHORTEST_NUMBER = 8
"""Digits of a number that may be written with its country and without a plus."""


def readings_of(text: str, region: str | None) -> Mapping[FoundBy, str]:
    """Return what a text may be of a message, and what it is then; a number as a journal has it.

    A number may be written without the plus, as vendors do, and be that of an erased person.
    """
    if not can_be_in_journal(text):
        return {}
    is_whole = text.isascii() and text.isdecimal()
    readings: dict[FoundBy, str] = {}
    if is_whole and not text.startswith("0") and len(text) <= LONGEST_ENTRY_ID:
        readings[FoundBy.ENTRY] = text
    if is_submission_id(text):
        readings[FoundBy.SUBMISSION] = text
    if text:
        readings |= {FoundBy.MESSAGE_ID: text, FoundBy.KEY: text}
    spellings = (text, f"+{text}") if is_whole and len(text) >= SHORTEST_NUMBER else (text,)
    if text.startswith(ERASED):
        readings[FoundBy.NUMBER] = text
    elif lines := [*filter(None, (_line(each, region) for each in spellings))]:
        readings[FoundBy.NUMBER] = lines[0]
    return readings


@frozen
class LookUp:
    """Texts that are looked up in one journal."""

    journal: Journal
    engine: Engine
    find: Callable[[Search], AsyncGenerator[Entry, None]]

    async def matches(self, readings: Mapping[FoundBy, str]) -> AsyncGenerator[JournalMatch, None]:
        """Give the messages that a text is of, each once, the newest first."""
        few: dict[int, JournalMatch] = {}
        for found_by, text in readings.items():
            if found_by is not FoundBy.NUMBER:
                for entry in await self._few(text, found_by):
                    few.setdefault(entry.id, JournalMatch(entry, found_by))
        newest = sorted(few.values(), key=lambda match: -match.entry.id)
        if FoundBy.NUMBER in readings:
            async with aclosing(self.find(Search(to=readings[FoundBy.NUMBER]))) as entries:
                async for entry in entries:
                    while newest and newest[0].entry.id > entry.id:
                        yield newest.pop(0)
                    if entry.id not in few:
                        yield JournalMatch(entry, FoundBy.NUMBER)
        for match in newest:
            yield match

    async def _few(self, text: str, found_by: FoundBy) -> Sequence[Entry]:
        """Return the messages that have an id or a key: one mostly, or one of each account."""
        if found_by is FoundBy.ENTRY:
            return await self._entries([int(text)])
        if found_by is FoundBy.SUBMISSION:
            return await self._entries(await self.engine.call(self.journal.records.with_submission, text))
        search = Search(key=text) if found_by is FoundBy.KEY else Search(message_id=text)
        async with aclosing(self.find(search)) as entries:
            return [entry async for entry in entries]

    async def _entries(self, entry_ids: Sequence[int]) -> Sequence[Entry]:
        """Return those of the entries that there are."""
        found = []
        for entry_id in entry_ids:
            with suppress(NotFoundError):
                found.append(await self.engine.call(self.journal.find, entry_id))
        return found


def can_be_in_journal(text: str) -> bool:
    """Whether a database takes a text: it has no NUL, and no half of a character, as an argument may."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def _line(text: str, region: str | None) -> str | None:
    try:
        return read_line(text, region)
    except InvalidMessageError:
        return None
