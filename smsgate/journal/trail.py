"""What a journal has of one message beside its entry: by this its history is written."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from smsgate.model.entry import Asked, Entry
from smsgate.model.opt_out_scope import ALL
from smsgate.model.run import RunState

__all__ = ["Standing", "Trail"]


@frozen
class Standing:
    """What a person said last about being texted."""

    stopped: bool
    """True: must not be texted. False: took that back."""
    at: datetime
    provider: str | None
    """The provider that got the reply; None if it was not by a reply."""
    word: str | None
    confirmation: int | None
    """The entry that confirms the opt-out, and may be sent all the same."""
    scope: str = ALL
    """What it is of: a programme of the settings, "sender:" and one of our senders, or "all"."""


@frozen(kw_only=True)
class Trail:
    """One message, and what bears on it."""

    entry: Entry
    sender: str | None
    """Of the message, as the application gave it."""
    reference: str | None
    campaign: str | None
    send_at: datetime | None
    route: str | None
    provider: str | None
    """The one provider that the application wanted it sent by."""
    segments: int
    text_hash: str | None
    """SHA-256 of its text, where the journal keeps that alone."""
    claims: int
    """How often it was claimed to be sent; 0 while it is queued for the first time."""
    earlier: tuple[Asked, ...]
    """The providers that may have its text from before it was sent again by choice."""
    run_state: RunState | None
    """Of the run that it was enqueued in; None if it was not enqueued."""
    is_awaited: bool
    """Whether polling asks for its status."""
    first_report: datetime | None
    """When the first report on it came."""
    was_delivered: bool | None
    """Whether the application has had the report of its last status; None where that cannot be known (any more)."""
    standings: tuple[Standing, ...]
    """Of its recipient's line, one of each scope."""
