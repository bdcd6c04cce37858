"""`smsgate poll`: replies and delivery reports, by polling."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import timedelta
from typing import Annotated

import typer

from smsgate.blocking.gateway import Gateway
from smsgate.cli.error_lines import print_error
from smsgate.cli.events import EventLines
from smsgate.cli.exit_codes import DONE, REFUSED
from smsgate.cli.foreground import ended_by_signals
from smsgate.cli.options import ConfigFile, ProviderName, open_gateway
from smsgate.cli.output import Output
from smsgate.cli.values import seconds_from
from smsgate.model.errors import ProviderError

__all__ = ["add_to"]

PAUSE = 60.0
"""Seconds; a message is not asked for more often, unless passes come more often."""


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(poll)


def poll(
    *,
    every: Annotated[
        float | None,
        typer.Option(
            parser=seconds_from(1, 604_800),
            metavar="SECONDS",
            help="Poll again after this many seconds, until Ctrl-C; default: once.",
        ),
    ] = None,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")] = False,
) -> int:
    """Poll for replies and delivery reports and show the new ones. Needs a journal.

    Times are UTC. A provider that fails does not stop the others; the exit code is then 1.
    """
    output = Output(as_json=as_json)
    lines = EventLines(output)
    pause = timedelta(seconds=min(PAUSE, every or PAUSE))
    with ended_by_signals(), open_gateway(config) as gateway:  # what was not shown is given back at once
        code = _pass(gateway, provider, pause, lines, output)
        while every is not None:
            time.sleep(every)
            code = _pass(gateway, provider, pause, lines, output)
    return code


def _pass(gateway: Gateway, provider: str | None, pause: timedelta, lines: EventLines, output: Output) -> int:
    """Show the events of one pass; print what failed and return an exit code."""
    try:
        with closing(gateway.poll(provider=provider, pause=pause)) as events:
            for event in events:
                lines.show(event)
    except BrokenPipeError:
        raise BrokenPipeError from None  # without a number, by which click would take it for its own
    except ProviderError as error:
        if output.as_json:
            output.error(error)
        for failure in (str(error), *getattr(error, "__notes__", ())):
            print_error(f"smsgate: {failure}")
        return REFUSED
    return DONE
