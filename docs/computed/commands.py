"""The page of the command line: every command and option, from the commands themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import typer

from docs.computed.tables import cell, table
from smsgate.adapter.registry import installed_adapters
from smsgate.cli.app import app

HEAD = """# The command line

`pip install 'smsgate[cli]'`. Computed from the commands by `make docs`; `smsgate COMMAND -h` shows the same.

Before the command: `smsgate --verbose COMMAND` logs each request to standard error, without secrets. `--version` prints
the version. `smsgate --install-completion` completes commands in the shell. Each command takes `-h`.

Settings are those of `--config FILE`, of the file that `SMSGATE_CONFIG` names, of `smsgate.toml` in the working
directory, or where there is no such file, of `SMSGATE_...` variables. Errors are on standard error, one a line. A table
in a pipe, and one that does not fit a terminal, has each row on one line. Times are UTC: `2026-12-24 18:00:00 UTC`, in
JSON `2026-12-24T18:00:00Z`.

## Exit codes

| code | meaning | a script may |
| --- | --- | --- |
| 0 | done | go on |
| 1 | refused or not sent; or nothing was to be sent and the output cannot be written | correct it and send again |
| 2 | usage or configuration; nothing was sent | correct the command or the settings |
| 3 | outcome unknown: the message may have been sent | look into `smsgate unknown list`; not send again |
| 4 | sent, but the output cannot be written (a full disk); the line on standard error has the id | not send again |
| 130 | interrupted by Ctrl-C | |

A reader of the output that has gone (`| head`) is no error.
"""


def page(adapters: Collection[str]) -> str:
    """Return the page of the command line, without commands of adapters that do not come with smsgate."""
    root: Any = typer.main.get_command(app)
    others = {*installed_adapters()} - {*adapters}
    shown = {name: command for name, command in root.commands.items() if name not in others}
    parts = [HEAD]
    for topic in dict.fromkeys(command.rich_help_panel for command in shown.values()):
        commands = [each for each in shown.values() if each.rich_help_panel == topic]
        leaves = [leaf for command in commands for leaf in _leaves(command, command.name)]
        rows = [[f"smsgate {name}", cell(command.help.partition("\n\n")[0])] for name, command in leaves]
        parts.append(f"\n## {topic}\n\n{table(['command', 'what it does'], rows)}")
        parts += [_options(name, command) for name, command in leaves]
    return "".join(parts)


def _leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's class is private
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
    for each in (inner or {}).values():
        yield from _leaves(each, f"{name} {each.name}")


def _options(name: str, command: Any) -> str:  # noqa: ANN401
    """Return the usage of a command, what else its help says, and its options."""
    arguments = {
        each.metavar or each.name.upper(): each for each in command.params if each.param_type_name == "argument"
    }
    usage = " ".join([f"smsgate {name}", *(word if each.required else f"[{word}]" for word, each in arguments.items())])
    rows = [[word, cell(each.help)] for word, each in arguments.items()]
    for each in command.params:
        if each.param_type_name == "option":
            value = "" if each.is_flag else f" {each.metavar or each.name.upper()}"
            written = f"{', '.join([*each.opts, *each.secondary_opts])}{value}".replace("|", "\\|")
            rows.append([written, cell(each.help) + (" (required)" if each.required else "")])
    more = command.help.partition("\n\n")[2]
    return (
        f"\n### {usage}\n\n{cell(more)}{chr(10) * 2 * bool(more)}{table(['option', 'meaning'], rows)}" if rows else ""
    )
