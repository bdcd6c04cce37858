"""A provider's bulk call: many messages in one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smsgate.adapter.adapter import Accepted
from smsgate.model.errors import JournalError, SmsgateError
from smsgate.model.message import Message
from smsgate.model.submission import Submission
from smsgate.provider import Submitted
from smsgate.routing.hop import Hop
from smsgate.sending.claimed import ClaimedSend, JournalRecord
from smsgate.sending.failover import Answered
from smsgate.telemetry.sends import bulk_call

__all__ = ["submit_together"]


async def submit_together(hop: Hop, claimed: Sequence[ClaimedSend]) -> Mapping[ClaimedSend, Answered]:
    """Submit messages in their first provider's bulk call; return its answers, none where it is not asked now.

    Nor is it for a message for which only this provider's budget has no room: that goes its way alone.
    """
    claimed = [each for each in claimed if _names(each, hop)]
    if not claimed:
        return {}
    permit = None if await hop.blocked() else hop.breaker.admit()
    if permit is None:
        return {}
    engine = hop.provider.engine
    started, clock = engine.utc(), engine.now()
    try:
        answers = await _call(hop, claimed)
    except BaseException:
        permit.release()
        raise
    submitted = [answer for answer, _ in answers]
    permit.note(_verdict(submitted))
    seconds = engine.now() - clock
    return {
        each: Answered(answer, submission, started, seconds)
        for each, (answer, submission) in zip(claimed, answers, strict=True)
    }


async def _call(
    hop: Hop, claimed: Sequence[ClaimedSend]
) -> Sequence[tuple[Submitted | JournalError, Submission | None]]:
    """Return what became of each message, and its submission."""
    sends: list[tuple[Message, Submission]] = []
    try:
        for each in claimed:
            made = await each.record.intend(hop.provider, ()) if isinstance(each.record, JournalRecord) else None
            sends.append((each.prepared.outgoing, hop.provider.submission(each.prepared.outgoing, made)))
    except JournalError as error:
        return [(error, None)] * len(claimed)
    for each, (_, submission) in zip(claimed, sends, strict=True):
        each.failover.begin(hop, submission, hop.provider.engine.utc())
    deadline = min((each.deadline for each in claimed), key=lambda each: each.ends)
    with bulk_call(hop.provider.name, [each.prepared.watch for each in claimed]):
        submitted = await hop.provider.submit_chunk(sends, deadline)
    return [*zip(submitted, (submission for _, submission in sends), strict=True)]


def _names(claimed: ClaimedSend, hop: Hop) -> bool:
    """Whether a message was claimed for a provider."""
    return claimed.record.provider == hop.provider.name


def _verdict(submitted: Sequence[Submitted | JournalError]) -> SmsgateError | None:
    """Return what a bulk call says about the provider: nothing against it, if it took any message."""
    if any(isinstance(each, Accepted) for each in submitted):
        return None
    return next(each for each in submitted if not isinstance(each, Accepted))
