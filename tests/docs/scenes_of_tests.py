"""Scenes of the pages whose commands run pytest: the files are those that the pages show."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.docs.scene import Scene, rows
from tests.docs.terminal import LONGEST, PYTEST

PAGES = Path(__file__).parents[2] / "docs/how-to"
PROGRAM = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
NEW_LINE = "\n"
START_LOGIN = """\
#!/bin/sh
curl -sf -o answer.json -u '{account_sid}:{auth_token}' {base_url}/Messages.json \\
    -d 'From=%2B15005550006&Body=Your+code+is+471100' --data-urlencode "To=+$1"
"""
"""An application without smsgate, in another language."""


def try_an_application(scene: Scene) -> None:
    scene.settings()
    scene.files = {}


def try_a_login(scene: Scene) -> None:
    scene.files = {}
    lines: list[str] = []

    def serve(command: str) -> str:
        scene.write("smsgate.toml", scene.terminal.run(command.partition(" > ")[0]))
        scene.places["http://127.0.0.1:8730/"] = scene.terminal.sandbox
        account = tomllib.loads((scene.folder / "smsgate.toml").read_text("utf-8"))["providers"]["twilio"]
        scene.write("start-login", START_LOGIN.format(**account))
        (scene.folder / "start-login").chmod(0o700)
        return ""

    def type_line(command: str) -> str:
        """Run a line in one shell with those before it, whose variables it knows, once something is to be shown."""
        lines.append(command)
        if not command.startswith("curl"):
            return ""
        if not (shutil.which("curl") and shutil.which("jq")):
            pytest.skip("the last commands of the page need curl and jq")
        return scene.terminal.run(f"sh -ec {shlex.quote(NEW_LINE.join(lines))}")

    scene.by_hand |= {"smsgate sandbox": serve, "next=": type_line, "./start-login": type_line, "curl": type_line}


def write_an_adapter(scene: Scene) -> None:
    page = (PAGES / "write-an-adapter.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\d)\. .*?\n(.*?)(?=^## )", page, re.MULTILINE | re.DOTALL))
    package = re.search(r"^(src/.*/__init__\.py) +(.*)", sections["1"], re.MULTILINE)
    project = re.search(r"^```toml\n(.*?)^```", sections["1"], re.MULTILINE | re.DOTALL)
    assert package
    assert project
    scene.files = {}
    scene.write_shown(package[1], package[2], added=False)
    parts = [part for each in "23456" for part in PROGRAM.findall(sections[each])]
    scene.write("src/smsgate_example/adapter.py", "\n\n".join(parts))
    install(scene, tomllib.loads(project[1])["project"])
    environ = PYTEST | {"PYTHONPATH": "src"}
    scene.by_hand["pytest"] = lambda command: scene.terminal.start(command, environ).communicate(timeout=LONGEST)[0]


def install(scene: Scene, project: Mapping[str, Any]) -> None:
    """Have a package be found beside its source, as `pip install -e` does."""
    name = f"src/{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    (scene.folder / name).mkdir()
    scene.write(f"{name}/METADATA", f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    for group, points in project["entry-points"].items():
        scene.write(
            f"{name}/entry_points.txt", rows(f"[{group}]", *(f"{key} = {value}" for key, value in points.items()))
        )


SCENES: Mapping[str, Callable[[Scene], None]] = {
    "test-a-login": try_a_login,
    "test-your-application": try_an_application,
    "write-an-adapter": write_an_adapter,
}
