"""`smsgate journal`: what the journal has, and keeping it small."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import attrs
import typer

from smsgate.cli.exit_codes import DONE, REFUSED
from smsgate.cli.options import AsJson, Assent, ConfigFile, Limit, confirm, open_gateway, read_config
from smsgate.cli.output import Output
from smsgate.journal import JournalSettings
from smsgate.journal.opening import copy_journal
from smsgate.model.errors import ConfigError

__all__ = ["add_to"]

_COLUMNS = ("id", "to", "state", "run", "key", "created")

Age = Annotated[str | None, typer.Option(metavar="AGE", help="Such as 90d or 12h; default: the setting.")]

journal = typer.Typer(help="The journal: search, prune, erase, copy and check it.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(journal, rich_help_panel=topic, name="journal")


@journal.command("find")
def find(  # noqa: PLR0913 - a command's options are its arguments
    *,
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help="Messages to this number.")] = None,
    key: Annotated[str | None, typer.Option(metavar="KEY", help="The message with this key.")] = None,
    run: Annotated[str | None, typer.Option(metavar="NAME", help="Messages of this run.")] = None,
    reference: Annotated[str | None, typer.Option(metavar="TEXT", help="Messages with this reference.")] = None,
    message_id: Annotated[str | None, typer.Option(metavar="ID", help="The message with this vendor's id.")] = None,
    provider: Annotated[str | None, typer.Option(metavar="NAME", help="With --message-id: whose id it is.")] = None,
    entry_id: Annotated[int | None, typer.Option("--id", metavar="ID", help="The entry with this id.")] = None,
    limit: Limit = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show messages, newest first; give one of --to, --key, --run, --reference, --message-id, --id."""
    output = Output(as_json=as_json)
    with open_gateway(config) as gateway:
        if entry_id is not None:
            output.items([gateway.journal.get(entry_id)], _COLUMNS)
            return
        found = gateway.journal.find(
            to=to, key=key, run=run, reference=reference, message_id=message_id, provider=provider
        )
        output.items(found, _COLUMNS, limit)


@journal.command("stats")
def stats(*, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show how much the journal has."""
    with open_gateway(config) as gateway:
        found = gateway.journal.stats()
    Output(as_json=as_json).show(found, _rows(found))


@journal.command("prune")
def prune(
    *,
    keep: Age = None,
    keep_text: Age = None,
    yes: Assent = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Delete messages that ended before --keep, and the texts of those that ended before --keep-text."""
    with open_gateway(config) as gateway:
        confirm("Delete old messages from the journal?", yes=yes)
        done = gateway.journal.prune(keep=keep, keep_text=keep_text)
    Output(as_json=as_json).show(done, _rows(done))


@journal.command("erase")
def erase(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Such as +27821234567.")],
    *,
    yes: Assent = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Erase a person's number and texts; their keys, runs and opt-out still work, by a hash."""
    with open_gateway(config) as gateway:
        confirm(f"Erase {number} from the journal? That cannot be undone.", yes=yes)
        done = gateway.journal.erase(number)
    Output(as_json=as_json).show(done, _rows(done))


@journal.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; it has the mode 0600.")],
    *,
    config: ConfigFile = None,
) -> None:
    """Copy the journal, as it is at one moment, while it is used."""
    with open_gateway(config) as gateway:
        gateway.journal.backup(file)


@journal.command("copy")
def copy_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A journal that no process uses.")],
    target: Annotated[
        str | None,
        typer.Argument(metavar="ADDRESS", help="Such as postgresql://user@host/database; default: the settings'."),
    ] = None,
    *,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Copy a journal from a file to an empty database; keys, runs and opt-outs are known there."""
    settings = read_config(config).journal if target is None else None
    try:
        place = settings or JournalSettings(path=target or "smsgate.db")
        source = JournalSettings(path=str(file))
    except ValueError as error:
        raise ConfigError(str(error)) from None
    copied = copy_journal(source, place)
    Output(as_json=as_json).show(copied, {name.replace("_", " "): rows for name, rows in copied.items() if rows})


@journal.command("check")
def check(*, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Read the whole journal; exit with 1 if it is damaged or contradicts itself."""
    with open_gateway(config) as gateway:
        problems = gateway.journal.check()
    output = Output(as_json=as_json)
    if as_json:
        output.json({"problems": problems})
    else:
        for each in problems or ["no problems"]:
            output.line(each)
    return REFUSED if problems else DONE


def _rows(value: attrs.AttrsInstance) -> dict[str, object]:
    return {name.replace("_", " "): each for name, each in attrs.asdict(value, recurse=False).items()}
