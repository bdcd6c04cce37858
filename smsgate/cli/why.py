"""`smsgate why`: everything that the journal knows of a message, in time order and in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Annotated

import attrs
import typer
from rich.text import Text

from smsgate.blocking.gateway import Gateway
from smsgate.cli.options import AsJson, ConfigFile, JournalPlace, open_gateway
from smsgate.cli.output import Output, one_line, visible
from smsgate.model.entry import Entry
from smsgate.model.errors import InvalidMessageError, NotFoundError
from smsgate.model.history import FoundBy, History, JournalMatch
from smsgate.receiving.look_up import readings_of

__all__ = ["add_to"]

_COLUMNS = ("id", "found_by", "to", "state", "run", "key", "created")
_STEPS = ("at", "kind", "text")
_HIDDEN = {"message", "recorded", "unchanged_for"}
"""What JSON has no need of beside the steps, and the message's text."""

_WHY_MISSING = (
    "it may have been pruned, erased (the number finds it then), sent with another journal, or refused before any "
    "provider was asked; `smsgate journal find` looks by run and reference"
)


@attrs.frozen
class _Row:
    """A message in a list of several."""

    id: int
    found_by: FoundBy
    to: str
    state: str
    run: str | None
    key: str | None
    created: datetime

    @classmethod
    def of(cls, match: JournalMatch) -> _Row:
        """Return what is shown of a match."""
        entry = match.entry
        return cls(entry.id, match.found_by, entry.to, entry.state, entry.run, entry.key, entry.created)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command("why", rich_help_panel=topic)(why)


def why(  # noqa: PLR0913 - a command's options are its arguments
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID|NUMBER|KEY",
            help="The id of an entry, of the vendor's message or of a submission; a number; or a key.",
        ),
    ],
    *,
    found_by: Annotated[FoundBy | None, typer.Option("--as", help="Read it as this alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Show at most N messages.")] = 20,
    text: Annotated[bool, typer.Option("--text", help="Show the message's text too.")] = False,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show everything that is known of a message: intent, attempts, reports, opt-outs, and what happens next.

    Several messages are listed, the newest first.
    """
    output = Output(as_json=as_json)
    with open_gateway(config, journal) as gateway:
        found = gateway.journal.look_up(what, found_by=found_by)
        first, second = next(found, None), next(found, None)
        if first is None:
            raise NotFoundError(_missing(gateway, what, found_by))
        matches = chain([first], [] if second is None else [second], found)
        if as_json:
            output.items(_objects(gateway, matches, text=text), (), limit)
        elif second is None:
            _show(output, gateway.journal.history(first.entry.id), first.found_by, text=text)
        else:
            _list(output, matches, what, limit)
        for line in [] if as_json else _budgets(gateway, what):
            output.line(line)


def _show(output: Output, history: History, found_by: FoundBy, *, text: bool) -> None:
    entry = history.entry
    rows = {
        "entry": entry.id,
        "found by": found_by,
        "to": entry.to,
        "state": entry.state,
        "status": None if entry.recorded is None else (entry.delivery or entry.recorded).status,
        "text": _text(entry) if text else None,
    }
    output.show(history, rows)
    output.console.print()
    output.items(history.steps, _STEPS)
    output.console.print()
    output.line(f"next  {visible(history.next)}")


def _list(output: Output, matches: Iterator[JournalMatch], what: str, limit: int) -> None:
    rows = [_Row.of(match) for match in islice(matches, limit)]
    output.items(rows, _COLUMNS)
    output.console.print()
    more = f"; the {limit} newest are shown, --limit shows more" if next(matches, None) is not None else ""
    advice = f"{one_line(what)} is of several messages{more}; look at one with: smsgate why {rows[0].id} --as entry"
    output.line(Text(advice, style="dim"))


def _objects(gateway: Gateway, matches: Iterator[JournalMatch], *, text: bool) -> Iterator[dict[str, object]]:
    """Give each message's history for JSON."""
    for match in matches:
        history = gateway.journal.history(match.entry.id)
        entry, recorded = history.entry, history.entry.recorded
        yield {
            "found_by": match.found_by,
            "entry": {
                **attrs.asdict(entry, recurse=False, filter=lambda field, _: field.name not in _HIDDEN),
                **({} if recorded is None else {name: getattr(recorded, name) for name in ("segments", "price")}),
            },
            **({"text": None if entry.message is None else entry.message.text} if text else {}),
            "steps": history.steps,
            "next": history.next,
        }


def _text(entry: Entry) -> str:
    return "the journal does not keep it (any more)" if entry.message is None else entry.message.text


def _missing(gateway: Gateway, what: str, found_by: FoundBy | None) -> str:
    """Say what was looked for, what else is known of it, and why it may be missing."""
    readings = readings_of(what, gateway.default_region)
    wanted = ", ".join(f"{each} {readings[each][:80]!r}" for each in readings if found_by in {None, each})
    known = [each for each in (_opt_out(gateway, what), _report(gateway, what), *_budgets(gateway, what)) if each]
    missing = (
        f"the journal has no message with the {wanted}"
        if wanted
        else f"{what[:80]!r} is no {found_by or 'id, number or key'}"
    )
    return "; ".join((missing, *known, _WHY_MISSING))


def _opt_out(gateway: Gateway, what: str) -> str | None:
    try:
        record = gateway.opt_outs.get(what)
    except InvalidMessageError:
        return None
    return (
        None if record is None else f"{record.refusal()}, and messages since then are refused before they are recorded"
    )


def _budgets(gateway: Gateway, what: str) -> list[str]:
    """Say what a number has used of the budgets that count by recipient."""
    try:
        return [use.said for use in gateway.budgets.of_number(what)]
    except InvalidMessageError:
        return []


def _report(gateway: Gateway, what: str) -> str | None:
    """Say what was reported of a message that was sent elsewhere."""
    found = next((each for each in gateway.deliveries.unmatched() if each.message_id == what), None)
    if found is None:
        return None
    return f"{found.provider} reported {found.status.value} of a message with this id, which no entry has"
