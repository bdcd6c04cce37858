"""What can be shown of a person's number, in the order of time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

__all__ = ["EvidenceItem", "EvidenceKind"]


class EvidenceKind(StrEnum):
    """What an item of evidence is about."""

    CONSENT = "consent"
    """What the person agreed to: `fields` has text, version, source and recorded."""
    TEXT = "text"
    """A message to the person: entry, state, provider, message_id, status, price, campaign, reference, key, run, text;
    sha256 where just the text's hash is kept."""
    REPORT = "report"
    """What was reported of it: entry, provider, message_id, status."""
    OPT_OUT = "opt-out"
    """The person asked not to be texted, or somebody decided so: provider, word, scope."""
    OPT_IN = "opt-in"
    """The person took that back, or somebody did: the same."""
    REFUSED = "refused"
    """Messages that were refused before any request: error, reason, campaign, key; entry, where one was recorded, else
    count, first and last of those of one day (UTC)."""


@frozen(kw_only=True)
class EvidenceItem:
    """One thing that happened; valid for a person's number in any spelling of its line."""

    kind: EvidenceKind
    at: datetime
    """UTC."""
    line: str
    """In words, on one line."""
    fields: Mapping[str, str | int] = field(factory=dict, hash=False)
    """What is known, as `EvidenceKind` says for each kind; what is not known is left out. Times are ISO 8601."""
