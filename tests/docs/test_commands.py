"""Every command that a page shows is one that smsgate has, with options and arguments that it takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.exceptions import TyperException

from smsgate.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAM: Any = typer.main.get_command(app)
_CONSOLE = re.compile(r"^ *```(?:console|shell)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^ *\$ (?:[A-Z_]+=\S+ )*smsgate (.*)", re.MULTILINE)
_ENDS = {"|", ">", ">>", "<", "&&", ";", "&", "2>"}


def shown() -> dict[str, list[str]]:
    """Return the commands of all pages, each with the words after ``smsgate``."""
    found: dict[str, list[str]] = {}
    for page in PAGES:
        for block in _CONSOLE.findall(page.read_text("utf-8")):
            for command in _COMMAND.findall(block.replace("\\\n", " ")):
                found[f"{page.relative_to(ROOT)}: {command[:60]}"] = words(command)
    return found


def words(command: str) -> list[str]:
    """Return a command's words as a shell reads them, up to where something else begins."""
    read = shlex.split(command, comments=True)
    end = next((place for place, word in enumerate(read) if word in _ENDS), len(read))
    return read[:end]


COMMANDS = shown()


def parse(command: Any, args: list[str], name: str) -> None:
    """Have the command read the words; it raises `TyperException` for what it does not know, and runs nothing."""
    context = command.context_class(command, info_name=name)
    parser = command.make_parser(context)
    options, rest, _ = parser.parse_args(list(args))
    if hasattr(command, "commands") and not (command.invoke_without_command and not rest):
        assert rest, f"{name} needs a command"
        following = command.get_command(context, rest[0])
        assert following is not None, f"{name} has no command {rest[0]!r}"
        parse(following, rest[1:], f"{name} {rest[0]}")
        return
    assert rest == [], f"{name} takes no {rest}"
    missing = [each.name for each in command.params if each.required and options.get(each.name) in {None, ()}]
    assert missing == [], f"{name} needs {missing}"


@pytest.mark.parametrize("shown_as", COMMANDS)
def test_a_command_that_a_page_shows_can_be_typed(shown_as: str) -> None:
    parse(PROGRAM, COMMANDS[shown_as], "smsgate")


@pytest.mark.parametrize("wrong", ["sned --to 1 x", "send --too 1 x", "held cancel", "status 1 2", "journal"])
def test_a_command_with_an_error_is_found(wrong: str) -> None:
    with pytest.raises((TyperException, AssertionError)):
        parse(PROGRAM, words(wrong), "smsgate")


def test_the_pages_show_most_commands() -> None:
    assert len(COMMANDS) > 100
