"""Which message has which of a vendor's ids: one id belongs to one message.

Where a vendor is asked again after a lost answer, it may show the text of another message with the same words. So an id
is taken only if no other message has it, and if each message that is still open can have one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import frozen

from smsgate.model.errors import UnknownOutcomeError

__all__ = ["BEHIND", "Found", "KnownIds", "Rivals", "choose", "is_whole"]

BEHIND = timedelta(minutes=10)
"""How far a vendor's clock may be behind ours."""


@frozen
class Found:
    """The ids under which a vendor shows a text that may be the message of unknown outcome."""

    ids: tuple[str, ...]
    doubtful: tuple[str, ...] = ()
    """Those that may be older than the message."""
    exact: bool = False
    """Whether the vendor was asked by something that only this message has."""


class KnownIds(Protocol):
    """What is known of the vendors' ids of other messages, for one message of unknown outcome."""

    def taken(self, provider: str, since: datetime) -> frozenset[str]:
        """Return ids of a provider's that other messages to this number have, as many as are quickly found."""

    def choose(self, provider: str, found: Found, since: datetime) -> str | None:
        """Pick the id that belongs to this message, and keep it for it.

        None if all of them belong to other messages; raises `UnknownOutcomeError` if that is unclear.
        """


@frozen
class Rivals:
    """The other messages with the same recipient and text that have no id."""

    count: int = 0
    answered: bool = False
    """Whether one of them may still get its id as an answer: then none of the ids is to be had by choice."""


def choose(found: Found, is_taken: Callable[[str], bool], rivals: Callable[[], Rivals]) -> str | None:
    """Decide which of the ids a message has; `is_taken` tells whether another message has an id."""
    free = [id_ for id_ in found.ids if not is_taken(id_)]
    if found.exact:
        if free:
            return free[0]
        raise UnknownOutcomeError(f"the vendor shows it under the id {found.ids[0]}, which another message has")
    doubtful = [id_ for id_ in found.doubtful if not is_taken(id_)]
    if doubtful:
        raise UnknownOutcomeError(f"{_texts(free + doubtful)} may be this message, or an older one")
    if not free:
        return None
    others = rivals()
    waiting = 1 + others.count
    if len(free) == waiting and not others.answered:
        return free[0]
    raise UnknownOutcomeError(
        f"{_texts(free)} may be this message (same recipient and text), and {waiting} "
        f"{'message of smsgate has' if waiting == 1 else 'messages of smsgate have'} no id yet"
    )


def is_whole(message_id: str | None) -> bool:
    """Whether an id names a message; one that ends with a colon names the conversation that it is in."""
    return message_id is not None and not message_id.endswith(":")


def _texts(ids: Sequence[str]) -> str:
    return f"{len(ids)} text{'s' if len(ids) > 1 else ''} at the vendor"
