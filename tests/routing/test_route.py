"""Which route a message takes, and in which order its providers are asked."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from smsgate import Candidate, Message, Price, Route
from smsgate.routing.order import ORDERS
from smsgate.routing.route import MessageCounter, choose

DEFAULT = Route(name="default", providers=("a",))
MESSAGE = Message("+12425551234", "Hi")
CANDIDATES = [Candidate("a", 1.0), Candidate("b", 3.0), Candidate("c", 1.0)]


def route(name: str, *, to: str | None = None, campaign: str | None = None, sender: str | None = None) -> Route:
    return Route(name=name, providers=("a",), to=to, campaign=campaign, sender=sender)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Message("+12425551234", "Hi"), "Bahamas"),
        (Message("+12125551234", "Hi"), "America"),
        (Message("+27821234567", "Hi"), "South Africa"),
        (Message("+447911123456", "Hi"), "default"),
        (Message("+12425551234", "Hi", campaign="shoes"), "shoes"),
        (Message("+12425551234", "Hi", sender="ACME"), "ACME"),
        (Message("+27821234567", "Hi", campaign="shoes"), "shoes"),
        (Message("+27821234567", "Hi", campaign="hats"), "South Africa"),
    ],
)
def test_the_narrowest_route_that_fits_is_taken(message: Message, expected: str) -> None:
    routes = [
        route("America", to="+1"),
        route("Bahamas", to="+1242"),
        route("South Africa", to="ZA"),
        route("shoes", campaign="shoes"),
        route("ACME", sender="ACME"),
    ]
    assert choose(message, [*routes, DEFAULT]).name == expected


def test_of_equal_routes_the_first_is_taken() -> None:
    assert choose(MESSAGE, [route("first", to="+1"), route("second", to="+1"), DEFAULT]).name == "first"


def test_every_condition_of_a_route_must_fit() -> None:
    both = route("both", to="+1", campaign="shoes")
    assert choose(MESSAGE, [both, DEFAULT]).name == "default"


def names(order: str, index: int = 0, candidates: list[Candidate] | None = None) -> list[str]:
    return [each.provider for each in ORDERS[order](MESSAGE, candidates or CANDIDATES, index)]


def test_priority_keeps_the_routes_order() -> None:
    assert names("priority", 5) == ["a", "b", "c"]


def test_round_robin_begins_one_further_on_each_time() -> None:
    assert [names("round_robin", index) for index in range(4)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["a", "b", "c"],
    ]


def test_weighted_puts_each_first_in_proportion_to_its_weight() -> None:
    firsts = Counter(names("weighted", index)[0] for index in range(1000))
    assert {name: round(count / 1000, 2) for name, count in firsts.items()} == {"a": 0.2, "b": 0.6, "c": 0.2}


def test_weighted_leaves_no_provider_out() -> None:
    assert all(sorted(names("weighted", index)) == ["a", "b", "c"] for index in range(100))


def test_cheapest_goes_by_price_then_by_priority_and_puts_the_unpriced_last() -> None:
    candidates = [
        Candidate("unpriced"),
        Candidate("dear", price=Price(Decimal("0.11"), "USD")),
        Candidate("cheap", price=Price(Decimal("0.02"), "USD")),
        Candidate("cheap too", price=Price(Decimal("0.020"), "USD")),
    ]
    assert names("cheapest", candidates=candidates) == ["cheap", "cheap too", "dear", "unpriced"]


def test_each_message_has_an_index_of_its_own_however_many_threads_count() -> None:
    counter = MessageCounter()
    with ThreadPoolExecutor(16) as threads:
        taken = list(threads.map(lambda _: counter.next_index(), range(2000)))
    assert sorted(taken) == list(range(2000))
