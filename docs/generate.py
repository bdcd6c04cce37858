"""Write what is computed: what each adapter can do, the commands, and the public names as type checkers read them.

Run by `make docs`; a test compares what is written with what this gives.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import typer

import smsgate
from smsgate import Level, capabilities
from smsgate.adapter.capabilities import ABILITIES, OPERATIONS
from smsgate.adapter.registry import adapter_named, installed_adapters
from smsgate.cli.app import app
from smsgate.telemetry.instruments import INSTRUMENTS

DOCS = Path(__file__).parent
NO_VENDORS = {"console", "memory"}
"""Adapters without a vendor, for tests and development: their page has what they can do."""
BEGIN, END = "<!-- capabilities: written by `make docs` -->", "<!-- end of capabilities -->"
METRICS_BEGIN, METRICS_END = "<!-- metrics: written by `make docs` -->", "<!-- end of metrics -->"
ABILITIES_BEGIN, ABILITIES_END = "<!-- abilities: written by `make docs` -->", "<!-- end of abilities -->"

PAGE = """# What each vendor can do

Computed from the adapters by `make docs`. *Native* is one call to the vendor. *Composed* is several calls, which are
not atomic. *Estimated* is worked out by smsgate; the vendor is not asked. A dash is an operation that the vendor does
not have: it raises `UnsupportedError` (or `InvalidMessageError`, for what a message asks) before any request.
`provider.capabilities` and `smsgate providers` tell the same. `memory` and `console` have
[no vendor](../adapters/memory.md).
"""


COMMANDS = """# The command line

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


def names() -> list[str]:
    """Return the adapters of vendors that come with smsgate, and no others that are installed here."""
    entries = distribution("smsgate").entry_points
    return sorted({entry.name for entry in entries if entry.group == "smsgate.adapters"} - NO_VENDORS)


def levels(name: str) -> dict[str, str]:
    """Return an adapter's operations, each with its level as a word."""
    return {operation: _word(level) for operation, level in capabilities(adapter_named(name)).items()}


def pages() -> Iterator[tuple[Path, str]]:
    """Give every page that has a computed part, as it should be."""
    by_name = {name: levels(name) for name in names()}
    operations = list(next(iter(by_name.values())))
    rows = [[operation, *(by_name[name][operation] for name in by_name)] for operation in operations]
    yield DOCS / "reference/capabilities.md", f"{PAGE}\n{_table(['operation', *by_name], rows)}"
    for name, table in by_name.items():
        page = DOCS / f"adapters/{name}.md"
        if page.exists():
            yield page, _filled(page, BEGIN, _table(["operation", "level"], [[*row] for row in table.items()]), END)
    yield DOCS / "reference/command-line.md", _commands()
    page = DOCS / "how-to/write-an-adapter.md"
    head = ["ability", "method or attribute", "operation", "command"]
    yield page, _filled(page, ABILITIES_BEGIN, _table(head, [*_abilities()]), ABILITIES_END)
    page = DOCS / "how-to/observe.md"
    head = ["metric", "kind", "unit", "attributes", "what it is"]
    yield page, _filled(page, METRICS_BEGIN, _table(head, [*_metrics()]), METRICS_END)


def stub() -> tuple[Path, str]:
    """Return the stub of the package, with the public names of its one list."""
    lines = ["# Written by `make docs` from the list in __init__.py."]
    for module in smsgate._WHOLE.values():  # noqa: SLF001 - a list for this
        folder, _, name = f"smsgate.{module}".rpartition(".")
        lines.append(f"from {folder} import {name} as {name}")
    lines.append("from smsgate._version import __version__ as __version__")
    lines += ["__all__: list[str]"]
    for module, public in sorted(smsgate._NAMES.items()):  # noqa: SLF001 - a list for this
        names = "".join(f"    {name} as {name},\n" for name in sorted(public.split()))
        lines.append(f"from smsgate.{module} import (\n{names})")
    return Path(smsgate.__path__[0]) / "__init__.pyi", "\n".join(lines) + "\n"


def _commands() -> str:
    """Return the page of the command line, without commands of adapters that do not come with smsgate."""
    root: Any = typer.main.get_command(app)
    others = {*installed_adapters()} - {*names()}
    shown = {name: command for name, command in root.commands.items() if name not in others}
    parts = [COMMANDS]
    for topic in dict.fromkeys(command.rich_help_panel for command in shown.values()):
        commands = [each for each in shown.values() if each.rich_help_panel == topic]
        leaves = [leaf for command in commands for leaf in _leaves(command, command.name)]
        rows = [[f"smsgate {name}", _cell(command.help.partition("\n\n")[0])] for name, command in leaves]
        parts.append(f"\n## {topic}\n\n{_table(['command', 'what it does'], rows)}")
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
    rows = [[word, _cell(each.help)] for word, each in arguments.items()]
    for each in command.params:
        if each.param_type_name == "option":
            value = "" if each.is_flag else f" {each.metavar or each.name.upper()}"
            written = f"{', '.join([*each.opts, *each.secondary_opts])}{value}".replace("|", "\\|")
            rows.append([written, _cell(each.help) + (" (required)" if each.required else "")])
    more = command.help.partition("\n\n")[2]
    return (
        f"\n### {usage}\n\n{_cell(more)}{chr(10) * 2 * bool(more)}{_table(['option', 'meaning'], rows)}" if rows else ""
    )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _abilities() -> Iterator[list[str]]:
    """Give each ability with what an adapter writes for it, the operations of that, and the commands that call them."""
    for ability in ABILITIES:
        declared = {name: operation for operation, needed, name in OPERATIONS if needed is ability}
        abstract = getattr(ability, "__abstractmethods__", ())
        for name in [*(name for name in vars(ability) if name in abstract), *({None} & {*declared})]:
            operation = declared.get(name)
            command = operation.command if operation else None
            cells = (name, operation.name if operation else None, f"smsgate {command}" if command else None)
            yield [ability.__name__, *(f"`{cell}`" if cell else "-" for cell in cells)]
        for name in [
            name for name in inspect.get_annotations(ability) if (abstract or declared) and not hasattr(ability, name)
        ]:
            yield [ability.__name__, f"`{name}`", "-", "-"]


def _metrics() -> Iterator[list[str]]:
    """Give each metric as it is made."""
    for each in INSTRUMENTS:
        attributes = ", ".join(f"`{name}`" for name in each.attributes)
        yield [each.name, each.kind.value, f"`{each.unit}`", attributes, each.what]


def _filled(page: Path, begin: str, table: str, end: str) -> str:
    """Return a page with a table between its two marks."""
    marks = f"{re.escape(begin)}.*{re.escape(end)}"
    text = page.read_text(encoding="utf-8")
    return re.sub(marks, lambda _: f"{begin}\n\n{table}\n{end}", text, flags=re.DOTALL)


def _word(level: Level | None) -> str:
    return "-" if level is None else level.value


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *([f"`{row[0]}`", *row[1:]] for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    for path, text in (*pages(), stub()):
        path.write_text(text, encoding="utf-8")
