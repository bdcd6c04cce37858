"""How what comes back is shown: a line for each event, for people or for programs."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
from rich.text import Text

from smsgate.cli.output import Output, moment, one_line
from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply, VendorEvent
from smsgate.model.status import Status

__all__ = ["EventLines"]

_ENTRY = ("id", "state", "to", "run", "key", "created")
"""What finds an entry again."""
_KINDS: dict[type, str] = {
    DeliveryReport: "report",
    Reply: "reply",
    OptOut: "opt-out",
    OptIn: "opt-in",
    VendorEvent: "other",
}


class EventLines:
    """Prints events as they come: time (UTC), provider, kind, number, what it says; or a JSON object a line."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def show(self, event: Event) -> None:
        """Print one event."""
        now = datetime.now(UTC).replace(microsecond=0)
        if self._output.as_json:
            self._output.json({"event": _KINDS[type(event)], "at": now, **_fields(event)})
            return
        line = Text.assemble(
            (f"{moment(now)}  ", "dim"),
            f"{one_line(_of(event).provider)}  {_KINDS[type(event)]:<7}  {one_line(_number(event)):<12}  ",
            _said(event),
        )
        self._output.line(line)


def _of(event: Event) -> DeliveryReport | Reply | VendorEvent:
    """Return what an opt-out is read from; anything else is itself."""
    return event.reply if isinstance(event, OptOut | OptIn) else event


def _fields(event: Event) -> dict[str, object]:
    """Return an event as one flat object, with what finds its entry again; an unknown one as the vendor has it."""
    hidden = {"entry"} if isinstance(event, VendorEvent) else {"entry", "raw"}
    fields = attrs.asdict(_of(event), recurse=False, filter=lambda field, _: field.name not in hidden)
    entry = getattr(_of(event), "entry", None)
    found = None if entry is None else {name: getattr(entry, name) for name in _ENTRY}
    word: dict[str, object] = {"word": event.word} if isinstance(event, OptOut | OptIn) else {}
    if isinstance(event, OptOut):
        word["certain"] = event.certain
    return {**fields, **word, "entry": found}


def _number(event: Event) -> str:
    match _of(event):
        case DeliveryReport(entry=entry) if entry is not None:
            return entry.to
        case Reply(sender=sender) if sender:
            return sender
    return "-"


def _said(event: Event) -> Text:
    match event:
        case DeliveryReport():
            return _status(event)
        case Reply():
            return Text(_reply(event))
        case OptOut() | OptIn():
            return Text(_reply(event.reply), style="bold")
        case VendorEvent():
            return Text(one_line(event.kind))


def _reply(reply: Reply) -> str:
    return one_line("  ".join([*filter(None, [reply.text]), *(each.url for each in reply.media)]))


def _status(report: DeliveryReport) -> Text:
    final = "green" if report.status is Status.DELIVERED else "red"
    said = Text.assemble((report.status.value, final if report.status.is_final else ""))
    if report.status is Status.UNKNOWN and report.raw_status:
        said.append(f" ({one_line(report.raw_status)})")
    if report.reason:
        said.append(f": {one_line(report.reason)}")
    return said.append(f"  {one_line(report.message_id)}", style="dim")
