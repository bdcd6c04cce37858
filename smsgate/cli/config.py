"""`smsgate config`: the settings, checked, shown, and described to editors."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from smsgate.adapter.registry import usable_adapters
from smsgate.cli.error_lines import print_error
from smsgate.cli.exit_codes import DONE, USAGE
from smsgate.cli.options import AsJson, ConfigFile, settings_file
from smsgate.cli.output import Output, one_line, plain
from smsgate.config.doubts import doubts
from smsgate.config.schema import settings_schema
from smsgate.config.shown import ShownSetting, shown_settings
from smsgate.config.source import Source
from smsgate.files.toml import toml_key, toml_value
from smsgate.model.errors import ConfigError

__all__ = ["add_to"]

SettingsFile = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="Settings file; default: that of --config.", show_default=False)
]

config = typer.Typer(help="The settings: check them, show them, describe them to editors.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(config, rich_help_panel=topic, name="config")


@config.command("schema")
def schema() -> None:
    """Print the JSON Schema (2020-12) of the settings file, for editors.

    It has the settings of the adapters that are installed.
    """
    print(json.dumps(settings_schema(usable_adapters()), indent=2), flush=True)


@config.command("check")
def check(file: SettingsFile = None, *, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Check the settings and print each error on a line, with a fix; nothing is sent or asked.

    Exit code 2 says that there are errors. What is allowed and probably not meant is a note on standard error.
    """
    output = Output(as_json=as_json)
    try:
        source = Source.read(settings_file(file or config))
    except ConfigError as error:
        if not as_json:
            raise
        output.json({"errors": error.problems, "notes": []})
        return USAGE
    notes = [f"{source.name}: {doubt}" for doubt in doubts(source)]
    providers, routes = len(source.reading.accounts), 1 + len(source.reading.top.routes)
    if as_json:
        output.json({"errors": [], "notes": notes, "source": source.name, "providers": providers, "routes": routes})
        return DONE
    for note in notes:
        print_error(f"smsgate: note: {one_line(note)}")
    counted = f"{_count(providers, 'provider')}, {_count(routes, 'route')}"
    output.line(f"{source.name}: no errors; {counted}")
    return DONE


@config.command("show")
def show(file: SettingsFile = None, *, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the settings that are in effect as TOML, defaults included, each with where it comes from.

    Secrets are shown as ***.
    """
    source = Source.read(settings_file(file or config))
    settings = [*shown_settings(source)]
    output = Output(as_json=as_json)
    if as_json:
        output.json(_nested(source, settings))
        return
    output.console.print(Text(f"# {source.name}"))
    for place, group in groupby(settings, key=lambda each: each.path[:-1]):
        if place:
            name = ".".join(toml_key(str(step)) for step in place if not isinstance(step, int))
            output.console.print(Text(f"\n[[{name}]]" if isinstance(place[-1], int) else f"\n[{name}]"))
        for setting in group:
            output.console.print(_line(setting))


def _line(setting: ShownSetting) -> Text:
    name = toml_key(str(setting.path[-1]))
    if setting.value is None:
        return Text(f"# {name} is not set", style="dim")
    return Text.assemble(f"{name} = {toml_value(setting.value)}", (f"  # {one_line(setting.origin)}", "dim"))


def _nested(source: Source, settings: list[ShownSetting]) -> dict[str, object]:
    """Return the settings as tables, and where each comes from by its path."""
    tables: dict[str | int, object] = {}
    for setting in settings:
        level = tables
        for step in setting.path[:-1]:
            inner = level.setdefault(step, {})
            assert isinstance(inner, dict)  # noqa: S101 - a place is a table or a value
            level = inner
        level[setting.path[-1]] = plain(setting.value)
    if isinstance(routes := tables.get("routes"), dict):
        tables["routes"] = [*routes.values()]
    origins = {".".join(map(str, each.path)): each.origin for each in settings if each.value is not None}
    return {"source": source.name, "settings": tables, "from": origins}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
