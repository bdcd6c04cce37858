"""`smsgate unknown`: the messages whose outcome is unknown."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from smsgate.blocking.gateway import Gateway
from smsgate.cli.exit_codes import DONE, REFUSED, UNKNOWN
from smsgate.cli.options import AsJson, Assent, ConfigFile, JournalPlace, Limit, confirm, open_gateway
from smsgate.cli.output import Output, last_output
from smsgate.journal import Entry, State
from smsgate.model.errors import ConfigError, NotFoundError, SmsgateError
from smsgate.model.outcome import Outcome

__all__ = ["add_to"]

_COLUMNS = ("id", "to", "run", "key", "created", "state")

SETTLED = "not asked"
"""Entries that are not there, or not unknown."""

EntryId = Annotated[int, typer.Argument(metavar="ID", help="The id that `smsgate unknown list` shows.")]
RunName = Annotated[str | None, typer.Option("--run", metavar="NAME", help="Only the messages of this run.")]

unknown = typer.Typer(help="Messages whose outcome is unknown: they may have been sent.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(unknown, rich_help_panel=topic, name="unknown")


@unknown.command("list")
def list_unknowns(
    *,
    run: RunName = None,
    limit: Limit = None,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the messages whose outcome is unknown, oldest first."""
    with open_gateway(config, journal) as gateway:
        Output(as_json=as_json).items(gateway.unknowns.list(run), _COLUMNS, limit)


@unknown.command("reconcile")
def reconcile(
    entry_ids: Annotated[
        list[int] | None, typer.Argument(metavar="ID", help="The ids that `smsgate unknown list` shows; default: all.")
    ] = None,
    *,
    run: RunName = None,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Ask the vendors whether they have these messages; one that they never received may be sent again."""
    counts = {"accepted": 0, "not sent": 0, "unknown": 0, SETTLED: 0}
    reasons: list[str] = []
    with open_gateway(config, journal) as gateway:
        for entry_id in entry_ids or [entry.id for entry in gateway.unknowns.list(run)]:
            state, reason = _reconcile(gateway, entry_id)
            counts[state] += 1
            if reason:
                reasons.append(f"{entry_id}: {reason}")
    output = Output(as_json=as_json)
    with last_output():
        output.show({**counts, "reasons": reasons}, dict(counts))
        for reason in () if as_json else reasons:
            output.line(Text(reason, style="dim"))
    if counts["unknown"]:
        return UNKNOWN
    return REFUSED if counts[SETTLED] else DONE


@unknown.command("resolve")
def resolve(  # noqa: PLR0913 - a command's options are its arguments
    entry_id: EntryId,
    *,
    accepted: Annotated[bool, typer.Option("--accepted", help="The vendor accepted it.")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="It must not be sent.")] = False,
    not_sent: Annotated[bool, typer.Option("--not-sent", help="It was not sent; a run may send it.")] = False,
    message_id: Annotated[
        str | None, typer.Option(metavar="ID", help="With --accepted: the vendor's message id.")
    ] = None,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Record the outcome of a message by hand; give one of --accepted, --rejected, --not-sent."""
    marks = {Outcome.ACCEPTED: accepted, Outcome.REJECTED: rejected, Outcome.NOT_SENT: not_sent}
    chosen = [outcome for outcome, mark in marks.items() if mark]
    if len(chosen) != 1:
        raise ConfigError(f"give one of --accepted, --rejected, --not-sent, got {len(chosen)}")
    with open_gateway(config, journal) as gateway:
        entry = gateway.unknowns.resolve(entry_id, chosen[0], message_id=message_id)
    _show(entry, as_json=as_json)


@unknown.command("resend")
def resend(
    entry_id: EntryId,
    *,
    yes: Assent = False,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Send a message again, although it may have been sent."""
    with open_gateway(config, journal) as gateway:
        entry = gateway.unknowns.get(entry_id)
        confirm(f"Send {entry_id} to {entry.to} again? The person may get it twice.", yes=yes)
        gateway.unknowns.resend(entry_id)
        with last_output(f"{entry_id} was sent again: do not repeat it"):
            _show(gateway.unknowns.get(entry_id), as_json=as_json)


def _reconcile(gateway: Gateway, entry_id: int) -> tuple[str, str | None]:
    try:
        return gateway.unknowns.reconcile(entry_id).state.value, None
    except NotFoundError as error:
        return SETTLED, str(error)
    except SmsgateError as error:
        is_unknown = gateway.unknowns.get(entry_id).state is State.UNKNOWN
        return "unknown" if is_unknown else SETTLED, str(error)


def _show(entry: Entry, *, as_json: bool) -> None:
    rows = {"id": entry.id, "to": entry.to, "state": entry.state}
    Output(as_json=as_json).show({**rows, "run": entry.run, "key": entry.key}, rows)
