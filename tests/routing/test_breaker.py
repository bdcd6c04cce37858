"""A provider that keeps failing is not asked, and one message tries whether it is back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from smsgate import (
    BreakerSettings,
    BreakerState,
    InsufficientCreditError,
    InvalidMessageError,
    InvalidRecipientError,
    RateLimitedError,
    SmsgateError,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.routing.breaker import Breaker, Permit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def admitted(breaker: Breaker) -> Permit:
    permit = breaker.admit()
    assert permit is not None
    return permit


def fail(breaker: Breaker, times: int, error: SmsgateError | None = None) -> None:
    for _ in range(times):
        admitted(breaker).note(error or UnreachableError("nobody listens"))


@pytest.mark.parametrize(
    "error",
    [UnreachableError("x"), InsufficientCreditError("x"), UnknownOutcomeError("x")],
    ids=lambda e: type(e).__name__,
)
def test_it_opens_on_failures_of_the_provider_or_the_account(error: SmsgateError) -> None:
    breaker = Breaker(BreakerSettings(failures=3))
    fail(breaker, 3, error)
    assert (breaker.state, breaker.admit()) == (BreakerState.OPEN, None)


@pytest.mark.parametrize(
    "error",
    [InvalidRecipientError("x"), InvalidMessageError("x"), RateLimitedError("x")],
    ids=lambda error: type(error).__name__,
)
def test_it_ignores_what_is_not_the_providers_fault(error: SmsgateError) -> None:
    breaker = Breaker(BreakerSettings(failures=3))
    fail(breaker, 10, error)
    assert breaker.state is BreakerState.CLOSED


def test_failures_far_apart_do_not_open_it() -> None:
    clock = Clock()
    breaker = Breaker(BreakerSettings(failures=3, window=60), clock)
    for _ in range(10):
        fail(breaker, 1)
        clock.now += 31
    assert breaker.state is BreakerState.CLOSED


def test_after_its_rest_exactly_one_of_32_threads_may_try() -> None:
    clock = Clock()
    breaker = Breaker(BreakerSettings(failures=1, rest=30), clock)
    fail(breaker, 1)
    clock.now += 30
    barrier = Barrier(32)

    def ask(_: int) -> Permit | None:
        barrier.wait()
        return breaker.admit()

    with ThreadPoolExecutor(32) as threads:
        permits = [permit for permit in threads.map(ask, range(32)) if permit is not None]
    assert len(permits) == 1
    before = breaker.state
    permits[0].note(None)
    assert (before, breaker.state) == (BreakerState.HALF_OPEN, BreakerState.CLOSED)


def test_a_failed_try_gives_it_another_rest() -> None:
    clock = Clock()
    breaker = Breaker(BreakerSettings(failures=1, rest=30), clock)
    fail(breaker, 1)
    clock.now += 30
    fail(breaker, 1)
    assert (breaker.admit(), breaker.rests_for) == (None, 30.0)


def test_a_try_that_was_never_made_lets_another_try() -> None:
    clock = Clock()
    breaker = Breaker(BreakerSettings(failures=1, rest=30), clock)
    fail(breaker, 1)
    clock.now += 30
    admitted(breaker).release()
    before = breaker.state
    admitted(breaker).note(None)
    assert (before, breaker.state) == (BreakerState.OPEN, BreakerState.CLOSED)


def test_a_call_that_began_before_it_opened_neither_closes_it_nor_lets_a_second_one_try() -> None:
    clock = Clock()
    breaker = Breaker(BreakerSettings(failures=1, rest=30), clock)
    early = admitted(breaker)
    fail(breaker, 1)
    clock.now += 30
    admitted(breaker)
    early.note(None)
    assert (breaker.state, breaker.admit()) == (BreakerState.HALF_OPEN, None)
