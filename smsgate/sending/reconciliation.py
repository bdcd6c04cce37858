"""Asks a provider whether it has a message, until it can tell or the time is up."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve, frozen

from smsgate.adapter.abilities.reconciliation import Doubt
from smsgate.adapter.adapter import Accepted
from smsgate.adapter.deadline import Deadline
from smsgate.model.errors import JournalError, ProviderError, SmsgateError, UnknownOutcomeError
from smsgate.model.vendor_ids import KnownIds
from smsgate.provider import AsyncProvider

__all__ = ["Reconciliation"]

FIRST_LOOK, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a provider is asked what became of a message, and at most between two times of asking."""


@frozen
class Reconciliation:
    """One message whose outcome at one provider is unknown."""

    provider: AsyncProvider
    doubt: Doubt
    failure: UnknownOutcomeError
    """What left the outcome open."""
    deadline: Deadline
    """The message's; the provider is not asked after it."""
    ids: KnownIds | None
    """Which ids other messages have."""
    ask_again: str | None
    """The command that asks later; None without a journal."""

    async def ask(self) -> Accepted | None:
        """Return what the vendor accepted, or None if it certainly has no such message.

        Raises `UnknownOutcomeError`, which says why and how to ask later, if it stays open.
        """
        last, pause, began = "there was no time to ask the vendor again", FIRST_LOOK, self.provider.engine.now()
        while pause < self.deadline.left and not self.deadline.is_stopped:
            await self.provider.engine.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                doubt = evolve(self.doubt, elapsed=timedelta(seconds=self.provider.engine.now() - began))
                return await self.provider.reconcile(doubt, deadline=self.deadline, ids=self.ids)
            except (ProviderError, JournalError) as error:  # it cannot tell yet, or could not be asked
                last = error.reason if isinstance(error, ProviderError) else str(error)
            except SmsgateError as error:  # it can never tell
                last = str(error)
                break
        raise self._open(last)

    def _open(self, last: str) -> UnknownOutcomeError:
        later = f"; ask later with `{self.ask_again}`" if self.ask_again else ""
        error = self.failure.become(UnknownOutcomeError, f"{self.failure.reason}; reconciliation: {last}{later}")
        error.__cause__ = self.failure
        return error
