"""The parts of a bulk send: messages that are submitted together, and the place of each one's result."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from smsgate.adapter.deadline import Deadline
from smsgate.engine import Engine
from smsgate.model.message import Message
from smsgate.model.refused_row import GivenMessage, RefusedRow
from smsgate.model.result import SendResult
from smsgate.routing.hop import Hop
from smsgate.runtime.shield import Pending
from smsgate.sending.ended import EndedSends
from smsgate.sending.flight import Flight
from smsgate.sending.prepared import PreparedSend

__all__ = ["Chunk", "Slot"]


@define(eq=False)
class Chunk:
    """Messages that are submitted together: one, or as many as fit a provider's bulk call."""

    hop: Hop | None
    sends: list[PreparedSend] = field(factory=list)
    ended: Pending[EndedSends] = field(factory=Pending)
    queued: bool = False
    begun: bool = False
    flight: Flight = field(factory=Flight)
    _given: dict[str, object] = field(factory=dict)
    _results: Sequence[SendResult] | None = None

    async def result(self, place: int, engine: Engine) -> SendResult:
        """Return a message's result, once it has ended and is recorded."""
        if self._results is None:
            self._results = await (await engine.wait(self.ended)).wait(engine)
        return self._results[place]

    def give(self, ended: EndedSends) -> None:
        """Give its end, unless one was given before."""
        mine = object()
        if self._given.setdefault("by", mine) is mine:
            self.ended.give(ended)
        self.flight = Flight()  # another one: a signal handler may be looking at this one

    def abandon(self, flight: Flight) -> None:
        """End it as far as its flight is: what a provider may have is unknown. A signal handler may call it."""
        self.give(EndedSends(flight.abandoned(self.sends), [], Deadline.of(0.0)))

    @property
    def in_flight(self) -> int:
        """How many of its messages a provider may have been asked for, without an answer so far."""
        if not self.begun or self.ended.done or self.flight.waiting.now is not None:
            return 0
        return len(self.flight.open) if self.flight.begun else len(self.sends)

    @property
    def is_full(self) -> bool:
        """Whether it has no room for another message."""
        return len(self.sends) >= (1 if self.hop is None else self.hop.bulk_size)

    async def end(self, engine: Engine) -> None:
        """Wait until it has ended, unless it was not begun."""
        if not self.ended.cancel():
            await (await engine.wait(self.ended)).wait(engine)


@define(eq=False)
class Slot:
    """A message or a row that is none, whose result is to be given, and where that will be found."""

    message: Message | GivenMessage
    result: SendResult | RefusedRow | None = None
    chunk: Chunk | None = None
    place: int = 0

    @property
    def is_done(self) -> bool:
        """Whether the result is there."""
        return self.result is not None or (self.chunk is not None and self.chunk.ended.done)

    @property
    def is_last(self) -> bool:
        """Whether no later message is submitted with this one."""
        return self.result is not None or (self.chunk is not None and self.place == len(self.chunk.sends) - 1)
