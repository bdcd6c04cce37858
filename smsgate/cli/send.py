"""`smsgate send`, `plan`, `status`: one message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from smsgate.blocking.gateway import Gateway
from smsgate.cli.error_lines import print_error
from smsgate.cli.exit_codes import DONE, REFUSED, UNKNOWN
from smsgate.cli.options import AsJson, ConfigFile, ProviderName, confirm, open_gateway, read_text
from smsgate.cli.output import Output, last_output, moment
from smsgate.cli.values import moment_in, seconds_from
from smsgate.cli.waiting import changes
from smsgate.model.errors import ConfigError, UnknownOutcomeError
from smsgate.model.event import DeliveryReport
from smsgate.model.message import Message
from smsgate.model.outcome import MAY_HAVE_BEEN_SENT, Outcome
from smsgate.model.result import SendResult
from smsgate.model.status import Status
from smsgate.routing.plan import Plan, Step

__all__ = ["add_to"]

TIMEOUT = 600.0
"""Seconds."""
_PLANNED = ("message", "provider", "route", "steps", "refusal", "held_until", "send_at")

TextOrInput = Annotated[str, typer.Argument(metavar="TEXT", help="The text of the message; - is standard input.")]
Recipient = Annotated[str, typer.Option("--to", metavar="NUMBER", help="The recipient, such as +27821234567.")]
Sender = Annotated[str | None, typer.Option(metavar="NAME", help="The sender ID; default: the account's.")]
SendAt = Annotated[
    datetime | None,
    typer.Option(
        parser=moment_in, metavar="TIME", help="Send at this time, such as 2026-12-24T18:00+02:00; default: now."
    ),
]
Urgent = Annotated[bool, typer.Option("--urgent", help="Send it in quiet hours too.")]
Key = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Idempotency key: a message with the same key is sent once. Needs a journal."),
]
Campaign = Annotated[str | None, typer.Option(metavar="NAME", help="The campaign that the message belongs to.")]
MediaUrls = Annotated[
    list[str] | None,
    typer.Option("--media", metavar="URL", help="Send this file with the text, which may be ''; may be repeated."),
]
RouteName = Annotated[str | None, typer.Option(metavar="NAME", help="Use this route; default: the first that fits.")]


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.command(rich_help_panel=topic)(send)
    app.command(rich_help_panel=topic)(plan)
    app.command(rich_help_panel=topic)(status)


def send(  # noqa: PLR0913 - a command's options are its arguments
    text: TextOrInput,
    *,
    to: Recipient,
    sender: Sender = None,
    at: SendAt = None,
    urgent: Urgent = False,
    key: Key = None,
    route: RouteName = None,
    campaign: Campaign = None,
    media: MediaUrls = None,
    reference: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Your own reference; reports repeat it.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the message and send nothing.")] = False,
    ask: Annotated[
        bool, typer.Option("--ask", help="Show the plan and ask first; what is sent is exactly that, or nothing.")
    ] = False,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Send one message and show whether a vendor accepted it.

    A number that cannot be read is refused with exit code 1, like any other message.

    Exit code 4: it was accepted, but the result cannot be written (a full disk); do not send it again.
    """
    if ask and as_json:
        raise ConfigError("--ask shows the plan to a person, and --json is for programs; leave one of them out")
    text, began = read_text(text), datetime.now(UTC)
    with open_gateway(config) as gateway:
        message = gateway.message(
            to,
            text,
            sender=sender,
            send_at=at,
            urgent=urgent,
            key=key,
            campaign=campaign,
            media=media or (),
            route=route,
            reference=reference,
        )
        result = _sent(gateway, message, provider, ask=ask, dry_run=dry_run)
    with last_output(None if dry_run else _warning(result)):
        Output(as_json=as_json).show(result, _facts(result, began))


def _sent(gateway: Gateway, message: Message, provider: str | None, *, ask: bool, dry_run: bool) -> SendResult:
    """Send a message, or exactly what a person approves of; an interruption leaves its outcome unknown."""
    try:
        if ask and not dry_run:
            return gateway.send(_approved(gateway, message, provider))
        return gateway.send(message, provider=provider, dry_run=dry_run)
    except KeyboardInterrupt:
        raise UnknownOutcomeError(f"interrupted; {MAY_HAVE_BEEN_SENT}") from None


def _warning(result: SendResult) -> str:
    """Say what must not be done again, where the result itself cannot be written."""
    if result.outcome is Outcome.HELD:
        return "it is held in the journal: do not send it again"
    return f"{result.outcome.value} by {result.provider}, id {result.message_id}: do not send it again"


