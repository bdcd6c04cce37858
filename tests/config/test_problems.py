"""No error in the settings hides another, and each is reported with its file and its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from smsgate import Candidate, Config, ConfigError, Gateway, Message
from smsgate.adapter.registry import installed_adapters
from smsgate.config.converter import SettingsConverter
from smsgate.config.routes import RouteSettings

INSTALLED = ", ".join(installed_adapters())
ZOOM: Mapping[str, object] = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "t0ken-1"}
EUR, USD = {"prices": {"unit": "EUR", "+1": "0.02"}}, {"prices": {"unit": "USD", "+1": "0.02"}}


def problems(settings: Mapping[str, object], *, orders: Sequence[str] = ()) -> list[str]:
    """Return what is wrong with a mapping of settings."""
    with pytest.raises(ConfigError) as raised:
        Config.from_mapping(settings, {}, orders=orders)
    return [problem.removeprefix("settings: ") for problem in raised.value.problems]


def two(**changes: object) -> dict[str, object]:
    return {"providers": {"zoom": {**ZOOM, **EUR}, "spare": {**ZOOM, **USD}}, **changes}


def test_all_fourteen_errors_of_a_file_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "smsgate.toml"
    path.write_text(
        """
        colour = "red"
        deadline = 0
        journal = "no/such/folder/smsgate.db"
        route = ["zoom", "zom"]
        templates = "tempo"
        [providers.zoom]
        adapter = "zoomconnect"
        email = "ops@example.com"
        token = "t0ken-1"
        tokn = "t0ken-2"
        prices = { unit = "EUR", "+1" = "0.02" }
        [providers.typo]
        adapter = "zoomconect"
        prices = { unit = "USD", "+1" = "0.02" }
        [[routes]]
        to = "+1"
        providers = ["zoom", "nowhere"]
        order = "fastest"
        [[routes]]
        to = "Mars"
        providers = ["zoom", "typo"]
        order = "cheapest"
        [limits]
        max_price = 1
        max_segments = "three"
        opt_out = "nobody.txt"
        """,
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as raised:
        Config.from_file(path, {})
    told = [problem.removeprefix(f"{path}: ") for problem in raised.value.problems]
    told = [problem.partition(" (known: ")[0] if "unknown setting" in problem else problem for problem in told]
    assert told == [
        "routes[1]: to must be a prefix such as '+1242' or a country such as 'ZA', got 'Mars'",
        "limits.max_segments: must be a whole number, got text",
        "colour: unknown setting",
        "deadline must be over 0 and at most 3600 seconds, got 0",
        "providers.zoom.tokn: unknown setting",
        f"providers.typo.adapter: no adapter 'zoomconect' (installed: {INSTALLED}); did you mean 'zoomconnect'?",
        "route: no provider 'zom' (there are: zoom, typo); did you mean 'zoom'?",
        "routes[0].providers: no provider 'nowhere' (there are: zoom, typo)",
        "templates: no provider 'tempo' (there are: zoom, typo)",
        "routes[0].order: must be one of priority, round_robin, weighted, cheapest, got 'fastest'",
        "routes[1].order: 'cheapest' cannot compare prices in EUR and USD; give all prices in one unit",
        "limits.max_price: cannot be compared with prices in EUR and USD; give all prices in one unit",
        f"limits.opt_out: {tmp_path / 'nobody.txt'}: cannot be read: No such file or directory",
        "journal.path: must be in an existing folder, got 'no/such/folder/smsgate.db'; create the folder",
    ]


@pytest.mark.parametrize(
    "mistake",
    [
        {"colour": "red"},
        {"deadline": 0},
        {"deadline": "soon"},
        {"default_region": "Mars"},
        {"limits": []},
        {"limits": {"max_segments": 0}},
        {"breaker": {"failures": 0}},
        {"opt_out": {"stop": "STOP"}},
        {"webhooks": {"secret": "short"}},
        {"journal": ""},
        {"on_unknown": "hope"},
        {"weights": {"zoom": -1}},
        {"route": ["zoom", 5]},
        {"routes": [{"to": "+1", "providers": ["sales"]}, {"to": "Mars", "providers": ["zoom"]}]},
        {"routes": [{"to": 5, "providers": ["sales"], "order": 5}]},
        {"routes": [{"to": "+1", "providers": ["sales"], "colour": "red"}]},
        {"routes": [5, {"to": "+1", "providers": [5, "sales"]}]},
    ],
    ids=str,
)
def test_no_error_at_the_first_level_hides_a_provider_that_is_not_there(mistake: Mapping[str, object]) -> None:
    routes = mistake.get("routes", [{"to": "+1", "providers": ["sales"]}])
    told = problems({**two(), **mistake, "routes": routes})
    place = "routes[1]" if isinstance(routes, list) and routes[0] == 5 else "routes[0]"
    names = f"{place}.providers: no provider 'sales' (there are: zoom, spare)"
    assert names in told
    assert len(told) > 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"order": "fastest"},
            "order: must be one of priority, round_robin, weighted, cheapest, got 'fastest'",
        ),
        (
            {"order": "cheapst"},
            (
                "order: must be one of priority, round_robin, weighted, cheapest, got 'cheapst'; "
                "did you mean 'cheapest'?"
            ),
        ),
        (
            {"routes": [{"to": "+1", "providers": ["zoom"], "order": "fastest"}]},
            "routes[0].order: must be one of priority, round_robin, weighted, cheapest, got 'fastest'",
        ),
        (
            {"order": "cheapest"},
            "order: 'cheapest' cannot compare prices in EUR and USD; give all prices in one unit",
        ),
        (
            {"routes": [{"to": "+1", "providers": ["spare", "zoom"], "order": "cheapest"}]},
            "routes[0].order: 'cheapest' cannot compare prices in EUR and USD; give all prices in one unit",
        ),
        (
            {"limits": {"max_price": 1}},
            "limits.max_price: cannot be compared with prices in EUR and USD; give all prices in one unit",
        ),
        (
            {"journal": {"path": "no/such/smsgate.db"}},
            "journal.path: must be in an existing folder, got 'no/such/smsgate.db'; create the folder",
        ),
        ({"limits": {"opt_out": "no.txt"}}, "limits.opt_out: no.txt: cannot be read: No such file or directory"),
    ],
    ids=str,
)
def test_what_a_gateway_would_refuse_is_reported_with_its_place(changes: Mapping[str, object], told: str) -> None:
    assert problems(two(**changes)) == [told]


def test_a_file_without_certificates_is_reported_with_its_account(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing", encoding="utf-8")
    told = problems({"colour": "red", "providers": {"zoom": {**ZOOM, "ca_bundle": str(tmp_path / "ca.pem")}}})
    assert told[1].startswith("providers.zoom: ca_bundle must be a file of certificates, got ")


def test_routes_that_compare_prices_in_one_unit_are_no_error() -> None:
    one = {"providers": {"zoom": {**ZOOM, **EUR}, "spare": dict(ZOOM)}, "order": "cheapest", "limits": {"max_price": 1}}
    assert Config.from_mapping(one, {}).route.order == "cheapest"
    alone = two(routes=[{"to": "+1", "providers": ["zoom"], "order": "cheapest"}])
    assert Config.from_mapping(alone, {}).routes[0].order == "cheapest"


def test_an_order_of_the_applications_own_is_known_by_its_name() -> None:
    def backwards(_: Message, candidates: Sequence[Candidate], __: int) -> Sequence[Candidate]:
        return candidates[::-1]

    settings = two(order="backwards")
    with Gateway.from_mapping(settings, orders={"backwards": backwards}) as gateway:
        assert gateway.plan(Message("+27821234567", "Hello")).provider == "spare"
    config = Config.from_mapping(settings, {}, orders=["backwards"])
    with pytest.raises(ConfigError, match=r"order must be one of .*, got 'backwards'"):
        Gateway.from_config(config)
    assert problems(two(order="backward"), orders=["backwards"]) == [
        (
            "order: must be one of priority, round_robin, weighted, cheapest, backwards, got 'backward'; "
            "did you mean 'backwards'?"
        )
    ]


@pytest.mark.parametrize("wrong", [{"colour": "red"}, {"order": 5}, {"on_unknown": "hope"}], ids=str)
def test_what_fields_say_together_is_not_hidden_by_another_error(wrong: Mapping[str, object]) -> None:
    told = problems(two(routes=[{"providers": ["zoom"], **wrong}]))
    assert [problem.partition(";")[0] for problem in told][-1] == "routes[0]: has no condition"
    assert len(told) == 2
    told = problems({"providers": {"sales": {"adapter": "salesmsg", "team_id": 1, "rate": 5, **wrong}}})
    assert any("must have either token (a PAT) or client_id" in problem for problem in told)


def test_what_fields_say_together_is_not_said_of_one_that_is_wrong() -> None:
    assert problems(two(routes=[{"to": 5, "providers": ["zoom"]}])) == [
        "routes[0].to: must be text, got a whole number"
    ]
    told = problems({"providers": {"zoom": {**ZOOM, "base_url": "nowhere", "token": 5}}})
    assert told == [
        "providers.zoom.token: must be text, got a whole number",
        "providers.zoom: base_url must be a URL such as https://host/path",
    ]


def test_a_partial_reading_never_becomes_a_value() -> None:
    converter = SettingsConverter({}, Path(), from_text=False)
    with pytest.raises(Exception, match="cannot be read"):
        converter.structure({"providers": ["a"], "to": "+1", "order": 5}, RouteSettings)
