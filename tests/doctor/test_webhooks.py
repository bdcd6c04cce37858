"""The address that vendors are given, called as a vendor calls it who looks whether it is right."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from smsgate.doctor import Finding, FindingState
from smsgate.sandbox import Sandbox
from tests.doctor.installation import SECRET, found, receiving, served, settings_of, webhooks_of

OTHER = "another-secret-of-the-tests"


@pytest.fixture(name="settings")
def _settings(sandbox: Sandbox, tmp_path: Path) -> dict[str, object]:
    return settings_of(sandbox, "zoomconnect", tmp_path)


def called(settings: dict[str, object], port: int, path: str = "", secret: str = SECRET) -> Finding:
    findings = found({**settings, "webhooks": webhooks_of(port, path, secret)})
    [finding] = [each for each in findings if each.subject == "webhooks"]
    assert secret not in f"{finding.text}{finding.fix}"
    return finding


def answering(status: str, **headers: str) -> WSGIApplication:
    def application(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, [(name.replace("_", "-"), value) for name, value in headers.items()])
        return [b"Welcome"]

    return application


def test_a_receiver_with_the_same_secret_is_well(settings: dict[str, object]) -> None:
    with receiving(settings) as port:
        finding = called(settings, port)
    assert (finding.state, finding.check) == (FindingState.OK, "main")


def test_a_receiver_with_another_secret_is_named(settings: dict[str, object]) -> None:
    with receiving(settings, OTHER) as port:
        finding = called(settings, port)
    assert finding.state is FindingState.PROBLEM
    assert "a receiver answers there and does not know this secret" in finding.text


def test_a_receiver_of_other_providers_is_named_too(settings: dict[str, object]) -> None:
    providers = settings["providers"]
    assert isinstance(providers, dict)
    with receiving({"providers": {"other": providers["main"]}}) as port:
        finding = called(settings, port)
    assert finding.state is FindingState.PROBLEM
    assert "a provider main" in finding.fix


def test_a_server_without_a_receiver_at_that_path_is_named(settings: dict[str, object]) -> None:
    with served(answering("404 Not Found")) as port:
        finding = called(settings, port, "/sms")
    assert finding.state is FindingState.PROBLEM
    assert "is no receiver of smsgate" in finding.text
    assert "the path where the receiver is mounted" in finding.fix


@pytest.mark.parametrize(
    ("status", "fix"),
    [
        ("200 OK", "correct webhooks.public_url"),
        ("302 Found", "vendors follow no redirect"),
        ("502 Bad Gateway", "the server behind the proxy is not running"),
    ],
)
def test_another_answer_is_no_receivers(settings: dict[str, object], status: str, fix: str) -> None:
    with served(answering(status, Location="/elsewhere")) as port:
        finding = called(settings, port)
    assert finding.state is FindingState.PROBLEM
    assert finding.text.startswith(status[:3])
    assert fix in finding.fix


def test_a_receiver_that_takes_no_calls_from_here_is_not_judged(settings: dict[str, object]) -> None:
    with receiving(settings, allow=["196.41.0.0/16"]) as port:
        finding = called(settings, port)
    assert finding.state is FindingState.NOT_CHECKED
    assert "webhooks.allow" in finding.text


def test_a_port_without_a_server_is_named_once(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = settings_of(sandbox, "zoomconnect", tmp_path)
    settings["providers"]["second"] = settings["providers"]["main"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    finding = called(settings, port)
    assert finding.state is FindingState.PROBLEM
    assert f"nothing listens at 127.0.0.1:{port}; check webhooks.public_url" in finding.text


def test_a_host_that_has_no_address_is_named(settings: dict[str, object]) -> None:
    findings = found({**settings, "webhooks": {"secret": SECRET, "public_url": "https://no-such-host.invalid/sms"}})
    [finding] = [each for each in findings if each.subject == "webhooks"]
    assert "host name of no-such-host.invalid:443 cannot be found" in finding.text


def test_what_is_no_tls_is_named(settings: dict[str, object]) -> None:
    with served(answering("200 OK")) as port:
        url = f"https://127.0.0.1:{port}"
        findings = found({**settings, "webhooks": {"secret": SECRET, "public_url": url}})
    [finding] = [each for each in findings if each.subject == "webhooks"]
    assert "TLS could not be agreed on" in finding.text


def test_without_a_public_url_nothing_is_called(settings: dict[str, object]) -> None:
    findings = found({**settings, "webhooks": {"secret": SECRET}})
    [finding] = [each for each in findings if each.subject == "webhooks"]
    assert finding.state is FindingState.NOT_CHECKED
