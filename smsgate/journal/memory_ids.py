"""The vendors' ids of a gateway without a journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from threading import Lock
from typing import Self
from weakref import WeakSet

from attrs import field, frozen

from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.model.vendor_ids import BEHIND, Found, Rivals, choose, is_whole
from smsgate.runtime.bounded_map import BoundedMap
from smsgate.runtime.fork import notice_forks

__all__ = ["MemoryIds", "OpenMessage"]

MOST = 10_000
"""Ids of accepted messages, and messages with an unknown outcome, that a process without a journal remembers."""


@frozen
class _Owner:
    """The message that has an id."""

    number: int
    to: str

    @classmethod
    def of(cls, opened: OpenMessage) -> Self:
        return cls(opened.number, opened.message.to)


@frozen(eq=False)
class OpenMessage:
    """One message of a gateway without a journal, and what became of it."""

    number: int
    message: Message = field(repr=False)
    _ids: MemoryIds = field(repr=False)
    asked: dict[str, datetime] = field(factory=dict, init=False)
    """Once its outcome is unknown: the providers that may have it, and since when."""
    in_doubt: set[str] = field(factory=set, init=False)
    """The providers whose answer was lost."""

    def choose(self, provider: str, found: Found, since: datetime) -> str | None:
        """Pick the id that belongs to this message."""
        return self._ids.choose(self, provider, found, since)

    def taken(self, provider: str, since: datetime) -> frozenset[str]:
        """Return ids of a provider's that other messages to the same recipient have, also from before a moment."""
        del since  # a journal knows of more
        return self._ids.taken(self, provider)

    def ended(self, result: SendResult) -> None:
        """Remember an accepted message's id, or that the outcome is unknown."""
        if result.outcome is Outcome.ACCEPTED and result.provider and result.message_id:
            self._ids.own(self, result.provider, result.message_id)
        unknown = {}
        for each in result.attempts:
            message_id: str | None = getattr(each.error, "message_id", None)
            if each.outcome is Outcome.UNKNOWN:
                unknown[each.provider] = each.started
                if message_id is not None and is_whole(message_id):
                    self._ids.doubt(self, each.provider, message_id)
        self._ids.end(self, unknown)


class MemoryIds:
    """The ids and the open messages of one process; threads share it.

    It knows the last 10,000 ids and the last 10,000 messages with an unknown outcome, and nothing of other processes.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = count(1)
        self._open: WeakSet[OpenMessage] = WeakSet()
        self._unknown: BoundedMap[int, OpenMessage] = BoundedMap(MOST)
        self._owners: BoundedMap[tuple[str, str], _Owner] = BoundedMap(MOST)
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
            opened.in_doubt.add(provider)
            chosen = choose(
                found,
                lambda id_: self._owners.get((provider, id_), _Owner.of(opened)).number != opened.number,
                lambda: self._rivals(opened, provider, since),
            )
            if chosen is not None:
                self._owners[provider, chosen] = _Owner.of(opened)
            return chosen

    def own(self, opened: OpenMessage, provider: str, message_id: str) -> None:
        """Remember that a message was accepted under an id."""
        with self._lock:
            self._owners[provider, message_id] = _Owner.of(opened)

    def doubt(self, opened: OpenMessage, provider: str, message_id: str) -> None:
        """Remember that a message may have been accepted under an id, unless another one was."""
        with self._lock:
            if (provider, message_id) not in self._owners:
                self._owners[provider, message_id] = _Owner.of(opened)

    def taken(self, opened: OpenMessage, provider: str) -> frozenset[str]:
        """Return the ids that other messages to the same recipient have at a provider."""
        with self._lock:
            return frozenset(
                id_
                for (name, id_), owner in self._owners.items()
                if name == provider and owner.number != opened.number and owner.to == opened.message.to
            )

    def end(self, opened: OpenMessage, unknown: Mapping[str, datetime]) -> None:
        """Count a message as open no more, but at the providers that may have it since a moment."""
        with self._lock:
            self._open.discard(opened)
            opened.asked.update(unknown)
            if opened.asked:
                self._unknown[opened.number] = opened

    def after_fork_in_child(self) -> None:
        """Start afresh; what the parent knew stays known."""
        self._lock = Lock()

    def _rivals(self, opened: OpenMessage, provider: str, since: datetime) -> Rivals:
        unknown = [each for each in self._unknown.values() if each.asked.get(provider, since - BEHIND) > since - BEHIND]
        every = {each.number: each for each in (*self._open, *unknown)}.values()
        others = [each for each in every if each is not opened and _alike(each.message, opened.message)]
        return Rivals(len(others), any(each in self._open and provider not in each.in_doubt for each in others))


def _alike(one: Message, other: Message) -> bool:
    """Whether a vendor cannot tell two messages apart; some of them trim white space."""
    return one.to == other.to and one.text.split() == other.text.split()
