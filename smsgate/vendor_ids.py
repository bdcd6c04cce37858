"""Which message has which of a vendor's ids: one id belongs to one message.

Where a vendor is asked again after a lost answer, it may show the text of another message with the same words. So an id
is taken only if no other message has it, and if each message that is still open can have one of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Lock
from typing import Protocol
from weakref import WeakSet

from attrs import field, frozen

from smsgate.errors import UnknownOutcomeError
from smsgate.fork import notice_forks
from smsgate.message import Message
from smsgate.result import Outcome, SendResult

__all__ = ["BEHIND", "ChooseId", "Found", "MemoryIds", "OpenMessage", "choose", "is_whole"]

MOST = 10_000
"""Ids of accepted messages, and messages with an unknown outcome, that a process without a journal remembers."""
BEHIND = timedelta(minutes=10)
"""How far a vendor's clock may be behind ours."""


@frozen
class Found:
    """The ids under which a vendor shows a text that may be the message in doubt."""

    ids: tuple[str, ...]
    doubtful: tuple[str, ...] = ()
    """Those that may be older than the message."""
    exact: bool = False
    """Whether the vendor was asked by something that only this message has."""


class ChooseId(Protocol):
    """Picks the id that belongs to the message in doubt, and keeps it for that message."""

    def __call__(self, provider: str, found: Found, since: datetime) -> str | None:
        """Return an id, or None if all of them belong to other messages; `UnknownOutcomeError` if that is unclear."""


def choose(found: Found, is_taken: Callable[[str], bool], rivals: Callable[[], int]) -> str | None:
    """Decide which of the ids a message has.

    `is_taken` tells whether another message has an id; `rivals` counts the other messages with the same recipient and
    text that are in doubt or on their way, and have none.
    """
    free = [id_ for id_ in found.ids if not is_taken(id_)]
    if found.exact:
        if free:
            return free[0]
        raise UnknownOutcomeError(f"the vendor shows it under the id {found.ids[0]}, which another message has")
    doubtful = [id_ for id_ in found.doubtful if not is_taken(id_)]
    if doubtful:
        raise UnknownOutcomeError(f"{_texts(free + doubtful)} may be the one in doubt, or an older one")
    if not free:
        return None
    waiting = 1 + rivals()
    if len(free) == waiting:
        return free[0]
    raise UnknownOutcomeError(
        f"{_texts(free)} may be the one in doubt (same recipient and text), and {waiting} "
        f"{'message of smsgate has' if waiting == 1 else 'messages of smsgate have'} no id yet"
    )


def is_whole(message_id: str | None) -> bool:
    """Whether an id names a message; one that ends with a colon names the conversation that it is in."""
    return message_id is not None and not message_id.endswith(":")


def _texts(ids: Sequence[str]) -> str:
    return f"{len(ids)} text{'s' if len(ids) > 1 else ''} at the vendor"


@frozen(eq=False)
class OpenMessage:
    """One message of a gateway without a journal, and what became of it."""

    number: int
    message: Message = field(repr=False)
    _ids: MemoryIds = field(repr=False)
    asked: dict[str, datetime] = field(factory=dict, init=False)
    """Once its outcome is unknown: the providers that may have it, and since when."""

    def choose(self, provider: str, found: Found, since: datetime) -> str | None:
        """Pick the id that belongs to this message."""
        return self._ids.choose(self, provider, found, since)

    def ended(self, result: SendResult) -> None:
        """Remember an accepted message's id, or that the outcome is unknown."""
        if result.outcome is Outcome.ACCEPTED and result.provider and result.message_id:
            self._ids.own(self, result.provider, result.message_id)
        doubts = {each.provider: each.started for each in result.attempts if each.outcome is Outcome.UNKNOWN}
        self._ids.end(self, doubts)

    def interrupted(self, providers: Sequence[str]) -> None:
        """Remember that any of these providers may have the message."""
        self._ids.end(self, dict.fromkeys(providers, datetime.now(UTC)))


class MemoryIds:
    """The ids and the open messages of one process; threads share it.

    It knows the last 10,000 ids and the last 10,000 messages with an unknown outcome, and nothing of other processes.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = count(1)
        self._open: WeakSet[OpenMessage] = WeakSet()
        self._unknown: OrderedDict[int, OpenMessage] = OrderedDict()
        self._owners: OrderedDict[tuple[str, str], int] = OrderedDict()
        notice_forks(self)

    def begin(self, message: Message) -> OpenMessage:
        """Count a message as open until it ends, or nothing refers to it any more."""
        with self._lock:
            opened = OpenMessage(next(self._count), message, self)
            self._open.add(opened)
            return opened

    def choose(self, opened: OpenMessage, provider: str, found: Found, since: datetime) -> str | None:
        """Pick an id and keep it for a message, in one step."""
        with self._lock:
            chosen = choose(
                found,
                lambda id_: self._owners.get((provider, id_), opened.number) != opened.number,
                lambda: self._rivals(opened, provider, since),
            )
            if chosen is not None:
                self._own(provider, chosen, opened)
            return chosen

    def own(self, opened: OpenMessage, provider: str, message_id: str) -> None:
        """Remember that a message was accepted under an id."""
        with self._lock:
            self._own(provider, message_id, opened)

    def end(self, opened: OpenMessage, doubts: Mapping[str, datetime]) -> None:
        """Count a message as open no more, but at the providers that may have it since a moment."""
        with self._lock:
            self._open.discard(opened)
            opened.asked.update(doubts)
            if opened.asked:
                self._unknown[opened.number] = opened
                while len(self._unknown) > MOST:
                    self._unknown.popitem(last=False)

    def after_fork_in_child(self) -> None:
        """Start afresh; what the parent knew stays known."""
        self._lock = Lock()

    def _own(self, provider: str, id_: str, opened: OpenMessage) -> None:
        self._owners[provider, id_] = opened.number
        while len(self._owners) > MOST:
            self._owners.popitem(last=False)

    def _rivals(self, opened: OpenMessage, provider: str, since: datetime) -> int:
        unknown = [each for each in self._unknown.values() if each.asked.get(provider, since - BEHIND) > since - BEHIND]
        others = {each.number: each.message for each in (*self._open, *unknown)}
        return sum(number != opened.number and _alike(other, opened.message) for number, other in others.items())


def _alike(one: Message, other: Message) -> bool:
    """Whether a vendor cannot tell two messages apart; some of them trim white space."""
    return one.to == other.to and one.text.split() == other.text.split()
