"""Many messages at once: read as they are needed, sent by workers, their results given in order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from attrs import define, field

from smsgate.dispatch import Dispatch, Ended, Errand
from smsgate.errors import ConfigError, JournalError, SmsgateError
from smsgate.message import Message
from smsgate.result import SendResult
from smsgate.routing.failover import Hop

__all__ = ["send_all"]

AHEAD = 2
"""How many pieces of work are read ahead for each worker."""
MOST_WORKERS = 256
MOST_RUN = 255
"""Characters of a run's name."""

_log = logging.getLogger("smsgate.journal")


def send_all(dispatch: Dispatch, messages: Iterable[Message], *, workers: int, run: str | None) -> Iterator[SendResult]:
    """Give the results of messages in their order; `ConfigError` for a run without a journal or a silly `workers`."""
    if not 1 <= workers <= MOST_WORKERS:
        raise ConfigError(f"workers is {workers}; it is from 1 to {MOST_WORKERS}")
    if run is None:
        return _results(dispatch, messages, workers, None)
    if dispatch.journal is None:
        raise ConfigError(f'run {run!r}: a run is kept in a journal, and this gateway has none; set journal = "..."')
    if not 0 < len(run) <= MOST_RUN:
        raise ConfigError(f"a run's name has {len(run):,} characters; 1 to {MOST_RUN} fit")
    return _run(dispatch, messages, workers, run)


def _run(dispatch: Dispatch, messages: Iterable[Message], workers: int, run: str) -> Iterator[SendResult]:
    assert dispatch.journal is not None  # noqa: S101 - seen above
    dispatch.journal.open_run(run)
    try:
        yield from _results(dispatch, messages, workers, run)
    finally:
        try:
            dispatch.journal.close_run(run)
        except JournalError as error:
            _log.error("run %r is not marked as ended: %s", run, error)


def _results(dispatch: Dispatch, messages: Iterable[Message], workers: int, run: str | None) -> Iterator[SendResult]:
    pool = ThreadPoolExecutor(workers, thread_name_prefix="smsgate-bulk")
    window = _Window(dispatch, pool, AHEAD * workers)
    try:
        for message in messages:
            window.add(message, run)
            while window.is_full or window.has_result:
                yield window.take()
        while window.slots:
            yield window.take()
    finally:  # what is in flight ends and is recorded; what waits was never begun
        pool.shutdown(wait=True, cancel_futures=True)


@define
class _Piece:
    """Messages that are handed over together: one, or as many as fit a provider's bulk call."""

    hop: Hop | None
    errands: list[Errand] = field(factory=list)
    ends: Future[Ended] | None = None

    @property
    def size(self) -> int:
        """How many messages it may hold."""
        return 1 if self.hop is None else self.hop.bulk_size


class _Window:
    """The messages that were read and whose results were not given yet."""

    def __init__(self, dispatch: Dispatch, pool: ThreadPoolExecutor, most: int) -> None:
        self.slots: deque[tuple[_Piece, int] | SendResult] = deque()
        self._dispatch = dispatch
        self._pool = pool
        self._most = most
        self._pieces = 0
        self._open: dict[str, _Piece] = {}
        """The pieces that have room, by their provider."""

    @property
    def is_full(self) -> bool:
        """Whether a result must be given before another message is read."""
        return self._pieces >= self._most

    @property
    def has_result(self) -> bool:
        """Whether the next result is there."""
        if not self.slots:
            return False
        head = self.slots[0]
        return isinstance(head, SendResult) or (head[0].ends is not None and head[0].ends.done())

    def add(self, message: Message, run: str | None) -> None:
        """Take a message in."""
        try:
            errand = self._dispatch.errand(message, run=run)
        except SmsgateError as error:
            self._pieces += 1
            self.slots.append(self._dispatch.ended(message, error))
            return
        hop = self._dispatch.bulk_hop(errand)
        piece = self._open.get(hop.provider.name) if hop else None
        if piece is None:
            piece = _Piece(hop)
            self._pieces += 1
            if hop is not None:
                self._open[hop.provider.name] = piece
        self.slots.append((piece, len(piece.errands)))
        piece.errands.append(errand)
        if len(piece.errands) >= piece.size:
            self._send(piece)

    def take(self) -> SendResult:
        """Return the next result, once it is there."""
        head = self.slots[0]
        if isinstance(head, SendResult):
            self._pieces -= 1
            self.slots.popleft()
            return head
        piece, place = head
        if piece.ends is None:
            self._send(piece)
        assert piece.ends is not None  # noqa: S101 - just sent
        result = piece.ends.result().wait()[place]
        self.slots.popleft()
        if place == len(piece.errands) - 1:
            self._pieces -= 1
        return result

    def _send(self, piece: _Piece) -> None:
        """Have a worker send a piece."""
        if piece.hop is not None:
            self._open.pop(piece.hop.provider.name, None)
        piece.ends = self._pool.submit(self._dispatch.carry, piece.hop, piece.errands)