def _facts(result: SendResult, began: datetime) -> dict[str, object]:
    attempted = result.attempts[-1].started if result.attempts else began
    return {
        "outcome": result.outcome,
        "sent before": f"with this key, at {moment(attempted)}; it was not sent again" if attempted < began else None,
        "held until": result.held_until and f"{moment(result.held_until)}; `smsgate work` sends it then",
        "status": result.status,
        "provider": result.provider,
        "message id": result.message_id,
        "media": len(result.message.media) or None,
        "segments": result.segments,
        "sender": result.sender,
        "note": "; ".join(result.notes) or None,
        "price": result.price and f"{result.price.amount} {result.price.unit}",
        "twice?": "an earlier provider may have sent it too" if result.may_be_duplicate else None,
    }


def plan(  # noqa: PLR0913 - a command's options are its arguments
    text: TextOrInput,
    *,
    to: Recipient,
    sender: Sender = None,
    at: SendAt = None,
    urgent: Urgent = False,
    route: RouteName = None,
    campaign: Campaign = None,
    media: MediaUrls = None,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show which providers would be asked to send a message, in order, with their prices; nothing is sent.

    A number that cannot be read is refused with exit code 1.
    """
    text = read_text(text)
    with open_gateway(config) as gateway:
        message = gateway.message(
            to, text, sender=sender, send_at=at, urgent=urgent, campaign=campaign, media=media or (), route=route
        )
        planned = gateway.plan(message, provider=provider)
    if as_json:
        analysis = planned.analysis
        facts = {"encoding": analysis.encoding, "units": analysis.units, "segments": planned.segments}
        Output(as_json=True).json({**{name: getattr(planned, name) for name in _PLANNED}, "analysis": facts})
    else:
        Output(as_json=False).show(planned, _rows(planned))


def _approved(gateway: Gateway, message: Message, provider: str | None) -> Plan:
    """Show the plan of a message and ask whether to send it; one by which no provider is asked is refused at once."""
    planned = gateway.plan(message, provider=provider)
    if planned.first is not None:
        Output(as_json=False).show(planned, _rows(planned))
        confirm(f"Send it to {message.to}?", yes=False, otherwise="leave --ask out")
    return planned


def _rows(planned: Plan) -> dict[str, object]:
    analysis, message = planned.analysis, planned.message
    rows: dict[str, object] = {
        "encoding": analysis.encoding,
        "media": f"{len(message.media)} (one MMS)" if message.media else None,
        "segments": f"{planned.segments} ({analysis.units} units)",
        "route": planned.route,
        "stopped by": planned.refusal and str(planned.refusal),
        "held until": planned.held_until and f"{moment(planned.held_until)}, because of quiet hours",
        "scheduled for": planned.send_at and moment(planned.send_at),
    }
    for place, step in enumerate(planned.steps, start=1):
        rows[f"{place}. {step.provider}"] = _step(step)
    return rows


def _step(step: Step) -> str:
    price = f"{step.price.amount} {step.price.unit}" if step.price else "no price known"
    sender = f"from {step.sender} ({step.sender_reason})" if step.sender else None
    obstacle = f"not asked: {step.obstacle}" if step.obstacle else None
    return "; ".join(part for part in (price, sender, obstacle) if part)


def status(  # noqa: PLR0913 - a command's options are its arguments
    message_id: Annotated[str, typer.Argument(metavar="MESSAGE_ID", help="The message id that `smsgate send` showed.")],
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Ask again until the status is final.")] = False,
    timeout: Annotated[
        float, typer.Option(parser=seconds_from(0), metavar="SECONDS", help="Longest wait of --wait.")
    ] = TIMEOUT,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Show the delivery status of a message.

    With --wait, exit code 0 means delivered, 1 another final status, 3 no final status before --timeout.
    """
    output = Output(as_json=as_json)
    with open_gateway(config) as gateway:
        if not wait:
            _show_report(gateway.status(message_id, provider=provider), output)
            return DONE
        report = _await(gateway, message_id, provider, timeout, output)
    with last_output():
        _show_report(report, output)
    if not report.status.is_final:
        print_error(f"smsgate: not final after {timeout:g} seconds; the last status is {report.status.value}")
        return UNKNOWN
    return DONE if report.status is Status.DELIVERED else REFUSED


def _await(gateway: Gateway, message_id: str, provider: str | None, timeout: float, output: Output) -> DeliveryReport:
    """Ask until the message is at its end, or the time is up; show the changes on stderr."""
    progress = Console(stderr=True, highlight=False, quiet=output.as_json)

    def ask() -> DeliveryReport:
        report = gateway.status(message_id, provider=provider)
        gateway.incoming.record(report)
        return report

    for report in changes(ask, timeout):
        progress.print(f"{moment(datetime.now(UTC))}  {report.status.value}", style="dim")
    return report


def _show_report(report: DeliveryReport, output: Output) -> None:
    rows = {
        "status": report.status,
        "vendor says": report.raw_status,
        "reason": report.reason,
        "reference": report.reference,
        "provider": report.provider,
    }
    output.show(report, rows)
