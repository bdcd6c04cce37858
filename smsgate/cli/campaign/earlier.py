"""What earlier passes through a run have done of a file of messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import Factory, define

from smsgate.blocking.gateway import Gateway
from smsgate.model.entry import State
from smsgate.model.message import Message

__all__ = ["Earlier", "look_earlier"]


@define
class Earlier:
    """How far a run is."""

    states: Counter[State] = Factory(Counter)
    """Of the file's messages that the run has, and that it does not send again."""
    tried: int = 0
    """Messages that were certainly not sent, and are sent by the next pass."""
    new: int = 0
    """Messages of the file that the run does not have."""
    others: int = 0
    """Messages of the run that are not in the file."""

    @property
    def left(self) -> int:
        """How many messages the next pass sends."""
        return self.tried + self.new

    @property
    def total(self) -> int:
        """How many messages the file has."""
        return self.states.total() + self.left


def look_earlier(gateway: Gateway, run: str, messages: Iterable[Message], *, distinct: bool) -> Earlier | None:
    """Return what a run has of messages; None if it has nothing, then they are not read."""
    size = gateway.journal.run_size(run)
    if not size:
        return None
    earlier, own = Earlier(), 0
    for known in gateway.journal.in_run(run, messages, distinct=distinct):
        if known.entry is None:
            earlier.new += 1
            continue
        own += known.entry.run == run
        if known.is_left:
            earlier.tried += 1
        else:
            earlier.states[known.entry.state] += 1
    earlier.others = max(0, size - own)
    return earlier
