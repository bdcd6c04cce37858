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
    def said(*arguments: str, **environ: str) -> str:
        clean = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        clean["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"  # the tests may be started from any shell
        command = [sys.executable, "-m", "smsgate", *arguments]
        return subprocess.run(command, env=clean | environ, capture_output=True, text=True, check=True).stdout

    assert "completion installed" in said("--install-completion", "bash")
    assert "_SMSGATE_COMPLETE" in (tmp_path / ".bash_completions/smsgate.sh").read_text("utf-8")
    asked = {"_SMSGATE_COMPLETE": "complete_bash", "COMP_WORDS": "smsgate send --ref", "COMP_CWORD": "2"}
    assert said(**asked).split() == ["--reference"]


@pytest.mark.parametrize("columns", ["80", "120"])
def test_commands_are_grouped_by_topic(columns: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "smsgate", "--help"],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": columns, "PATH": "", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("╭─")] == ["Options", *TOPICS]
    assert max(map(len, shown.splitlines())) <= int(columns)
