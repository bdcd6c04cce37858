"""The files with which an application runs in containers."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import fields, frozen

from smsgate import Config
from smsgate.sandbox import Sandbox
from tests.command_process import run_command
from tests.docs.test_how_to import shape
from tests.valkey_server import running_valkey

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/examples/containers"
PAGE = ROOT / "docs/how-to/run-in-containers.md"
IMAGES = (FOLDER, ROOT / "docs/examples/sandbox")
TRIAL = dict(line.split("=", 1) for line in (FOLDER / "sandbox.env").read_text().splitlines())
"""The variables of a try without an account."""
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
    assert named | {"PGPASSWORD"} == {*environment}
    assert environment["PGPASSWORD"] == services["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert "$" not in environment["JOURNAL_URL"]  # a password's characters may mean something in a URL


def test_a_server_that_is_still_making_its_database_is_not_healthy(services: dict[str, Any]) -> None:
    assert {"--host", "127.0.0.1"} <= {*services["postgres"]["healthcheck"]["test"]}  # it answers at its socket then


def test_the_sandbox_takes_the_place_of_the_vendor_and_nothing_else_differs(services: dict[str, Any]) -> None:
    real, trial = (tomllib.loads((FOLDER / name).read_text()) for name in ("smsgate.toml", "smsgate.sandbox.toml"))
    with Sandbox(vendors=["zoomconnect"]) as sandbox:
        url = sandbox.url("zoomconnect").replace(f"127.0.0.1:{sandbox.port}", "sandbox:8730")
        credentials = sandbox.credentials("zoomconnect")
    assert trial["providers"]["zoom"].pop("base_url") == url
    assert trial == real
    assert {name.lower(): TRIAL[f"ZOOM_{name.upper()}"] for name in credentials} == credentials

    files = TRIAL["COMPOSE_FILE"].split(":")
    both = "".join((FOLDER / name).read_text() for name in files)
    assert {*TRIAL} == {"COMPOSE_FILE", *re.findall(r"\$\{(\w+):\?", both)}
    added = yaml.safe_load((FOLDER / files[1]).read_text())["services"]
    assert {*added} - {*services} == {"sandbox"}
    assert (FOLDER / added["sandbox"]["build"]).resolve() == IMAGES[1]
    assert added["worker"]["volumes"] == ["./smsgate.sandbox.toml:/app/smsgate.toml:ro"]


def test_what_is_copied_into_the_image_is_sent_to_its_build_and_nothing_else() -> None:
    copied = re.findall(r"^COPY (\S+) ", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    everything, *sent = (FOLDER / ".dockerignore").read_text().split()
    assert (everything, sent) == ("*", [f"!{name}" for name in copied])


@pytest.mark.slow
def test_the_page_shows_what_its_commands_print(tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    with Sandbox(vendors=["zoomconnect"]) as sandbox, running_valkey() as valkey:
        settings = (FOLDER / "smsgate.sandbox.toml").read_text("utf-8")
        (tmp_path / "smsgate.toml").write_text(settings.replace("sandbox:8730", f"127.0.0.1:{sandbox.port}"), "utf-8")
        [rows] = re.findall(r"^```text\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        (tmp_path / "campaign.csv").write_text(rows, "utf-8")
        worker = Worker(tmp_path, {**os.environ, **TRIAL, "JOURNAL_URL": "smsgate.db", "REDIS_URL": valkey.url})
        [doctor, enqueue, status] = re.findall(
            r"^\$ docker compose (?:exec|run .*) worker (smsgate .*)\n((?:(?!\$|```).*\n)+)", text, re.MULTILINE
        )
        assert headings(worker.runs(doctor[0])) == headings(doctor[1])
        assert "/campaign/campaign.csv" in enqueue[0]
        assert shape(worker.runs(enqueue[0].replace("/campaign/", ""))) == shape(enqueue[1])
        [work] = re.findall(r"^CMD (\[.*\])$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
        worker.runs(f"{shlex.join(json.loads(work))} --until-empty")
        assert shape(worker.runs(status[0])) == shape(status[1])
        mentioned = re.findall(r"`(smsgate [^`]+)`", text)
        assert mentioned
        for command in mentioned:
            worker.runs(command)


@frozen
class Worker:
    """A folder and an environment as a container of the example has them."""

    folder: Path
    environ: dict[str, str]

    def runs(self, command: str) -> str:
        """Run a command to its end; return its output."""
        program, *words = shlex.split(command)
        assert program == "smsgate"
        done = run_command(*words, cwd=self.folder, env=self.environ, stdout=-1, stderr=-2, text=True, encoding="utf-8")
        assert done.returncode == 0, done.stdout
        return str(done.stdout)


def headings(shown: str) -> list[str]:
    """Return what `doctor` examined, in its order; what it found differs between servers."""
    return re.findall(r"^(?=\w)(?!no ).+", shown, re.MULTILINE)


def test_the_worker_has_longer_to_end_than_a_send_may_last(services: dict[str, Any]) -> None:
    grace = float(services["worker"]["stop_grace_period"].removesuffix("s"))
    assert grace > (fields(Config).deadline.default or 0)
