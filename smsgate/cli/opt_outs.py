"""`smsgate opt-outs`: the numbers that must not be texted."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgate.cli.options import AsJson, ConfigFile, Limit, open_gateway
from smsgate.cli.output import Output
from smsgate.model.numbers import read_number
from smsgate.model.opt_out_scope import ALL

__all__ = ["add_to"]

_COLUMNS = ("number", "scope", "since", "provider", "word")

Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER", help="Such as +27821234567.")]
Scope = Annotated[
    str | None,
    typer.Option(metavar="SCOPE", help="A programme of the settings, sender:NUMBER, or all."),
]

opt_outs = typer.Typer(help="Numbers that must not be texted. Needs a journal.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(opt_outs, rich_help_panel=topic, name="opt-outs")


@opt_outs.command("list")
def list_opt_outs(*, limit: Limit = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the numbers, with the scope, the time and the word of each opt-out."""
    with open_gateway(config) as gateway:
        Output(as_json=as_json).items(gateway.opt_outs, _COLUMNS, limit)


@opt_outs.command("add")
def add_opt_outs(numbers: Numbers, *, scope: Scope = None, config: ConfigFile = None) -> None:
    """Add numbers; if one cannot be read, none is added. Without a scope, they get no messages at all."""
    with open_gateway(config) as gateway:
        for number in [read_number(number, gateway.default_region) for number in numbers]:
            gateway.opt_outs.add(number, ALL if scope is None else scope)


@opt_outs.command("remove")
def remove_opt_outs(numbers: Numbers, *, scope: Scope = None, config: ConfigFile = None) -> None:
    """Remove numbers; if one cannot be read, none is removed. Without a scope, all opt-outs of a number end."""
    with open_gateway(config) as gateway:
        for number in [read_number(number, gateway.default_region) for number in numbers]:
            gateway.opt_outs.remove(number, scope)
