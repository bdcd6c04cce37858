"""`smsgate converted`: a person has entered the code of a message."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgate.cli.options import AsJson, ConfigFile, JournalPlace, open_gateway
from smsgate.cli.output import Output

__all__ = ["add_to"]


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(converted)


def converted(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of the message with the code.")],
    *,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Record that a person has entered the code of a message: guards with min_conversion judge by it."""
    with open_gateway(config, journal) as gateway:
        gateway.converted(key)
        Output(as_json=as_json).show({"key": key, "converted": True}, {"key": key, "converted": "yes"})
