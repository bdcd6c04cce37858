"""The interface for what can be shown of a person: what they agreed to, what they were sent, what they asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from smsgate.journal.trail import Trail
from smsgate.model.consent import Consent, RecordedConsent

__all__ = ["JournalEvidence", "OptOutChange", "PersonRecord", "RefusedAttempts"]


@frozen(kw_only=True)
class RefusedAttempts:
    """Messages to one number that were refused for one kind of reason on one day (UTC), before they had an entry."""

    kind: str
    """The name of the error, such as "OptedOutError"."""
    count: int
    first: datetime
    last: datetime
    reason: str | None
    """In the words of the last error; None once the person was erased."""
    campaign: str | None
    """Of the last message, as is the key."""
    key: str | None


@frozen(kw_only=True)
class OptOutChange:
    """What a person asked for, or somebody decided for them."""

    at: datetime
    stopped: bool
    """True: asked not to be texted. False: took that back."""
    provider: str | None
    """The provider that got the reply; None if it was not by a reply."""
    word: str | None
    scope: str | None = None
    """What it is about; None is all messages."""


@frozen(kw_only=True)
class PersonRecord:
    """What the journal has of a number beside the messages to it; each in the order of time."""

    consents: Sequence[RecordedConsent] = ()
    refusals: Sequence[RefusedAttempts] = ()
    opt_outs: Sequence[OptOutChange] = field(default=())
    """Of an earlier smsgate's journal, the last one alone."""


class JournalEvidence(Protocol):
    """A journal's evidence; threads share it. Every method raises `JournalError` where it fails.

    Numbers are E.164, in any spelling of their line; what is kept of an erased person is found by the number too.
    """

    def record_consent(self, number: str, consent: Consent) -> None:
        """Record what a person agreed to; once, however often it is given."""

    def person(self, number: str) -> PersonRecord:
        """Return what there is of a number beside the messages to it."""

    def sent(self, number: str, after: int = 0) -> Sequence[Trail]:
        """Return the next messages to a number, the oldest first, with ids over `after`; an empty page is the end."""
