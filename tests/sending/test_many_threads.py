"""One gateway, many threads: turns are shared fairly, one message tries a resting provider, results tell the truth."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from threading import Barrier, Event

import pytest

from smsgate import (
    Answer,
    BreakerSettings,
    BreakerState,
    Gateway,
    Message,
    OnUnknown,
    Outcome,
    Request,
    Route,
    SendResult,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.testing import Unpaced, answer
from tests.stub_provider import SENT, Said, StubProvider, accepting, send_result

MESSAGE = Message("+27821234567", "Hello")
NAMES = ("a", "b", "c")


def test_round_robin_is_even_under_16_threads() -> None:
    providers = [accepting(name) for name in NAMES]
    route = Route(name="r", providers=NAMES, order="round_robin")
    with Gateway(providers, route=route) as gateway, ThreadPoolExecutor(16) as threads:
        results = list(threads.map(lambda _: gateway.send(MESSAGE), range(600)))
    assert Counter(result.provider for result in results) == dict.fromkeys(NAMES, 200)
    assert [provider.asked for provider in providers] == [200, 200, 200]


class SlowToReturn:
    """Down at first; then it answers, but only once the test lets it."""

    def __init__(self) -> None:
        self.down = True
        self.asked = Event()
        self.told = Event()

    def __call__(self, _: Request) -> Answer:
        if self.down:
            self.down = False
            raise UnreachableError("down")
        self.asked.set()
        if not self.told.wait(30):
            raise AssertionError("nobody told it to answer")
        return SENT


def test_one_of_32_threads_tries_a_slow_provider_and_the_others_go_elsewhere_meanwhile() -> None:
    slow = SlowToReturn()
    first = StubProvider("a", slow)
    with (
        Gateway([first, accepting("b")], breaker=BreakerSettings(failures=1, rest=1e-6)) as gateway,
        ThreadPoolExecutor(32) as threads,
    ):
        assert gateway.send(MESSAGE).provider == "b"
        barrier = Barrier(32)

        def send(_: int) -> SendResult:
            barrier.wait(30)
            return gateway.send(MESSAGE)

        try:
            sent = [threads.submit(send, number) for number in range(32)]
            elsewhere = [each.result().provider for each in islice(as_completed(sent, timeout=30), 31)]
            assert (elsewhere, slow.asked.wait(30)) == (["b"] * 31, True)
            assert gateway.breaker("a") is BreakerState.HALF_OPEN
        finally:
            slow.told.set()
        assert Counter(each.result().provider for each in sent) == {"b": 31, "a": 1}
        assert (first.asked, gateway.breaker("a")) == (2, BreakerState.CLOSED)


class Unreliable:
    """A vendor that fails at random in every way, and knows which texts are really out."""

    def __init__(self, chance: random.Random) -> None:
        self.out: list[str] = []
        self._chance = chance

    def __call__(self, request: Request) -> Said:
        assert isinstance(request.json, dict)
        ways: list[tuple[Said, bool]] = [
            (SENT, True),
            (answer(500), self._chance.random() < 0.5),
            (UnknownOutcomeError("cut"), self._chance.random() < 0.5),
            (UnreachableError("down"), False),
            (answer(401), False),
            (answer(429), False),
            (answer(400), False),
        ]
        [(says, is_out)] = self._chance.choices(ways, weights=[6, 1, 1, 2, 1, 1, 1])
        if is_out:
            self.out.append(request.json["text"])
        return says


@pytest.mark.parametrize("on_unknown", [OnUnknown.HOLD, OnUnknown.FAILOVER])  # its vendors cannot be asked again
def test_results_of_16_threads_over_vendors_that_fail_at_random_are_true(on_unknown: OnUnknown) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown where it fails
    vendors = {name: Unreliable(random.Random(f"{seed}{name}")) for name in NAMES}
    providers = [StubProvider(name, vendor, pace_store=Unpaced()) for name, vendor in vendors.items()]
    route = Route(name="r", providers=NAMES, order="round_robin", on_unknown=on_unknown)
    messages = [Message("+27821234567", f"Your code is {number}") for number in range(400)]
    with (
        Gateway(providers, route=route, breaker=BreakerSettings(failures=4, rest=1e-4)) as gateway,
        ThreadPoolExecutor(16) as threads,
    ):
        results = list(threads.map(lambda message: send_result(gateway, message), messages))
    assert {result.outcome for result in results} == set(Outcome) - {Outcome.HELD}
    for message, result in zip(messages, results, strict=True):
        assert result.message == message
        check(result, {name for name, vendor in vendors.items() if message.text in vendor.out}, on_unknown)
    for vendor in vendors.values():
        assert len(vendor.out) == len(set(vendor.out)), "one vendor was handed a text twice"


def check(result: SendResult, out: set[str], on_unknown: OnUnknown) -> None:
    told = {attempt.provider: attempt.outcome for attempt in result.attempts}
    assert len(told) == len(result.attempts), f"a provider was asked twice: {result}"
    accepted = {name for name, outcome in told.items() if outcome is Outcome.ACCEPTED}
    unknown = {name for name, outcome in told.items() if outcome is Outcome.UNKNOWN}
    assert accepted <= out <= accepted | unknown, f"the attempts do not tell what is out ({out}): {result}"
    if on_unknown is not OnUnknown.FAILOVER:
        assert len(out) <= 1, f"texted twice: {result}"
    expected = {result.provider} if result.outcome is Outcome.ACCEPTED else set()
    assert accepted == expected, str(result)
    assert (result.outcome is Outcome.UNKNOWN) == (bool(unknown) and not accepted), str(result)
    assert result.may_be_duplicate == bool(unknown and accepted)
