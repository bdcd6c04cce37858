"""The second try on proof in the settings: each error has its place and its fix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from smsgate import Config, ConfigError, Gateway, OnUndelivered, Route, Status
from smsgate.config.doubts import doubts
from smsgate.config.source import Source
from tests.config.test_problems import problems

ZOOM: Mapping[str, object] = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "t0ken-1"}
FINAL = "FAILED, UNDELIVERED, EXPIRED, REJECTED"


def settings(tmp_path: Path, rule: Mapping[str, object], **changes: object) -> dict[str, object]:
    """Return settings with the providers a and b, and a rule on the one route with a condition."""
    route = {"to": "ZA", "providers": ["a"], "on_undelivered": rule}
    journal = str(tmp_path / "smsgate.db")
    return {"providers": {"a": ZOOM, "b": ZOOM}, "routes": [route], "journal": journal, **changes}


def test_a_rule_is_that_of_its_route(tmp_path: Path) -> None:
    rule = {"providers": ["b"], "after": "30s", "statuses": ["FAILED", "rejected"]}
    config = Config.from_mapping(settings(tmp_path, rule, on_undelivered={"providers": ["b", "a"]}), {})
    wanted = OnUndelivered(providers=("b",), after=timedelta(seconds=30), statuses=(Status.FAILED, Status.REJECTED))
    assert config.routes[0].on_undelivered == wanted
    assert config.route.on_undelivered == OnUndelivered(
        providers=("b", "a"), after=timedelta(), statuses=(Status.FAILED, Status.UNDELIVERED, Status.EXPIRED)
    )


def test_the_environment_says_the_same(tmp_path: Path) -> None:
    variables = {
        "SMSGATE_PROVIDERS__A__ADAPTER": "zoomconnect",
        "SMSGATE_PROVIDERS__A__EMAIL": "ops@example.com",
        "SMSGATE_PROVIDERS__A__TOKEN": "t0ken-1",
        "SMSGATE_JOURNAL": str(tmp_path / "smsgate.db"),
        "SMSGATE_ON_UNDELIVERED__PROVIDERS": "a",
        "SMSGATE_ON_UNDELIVERED__AFTER": "2h",
    }
    rule = Config.from_env(variables).route.on_undelivered
    assert rule == OnUndelivered(providers=("a",), after=timedelta(hours=2))


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({}, "routes[0].on_undelivered.providers: is missing"),
        ({"providers": []}, "routes[0].on_undelivered: providers must name at least one provider"),
        ({"providers": ["b", "b"]}, "routes[0].on_undelivered: providers must name each provider once, got 'b'"),
        ({"providers": ["c"]}, "routes[0].on_undelivered.providers: no provider 'c' (there are: a, b)"),
        ({"providers": ["b"], "after": "25h"}, "routes[0].on_undelivered: after must be 0s to 1d, such as 30s, 5m"),
        ({"providers": ["b"], "after": "-1s"}, "routes[0].on_undelivered: after must be 0s to 1d, such as 30s, 5m"),
        ({"providers": ["b"], "after": "soon"}, "routes[0].on_undelivered: after must be 0s to 1d, such as 30s, 5m"),
        ({"providers": ["b"], "after": 30}, "routes[0].on_undelivered.after: must be text, got a whole number"),
        ({"providers": ["b"], "statuses": []}, "routes[0].on_undelivered: statuses must name at least one of " + FINAL),
        ({"providers": ["b"], "statuses": ["SENT"]}, f"routes[0].on_undelivered: statuses must be of {FINAL}, got"),
        ({"providers": ["b"], "statuses": ["DELIVERED"]}, "routes[0].on_undelivered: statuses must be of"),
        ({"providers": ["b"], "statuses": ["CANCELLED"]}, "routes[0].on_undelivered: statuses must be of"),
        ({"providers": ["b"], "when": "now"}, "routes[0].on_undelivered.when: unknown setting"),
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_is_refused(tmp_path: Path, rule: Mapping[str, object], problem: str) -> None:
    [found] = problems(settings(tmp_path, rule))
    assert found.startswith(problem)


@pytest.mark.parametrize("journal", [None, {"text": "hash"}, {"text": "none"}], ids=str)
def test_a_rule_without_texts_to_send_is_refused(tmp_path: Path, journal: Mapping[str, str] | None) -> None:
    table = settings(tmp_path, {"providers": ["b"]}, on_undelivered={"providers": ["b"]})
    if journal is None:
        del table["journal"]
    else:
        table["journal"] = {"path": table["journal"], **journal}
    needs = "needs a journal that keeps texts; set journal"
    assert [each.split(needs)[0] for each in problems(table)] == ["on_undelivered: ", "routes[0].on_undelivered: "]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"providers": ()}, "on_undelivered: providers must name at least one provider for the second try"),
        ({"providers": "b"}, "on_undelivered: providers must be a list of names, got 'b'"),
        ({"providers": ("b",), "after": timedelta(days=2)}, "on_undelivered: after must be 0 to 1 day, got 2 days"),
        ({"providers": ("b",), "statuses": (Status.QUEUED,)}, "on_undelivered: statuses must be of FAILED"),
    ],
)
def test_a_rule_made_in_code_is_checked_too(fields: Mapping[str, object], problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        OnUndelivered(**fields)  # type: ignore[arg-type]
    assert str(raised.value).startswith(problem)


def test_a_gateway_on_a_route_made_in_code_needs_a_journal() -> None:
    config = Config.from_mapping({"providers": {"a": ZOOM, "b": ZOOM}}, {})
    with Gateway.from_config(config) as gateway:
        providers = gateway.providers
        route = Route(name="default", providers=("a",), on_undelivered=OnUndelivered(providers=("b",)))
        with pytest.raises(ConfigError, match="route 'default': on_undelivered needs a journal that keeps texts"):
            Gateway(providers, route=route)
        elsewhere = Route(name="default", providers=("a",), on_undelivered=OnUndelivered(providers=("c",)))
        with pytest.raises(ConfigError, match="route 'default': no provider 'c'"):
            Gateway(providers, route=elsewhere)


def test_a_provider_for_second_tries_alone_is_used(tmp_path: Path) -> None:
    path = tmp_path / "smsgate.toml"
    path.write_text(
        f"""
        route = ["a"]
        on_undelivered = {{ providers = ["b"] }}
        journal = "{tmp_path / "smsgate.db"}"
        [providers.a]
        adapter = "zoomconnect"
        email = {{ env = "EMAIL" }}
        token = {{ env = "TOKEN" }}
        [providers.b]
        adapter = "zoomconnect"
        email = {{ env = "EMAIL" }}
        token = {{ env = "TOKEN" }}
        """
    )
    assert [*doubts(Source.read(path, {"EMAIL": "ops@example.com", "TOKEN": "t0ken-1"}))] == []
