"""What is known of one message, in the order in which it happened."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from smsgate.model.entry import Entry
from smsgate.model.errors import SmsgateError

__all__ = ["FoundBy", "History", "HistoryStep", "JournalMatch", "StepKind"]


class FoundBy(StrEnum):
    """What a text is of the message that was found by it."""

    ENTRY = "entry"
    """The id of its entry in the journal."""
    MESSAGE_ID = "message-id"
    """The vendor's id."""
    SUBMISSION = "submission"
    """The id of one of its submissions."""
    NUMBER = "number"
    """The recipient's number."""
    KEY = "key"
    """The idempotency key."""


@frozen
class JournalMatch:
    """A message that was found by a text that may be any of `FoundBy`."""

    entry: Entry
    found_by: FoundBy


class StepKind(StrEnum):
    """What happened to a message."""

    QUEUED = "queued"
    """It was enqueued in a run."""
    INTENT = "intent"
    """It was recorded, before a provider was asked."""
    ATTEMPT = "attempt"
    """A provider was asked."""
    OUTCOME = "outcome"
    """It ended otherwise than by the answer to an attempt: refused here, listed as unknown, or settled later."""
    REPORT = "report"
    """A delivery report came."""
    OPT_OUT = "opt-out"
    """Its recipient asked not to be texted."""
    OPT_IN = "opt-in"
    """Its recipient took that back."""


@frozen(kw_only=True)
class HistoryStep:
    """One thing that happened to a message, or to its recipient."""

    at: datetime
    """UTC."""
    kind: StepKind
    text: str
    """One line in words; never has the message's text, but may have a vendor's words."""
    provider: str | None = None
    """Whom it is about."""
    submission: str | None = None
    """The id of the submission, where the journal keeps it."""
    message_id: str | None = None
    """The vendor's id of the message."""
    seconds: float | None = None
    """How long an attempt took."""
    error: SmsgateError | None = field(default=None, eq=repr)
    """What an attempt, or the message, ended with."""


@frozen(kw_only=True)
class History:
    """Everything that the journal knows of one message."""

    entry: Entry
    steps: tuple[HistoryStep, ...]
    """In the order of their times, the intent before who was asked."""
    next: str
    """What happens next, or what to do."""
