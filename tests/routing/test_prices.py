"""What a message costs decides who is asked, and whether anybody is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve

from smsgate import Gateway, InvalidMessageError, Limits, Message, Outcome, Price, Provider, Route, Settings
from smsgate.adapter.price_list import PriceList
from tests.plain_adapter import Line, WithMedia
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


# Media ---------------------------------------------------------------------------------------------------------------

ALBUM = Message("+12125551234", "x" * 161, media=["https://example.com/a.png"])


def with_media(name: str, text: str, media: dict[str, Decimal]) -> Provider:
    prices = PriceList("USD", {"+1": Decimal(text)}, media=media)
    settings = Settings(base_url="http://127.0.0.1", prices=prices)
    return Provider(name, WithMedia(settings, provider=name), Line())


def photographers(limits: Limits | None = None) -> Gateway:
    """Return a gateway whose cheapest provider for texts takes no media, and the next one has no price for them."""
    providers = [
        accepting("texts only", prices=PriceList("USD", {"+1": Decimal("0.01")})),
        with_media("unpriced", "0.02", {}),
        with_media("dear", "0.03", {"+1": Decimal("0.07")}),
        with_media("cheap", "0.04", {"+1": Decimal("0.05")}),
    ]
    names = tuple(each.name for each in providers)
    return Gateway(providers, route=Route(name="r", providers=names, order="cheapest"), limits=limits)


def test_a_message_with_media_goes_by_the_prices_of_media_as_one_message() -> None:
    plan = photographers().plan(ALBUM)
    assert [(step.provider, step.price and str(step.price), step.obstacle) for step in plan.steps] == [
        ("cheap", "0.05 USD", None),
        ("dear", "0.07 USD", None),
        ("texts only", None, "texts only (stub) takes no media; leave it out or name another provider"),
        ("unpriced", None, None),
    ]
    assert (plan.segments, plan.analysis.segments) == (1, 2)
    result = photographers().send(ALBUM)
    assert (result.provider, str(result.price), result.segments) == ("cheap", "0.05 USD", 1)
    text = photographers().send(evolve(ALBUM, media=()))
    assert (text.provider, str(text.price), text.segments) == ("texts only", "0.02 USD", 2)


def test_a_limit_of_the_price_keeps_media_from_providers_without_a_price_for_them() -> None:
    limited = photographers(Limits(max_price=Decimal("0.06")))
    assert [step.obstacle for step in limited.plan(ALBUM).steps] == [
        None,
        "limits.max_price is 0.06 and the price is 0.07 USD",
        "limits.max_price is 0.06 and no price is known for media to this number",
        "limits.max_price is 0.06 and no price is known for media to this number",
    ]
    refused = send_result(photographers(Limits(max_price=Decimal("0.01"))), ALBUM)
    assert (refused.outcome, refused.segments) == (Outcome.REJECTED, 1)
