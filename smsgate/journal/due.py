"""The interface for messages that wait for a time: they are held until it, or sent again at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen

from smsgate.journal.waiting import WaitingMessage
from smsgate.model.entry import Entry
from smsgate.model.result import SendResult

__all__ = ["DueEnd", "DueKind", "DueMessage", "JournalDue"]


class DueKind(StrEnum):
    """Why a message is sent at a time."""

    HELD = "held"
    """It was kept until then (`State.HELD`)."""
    SECOND_TRY = "second try"
    """A provider accepted it and then reported that it was not delivered (`State.ACCEPTED`)."""


@frozen
class DueMessage(WaitingMessage):
    """A message whose time has come."""

    kind: DueKind
    due: datetime
    """When it was to be sent (UTC)."""
    run: str | None = None
    needs: Mapping[str, object] = field(factory=dict, hash=False)
    """What the send needs beside the message."""
    tries: int = 0
    """How often it was tried at its time and not sent, for a reason of its own."""
    failures: int = 0
    """And for any reason."""

    @property
    def is_second(self) -> bool:
        """Whether it is a second try."""
        return self.kind is DueKind.SECOND_TRY


@frozen
class DueEnd:
    """How the send of a due message ended."""

    entry_id: int
    result: SendResult | None = field(repr=False)
    """None if it was not begun."""
    counts: bool = False
    """Whether an end as not sent is for a reason of its own."""
    delay: float = 0.0
    """Seconds until it is due again, if it is not sent."""
    waits: bool = False
    """Whether it waits on however it ended: a budget, or a guard's burst, has no room for it yet."""


class JournalDue(Protocol):
    """What a journal has that waits for a time; processes share it. Each change is durable when its method returns.

    `Journal.begin` keeps a message whose intent says `hold_until`, and claims one whose intent names its `entry_id`.
    """

    def next(self, most: int, run: str | None = None) -> Sequence[DueMessage]:
        """Return messages that are due, the longest due first, none of which another living process has.

        They are this process's until it says how they ended. Those of a paused run wait until that is resumed.
        """

    def finish(self, ends: Sequence[DueEnd]) -> None:
        """Give messages back: what was not sent is held again until after its delay, and the rest is due no more.

        What fails for reasons of its own ends as not sent after `MOST_TRIES` tries; one that was refused before it was
        claimed ends so. A second try for which only one provider's budget has no room is made by the next one, where
        there is one. Other processes' messages stay as they are.
        """

    def release(self, entry_ids: Sequence[int]) -> None:
        """Give messages back, soon, whose sends ended or were not begun, when nothing else is known."""

    def due_in(self, run: str | None = None) -> float | None:
        """Return the seconds until the next message is due, 0 if one is now; None if none waits."""

    def list(self, after: int = 0) -> Sequence[Entry]:
        """Return the next entries that are held, with ids over `after`; an empty page is the end."""

    def cancel(self, entry_id: int) -> Entry:
        """Cancel a message that is held; `ConflictError` for any other, `NotFoundError` if there is none."""
