"""`smsgate providers`, `balance`: the providers of the settings, what each supports, and its credit.

Breakers are not shown: they are kept in the memory of each process, and this process has sent nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.table import Table

from smsgate.adapter.operation import Level
from smsgate.blocking.gateway import Gateway
from smsgate.blocking.provider import Provider
from smsgate.cli.options import AsJson, ConfigFile, ProviderName, open_gateway
from smsgate.cli.output import Output

__all__ = ["add_to", "show_abilities"]


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.command(rich_help_panel=topic)(providers)
    app.command(rich_help_panel=topic)(balance)


def providers(*, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the providers of the settings and what each supports."""
    output = Output(as_json=as_json)
    with open_gateway(config) as gateway:
        if as_json:
            output.json([_row(gateway, provider.name) for provider in gateway.providers])
        else:
            show_abilities(output, gateway)


def show_abilities(output: Output, gateway: Gateway) -> None:
    """Print what each provider supports: one table, or several on a terminal that is narrower."""
    for place, block in enumerate(_blocks(gateway, output)):
        if place:
            output.line("")
        output.table(_table(gateway, block))


def balance(*, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the credit left at a provider; default: the first of the default route."""
    with open_gateway(config) as gateway:
        left = (gateway.route[0] if provider is None else gateway.provider(provider)).balance()
    Output(as_json=as_json).show(left, {"balance": f"{left.amount} {left.unit}", "provider": left.provider})


def _row(gateway: Gateway, name: str) -> dict[str, object]:
    provider = gateway.provider(name)
    return {
        "provider": name,
        "adapter": provider.adapter.name,
        "route": gateway.route.index(provider) + 1 if provider in gateway.route else None,
        "capabilities": provider.capabilities,
    }


def _blocks(gateway: Gateway, output: Output) -> list[list[Provider]]:
    """Divide the providers into tables that a terminal is wide enough for; anything else gets one table."""
    if not output.console.folds:
        return [[*gateway.providers]]
    blocks: list[list[Provider]] = []
    for provider in gateway.providers:
        if blocks and output.fits(_table(gateway, [*blocks[-1], provider])):
            blocks[-1].append(provider)
        else:
            blocks.append([provider])
    return blocks


def _table(gateway: Gateway, providers: Sequence[Provider]) -> Table:
    """Lay out an operation a row, a provider a column."""
    operations = providers[0].capabilities
    table = Table(box=None, pad_edge=False)
    table.add_column("operation", no_wrap=True, min_width=max(map(len, operations)))
    for provider in providers:
        place = f"{gateway.route.index(provider) + 1}. " if provider in gateway.route else ""
        title = f"{place}{provider.name} ({provider.adapter.name})"
        widest = max(map(len, [Level.ESTIMATED.value, *title.split()]))  # a name is not folded
        table.add_column(title, overflow="fold", min_width=widest)
    for operation in operations:
        levels = (provider.capabilities[operation] for provider in providers)
        table.add_row(operation, *(level.value if level else "-" for level in levels))
    return table
