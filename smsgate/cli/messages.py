"""`smsgate messages`: messages stored at a vendor, in both directions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from smsgate.cli.options import AsJson, Assent, ConfigFile, Limit, ProviderName, confirm, open_account
from smsgate.cli.output import Output
from smsgate.model.status import Status
from smsgate.model.stored import Direction

__all__ = ["add_to"]

_COLUMNS = ("id", "direction", "status", "to", "sender", "text")
_FIELDS = (
    *_COLUMNS,
    "raw_status",
    "campaign",
    "reference",
    "segments",
    "cost",
    "scheduled_at",
    "sent_at",
    "received_at",
    "read",
    "provider",
)

_DAY = "%Y-%m-%d"

MessageId = Annotated[str, typer.Argument(metavar="ID", help="The message's id at the vendor.")]

messages = typer.Typer(help="Messages stored at a vendor.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(messages, rich_help_panel=topic, name="messages")


@messages.command("list")
def list_messages(  # noqa: PLR0913 - a filter's fields
    *,
    direction: Annotated[Direction | None, typer.Option(help="Only this direction.")] = None,
    status: Annotated[Status | None, typer.Option(metavar="STATUS", help=f"One of: {', '.join(Status)}.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=[_DAY], metavar="DATE", help="The first day, such as 2026-12-24, in the account's time zone."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=[_DAY], metavar="DATE", help="The last day, such as 2026-12-24, in the account's time zone."
        ),
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help="The recipient.")] = None,
    sender: Annotated[str | None, typer.Option(metavar="NUMBER", help="The sender.")] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="Words of the text.")] = None,
    campaign: Annotated[str | None, typer.Option(metavar="NAME", help="The campaign.")] = None,
    reference: Annotated[str | None, typer.Option(metavar="TEXT", help="Your own reference.")] = None,
    unread: Annotated[bool | None, typer.Option("--unread/--read", help="Whether it was read.")] = None,
    conversation: Annotated[str | None, typer.Option(metavar="ID", help="The conversation.")] = None,
    limit: Limit = None,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the messages that fit all of the options."""
    with open_account(config, provider) as account:
        found = account.messages.list(
            direction=direction,
            status=status,
            since=since.date() if since else None,
            until=until.date() if until else None,
            to=to,
            sender=sender,
            text=text,
            campaign=campaign,
            reference=reference,
            unread=unread,
            conversation=conversation,
        )
        Output(as_json=as_json).items(found, _COLUMNS, limit)


@messages.command("get")
def get_message(
    message_id: MessageId, *, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Show one message."""
    with open_account(config, provider) as account:
        message = account.messages.get(message_id)
    fields = {name.replace("_", " "): getattr(message, name) for name in _FIELDS}
    Output(as_json=as_json).show(message, {**fields, "media": " ".join(each.url for each in message.media) or None})


@messages.command("delete")
def delete_message(
    message_id: MessageId, *, yes: Assent = False, provider: ProviderName = None, config: ConfigFile = None
) -> None:
    """Delete a message at the vendor; a text that was sent is not recalled."""
    with open_account(config, provider) as account:
        confirm(f"Delete message {message_id}?", yes=yes)
        account.messages.delete(message_id)


@messages.command("mark-read")
def mark_read(message_id: MessageId, *, provider: ProviderName = None, config: ConfigFile = None) -> None:
    """Mark an inbound message as read."""
    with open_account(config, provider) as account:
        account.messages.mark_read(message_id)


@messages.command("mark-unread")
def mark_unread(message_id: MessageId, *, provider: ProviderName = None, config: ConfigFile = None) -> None:
    """Mark an inbound message as unread."""
    with open_account(config, provider) as account:
        account.messages.mark_unread(message_id)
