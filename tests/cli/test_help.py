"""The help: commands are grouped by topic, and each command, argument and option says what it does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from smsgate.cli.app import app, run
from tests.command_process import run_command

TOPICS = ["Settings", "Sending", "Receiving", "Accounts", "Development", "Journal"]


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Give a command and, with their names, all commands below it."""
    yield name, command
    for inner in getattr(command, "commands", {}).values():
        yield from commands(inner, f"{name} {inner.name}")


ALL = dict(commands(typer.main.get_command(app), "smsgate"))


@pytest.mark.parametrize("name", ALL)
def test_each_command_argument_and_option_says_what_it_does(name: str) -> None:
    assert ALL[name].help
    assert [parameter.name for parameter in ALL[name].params if not getattr(parameter, "help", None)] == []


@pytest.mark.parametrize("name", ALL)
def test_a_paragraph_of_help_ends_its_lines_where_the_terminal_does(name: str) -> None:
    _, *paragraphs = ALL[name].help.split("\n\n")
    assert [each for each in paragraphs if "\n" in each] == []  # typer joins the lines of the first only


@pytest.mark.parametrize("name", ALL)
def test_each_command_takes_the_short_form_of_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split()[1:], "-h"]) == 0
    assert f"Usage: {name} " in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
def test_commands_and_options_are_completed_in_the_shell(tmp_path: Path) -> None:
    clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    clean["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"  # the tests may be started from any shell
    install = [sys.executable, "-m", "smsgate", "--install-completion", "bash"]
    assert b"completion installed" in subprocess.run(install, env=clean, capture_output=True, check=True).stdout
    assert "_SMSGATE_COMPLETE" in (tmp_path / ".bash_completions/smsgate.sh").read_text("utf-8")
    asked = {"_SMSGATE_COMPLETE": "complete_bash", "COMP_WORDS": "smsgate send --ref", "COMP_CWORD": "2"}
    assert run_command(env=clean | asked, capture_output=True, text=True).stdout.split() == ["--reference"]


@pytest.mark.parametrize("columns", ["80", "120"])
def test_commands_are_grouped_by_topic(columns: str) -> None:
    environ = {"COLUMNS": columns, "PATH": "", "LANG": "C.UTF-8"}
    shown = run_command("--help", env=environ, capture_output=True, text=True).stdout
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("╭─")] == ["Options", *TOPICS]
    assert max(map(len, shown.splitlines())) <= int(columns)
