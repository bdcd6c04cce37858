"""`smsgate held`: the messages that are kept until their time."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgate.cli.options import AsJson, Assent, ConfigFile, JournalPlace, Limit, confirm, open_gateway
from smsgate.cli.output import Output, last_output

__all__ = ["add_to"]

_COLUMNS = ("id", "to", "due", "run", "key", "created")

EntryId = Annotated[int, typer.Argument(metavar="ID", help="The id that `smsgate held list` shows.")]

held = typer.Typer(help="Messages kept until their time, such as the end of quiet hours.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(held, rich_help_panel=topic, name="held")


@held.command("list")
def list_held(
    *, limit: Limit = None, journal: JournalPlace = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Show the messages that are kept until their time; `smsgate work` sends each once that has come."""
    with open_gateway(config, journal) as gateway:
        Output(as_json=as_json).items(gateway.held.list(), _COLUMNS, limit)


@held.command("cancel")
def cancel(
    entry_id: EntryId,
    *,
    yes: Assent = False,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Cancel a message that is kept until its time: it is not sent."""
    with open_gateway(config, journal) as gateway:
        entry = gateway.unknowns.get(entry_id)
        confirm(f"Cancel {entry_id} to {entry.to}?", yes=yes)
        entry = gateway.held.cancel(entry_id)
    with last_output():
        rows = {"id": entry.id, "to": entry.to, "state": entry.state}
        Output(as_json=as_json).show({**rows, "run": entry.run, "key": entry.key}, rows)
