"""What is under way of messages that are submitted together: another thread, or a signal handler, may look at it."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import Factory, define

from smsgate.journal import Entry
from smsgate.model.errors import UnknownOutcomeError
from smsgate.model.outcome import MAY_HAVE_BEEN_SENT
from smsgate.model.rate import PaceWait
from smsgate.model.result import SendResult
from smsgate.sending.claimed import ClaimedSend
from smsgate.sending.prepared import PreparedSend

__all__ = ["Flight"]

ABANDONED = f"its answer was not waited for; {MAY_HAVE_BEEN_SENT}"


@define(eq=False)
class Waiting:
    """What a request waits for before it is sent; messages' deadlines refer to it, and not to their flight."""

    now: PaceWait | None = None

    def note(self, wait: PaceWait | None) -> None:
        """Note that the request waits, or does not any more."""
        self.now = wait


@define(eq=False)
class Flight:
    """How far messages are, from their claims to their results."""

    begun: Sequence[ClaimedSend | Entry | SendResult] = ()
    """What came of claiming each message; nothing before that."""
    results: dict[ClaimedSend, SendResult] = Factory(dict)
    waiting: Waiting = Factory(Waiting)

    @property
    def open(self) -> list[ClaimedSend]:
        """The messages that have no result yet."""
        return [each for each in self.begun if isinstance(each, ClaimedSend) and each not in self.results]

    def abandoned(self, sends: Sequence[PreparedSend]) -> list[SendResult]:
        """Return the results of messages that are waited for no longer, unknown where a provider may have one."""
        return [self._abandoned(*each) for each in zip(sends, self.begun, strict=True)]

    def _abandoned(self, prepared: PreparedSend, begun: ClaimedSend | Entry | SendResult) -> SendResult:
        match begun:
            case ClaimedSend():
                return self.results.get(begun) or begun.failover.interrupted(UnknownOutcomeError(ABANDONED))
            case Entry():
                return begun.result(prepared.message)
            case _:
                return begun
