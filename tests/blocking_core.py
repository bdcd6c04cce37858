"""What the core has as coroutines, called in a thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from attrs import frozen

from smsgate import Answer, Conversation, Request, Token
from smsgate.adapter import driver
from smsgate.engine import Threads, run
from smsgate.transport import division
from smsgate.transport.division import Submitted
from smsgate.transport.tokens.account_token import AccountToken
from smsgate.transport.transport import Transport
from tests.virtual_time import VirtualTime

A = TypeVar("A")
T = TypeVar("T")
Ask = Callable[[Request], Answer]


@frozen
class BlockingTransport:
    """A transport of the core."""

    core: Transport

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        return run(self.core.ask(request, headers))


@frozen
class BlockingToken:
    """An account's token."""

    core: AccountToken

    def token(self, ask: Ask, patience: float) -> Token:
        return run(self.core.token(_asynchronous(ask), patience))

    def successor(self, refused: Token, ask: Ask, patience: float) -> Token:
        return run(self.core.successor(refused, _asynchronous(ask), patience))


class VirtualEngine(Threads):
    """Threads whose time passes only when somebody sleeps."""

    def __init__(self, time: VirtualTime, sleep: Callable[[float], None] | None = None) -> None:
        self._time = time
        self._sleep = sleep or time.sleep

    def now(self) -> float:
        return self._time.clock()

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self._time.clock(), UTC)

    async def sleep(self, seconds: float) -> None:
        self._sleep(seconds)


class WallClock(Threads):
    """Threads whose time of day is another."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def drive(conversation: Conversation[T], ask: Ask, *, sends: bool = False) -> T:
    return run(driver.drive(conversation, _asynchronous(ask), sends=sends))


def submit_divided(
    messages: Sequence[A], call: Callable[[Sequence[A]], T], alone: Callable[[A], Submitted]
) -> Sequence[Submitted]:
    return run(division.submit_divided(messages, _asynchronous(call), _asynchronous(alone)))  # type: ignore[arg-type]


def _asynchronous(function: Callable[[A], T]) -> Callable[[A], Coroutine[object, object, T]]:
    async def call(given: A) -> T:
        return function(given)

    return call
