"""The files with which the sandbox runs in a container, beside an application."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import typer
import yaml

from smsgate.cli.app import app
from smsgate.cli.sandbox.account_settings import account_at
from smsgate.sandbox import Sandbox
from tests.cli.sandbox.opened_page import smsgate_process

FOLDER = Path(__file__).parents[1] / "docs/examples/sandbox"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
TOKEN = "a-token-of-a-sandbox-in-a-test"


def commands() -> Iterator[list[str]]:
    """Give each command line of smsgate that is in the files."""
    for found in re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE):
        yield json.loads(found)
    for service in COMPOSE["services"].values():
        if "command" in service:
            yield service["command"]
    for found in re.findall(r"`(smsgate [^`]+?)`", (FOLDER / "README.md").read_text(encoding="utf-8")):
        yield shlex.split(found)


def ended(command: list[str]) -> int:
    """Run a program of Python; return its exit code."""
    assert command[0] == "python"
    return subprocess.run([sys.executable, *command[1:]], capture_output=True, timeout=60, check=False).returncode


def healthcheck() -> list[str]:
    [found] = re.findall(r"^HEALTHCHECK [^\[]*CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    words: list[str] = json.loads(found)
    return words


@pytest.mark.parametrize("command", [*commands()], ids=" ".join)
def test_each_command_line_is_one_of_the_command_line(command: list[str]) -> None:
    group: Any = typer.main.get_command(app)
    context = group.context_class(group, info_name="smsgate")
    program, *words = command
    assert program == "smsgate"
    name, found, rest = group.resolve_command(context, words)
    found.make_context(name, rest, parent=context)  # it raises for an option that there is not


def test_the_application_waits_for_the_health_of_the_sandbox() -> None:
    assert COMPOSE["services"]["application"]["depends_on"] == {"sandbox": {"condition": "service_healthy"}}


def test_the_settings_of_the_application_are_an_account_of_the_sandbox() -> None:
    [(name, settings)] = tomllib.loads((FOLDER / "smsgate.toml").read_text(encoding="utf-8"))["providers"].items()
    with Sandbox(vendors=[name]) as sandbox:
        account = account_at(sandbox, name)
        [port] = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
        assert settings == {
            **account,
            "base_url": sandbox.url(name).replace(f"127.0.0.1:{sandbox.port}", f"sandbox:{port}"),
        }


def test_the_sandbox_is_healthy_while_it_answers() -> None:
    with Sandbox(token=TOKEN) as sandbox:
        command = [word.replace("8730", str(sandbox.port)) for word in healthcheck()]
        assert ended(command) == 0
    assert ended(command) == 1


def test_the_state_is_in_the_volume_which_belongs_to_the_user() -> None:
    [(volume, folder)] = [each.split(":") for each in COMPOSE["services"]["sandbox"]["volumes"]]
    assert {volume} == {*COMPOSE["volumes"]}
    assert f"install --directory --owner=sms {folder}\n" in DOCKERFILE
    assert f'"--state", "{folder}/' in DOCKERFILE


def test_the_container_serves_the_vendors_by_the_name_of_its_service(tmp_path: Path) -> None:
    [found] = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    command = json.loads(found.replace("/data/", f"{tmp_path}/"))
    environ = {"SMSGATE_SANDBOX_TOKEN": TOKEN}
    with smsgate_process(*command[1:], "--port", "0", "--json", environ=environ, cwd=FOLDER) as process:
        assert process.stdout is not None
        settings = json.loads(process.stdout.readline())["providers"]["zoomconnect"]
        headers = {"email": settings["email"], "token": settings["token"], "Host": "sandbox:8730"}
        url = f"{settings['base_url']}/account/balance"
        assert requests.get(url, headers=headers, timeout=30).status_code == 200
        assert requests.get(url, headers={**headers, "Host": "elsewhere"}, timeout=30).status_code == 421
        process.terminate()
        assert process.communicate(timeout=30)[1] == ""
        assert process.returncode == 130
    assert (tmp_path / "sandbox.json").exists()
