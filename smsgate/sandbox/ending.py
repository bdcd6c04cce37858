"""How a delivery ended because someone asked for it, whatever the vendor had planned."""

from datetime import datetime
from typing import Protocol

from attrs import evolve, frozen

from smsgate.sandbox.magic import DeliveryOutcome
from smsgate.sandbox.notification import Notification, Payload


@frozen
class Ending:
    """The end of a text's delivery at a moment (UTC) that nothing but a request for it decided."""

    at: datetime
    outcome: DeliveryOutcome


class Endable(Protocol):
    """The record of a text, with the endings that were asked for, the latest last."""

    endings: tuple[Ending, ...]


def until_ended(notification: Notification, text: Endable) -> Notification:
    """Return a report that is not sent if the text's delivery is ended before the report is due."""
    known = len(text.endings)

    def write(style: str) -> Payload | None:
        replaced = any(ending.at < notification.due for ending in text.endings[known:])
        return None if replaced else notification.write(style)

    return evolve(notification, write=write)


def check_ending(
    message_id: str, now: datetime, leaves: datetime | None, *, inbound: bool = False, cancelled: bool = False
) -> None:
    """Raise ValueError if the text's delivery cannot end now; it `leaves` the vendor then, None if it is a draft."""
    if inbound:
        raise ValueError(f"message {message_id!r} is a reply; only the delivery of a text that was sent can end")
    if cancelled:
        raise ValueError(f"message {message_id!r} was cancelled; its delivery cannot end")
    if leaves is None or leaves > now:
        when = f"it leaves at {leaves:%Y-%m-%d %H:%M:%S} UTC" if leaves else "it is a draft"
        raise ValueError(f"message {message_id!r} has not left yet ({when}); advance the clock, or send it")


def no_message(vendor: str, message_id: str) -> LookupError:
    """Return the error of an id that no message has."""
    return LookupError(f"{vendor} has no message {message_id[:80]!r}; GET /_sandbox/texts lists those sent")
