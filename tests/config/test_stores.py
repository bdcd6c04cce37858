"""Where rates and tokens are shared: named for each provider, or once for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smsgate import AsyncGateway, Config, ConfigError, Gateway, Message
from smsgate.sandbox import Sandbox
from smsgate_salesmsg import SalesmsgSettings
from smsgate_salesmsg_sandbox import Salesmsg
from tests.valkey_server import Valkey, running_valkey

URL = "redis://app:canary-of-a-password@host:6379/0"
SALES = {"adapter": "salesmsg", "token": "t0ken", "team_id": 1}
ZOOM = {"adapter": "zoomconnect", "email": "me@example.com", "token": "t"}


def stores_of(config: Config) -> dict[str, tuple[str | None, str | None]]:
    accounts = {name: account.settings for name, account in config.accounts.items()}
    return {name: (each.pace_store, getattr(each, "token_store", None)) for name, each in accounts.items()}


def test_a_url_may_be_in_the_environment_or_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(URL)
    (tmp_path / "smsgate.toml").write_text(
        '[providers.sales]\nadapter = "salesmsg"\ntoken = "t0ken"\nteam_id = 1\n'
        'pace_store = { env = "PACE_URL" }\ntoken_store = { file = "url" }\n'
    )
    config = Config.from_file(tmp_path / "smsgate.toml", {"PACE_URL": "valkeys://host"})
    assert stores_of(config) == {"sales": ("valkeys://host", URL)}


def test_one_setting_serves_all_providers_that_name_no_store(tmp_path: Path) -> None:
    path = str(tmp_path / "pace.db")
    settings: dict[str, Any] = {
        "pace_store": {"env": "URL"},
        "token_store": URL,
        "providers": {
            "sales": SALES,
            "own": {**SALES, "pace_store": path, "token_store": str(tmp_path / "token")},
            "older": {**SALES, "pacing_file": path},
            "zoom": ZOOM,
        },
    }
    assert stores_of(Config.from_mapping(settings, {"URL": URL})) == {
        "sales": (URL, URL),
        "own": (path, str(tmp_path / "token")),
        "older": (None, URL),
        "zoom": (URL, None),
    }


def test_variables_name_a_store_for_all() -> None:
    variables = {
        "SMSGATE_PACE_STORE": URL,
        "SMSGATE_PROVIDERS__ZOOM__ADAPTER": "zoomconnect",
        "SMSGATE_PROVIDERS__ZOOM__EMAIL": "me@example.com",
        "SMSGATE_PROVIDERS__ZOOM__TOKEN": "t",
    }
    assert stores_of(Config.from_env(variables)) == {"zoom": (URL, None)}


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"pace_store": f"{URL}#x"}, r"pace_store must be a URL such as redis://host:6379/0"),
        ({"pace_store": "postgresql://canary@host"}, r"pace_store must be a URL such as"),
        ({"token_store": "/tmp/token"}, r"token_store must be a URL .*; name a file in \[providers.<name>\]"),
        ({"providers": {"zoom": {**ZOOM, "pace_store": f"{URL}?ssl=canary"}}}, "pace_store must have no other options"),
        (
            {"providers": {"zoom": {**ZOOM, "pace_store": "/nowhere/pace.db"}}},
            "must be in an existing folder, got '/now",
        ),
        ({"providers": {"zoom": {**ZOOM, "pace_store": URL, "pacing_file": "p"}}}, "must not be beside pacing_file"),
        ({"providers": {"sales": {**SALES, "token_store": f"{URL}/canary"}}}, "token_store must be a URL such as"),
    ],
)
def test_what_is_no_store_is_an_error_of_the_settings_without_the_password(
    settings: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        Config.from_mapping({"providers": {"zoom": ZOOM}, **settings})
    assert len(caught.value.problems) == 1
    assert "canary" not in str(caught.value)


def test_settings_show_the_server_and_not_its_password() -> None:
    settings = SalesmsgSettings(token="t0ken", team_id=1, pace_store=URL, token_store=URL)
    assert "canary" not in repr(settings)
    assert "pace_store='redis://host:6379/0'" in repr(settings)
    assert "canary-of-a-password" in settings.secrets


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with running_valkey() as server:
        yield server


@pytest.mark.parametrize("engine", ["threads", "asyncio"])
def test_a_gateway_keeps_slots_and_token_where_its_settings_say(engine: str, valkey: Valkey) -> None:
    valkey.command("FLUSHALL")
    with Sandbox(vendors=[Salesmsg()]) as sandbox:
        account = {**sandbox.account("salesmsg"), **sandbox.credentials("salesmsg"), "rate": "1000/s"}
        sales = {"adapter": "salesmsg", "base_url": sandbox.url("salesmsg"), **account}
        settings = {"pace_store": valkey.url, "token_store": valkey.url, "providers": {"sales": sales}}
        sandbox.change_account("salesmsg", "expire_tokens")  # so that it is renewed, and stored
        if engine == "threads":
            with Gateway.from_mapping(settings) as gateway:
                gateway.send(Message("+12019772861", "Hello"))
        else:
            asyncio.run(send(settings))
        assert [text.text for text in sandbox.texts] == ["Hello"]
    assert set(valkey.command("KEYS", "*")) == {"smsgate:pace:{salesmsg/sales}", "smsgate:token:{salesmsg/sales}"}


async def send(settings: dict[str, Any]) -> None:
    async with AsyncGateway.from_mapping(settings) as gateway:
        await gateway.send(Message("+12019772861", "Hello"))
