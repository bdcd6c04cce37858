"""The other messages to an entry's recipient: which ids they have at a provider, and whether one may still get one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from attrs import evolve, frozen

from smsgate.journal.asked_record import read_asked
from smsgate.journal.database.connection import Connection
from smsgate.model.entry import State
from smsgate.model.vendor_ids import BEHIND, is_whole

__all__ = ["Other", "kept_text", "others", "taken"]

MOST = 10_000
"""Messages to one recipient that are looked at, half of them before an entry and half after it."""
_OTHERS = (
    "SELECT id, state, provider, message_id, submissions, earlier, attempts, started, text, details FROM entries "
    "WHERE id IN ("
    f"SELECT id FROM (SELECT id FROM entries WHERE recipient = ?2 AND id < ?1 ORDER BY id DESC LIMIT {MOST // 2}) "
    "AS before UNION ALL "
    f"SELECT id FROM (SELECT id FROM entries WHERE recipient = ?2 AND id > ?1 ORDER BY id LIMIT {MOST // 2}) AS after"
    ") AND created > ?3"
)
_FORMER = "SELECT entry, provider, message_id FROM tries WHERE state = 'accepted' AND entry IN ({values})"


@frozen
class Other:
    """Another message to the same recipient."""

    id: int
    text: tuple[str | None, str | None]
    ids: frozenset[str]
    """Those that it has at the provider."""
    waiting: int
    """How often the provider may have its text under an id that is not known; once less while its outcome is open."""


def others(connection: Connection, entry_id: int, provider: str, since: datetime, to: str) -> list[Other]:
    """Return the other messages to a recipient since shortly before a moment, and how they are at a provider.

    It looks at 5,000 messages to the recipient before this one and 5,000 after it.
    """
    least = since - BEHIND
    found = []
    for id_, state, ended_by, message_id, submissions, earlier, attempts, started, *kept in connection.execute(
        _OTHERS, (entry_id, to, least.timestamp())
    ):
        asked = [(each.since, each.message_id) for each in read_asked(submissions) if each.provider == provider]
        if submissions is None:
            asked += _tried(provider, attempts)
        if ended_by == provider and state == State.ACCEPTED:
            asked.append((datetime.fromtimestamp(started, UTC) if started else since, message_id))
        before = [(each.since, each.message_id) for each in read_asked(earlier) if each.provider == provider]
        ids = _ids([*asked, *before])
        waits = state == State.ACCEPTED and not _ids(asked) and any(begun > least for begun, _ in asked)
        waiting = waits + sum(begun > least and not is_whole(known) for begun, known in before)
        found.append(Other(id_, kept_text(*kept), ids, waiting))
    return _with_former(connection, provider, found)


def _with_former(connection: Connection, provider: str, found: list[Other]) -> list[Other]:
    """Return them with the ids of tries that later ones have replaced."""
    former: dict[int, set[str]] = {}
    for entry_id, name, message_id in connection.select_among(_FORMER, [each.id for each in found]) if found else ():
        if name == provider and message_id is not None:
            former.setdefault(entry_id, set()).add(message_id)
    return [evolve(each, ids=each.ids | former[each.id]) if each.id in former else each for each in found]


def kept_text(text: str | None, details: str | None) -> tuple[str | None, str | None]:
    """Return a message's text and its hash: as much as is kept."""
    return text, json.loads(details).get("sha256") if details else None


def taken(found: Iterable[Other]) -> frozenset[str]:
    """Return all ids that other messages have."""
    return frozenset[str]().union(*(each.ids for each in found))


def _ids(asked: Iterable[tuple[datetime, str | None]]) -> frozenset[str]:
    return frozenset(known for _, known in asked if known is not None and is_whole(known))


def _tried(provider: str, attempts: str | None) -> list[tuple[datetime, str | None]]:
    """Return when a provider was tried that may have the text, and under which id."""
    return [
        (datetime.fromisoformat(started), (error or {}).get("message_id"))
        for name, outcome, error, started, *_ in json.loads(attempts or "[]")
        if name == provider and outcome in {"accepted", "unknown"}
    ]
