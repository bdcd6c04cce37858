"""A plan and a dry run show what a send would do, and ask no provider."""

from __future__ import annotations

import re

import pytest

from smsgate import (
    BreakerSettings,
    Gateway,
    InvalidMessageError,
    Limits,
    Message,
    NotSentError,
    Outcome,
    Route,
    UnreachableError,
)
from tests.stub_provider import StubProvider, accepting, send_result

MESSAGE = Message("+27821234567", "Hello")


def test_a_plan_takes_no_slot() -> None:
    gateway = Gateway(
        [accepting("a"), accepting("b")], route=Route(name="r", providers=("a", "b"), order="round_robin")
    )
    for first in ("a", "b", "a"):
        assert [gateway.plan(MESSAGE).provider for _ in range(3)] == [first] * 3
        assert gateway.send(MESSAGE, dry_run=True).provider == first
        assert gateway.send(MESSAGE).provider == first


def test_a_plan_says_that_a_provider_rests_until_one_message_may_try_again() -> None:
    first = StubProvider("a", lambda _: UnreachableError("down"))
    resting = Gateway([first, accepting("b")], breaker=BreakerSettings(failures=1, rest=3600))
    assert resting.plan(MESSAGE).provider == "a"
    resting.send(MESSAGE)
    one, other = resting.plan(MESSAGE).steps
    assert re.fullmatch(r"circuit breaker open; retries in 3\d{3} s", one.obstacle or "")
    assert (one.provider, other.provider, other.obstacle) == ("a", "b", None)
    ready = Gateway([first, accepting("b")], breaker=BreakerSettings(failures=1, rest=1e-6))
    ready.send(MESSAGE)
    assert ready.plan(MESSAGE).provider == "a"


def test_a_dry_run_ends_with_the_error_that_a_send_would_end_with() -> None:
    first = StubProvider("a", lambda _: UnreachableError("down"))
    gateway = Gateway([first], breaker=BreakerSettings(failures=1, rest=3600))
    send_result(gateway, MESSAGE)
    with pytest.raises(NotSentError, match="circuit breaker open") as caught:
        gateway.send(MESSAGE, dry_run=True)
    result = caught.value.result
    assert result is not None
    assert (result.outcome, result.attempts, first.asked) == (Outcome.NOT_SENT, (), 1)
    assert (caught.value.retry_after or 0) > 3000


def test_a_guard_stops_plan_dry_run_and_send_alike() -> None:
    gateway = Gateway([accepting("a")], limits=Limits(countries=frozenset({"US"})))
    plan = gateway.plan(MESSAGE)
    told = "limits.countries allows US and +27821234567 is in ZA"
    assert (str(plan.refusal), plan.provider, plan.route) == (told, None, "default")
    for dry_run in (True, False):
        with pytest.raises(InvalidMessageError) as caught:
            gateway.send(MESSAGE, dry_run=dry_run)
        assert str(caught.value) == told


def test_a_provider_that_cannot_do_what_the_message_asks_is_out_and_says_why() -> None:
    gateway = Gateway([accepting("a")])
    message = Message("+27821234567", "Hello", sender="ACME")
    [step] = gateway.plan(message).steps
    assert step.obstacle == "a (stub) takes no sender; leave it out or name another provider"
    with pytest.raises(InvalidMessageError, match="takes no sender"):
        gateway.send(message, dry_run=True)
