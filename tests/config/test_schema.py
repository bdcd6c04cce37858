"""The JSON Schema of the settings: a validator takes what smsgate takes, and refuses what an editor should mark."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from jsonschema import Draft202012Validator

from smsgate import Adapter, Settings
from smsgate.adapter.registry import usable_adapters
from smsgate.cli.sandbox.account_settings import accounts_at, toml
from smsgate.config.descriptions import descriptions
from smsgate.config.schema import settings_schema
from smsgate.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
SCHEMA = settings_schema(usable_adapters())
VALIDATOR = Draft202012Validator(SCHEMA)
ZOOM: Mapping[str, object] = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "t0ken-1"}
BLOCKS = [
    pytest.param(tomllib.loads(block), id=f"{path.relative_to(ROOT)}-{place}")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for place, block in enumerate(re.findall(r"```toml\n(.*?)```", path.read_text("utf-8"), re.DOTALL))
    if not re.search(r"^\[(project|tool)\b", block, re.MULTILINE)
]


def errors(settings: object, *, whole: bool = True) -> list[str]:
    """Return the places of what is wrong; without those that lack something, if the settings are a part."""
    found = VALIDATOR.iter_errors(settings)
    return sorted(error.json_path for error in found if whole or error.validator != "required")


def zoom(**changes: object) -> dict[str, object]:
    return {"providers": {"zoom": {**ZOOM, **changes}}}


def test_it_is_a_schema_of_its_dialect() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_settings_of_the_how_to_fit_as_a_whole() -> None:
    [whole, *_] = (block.values[0] for block in BLOCKS if str(block.id).startswith("docs/how-to/write-settings.md"))
    assert errors(whole) == []


@pytest.mark.parametrize("settings", BLOCKS)
def test_the_settings_in_the_documentation_fit(settings: Mapping[str, Any]) -> None:
    """A block without a table may be lines that a page adds to the table of a provider."""
    is_of_provider = "prices" in settings
    assert errors(zoom(**settings) if is_of_provider else settings, whole=False) == []


def test_what_the_sandbox_prints_fits() -> None:
    with Sandbox() as sandbox:
        accounts = accounts_at(sandbox)
        assert errors(tomllib.loads(toml(accounts))) == []
    assert len(accounts) >= 7


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({}, "$"),
        ({"providers": {}}, "$.providers"),
        ({**zoom(), "rout": ["zoom"]}, "$"),
        ({**zoom(), "route": "zoom"}, "$.route"),
        ({**zoom(), "deadline": "60"}, "$.deadline"),
        ({**zoom(), "on_unknown": "hope"}, "$.on_unknown"),
        ({**zoom(), "limits": {"max_segmets": 3}}, "$.limits"),
        ({**zoom(), "routes": [{"to": "+1", "providers": ["zoom"], "oder": "cheapest"}]}, "$.routes[0]"),
        ({**zoom(), "journal": {"pth": "smsgate.db"}}, "$.journal"),
        ({**zoom(), "senders": {"Mars": "ACME"}}, "$.senders"),
        ({**zoom(), "webhooks": {"secret": 5}}, "$.webhooks.secret"),
        (zoom(adapter="zoomconect"), "$.providers.zoom.adapter"),
        (zoom(tokn="x"), "$.providers.zoom"),
        (zoom(token={"enw": "TOKEN"}), "$.providers.zoom.token"),
        (zoom(date_format="rfc"), "$.providers.zoom.date_format"),
        (zoom(bulk_size=True), "$.providers.zoom.bulk_size"),
        (zoom(prices={"unit": "USD", "+1": []}), "$.providers.zoom.prices['+1']"),
        (zoom(prices={"+1": "0.02"}), "$.providers.zoom.prices"),
        (zoom(prices={"file": "prices.csv", "+1": "0.02"}), "$.providers.zoom.prices"),
        ({"providers": {"zoom": {"adapter": "zoomconnect"}}}, "$.providers.zoom"),
        ({"providers": {"a b": ZOOM}}, "$.providers"),
    ],
    ids=str,
)
def test_what_is_misspelt_or_of_another_type_is_marked(settings: object, place: str) -> None:
    assert set(errors(settings)) == {place}


@pytest.mark.parametrize("token", ["t0ken", {"env": "TOKEN"}, {"file": "/run/secrets/token"}])
def test_a_secret_is_a_text_or_a_place(token: object) -> None:
    assert errors(zoom(token=token)) == []
    assert errors({**zoom(), "webhooks": {"secret": [token, token]}, "journal": token}) == []


def test_what_an_adapter_may_have_is_its_own() -> None:
    assert errors(zoom(team_id=16)) == ["$.providers.zoom"]
    sales = {"adapter": "salesmsg", "token": "t", "team_id": 16}
    assert errors({"providers": {"sales": sales}}) == []


def test_the_first_level_and_the_adapters_settings_are_described() -> None:
    assert [name for name, schema in SCHEMA["properties"].items() if "description" not in schema] == []
    account = SCHEMA["$defs"]["adapter.zoomconnect"]
    assert account["title"] == "Zoom Connect (zoomconnect.com)"
    assert account["properties"]["email"]["description"] == "The account's e-mail address."
    assert account["properties"]["read_attempts"]["default"] == 4
    assert account["required"] == ["email", "token"]


def test_a_third_partys_settings_are_read_like_ours_with_their_source_or_without() -> None:
    source = {"__name__": "no_module_with_a_source", "Settings": Settings, "frozen": frozen}
    exec("@frozen(kw_only=True)\nclass Own(Settings):\n    base_url: str\n    loft: int | None = None", source)
    own: Any = source["Own"]
    pigeon: type[Adapter[Settings]] = type("Pigeon", (Adapter,), {"name": "pigeon", "Settings": own})
    schema = settings_schema({"pigeon": pigeon})
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    good = {"adapter": "pigeon", "base_url": "https://pigeon.example", "loft": 5}
    assert validator.is_valid({"providers": {"p": good}})
    assert not validator.is_valid({"providers": {"p": {**good, "loft": "five"}}})
    assert "loft" not in descriptions(own)
    assert "deadline" in descriptions(own)
