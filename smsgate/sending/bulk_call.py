"""A provider's bulk call: many messages in one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smsgate.adapter.adapter import Accepted
from smsgate.model.errors import JournalError, SmsgateError
from smsgate.provider import Submitted
from smsgate.routing.hop import Hop
from smsgate.sending.claims import ClaimedSend, JournalRecord
from smsgate.sending.failover import Answered

__all__ = ["submit_together"]


async def submit_together(hop: Hop, claimed: Sequence[ClaimedSend]) -> Mapping[ClaimedSend, Answered]:
    """Submit messages in their first provider's bulk call; return its answers, none where it is not asked now."""
    permit = None if await hop.blocked() else hop.breaker.admit()
    if permit is None:
        return {}
    engine = hop.provider.engine
    started, clock = engine.utc(), engine.now()
    try:
        submitted = await _call(hop, claimed)
    except BaseException:
        permit.release()
        raise
    permit.note(_verdict(submitted))
    seconds = engine.now() - clock
    return {each: Answered(answer, started, seconds) for each, answer in zip(claimed, submitted, strict=True)}


async def _call(hop: Hop, claimed: Sequence[ClaimedSend]) -> Sequence[Submitted | JournalError]:
    try:
        for each in claimed:
            if isinstance(each.record, JournalRecord):
                await each.record.intend(hop.provider.name, ())
    except JournalError as error:
        return [error] * len(claimed)
    for each in claimed:
        each.failover.begin(hop, hop.provider.engine.utc())
    deadline = min((each.deadline for each in claimed), key=lambda each: each.ends)
    messages = [each.prepared.message for each in claimed]
    return [each async for each in hop.provider.send_bulk(messages, deadline=deadline)]


def _verdict(submitted: Sequence[Submitted | JournalError]) -> SmsgateError | None:
    """Return what a bulk call says about the provider: nothing against it, if it took any message."""
    if any(isinstance(each, Accepted) for each in submitted):
        return None
    return next(each for each in submitted if not isinstance(each, Accepted))
