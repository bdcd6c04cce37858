"""A message on its way through a dispatch: ready to go, claimed, ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from smsgate import text
from smsgate.adapter.deadline import Deadline
from smsgate.journal import Asked, Claim, Intent, Journal
from smsgate.model.errors import ConfigError, InvalidMessageError, JournalError, OptedOutError
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.result import Attempt, SendResult
from smsgate.model.vendor_ids import Found
from smsgate.routing.hop import Hop
from smsgate.routing.route import Route
from smsgate.runtime.shield import LateError, Pending
from smsgate.sending.failover import Submission
from smsgate.sending.memory_ids import OpenMessage

__all__ = ["ClaimedSend", "Ended", "Intention", "PreparedSend"]

LEAST = 0.25
"""Seconds for which an end's record is waited for even where the message took all of its time."""

_log = logging.getLogger("smsgate.journal")


@frozen
class PreparedSend:
    """A message that is ready to go: who is asked for it, in which order, and what stops it."""

    message: Message
    analysis: text.Analysis
    route: Route
    hops: Sequence[Hop]
    refusal: InvalidMessageError | ConfigError | OptedOutError | None = None
    run: str | None = None
    confirms: bool = False
    """Whether it may go to a number that has just opted out, to say that this was understood."""
    deadline: float = 60.0
    """Seconds from its beginning, with everything that is waited for."""

    @property
    def intent(self) -> Intent:
        """What the journal records before a provider is asked."""
        provider = self.hops[0].provider.name if self.hops and self.refusal is None else None
        return Intent(self.message, provider, self.run, self.confirms)


class Intention:
    """Tells the journal who is asked next for a message, before it is."""

    def __init__(self, journal: Journal, claim: Claim, deadline: Deadline) -> None:
        self.claim = claim
        self._journal = journal
        self._deadline = deadline

    def __call__(self, provider: str, attempts: Sequence[Attempt]) -> None:
        """Record who is asked next."""
        doubts = [
            Asked(each.provider, each.started, getattr(each.error, "message_id", None))
            for each in attempts
            if each.outcome is Outcome.UNKNOWN
        ]
        within = self._deadline.left
        self.claim = self._journal.intend(self.claim, provider, doubts, within=within)

    def choose(self, provider: str, found: Found, since: datetime) -> str | None:
        """Pick the id of a vendor's that is this message's."""
        within = self._deadline.left
        return self._journal.choose_id(self.claim.entry_id, provider, found, since, within=within)


@frozen
class ClaimedSend:
    """An prepared that may be done: the journal has its intent, or there is no journal."""

    prepared: PreparedSend
    intention: Intention | None
    opened: OpenMessage | None
    submission: Submission
    deadline: Deadline


@frozen
class Ended:
    """Messages at their ends, which the journal may still be recording."""

    _results: Sequence[SendResult]
    _recorded: Sequence[Pending[None]]
    _deadline: float

    def wait(self) -> Sequence[SendResult]:
        """Return the results, once they are durable or their time is over; they are true either way."""
        for each in self._recorded:
            try:
                each.wait(max(LEAST, self._deadline - time.monotonic()))
            except LateError:
                _log.warning("a message has ended and the journal has not answered yet; it is recorded later")
            except JournalError as error:
                _log.error("a message has ended and is kept in memory until it can be recorded: %s", error)
        return self._results
