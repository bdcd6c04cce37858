"""Tokens that are renewed: a check uses none of them up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from smsgate import Gateway
from smsgate.doctor import Finding, FindingState
from smsgate.sandbox import Sandbox
from tests.doctor.installation import found, settings_of, wrong


@pytest.fixture(name="settings")
def _settings(sandbox: Sandbox, tmp_path: Path) -> dict[str, Any]:
    """An account known by an application's token, which its store has."""
    settings = settings_of(sandbox, "salesmsg", tmp_path)
    issued = sandbox.change_account("salesmsg", "issue_oauth_tokens")
    main = settings["providers"]["main"]
    del main["token"]
    main |= {name: issued[name] for name in ("client_id", "client_secret", "refresh_token")}
    return settings


def credentials(findings: list[Finding]) -> Finding:
    [finding] = [each for each in findings if each.check == "credentials"]
    return finding


def test_a_token_that_has_to_be_renewed_first_is_not_renewed(sandbox: Sandbox, settings: dict[str, Any]) -> None:
    finding = credentials(found(settings))
    assert finding.state is FindingState.WARNING
    assert "the token has to be renewed; the next request does it" in finding.text
    assert finding.fix == "renew it: smsgate salesmsg renew --provider main"
    assert sandbox.counts("salesmsg")["refreshes"] == 0
    with Gateway.from_mapping(settings) as gateway:
        gateway.provider("main").renew_credentials()
    assert wrong(found(settings)) == []


def test_a_stored_token_that_the_vendor_refuses_is_named_and_kept(
    sandbox: Sandbox, settings: dict[str, Any], tmp_path: Path
) -> None:
    with Gateway.from_mapping(settings) as gateway:
        gateway.provider("main").renew_credentials()
    kept = (tmp_path / "token").read_text(encoding="utf-8")
    sandbox.change_account("salesmsg", "expire_tokens")
    finding = credentials(found(settings))
    assert (finding.state, finding.is_of_settings) == (FindingState.PROBLEM, True)
    names = ("client_id", "client_secret", "refresh_token")
    assert finding.fix.endswith(f"correct {', '.join(f'providers.main.{name}' for name in names)}")
    assert (tmp_path / "token").read_text(encoding="utf-8") == kept
    assert sandbox.counts("salesmsg")["refreshes"] == 1


def test_an_account_without_a_store_is_warned(settings: dict[str, Any]) -> None:
    del settings["providers"]["main"]["token_store"]
    [finding] = [each for each in found(settings) if each.check == "token store"]
    assert finding.state is FindingState.WARNING
    assert finding.fix == "set providers.main.token_store to a file or the URL of a Redis server"
