"""`smsgate budgets`: how much of each budget is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated

import typer
from attrs import frozen

from smsgate.cli.options import AsJson, ConfigFile, JournalPlace, Limit, open_gateway
from smsgate.cli.output import Output
from smsgate.model.amount import shown_amount
from smsgate.model.reservation import BudgetUse

__all__ = ["add_to"]

_COLUMNS = ("name", "counted_for", "used", "max", "percent", "room_at")


@frozen
class _Row:
    """One value of a budget, as it is shown."""

    name: str
    counted_for: str
    used: str
    max: str
    percent: int
    room_at: datetime | None
    """When the first of what is used does not count any more, of a budget that has no room."""

    @classmethod
    def of(cls, use: BudgetUse) -> _Row:
        """Return what is shown of a value."""
        return cls(
            use.name,
            use.value or "all messages",
            shown_amount(use.used, use.unit),
            shown_amount(use.most, use.unit),
            use.percent,
            use.frees_at if use.used >= use.most else None,
        )


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command("budgets", rich_help_panel=topic)(budgets)


def budgets(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One budget of the settings.")] = None,
    *,
    limit: Limit = None,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show how much of each budget is used, for each value that it counts by."""
    with open_gateway(config, journal) as gateway:
        Output(as_json=as_json).items(_rows(gateway.budgets.list(name)), _COLUMNS, limit)


def _rows(uses: Iterable[BudgetUse]) -> Iterator[_Row]:
    return map(_Row.of, uses)
