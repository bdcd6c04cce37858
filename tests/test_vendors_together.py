"""Every pair of vendors, and triples drawn at random, over HTTP: what was asked for agrees with what is on air."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

from smsgate import Gateway, Message, OnUnknown, Outcome, SendResult
from smsgate.sandbox import Fault, Sandbox
from tests.skipped_waits import skip_waits
from tests.stub_provider import send_result

VENDORS = ("zoomconnect", "salesmsg", "salesbox")
WAYS = (
    None,
    Fault.REFUSE_NUMBER,
    Fault.NO_CREDIT,
    Fault.UNAUTHORIZED,
    Fault.FORBIDDEN,
    Fault.RATE_LIMITED,
    Fault.HTML,
    Fault.DROP_BEFORE,
    Fault.DROP_AFTER,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.NO_ID,
)
TRIPLES = 30


@pytest.fixture(name="sandbox", scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(stall=0.2) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _skipped_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads are repeated: without waits."""
    skip_waits(monkeypatch)


def gateway(sandbox: Sandbox, route: tuple[str, ...], on_unknown: OnUnknown) -> Gateway:
    providers = {
        vendor: {
            "adapter": vendor,
            "base_url": sandbox.url(vendor),
            "rate": "unlimited",
            **sandbox.credentials(vendor),
            **sandbox.account(vendor),
        }
        for vendor in route
    }
    return Gateway.from_mapping({"providers": providers, "on_unknown": on_unknown.value, "deadline": 5})


def submit(
    sandbox: Sandbox, route: tuple[str, ...], ways: tuple[Fault | None, ...], on_unknown: OnUnknown
) -> tuple[SendResult, set[str]]:
    sandbox.reset()
    for vendor, way in zip(route, ways, strict=True):
        if way is not None:
            sandbox.misbehave(vendor, way, times=None)
    with gateway(sandbox, route, on_unknown) as opened:
        result = send_result(opened, Message("+27821234567", "Your code is 4711"))
    return result, {text.vendor for text in sandbox.texts}


def check(result: SendResult, out: set[str], on_unknown: OnUnknown) -> None:
    told = {attempt.provider: attempt.outcome for attempt in result.attempts}
    accepted = {name for name, outcome in told.items() if outcome is Outcome.ACCEPTED}
    unknown = {name for name, outcome in told.items() if outcome is Outcome.UNKNOWN}
    assert accepted <= out <= accepted | unknown, f"the attempts do not tell what is out ({out}): {result}"
    if unknown and on_unknown is OnUnknown.HOLD:
        assert result.attempts[-1].provider in unknown, f"a vendor was asked after an unknown outcome: {result}"
    if on_unknown is not OnUnknown.FAILOVER:
        assert len(out) <= 1, f"texted twice: {result}"
    assert (result.outcome is Outcome.UNKNOWN) == (bool(unknown) and not accepted), str(result)


@pytest.mark.parametrize("route", [*itertools.permutations(VENDORS, 2)], ids="-".join)
def test_results_of_every_pair_are_true_whatever_the_first_one_does(sandbox: Sandbox, route: tuple[str, str]) -> None:
    for on_unknown, first in itertools.product([OnUnknown.HOLD, OnUnknown.FAILOVER], WAYS):
        result, out = submit(sandbox, route, (first, None), on_unknown)
        check(result, out, on_unknown)


def test_results_of_triples_drawn_at_random_are_true(sandbox: Sandbox) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown where it fails
    chance = random.Random(seed)
    routes = list(itertools.permutations(VENDORS))
    for _ in range(TRIPLES):
        on_unknown = chance.choice([OnUnknown.HOLD, OnUnknown.FAILOVER])
        ways = tuple(chance.choices(WAYS, k=3))
        result, out = submit(sandbox, chance.choice(routes), ways, on_unknown)
        check(result, out, on_unknown)
