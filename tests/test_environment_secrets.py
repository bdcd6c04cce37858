"""Help and signatures show no value of the environment: they are pasted into tickets and printed by editors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import pytest

import smsgate
import smsgate_bulksms
import smsgate_memory
import smsgate_salesbox
import smsgate_salesmsg
import smsgate_telnyx
import smsgate_twilio
import smsgate_vonage
import smsgate_zoomconnect
from smsgate import Config, Gateway

CANARY = "canary-of-the-environment"
PACKAGES = (
    smsgate,
    smsgate_bulksms,
    smsgate_memory,
    smsgate_salesbox,
    smsgate_salesmsg,
    smsgate_telnyx,
    smsgate_twilio,
    smsgate_vonage,
    smsgate_zoomconnect,
)
MODULES = [
    *(package.__name__ for package in PACKAGES),
    *(module.name for package in PACKAGES for module in walk_packages(package.__path__, f"{package.__name__}.")),
]
COMMANDS = (["--help"], ["send", "--help"], ["sandbox", "--help"], ["bulk", "--help"])
PRINT_HELP = """
import inspect, json, pydoc, sys
from importlib import import_module
from tests.django_project import configure_django
configure_django()
commands, *modules = map(json.loads, sys.argv[1:])
shown = {}
for name in reversed(modules):  # a module before its package, which gives the names of it again
    module = import_module(name)
    print(pydoc.render_doc(module, renderer=pydoc.plaintext))
    for public in getattr(module, "__all__", dir(module)):
        thing = getattr(module, public)
        if id(thing) in shown:
            continue
        shown[id(thing)] = thing
        is_told = getattr(thing, "__module__", None) == name  # by the help of its module
        if not is_told and (inspect.isclass(thing) or inspect.isroutine(thing)):
            print(pydoc.render_doc(thing, renderer=pydoc.plaintext))
        for member in [thing, *vars(thing).values()] if inspect.isclass(thing) else [thing]:
            function = getattr(member, "__func__", member)
            if inspect.isfunction(function):
                print(inspect.signature(function))
print("THE COMMAND LINE")
from smsgate.cli.app import run
for command in commands:
    run(command)
"""


@pytest.fixture(scope="module")
def surroundings() -> dict[str, str]:
    """Return an environment in which every variable that Python does not need has a value to look for."""
    needed = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    ours = ("SMSGATE_CONFIG", "SMSGATE_PROVIDERS__ZOOM__TOKEN", "ZOOMCONNECT_TOKEN")
    others = ("HOME", "USER", "HOSTNAME", "HTTPS_PROXY", "AWS_SECRET_ACCESS_KEY", "EDITOR", "COLUMNS", "TERM")
    shown = {name: f"{CANARY}-{name}" for name in (*ours, *others)}
    return {**needed, **shown, "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture(scope="module")
def told(surroundings: dict[str, str]) -> tuple[str, str]:
    """Return the help of every public object and that of the command line, which a process of its own prints."""
    command = [sys.executable, "-c", PRINT_HELP, *map(json.dumps, (COMMANDS, *MODULES))]
    shown = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True, timeout=120)
    objects, _, commands = shown.stdout.partition("THE COMMAND LINE")
    return objects, commands + shown.stderr


@pytest.mark.slow
def test_the_help_of_every_public_object_shows_no_value_of_the_environment(told: tuple[str, str]) -> None:
    objects, _ = told
    assert "from_env" in objects
    assert [line for line in objects.splitlines() if CANARY in line] == []


def test_the_command_lines_help_shows_no_value_of_the_environment(told: tuple[str, str]) -> None:
    _, commands = told
    assert commands.count("Usage") == len(COMMANDS)
    assert CANARY not in commands


def test_the_environment_is_read_when_settings_are_and_not_when_smsgate_is_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import_module("smsgate.config")
    account = {"ADAPTER": "zoomconnect", "EMAIL": "ops@example.com", "TOKEN": "t0ken-1"}
    changed = {f"SMSGATE_PROVIDERS__ZOOM__{name}": value for name, value in account.items()}
    monkeypatch.setattr(os, "environ", changed)
    assert list(Config.from_env().accounts) == ["zoom"]
    with Gateway.from_env() as gateway:
        assert [provider.name for provider in gateway.providers] == ["zoom"]
