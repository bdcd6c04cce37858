"""Routes that make no sense are refused when the gateway is made, and never ask a provider twice."""

from __future__ import annotations

from typing import Any

import pytest

from smsgate import BreakerSettings, Config, ConfigError, Gateway, Limits, Message, OnUnknown, Outcome, Route
from smsgate import UnknownOutcomeError as Unknown
from smsgate.adapter.price_list import PriceList
from tests.stub_provider import StubProvider, accepting, send_result

MESSAGE = Message("+27821234567", "Hello")
ACCOUNT = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "t0ken-1"}
TWO = {"providers": {"a": ACCOUNT, "b": ACCOUNT}}


@pytest.mark.parametrize(
    ("route", "told"),
    [
        ({"providers": ()}, "route 'r': providers must name at least one provider, got none"),
        ({"providers": "a"}, "a route's providers must be a list of names, got 'a'"),
        ({"providers": ("a", "a")}, "route 'r': providers must name each provider once, got 'a' more than once"),
        ({"providers": ("r",)}, "route 'r': no provider 'r' (there are: a, b)"),
        ({"weights": {"c": 1.0}}, "route 'r': no provider 'c' (there are: a, b)"),
        ({"weights": {"a": 0.0}}, "route 'r': weights.a must be over 0, got 0"),
        ({"weights": {"a": -1.0}}, "route 'r': weights.a must be over 0, got -1"),
        ({"weights": {"a": float("nan")}}, "route 'r': weights.a must be over 0, got nan"),
        ({"weights": {"a": float("inf")}}, "route 'r': weights.a must be over 0, got inf"),
        ({"order": "alphabetic"}, "order must be one of priority, round_robin, weighted, cheapest, got 'alphabetic'"),
        ({"on_unknown": "hope"}, "route 'r': 'hope' is not a valid OnUnknown"),
        ({"to": "Mars"}, "route 'r': to must be a prefix such as '+1242' or a country such as 'ZA', got 'Mars'"),
        ({"name": "default"}, "two routes have the name 'default'; give each its own"),
    ],
    ids=str,
)
def test_a_route_that_makes_no_sense_is_refused(route: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Gateway(
            [accepting("a"), accepting("b")],
            routes=[Route(**{"name": "r", "providers": ("a", "b"), "campaign": "x", **route})],
        )
    assert told in str(caught.value)


def test_a_word_for_on_unknown_means_what_it_says() -> None:
    second = accepting("b")
    route = Route(name="r", providers=("a", "b"), on_unknown="hold")  # type: ignore[arg-type]
    result = send_result(Gateway([StubProvider("a", [Unknown("?")]), second], route=route), MESSAGE)
    assert (route.on_unknown, result.outcome, second.asked) == (OnUnknown.HOLD, Outcome.UNKNOWN, 0)


def test_a_destination_is_read_as_people_write_it() -> None:
    routes = [Route(name=to, providers=("b",), to=to) for to in ("+1 (242)", "za")]
    gateway = Gateway([accepting("a"), accepting("b")], routes=routes)
    assert [gateway.plan(Message(to, "Hi")).route for to in ("+12425551234", "+27821234567", "+447911123456")] == [
        "+1 (242)",
        "za",
        "default",
    ]


@pytest.mark.parametrize("deadline", [0, -1, float("nan"), float("inf"), 3601])
def test_a_gateways_deadline_is_a_sensible_number_of_seconds(deadline: float) -> None:
    with pytest.raises(ConfigError, match=r"^deadline must be over 0 and at most 3600 seconds, got "):
        Gateway([accepting("a")], deadline=deadline)


def test_prices_in_two_units_are_not_compared() -> None:
    providers = [
        accepting("a", prices=PriceList("USD", {})),
        accepting("b", prices=PriceList("ZAR", {})),
    ]
    with pytest.raises(ConfigError, match=r"limits.max_price cannot be compared with prices in USD and ZAR"):
        Gateway(providers, limits=Limits(max_price=1))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="route 'default': 'cheapest' cannot compare prices in USD and ZAR"):
        Gateway(providers, route=Route(name="default", providers=("a", "b"), order="cheapest"))
    assert Gateway(providers).send(MESSAGE).provider == "a"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"routes": 5}, "settings: routes: must be a list, got a whole number"),
        ({"routes": "a"}, "settings: routes: must be a list, got text"),
        ({"routes": {"to": "+1"}}, "settings: routes: must be a list, got a table"),
        ({"routes": None}, "settings: routes: must be a list, got nothing"),
        ({"routes": [None]}, "settings: routes[0]: must be a table, got nothing"),
        ({"routes": [["a"]]}, "settings: routes[0]: must be a table, got a list"),
        ({"routes": [{"to": "+1"}]}, "settings: routes[0].providers: is missing"),
        ({"routes": [{"to": "+1", "providers": "a"}]}, "settings: routes[0].providers: must be a list, got text"),
        (
            {"routes": [{"to": "+1", "providers": []}]},
            "settings: routes[0]: providers must name at least one provider, got none",
        ),
        (
            {"routes": [{"to": "+1", "providers": ["a", "a"]}]},
            "settings: routes[0]: providers must name each provider once, got 'a' more than once",
        ),
        ({"routes": [{"to": "+1", "providers": ["c"]}]}, "settings: routes[0].providers: no provider 'c'"),
        ({"routes": [{"providers": ["a"]}]}, "settings: routes[0]: has no condition; set to, campaign or sender"),
        ({"routes": [{"to": 5, "providers": ["a"]}]}, "settings: routes[0].to: must be text, got a whole number"),
        (
            {"routes": [{"to": "+", "providers": ["a"]}]},
            "settings: routes[0]: to must be a prefix such as '+1242' or a country such as 'ZA', got '+'",
        ),
        (
            {"routes": [{"to": "+1", "providers": ["a"], "on_unknown": "x"}]},
            "settings: routes[0].on_unknown: must be one of",
        ),
        (
            {"routes": [{"to": "+1", "providers": ["a"], "weights": {"a": float("nan")}}]},
            "settings: routes[0]: weights.a must be over 0, got nan",
        ),
        (
            {"routes": [{"to": "+1", "providers": ["a"]}, {"to": "+1", "providers": ["b"]}]},
            "settings: routes: two routes are called '+1' ('default' is the one for all other messages)",
        ),
        (
            {"routes": [{"to": "+1", "name": "default", "providers": ["a"]}]},
            "settings: routes: two routes are called 'default' ('default' is the one for all other messages)",
        ),
        ({"breaker": {"failures": 0}}, "settings: breaker: failures must be 1 to 1,000, got 0"),
        (
            {"breaker": {"rest": float("inf")}},
            "settings: breaker: rest must be over 0 and at most 3600 seconds, got inf",
        ),
        ({"limits": {"opt_out": "nowhere.txt"}}, "settings: limits.opt_out: nowhere.txt: cannot be read"),
        ({"limits": {"opt_out": "no\0where"}}, "settings: limits.opt_out: 'no\\x00where': cannot be read"),
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_reported_with_their_place(changes: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_mapping({**TWO, **changes}, {})
    [problem] = caught.value.problems
    assert problem.startswith(told)


def test_errors_of_types_and_of_values_are_reported_together() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_mapping(
            {
                "providers": {"a": {**ACCOUNT, "token": 5, "deadline": 0, "read_timeout": -1}},
                "order": 5,
                "deadline": 0,
                "default_region": "XX",
                "limits": {"max_segments": 0, "countries": ["??"]},
            },
            {},
        )
    assert list(caught.value.problems) == [
        "settings: order: must be text, got a whole number",
        "settings: limits: max_segments must be over 0, got 0",
        "settings: limits: countries: '??' is not a country; write its two ISO 3166 letters, such as 'ZA'",
        "settings: deadline must be over 0 and at most 3600 seconds, got 0",
        "settings: default_region 'XX' is not a country; write its two ISO 3166 letters, such as 'ZA'",
        "settings: providers.a.token: must be text, got a whole number",
        "settings: providers.a: read_timeout must be over 0 and at most 3600 seconds, got -1",
        "settings: providers.a: deadline must be over 0 and at most 3600 seconds, got 0",
    ]


def test_the_breaker_has_settings() -> None:
    config = Config.from_mapping({**TWO, "breaker": {"failures": 2, "window": 10, "rest": 5.5}}, {})
    assert config.breaker == BreakerSettings(failures=2, window=10, rest=5.5)
    assert Config.from_mapping(TWO, {}).breaker == BreakerSettings(failures=5, window=60, rest=30)
