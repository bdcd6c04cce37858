"""What a vendor shows when it is asked about a message again: the message's own, or one of another message."""

from __future__ import annotations

from datetime import datetime

from smsgate.adapter.abilities.reconciliation import Matches
from smsgate.adapter.adapter import Accepted
from smsgate.model.vendor_ids import Found, KnownIds, Rivals, choose

__all__ = ["own_of"]


def own_of(provider: str, shown: Accepted | Matches | None, since: datetime, ids: KnownIds | None) -> Accepted | None:
    """Return the one that is the message's own, None if there is none; raise `UnknownOutcomeError` if it is unclear."""
    if shown is None:
        return None
    if isinstance(shown, Matches):
        fitting = {each.message_id: each for each in shown.fitting}
        found = Found((*fitting,), doubtful=shown.doubtful)
    else:
        fitting, found = {shown.message_id: shown}, Found((shown.message_id,), exact=True)
    own = _known_to_none(provider, found, since) if ids is None else ids.choose(provider, found, since)
    return None if own is None else fitting[own]


def _known_to_none(_: str, found: Found, __: datetime) -> str | None:
    """Choose where nothing is known of other messages."""
    return choose(found, is_taken=lambda _: False, rivals=Rivals)
