"""What a message costs decides who is asked, and whether anybody is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from smsgate import Gateway, InvalidMessageError, Limits, Message, Outcome, Price, Route
from smsgate.adapter.price_list import PriceList
from tests.stub_provider import StubProvider, accepting, send_result

SHORT = Message("+12425551234", "Hello")
LONG = Message("+12425551234", "x" * 161)
AMERICA = Message("+12125551234", "Hello")
ELSEWHERE = Message("+447911123456", "Hello")


def providers() -> list[StubProvider]:
    return [
        accepting("unpriced"),
        accepting("dear", prices=PriceList("USD", {"+1": Decimal("0.02"), "+1242": Decimal("0.11")})),
        accepting("cheap", prices=PriceList("USD", {"+1": Decimal("0.03"), "+1242": Decimal("0.05")})),
        accepting("cheap too", prices=PriceList("USD", {"+1242": Decimal("0.050")})),
    ]


def gateway(limits: Limits | None = None) -> Gateway:
    names = ("unpriced", "dear", "cheap", "cheap too")
    return Gateway(providers(), route=Route(name="r", providers=names, order="cheapest"), limits=limits)


@pytest.mark.parametrize(
    ("message", "steps"),
    [
        (SHORT, [("cheap", "0.05"), ("cheap too", "0.050"), ("dear", "0.11"), ("unpriced", None)]),
        (LONG, [("cheap", "0.10"), ("cheap too", "0.100"), ("dear", "0.22"), ("unpriced", None)]),
        (AMERICA, [("dear", "0.02"), ("cheap", "0.03"), ("unpriced", None), ("cheap too", None)]),
        (ELSEWHERE, [("unpriced", None), ("dear", None), ("cheap", None), ("cheap too", None)]),
    ],
    ids=["short", "two segments", "a shorter prefix", "no price"],
)
def test_the_cheapest_for_this_message_is_first(message: Message, steps: list[tuple[str, str | None]]) -> None:
    plan = gateway().plan(message)
    assert [(step.provider, step.price) for step in plan.steps] == [
        (name, None if amount is None else Price(Decimal(amount), "USD")) for name, amount in steps
    ]
    result = gateway().send(message)
    assert (result.provider, result.price) == (plan.steps[0].provider, plan.steps[0].price)


def test_those_over_the_limit_or_without_a_price_are_passed_over() -> None:
    limited = gateway(Limits(max_price=Decimal("0.06")))
    assert [step.obstacle for step in limited.plan(SHORT).steps] == [
        None,
        None,
        "limits.max_price is 0.06 and the price is 0.11 USD",
        "limits.max_price is 0.06 and no price is known for this number",
    ]
    assert limited.send(SHORT).provider == "cheap"


@pytest.mark.parametrize("message", [LONG, ELSEWHERE], ids=["over the limit", "without a price"])
@pytest.mark.parametrize("dry_run", [False, True])
def test_where_no_provider_is_cheap_enough_the_message_is_refused(message: Message, *, dry_run: bool) -> None:
    limited = gateway(Limits(max_price=Decimal("0.06")))
    with pytest.raises(InvalidMessageError, match=r"no provider of the route accepted the message: .*max_price is"):
        limited.send(message, dry_run=dry_run)
    assert send_result(limited, message).outcome is Outcome.REJECTED


def test_a_dry_run_shows_the_providers_and_the_price() -> None:
    result = gateway().send(LONG, dry_run=True)
    assert (result.outcome, result.provider, result.price, result.segments, result.attempts) == (
        Outcome.NOT_SENT,
        "cheap",
        Price(Decimal("0.10"), "USD"),
        2,
        (),
    )
