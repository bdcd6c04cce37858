"""Senders by country and prefix: named for each provider, or once for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from smsgate import Config, ConfigError, SenderTable
from tests.entry_points import publish
from tests.sender_adapters import OTHER_POOL, POOL

ZOOM = {"adapter": "zoomconnect", "email": "me@example.com", "token": "t"}
COMMON = {"ZA": "27820001111", "default": "ACME"}


@pytest.fixture(autouse=True)
def adapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"hooli": "Hooli", "pools": "Pools", "profiles": "Profiles"}
    entries = {name: f"tests.sender_adapters:{kind}" for name, kind in names.items()}
    publish(tmp_path, "smsgate-senders", {"smsgate.adapters": entries})
    monkeypatch.syspath_prepend(str(tmp_path))


def tables(config: Config) -> dict[str, SenderTable | None]:
    return {name: account.settings.senders for name, account in config.accounts.items()}


def problems(settings: dict[str, Any], environ: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as raised:
        Config.from_mapping(settings, environ or {})
    return raised.value.problems


def test_one_table_serves_all_providers_that_have_none_and_can_choose_a_sender() -> None:
    own = {"default": "12345"}
    settings = {
        "senders": COMMON,
        "providers": {
            "a": {"adapter": "hooli"},
            "b": {"adapter": "pools", "senders": own},
            "zoom": ZOOM,
        },
    }
    assert tables(Config.from_mapping(settings)) == {
        "a": SenderTable(COMMON, common=True),
        "b": SenderTable(own),
        "zoom": None,
    }


def test_a_table_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "sender").write_text("ACME\n")
    (tmp_path / "smsgate.toml").write_text(
        f"""
        [senders]
        ZA = {{ env = "ZA_SENDER" }}
        GB = {{ file = "sender" }}
        "+1" = {{ service = "{POOL}" }}
        "+44" = {{ service = {{ env = "PROFILE" }} }}

        [providers.pools]
        adapter = "pools"

        [providers.profiles]
        adapter = "profiles"
        """
    )
    environ = {"ZA_SENDER": "27820001111", "PROFILE": OTHER_POOL}
    entries = {"ZA": "27820001111", "GB": "ACME", "+1": {"service": POOL}, "+44": {"service": OTHER_POOL}}
    table = SenderTable(entries, common=True)
    assert tables(Config.from_file(tmp_path / "smsgate.toml", environ)) == {"pools": table, "profiles": table}


def test_a_table_is_read_from_variables() -> None:
    variables = {
        "SMSGATE_SENDERS__ZA": "27820001111",
        "SMSGATE_SENDERS__US__SERVICE": POOL,
        "SMSGATE_SENDERS__DEFAULT": "ACME",
        "SMSGATE_PROVIDERS__A__ADAPTER": "pools",
        "SMSGATE_PROVIDERS__B__ADAPTER": "hooli",
        "SMSGATE_PROVIDERS__B__SENDERS__GB": "12345",
    }
    common = SenderTable({"ZA": "27820001111", "US": {"service": POOL}, "default": "ACME"}, common=True)
    assert tables(Config.from_env(variables)) == {"a": common, "b": SenderTable({"GB": "12345"})}


def test_wrong_entries_are_reported_together_and_once_each() -> None:
    settings = {
        "senders": {"ZZ": "ACME", "GB": "ACME MESSAGES", "DE": {"env": "NOWHERE"}, "+1": {"service": 17}},
        "providers": {"a": {"adapter": "hooli"}, "b": {"adapter": "pools", "senders": {"XX": "A", "DE": "A✓"}}},
    }
    found = problems(settings)
    assert [problem.partition(" is ")[0] for problem in found] == [
        "settings: senders: DE: the environment variable NOWHERE",
        "settings: senders: +1: must be text, got a whole number",
        "settings: senders: ZZ:",
        "settings: senders: GB: 'ACME MESSAGES'",
        "settings: providers.b.senders: XX:",
        "settings: providers.b.senders: DE: 'A✓'",
    ]


def test_a_table_that_is_none_is_an_error() -> None:
    settings = {"senders": "ACME", "providers": {"a": {"adapter": "hooli", "senders": ["ACME"]}}}
    assert problems(settings) == (
        "settings: senders: must be a table, got text",
        "settings: providers.a.senders: must be a table, got a list",
    )


def test_a_service_must_be_one_of_a_provider_here() -> None:
    service = {"default": {"service": OTHER_POOL}}
    providers = {"pools": {"adapter": "pools"}, "hooli": {"adapter": "hooli"}}
    common, place = "settings: senders: default", "settings: providers.pools.senders: default"
    assert problems({"senders": service, "providers": providers}) == (
        f"{common}: 'profile-17' is a service of no provider here (there are: pools, hooli); check the id",
    )
    own = {name: {**account, "senders": service} for name, account in providers.items()}
    assert problems({"providers": own}) == (
        f"{place}: 'profile-17' is no service of pools; check the id in the account (pools has services MG-\\d+)",
        "settings: providers.hooli.senders: default: hooli has no services; write a number, a short code or a name",
    )


def test_a_table_of_a_provider_without_a_choice_of_senders_is_an_error() -> None:
    assert problems({"providers": {"zoom": {**ZOOM, "senders": COMMON}}}) == (
        "settings: providers.zoom.senders: zoomconnect has no choice of senders; remove the table",
    )


def test_no_error_shows_what_a_variable_or_a_file_has(tmp_path: Path) -> None:
    secret = "s3cret-of-another-setting"
    (tmp_path / "token").write_text(secret)
    variable, file = {"env": "TOKEN"}, {"file": str(tmp_path / "token")}
    found = problems(
        {
            "senders": {"ZA": variable, "GB": file, "DE": {"service": variable}},
            "providers": {"pools": {"adapter": "pools", "senders": {"ZA": {"service": file}, "FR": file}}},
        },
        {"TOKEN": secret},
    )
    assert secret[:8] not in str(found)
    content = "the content of the environment variable TOKEN is no number, short code or name"
    assert any(f"senders: ZA: {content}" in problem for problem in found), found
    again = problems(
        {"senders": {"DE": {"service": variable}}, "providers": {"pools": {"adapter": "pools"}}}, {"TOKEN": secret}
    )
    own = {"pools": {"adapter": "pools", "senders": {"ZA": {"service": file}}}}
    for shown in (
        again,
        problems({"providers": own}),
        problems({"senders": {"US": variable}, "providers": own}, {"TOKEN": "ACME"}),
    ):
        assert "the content of the" in str(shown), shown
        assert secret[:8] not in str(shown)
        assert "'ACME'" not in str(shown)
