"""How long a nonce is remembered, and how many are."""

from __future__ import annotations

import pytest

from smsgate import WebhookError
from smsgate.webhooks import nonces
from smsgate.webhooks.nonces import Nonces


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


def use(memory: Nonces, nonce: str, content: bytes = b"") -> bool:
    """Come with a nonce; say whether it came before."""
    if memory.begin("zoom", nonce, content):
        return True
    memory.end("zoom", nonce, taken=True)
    return False


def test_a_nonce_is_remembered_for_its_time(clock: Clock) -> None:
    memory = Nonces(60, clock=clock)
    assert not use(memory, "a")
    clock.now = 60
    assert use(memory, "a")
    clock.now = 61
    assert not use(memory, "a")


def test_the_oldest_are_forgotten_when_there_are_too_many(clock: Clock) -> None:
    memory = Nonces(60, clock=clock)
    for number in range(nonces.MOST + 5):
        assert not use(memory, str(number))
    assert len(memory._uses) <= nonces.MOST + 1
    assert use(memory, "5")
    assert not use(memory, "4")


def test_a_nonce_that_is_forgotten_while_it_is_used_does_no_harm(clock: Clock) -> None:
    memory = Nonces(60, clock=clock)
    assert not memory.begin("zoom", "a", b"")
    clock.now = 61
    assert not use(memory, "b")
    memory.end("zoom", "a", taken=True)


def test_the_one_that_fails_does_not_free_the_nonce_for_another_that_is_at_it(clock: Clock) -> None:
    memory = Nonces(60, clock=clock)
    assert not memory.begin("zoom", "a", b"1")
    assert not memory.begin("zoom", "a", b"1")
    memory.end("zoom", "a", taken=False)
    with pytest.raises(WebhookError, match="other content"):
        memory.begin("zoom", "a", b"2")
    memory.end("zoom", "a", taken=False)
    assert not memory.begin("zoom", "a", b"2")
