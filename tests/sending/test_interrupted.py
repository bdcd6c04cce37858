"""An interruption in the middle of a send ends it, and leaves nothing locked."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from smsgate import Answer, BreakerSettings, BreakerState, Gateway, Message, Provider, Request, UnreachableError
from tests.stub_provider import SENT, StubAdapter, StubSettings, accepting

MESSAGE = Message("+27821234567", "Hello")


class Interrupted:
    """A transport that does what the test says, one thing for each request."""

    def __init__(self, *does: Answer | BaseException) -> None:
        self.does = list(does)

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        del request, headers
        done = self.does.pop(0)
        if isinstance(done, BaseException):
            raise done
        return done

    def close(self) -> None:
        pass


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_the_message_that_tries_a_resting_provider_may_be_interrupted_and_another_tries(
    interruption: type[BaseException],
) -> None:
    transport = Interrupted(UnreachableError("down"), interruption(), SENT)
    first = Provider("a", StubAdapter(StubSettings(), provider="a"), transport)
    second = accepting("b")
    gateway = Gateway([first, second], breaker=BreakerSettings(failures=1, rest=1e-6))
    assert gateway.send(MESSAGE).provider == "b"
    with pytest.raises(interruption):
        gateway.send(MESSAGE)
    assert (second.asked, gateway.breaker("a")) == (1, BreakerState.OPEN)
    assert gateway.send(MESSAGE).provider == "a"
    assert gateway.breaker("a") is BreakerState.CLOSED
