"""A provider's bulk call: many messages in one request."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from smsgate.adapter.adapter import Accepted
from smsgate.model.errors import JournalError, SmsgateError
from smsgate.provider import Submitted
from smsgate.routing.hop import Hop
from smsgate.sending.claims import ClaimedSend, JournalRecord
from smsgate.sending.failover import Answered

__all__ = ["submit_together"]


def submit_together(hop: Hop, claimed: Sequence[ClaimedSend]) -> Mapping[ClaimedSend, Answered]:
    """Submit messages in their first provider's bulk call; return its answers, none where it is not asked now."""
    permit = None if hop.blocked else hop.breaker.admit()
    if permit is None:
        return {}
    started, clock = datetime.now(UTC), time.monotonic()
    try:
        submitted = _call(hop, claimed)
    except BaseException:
        permit.release()
        raise
    permit.note(_verdict(submitted))
    seconds = time.monotonic() - clock
    return {each: Answered(answer, started, seconds) for each, answer in zip(claimed, submitted, strict=True)}


def _call(hop: Hop, claimed: Sequence[ClaimedSend]) -> Sequence[Submitted | JournalError]:
    try:
        for each in claimed:
            if isinstance(each.record, JournalRecord):
                each.record.intend(hop.provider.name, ())
    except JournalError as error:
        return [error] * len(claimed)
    deadline = min((each.deadline for each in claimed), key=lambda each: each.ends)
    return [*hop.provider.send_bulk([each.prepared.message for each in claimed], deadline=deadline)]


def _verdict(submitted: Sequence[Submitted | JournalError]) -> SmsgateError | None:
    """Return what a bulk call says about the provider: nothing against it, if it took any message."""
    if any(isinstance(each, Accepted) for each in submitted):
        return None
    return next(each for each in submitted if not isinstance(each, Accepted))
