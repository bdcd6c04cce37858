"""The files with which an application runs in containers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import fields

from smsgate import Config

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/examples/containers"
IMAGES = (FOLDER, ROOT / "docs/examples/sandbox")
HADOLINT = shutil.which("hadolint", path=f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def services() -> dict[str, Any]:
    compose: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    assert {*compose} == {"services", "volumes"}
    services: dict[str, Any] = compose["services"]
    named = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert named == {*compose["volumes"]}
    return services


@pytest.mark.skipif(HADOLINT is None, reason="needs the program hadolint")
@pytest.mark.parametrize("folder", IMAGES, ids=lambda folder: folder.name)
def test_a_dockerfile_has_nothing_that_a_linter_complains_of(folder: Path) -> None:
    done = subprocess.run([str(HADOLINT), folder / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize("folder", IMAGES, ids=lambda folder: folder.name)
def test_an_image_installs_extras_that_there_are(folder: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [line] = (folder / "requirements.txt").read_text().splitlines()
    name, _, extras = line.removesuffix("]").partition("[")
    assert name == project["name"]
    assert {*extras.split(",")} <= {*project["optional-dependencies"]}


def test_a_service_waits_for_the_health_of_what_it_needs(services: dict[str, Any]) -> None:
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[needed]


def test_the_worker_gets_every_variable_that_the_settings_name(services: dict[str, Any]) -> None:
    environment = services["worker"]["environment"]
    settings = tomllib.loads((FOLDER / "smsgate.toml").read_text())
    tables = [settings, *settings["providers"].values()]
    named = {value["env"] for table in tables for value in table.values() if isinstance(value, dict) and "env" in value}
    assert named == {*environment}


def test_the_worker_has_longer_to_end_than_a_send_may_last(services: dict[str, Any]) -> None:
    grace = float(services["worker"]["stop_grace_period"].removesuffix("s"))
    assert grace > (fields(Config).deadline.default or 0)
