"""Messages that may have been sent: listed, looked for at their vendors, marked by hand, or sent again by choice."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

from smsgate.adapter.abilities.reconciliation import Doubt
from smsgate.adapter.adapter import Accepted
from smsgate.journal import Entry, Finding, Journal, State
from smsgate.model.errors import ConfigError, ConflictError, InvalidMessageError, RefusedError, SmsgateError
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.provider import AsyncProvider
from smsgate.sending.claimed import EntryIds
from smsgate.sending.ended import result_or_error
from smsgate.sending.failure import refusal_of
from smsgate.sending.send import Sender
from smsgate.sending.timing import at_its_time

__all__ = ["AsyncUnknowns"]


class AsyncUnknowns:
    """What is to be done about a journal's unknown entries; `gateway.unknowns` gives it.

    Nothing here happens by itself: smsgate sends an unknown message again only when it is asked to.
    """

    def __init__(self, journal: Journal, sender: Sender, providers: Mapping[str, AsyncProvider]) -> None:
        self._journal = journal
        self._sender = sender
        self._call = sender.engine.call
        self._providers = providers

    async def list(self, run: str | None = None) -> AsyncGenerator[Entry, None]:
        """Give the unknown entries, or those of one run, the oldest first; they are read page by page."""
        after = 0
        while page := await self._call(self._journal.unknowns, after, run):
            for entry in page:
                yield entry
            after = page[-1].id

    async def get(self, entry_id: int) -> Entry:
        """Return an entry, whatever its state; `NotFoundError` if there is none."""
        return await self._call(self._journal.find, entry_id)

    async def reconcile(self, entry_id: int, message: Message | None = None) -> Entry:
        """Ask every provider that may have an unknown message; return the entry, accepted or certainly not sent.

        `message` is needed where the journal does not keep texts. Raises `UnknownOutcomeError` while a vendor cannot
        tell, `UnsupportedError` if it never can, `ConflictError` if the entry is not unknown.
        """
        entry = await self._unknown(entry_id)
        message = self._message(entry, message)
        ids = EntryIds(self._journal, entry_id)
        for asked in entry.asked:
            doubt = Doubt(
                message,
                asked.since,
                asked.message_id,
                until=entry.changed,
                elapsed=entry.unchanged_for,
                submission=asked.submission,
            )
            if found := await self._provider(asked.provider).reconcile(doubt, ids=ids):
                finding = _accepted(found, asked.provider)
                return await self._call(self._journal.resolve, entry_id, finding)
        names = ", ".join(asked.provider for asked in entry.asked)
        reason = f"not there ({names})" if names else "no provider was asked"
        finding = Finding(outcome=Outcome.NOT_SENT, reason=reason)
        return await self._call(self._journal.resolve, entry_id, finding)

    async def resolve(
        self, entry_id: int, outcome: Outcome, *, provider: str | None = None, message_id: str | None = None
    ) -> Entry:
        """Mark an unknown entry by hand as accepted, rejected or not sent; a run sends what is not sent.

        `message_id` is the vendor's, of an accepted one. Raises `ConflictError` if the entry is not unknown, or another
        entry has this id.
        """
        if outcome is Outcome.UNKNOWN:
            raise InvalidMessageError("an entry is resolved as accepted, rejected or not sent, not as unknown")
        entry = await self._unknown(entry_id)
        last = entry.asked[-1].provider if entry.asked else None
        finding = Finding(
            outcome=outcome,
            provider=provider or last,
            message_id=message_id,
            reason=f"marked by hand as {outcome.value}",
        )
        return await self._call(self._journal.resolve, entry_id, finding)

    async def resend(self, entry_id: int, message: Message | None = None, *, provider: str | None = None) -> SendResult:
        """Send an unknown message once more, though it may have been sent; return and raise as `Gateway.send` does.

        `message` is needed where the journal does not keep texts. Raises `ConflictError` if the entry is not unknown.
        What is refused before a provider is asked, for an opt-out, quiet hours or a budget without room, is as unknown
        as it was: ``error.result`` says so.
        """
        entry = await self._unknown(entry_id)
        message = self._message(entry, message)
        message = at_its_time(message, self._sender.engine.utc())
        prepared = await self._sender.prepare(message, provider, may_wait=False)
        try:
            result = await self._sender.send(prepared, resend=entry_id)
        except RefusedError as error:
            raise _still_unknown(entry, message, refusal_of(error)) from None
        if prepared.refusal is not None:
            raise _still_unknown(entry, message, prepared.refusal)
        return result_or_error(result)

    async def _unknown(self, entry_id: int) -> Entry:
        entry = await self.get(entry_id)
        if entry.state is not State.UNKNOWN:
            raise ConflictError(f"entry {entry_id} is not unknown but {entry.state.value}; nothing was changed")
        return entry

    def _message(self, entry: Entry, message: Message | None) -> Message:
        message = message or entry.message
        if message is None:
            raise InvalidMessageError(f"entry {entry.id}: the journal does not keep texts; give the message")
        if message.to != entry.to:
            raise InvalidMessageError(f"entry {entry.id} is a message to {entry.to}, not to {message.to}")
        return message

    def _provider(self, name: str) -> AsyncProvider:
        if name not in self._providers:
            raise ConfigError(f"provider {name!r} may have the message and is not in the settings; put it back")
        return self._providers[name]


def _still_unknown(entry: Entry, message: Message, refusal: SmsgateError) -> SmsgateError:
    """Return why an unknown message is not sent again, with what is known of it."""
    refusal.result = entry.result(message)
    return refusal


def _accepted(found: Accepted, provider: str) -> Finding:
    return Finding(
        outcome=Outcome.ACCEPTED,
        provider=provider,
        message_id=found.message_id,
        status=found.status,
        is_answer=True,
    )
