"""Messages that may have been sent: listed, looked for at their vendors, marked by hand, or sent again by choice."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

from smsgate.adapter.abilities.reconciliation import Doubt
from smsgate.adapter.account import adapter_of, is_identified
from smsgate.adapter.adapter import Accepted
from smsgate.journal import Asked, Entry, Finding, Journal, State
from smsgate.model.errors import (
    ConfigError,
    ConflictError,
    InvalidMessageError,
    RefusedError,
    SmsgateError,
    UnknownOutcomeError,
)
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
        tell, or where a provider is another account than the one that may have the message, `UnsupportedError` if it
        never can, `ConflictError` if the entry is not unknown, or was sent again meanwhile.
        """
        entry = await self._unknown(entry_id)
        message = self._message(entry, message)
        ids = EntryIds(self._journal, entry_id)
        out_of_reach: SmsgateError | None = None
        for asked in entry.asked:
            if (away := self._away(entry, asked)) is not None:
                out_of_reach = out_of_reach or away  # another one may have it, and then that settles it
                continue
            doubt = Doubt(
                message,
                asked.since,
                asked.message_id,
                until=entry.changed,
                elapsed=entry.unchanged_for,
                submission=asked.submission,
            )
            if found := await self._providers[asked.provider].reconcile(doubt, ids=ids):
                finding = _accepted(found, asked.provider)
                return await self._call(self._journal.resolve, entry_id, finding)
        if out_of_reach is not None:
            raise out_of_reach
        names = ", ".join(asked.provider for asked in entry.asked)
        reason = f"not there ({names})" if names else "no provider was asked"
        finding = Finding(outcome=Outcome.NOT_SENT, reason=reason, asked=entry.asked)
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

    def _away(self, entry: Entry, asked: Asked) -> SmsgateError | None:
        """Say why the account that may have a message cannot be asked; None if it can be.

        An account that has another name now is not asked either: which ids other messages have is known by the name.
        """
        name, now = asked.provider, self._providers.get(asked.provider)
        if now is not None and asked.account in {None, now.account}:
            return None
        renamed = [
            each.name
            for each in self._providers.values()
            if each.account == asked.account and is_identified(each.adapter.settings)
        ]
        where = f", and that account is {renamed[0]!r} now" if renamed else ""
        if now is None:
            return ConfigError(f"provider {name!r} may have the message and is not in the settings{where}; put it back")
        return UnknownOutcomeError(
            f"this name {_swapped(asked.account or '', now.account)}{where}; put the old account back under it, or "
            f"mark the entry: smsgate unknown resolve {entry.id}",
            provider=name,
        )


def _swapped(old: str, new: str) -> str:
    """Say what a provider was, and is now."""
    was, now = adapter_of(old), adapter_of(new)
    if was == now:
        return f"was another account of {was} when it was asked"
    return f"was an account of {was} when it was asked, and is one of {now} now"


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
