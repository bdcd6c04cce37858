"""A gateway with a guard against pumping and a journal, whose clock a test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from smsgate import Gateway, Message, PumpingError, SendResult, SmsgateError
from smsgate.guards.guards import Guards
from smsgate.guards.pumping import PumpingGuard
from tests.journal_at import journal_at
from tests.plain_adapter import Line, provider

_KEYS = count(1)


class Time:
    """The journal's time, in seconds."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Guarded:
    """Sends codes, and remembers their keys."""

    def __init__(self, gateway: Gateway, line: Line, time: Time) -> None:
        self.gateway = gateway
        self.line = line
        self.time = time

    def send(self, numbers: Iterable[str]) -> list[SendResult]:
        """Send a code to each number, many at a time."""
        return [*self.gateway.send_bulk(code(number) for number in numbers)]

    def refusal(self, number: str) -> PumpingError | None:
        """Send a code; return why a guard refuses it."""
        try:
            self.gateway.send(code(number))
        except PumpingError as error:
            return error
        return None

    def convert(self, results: Iterable[SendResult]) -> None:
        for result in results:
            assert result.message.key is not None
            self.gateway.converted(result.message.key)


def code(number: str) -> Message:
    return Message(number, "Your code is 4711", key=f"code-{next(_KEYS)}")


def accepted(results: Iterable[SendResult]) -> list[str]:
    """Return the numbers that were texted."""
    return [result.message.to for result in results if result.message_id is not None]


def rules_of(results: Iterable[SendResult]) -> set[str]:
    """Return the rules that refused messages."""
    return {error.rule for result in results if isinstance(error := result.error, PumpingError)}


@contextmanager
def guarded(path: str, *guards: PumpingGuard, time: Callable[[], float] | None = None) -> Iterator[Guarded]:
    line, clock = Line(), time or Time()
    journal = journal_at(path, clock=clock)
    with Gateway([provider("a", line)], guards=guards_of(guards), journal=journal, deadline=30.0) as opened:
        yield Guarded(opened, line, clock if isinstance(clock, Time) else Time())


def guards_of(guards: Sequence[PumpingGuard]) -> Guards:
    return Guards(counting=guards, pumping=guards)


__all__ = ["Guarded", "SmsgateError", "Time", "accepted", "code", "guarded", "guards_of", "rules_of"]
