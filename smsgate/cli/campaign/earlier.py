"""What earlier passes through a run, and sends with the same keys, have done of a file of messages."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import islice

from attrs import Factory, define

from smsgate.blocking.gateway import Gateway
from smsgate.journal import KnownMessage
from smsgate.model.entry import State
from smsgate.model.message import Message
from smsgate.sending.recipients import Row

__all__ = ["Earlier", "known_rows"]

BATCH = 500
"""Rows that are looked at together."""
_NEW = KnownMessage(None, is_left=True)


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

    @property
    def is_new(self) -> bool:
        """Whether nothing of the file was tried before."""
        return self.new == self.total and not self.others

    def add(self, known: KnownMessage) -> None:
        """Count a message of the file."""
        if known.entry is None:
            self.new += 1
        elif known.is_left:
            self.tried += 1
        else:
            self.states[known.entry.state] += 1


def known_rows(
    gateway: Gateway, run: str | None, rows: Iterable[Row], *, distinct: bool
) -> Iterator[tuple[Row, KnownMessage]]:
    """Give rows, each with what the journal has of it: by its run, or by its key. Without a journal all are new.

    `distinct` says that no two messages are equal. A few rows are in memory at a time, and else a hash of each.
    """
    if run is None:
        yield from ((row, _NEW) for row in rows)
        return
    if not gateway.journal.run_size(run):
        yield from _known_by_key(gateway, run, iter(rows))
        return
    waiting: deque[Row] = deque()

    def messages() -> Iterator[Message]:
        for row in rows:
            waiting.append(row)
            yield row.message

    for known in gateway.journal.in_run(run, messages(), distinct=distinct):
        yield waiting.popleft(), known


def _known_by_key(gateway: Gateway, run: str, rows: Iterator[Row]) -> Iterator[tuple[Row, KnownMessage]]:
    """Give the rows of a run that has no messages: those without a key are new, and not looked for."""
    while batch := [*islice(rows, BATCH)]:
        keyed = [row.message for row in batch if row.message.key is not None]
        found = gateway.journal.in_run(run, keyed, distinct=True) if keyed else iter(())
        for row in batch:
            yield row, _NEW if row.message.key is None else next(found)
