"""`smsgate prices fetch`: what texts cost an account by the vendor's own list, as a file for the settings."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from smsgate.adapter.price_sheet import PriceSheet
from smsgate.cli.error_lines import print_error
from smsgate.cli.options import AsJson, ConfigFile, open_gateway
from smsgate.cli.output import Output, one_line
from smsgate.cli.replacing import replaced
from smsgate.files.csv_cells import guarded_row
from smsgate.model.errors import ConfigError, InvalidMessageError, UnsupportedError
from smsgate.model.listed_price import ListedPrice
from smsgate.model.numbers import read_region

__all__ = ["add_to"]

_COLUMNS = ("prefix", "price", "lowest", "prices", "country")

prices = typer.Typer(help="What texts cost, by the vendor's own price list.", no_args_is_help=True)


@prices.callback()
def _prices() -> None:
    """Keep `fetch` a command of its own."""


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(prices, rich_help_panel=topic, name="prices")


@prices.command()
def fetch(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="The provider's name in the settings.")],
    *,
    country: Annotated[
        list[str] | None, typer.Option(metavar="ZA", help="Only this country (ISO 3166); may be repeated.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--csv", metavar="FILE", help="Write or replace this file, for prices = { file = .. }; - prints it."
        ),
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Fetch what texts cost this account, by prefix.

    Where networks have several prices, price is the highest and lowest the lowest: only the vendor knows the network.
    """
    countries = [*map(_country, country or ())]
    with open_gateway(config) as gateway:
        account = gateway.provider(provider)
        fetched: list[ListedPrice] = []
        try:
            with Console(stderr=True).status("") as progress:
                for listed in account.listed_prices(countries):
                    fetched.append(listed)
                    progress.update(f"{len(fetched):,} prices so far")
        except UnsupportedError as error:
            fix = 'write a CSV file with the columns prefix and price, and set prices = { file = "..", unit = ".." }'
            raise UnsupportedError(f"{error}; {fix}") from None
    _show(PriceSheet.of(fetched), file, Output(as_json=as_json))


def _country(text: str) -> str:
    try:
        return read_region(text)
    except InvalidMessageError as error:
        raise ConfigError(f"--country: {error}") from None


def _show(sheet: PriceSheet, file: Path | None, output: Output) -> None:
    if sheet.unplaced:
        neighbours = "no prefix distinguishes these countries from a neighbour, whose price they get"
        print_error(f"smsgate: {neighbours}: {one_line(', '.join(sheet.unplaced))}")
    if file is None:
        if output.as_json:
            output.json(sheet)
        else:
            print(f"{one_line(sheet.unit)} for a segment")
            output.items(sheet.rows, _COLUMNS)
    elif str(file) == "-":
        sys.stdout.write(_csv(sheet))
    else:
        with replaced(file) as opened:  # as a whole or not at all: settings read it
            opened.write(_csv(sheet))
        if output.as_json:
            output.json(sheet)
        else:
            print(f"{len(sheet.rows):,} prices in {one_line(sheet.unit)} are in {one_line(str(file))}")


def _csv(sheet: PriceSheet) -> str:
    lines = StringIO(newline="")
    rows: Sequence[Sequence[object]] = [
        (row.prefix, row.price, sheet.unit, row.lowest, row.prices, row.country or "") for row in sheet.rows
    ]
    csv.writer(lines, lineterminator="\n").writerows(
        [("prefix", "price", "unit", "lowest", "prices", "country"), *map(guarded_row, rows)]
    )
    return lines.getvalue()
