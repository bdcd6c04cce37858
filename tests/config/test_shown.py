"""The settings in effect, each with where it comes from."""

from __future__ import annotations

from pathlib import Path

from smsgate.config.shown import ShownSetting, shown_settings
from smsgate.config.source import Source

CANARY = "CANARY-81c2-0123456789"
SETTINGS = f"""
deadline = 30
journal = "postgresql://user:{CANARY}@host/database"
pace_store = "redis://user:{CANARY}@host:6379/0"
[[routes]]
to = "+1"
providers = ["zoom"]
[webhooks]
secret = ["{CANARY}-1", {{ env = "SECRET" }}]
secrets = {{ zoom = "{CANARY}-2" }}
[providers.zoom]
adapter = "zoomconnect"
email = {{ file = "email" }}
token = {{ env = "TOKEN" }}
proxy = "http://user:{CANARY}@proxy:3128"
prices = {{ unit = "EUR", "+1" = "0.02" }}
"""


def settings(folder: Path) -> dict[tuple[str | int, ...], ShownSetting]:
    (folder / "email").write_text("ops@example.com\n", encoding="utf-8")
    (folder / "s.toml").write_text(SETTINGS, encoding="utf-8")
    source = Source.read(folder / "s.toml", {"TOKEN": f"{CANARY}-3", "SECRET": f"{CANARY}-4"})
    return {each.path: each for each in shown_settings(source)}


def test_each_has_its_value_and_its_origin(tmp_path: Path) -> None:
    found, name = settings(tmp_path), str(tmp_path / "s.toml")
    shown = {path: (each.value, each.origin) for path, each in found.items()}
    zoom = ("providers", "zoom")
    assert shown[("deadline",)] == (30.0, name)
    assert shown[("order",)] == ("priority", "default")
    assert shown[("default_region",)] == (None, "default")
    assert shown[("breaker", "failures")] == (5, "default")
    assert shown[("routes", 0, "to")] == ("+1", name)
    assert shown[(*zoom, "adapter")] == ("zoomconnect", name)
    assert shown[(*zoom, "email")] == ("ops@example.com", "file 'email'")
    assert shown[(*zoom, "token")] == ("***", "environment variable TOKEN")
    assert shown[(*zoom, "read_attempts")] == (4, "default")
    assert shown[(*zoom, "prices")] == ({"unit": "EUR", "+1": "0.02"}, name)
    assert shown[(*zoom, "pace_store")] == ("redis://host:6379/0", name)
    assert shown[("webhooks", "secrets")] == ({"zoom": "***"}, name)
    assert shown[("journal", "path")] == ("postgresql://user@host/database", name)


def test_no_secret_is_shown(tmp_path: Path) -> None:
    assert CANARY not in repr([*settings(tmp_path).values()])
    assert CANARY not in repr(Source.read(tmp_path / "s.toml", {"TOKEN": "t", "SECRET": "s" * 20}))


def test_settings_in_variables_are_shown_with_the_variables() -> None:
    environ = {"SMSGATE_PROVIDERS__C__ADAPTER": "console", "SMSGATE_DEADLINE": "30"}
    shown = {each.path: each for each in shown_settings(Source.read(None, environ))}
    assert shown[("deadline",)].origin == "environment variable SMSGATE_DEADLINE"
    assert shown[("deadline",)].value == 30.0
    assert shown[("providers", "c", "adapter")].origin == "environment variable SMSGATE_PROVIDERS__C__ADAPTER"
