"""The cheapest request by which an account's credentials show: one that reads, by what the adapter declares."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from smsgate.adapter.abilities.contacts import KeepsContacts
from smsgate.adapter.abilities.groups import KeepsGroups
from smsgate.adapter.abilities.messages import ListsMessages
from smsgate.adapter.abilities.sending import TellsBalance
from smsgate.adapter.abilities.templates import KeepsTemplates
from smsgate.adapter.driver import Conversation
from smsgate.adapter.request import Answer, Effect, Request
from smsgate.blocking.provider import Provider
from smsgate.model.errors import ProviderError
from smsgate.model.stored import MessageFilter

__all__ = ["Reading", "first_read"]

T = TypeVar("T")


def first_read(provider: Provider) -> tuple[str, Conversation[object]] | None:
    """Return what is asked for, in words, and the conversation; None where the account has nothing to be read."""
    found: tuple[str, Conversation[object]] | None = None
    if provider.can(TellsBalance):
        found = "the balance", provider.able(TellsBalance, "balance").balance()
    elif provider.can(ListsMessages):
        listing = provider.able(ListsMessages, "messages.list").list_messages(None, MessageFilter())
        found = "a page of messages", listing
    elif provider.can(KeepsContacts):
        found = "a page of contacts", provider.able(KeepsContacts, "contacts.list").list_contacts(None, None)
    elif provider.can(KeepsGroups):
        found = "a page of groups", provider.able(KeepsGroups, "groups.list").list_groups(None)
    elif provider.can(KeepsTemplates):
        found = "a page of templates", provider.able(KeepsTemplates, "templates.list").list_templates(None)
    return found


class Reading:
    """Asks what only reads, and each such request once: several checks read the same first page."""

    def __init__(self) -> None:
        self._answered: list[tuple[Request, Answer]] = []

    def of(self, conversation: Conversation[T]) -> Generator[Request, Answer, T]:
        """Go through a conversation that changes nothing; raise TypeError before a request that would."""
        try:
            request = next(conversation)
            while True:
                try:
                    answer = yield from self._asked(request)
                except ProviderError as error:
                    request = conversation.throw(error)
                else:
                    request = conversation.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result

    def _asked(self, request: Request) -> Generator[Request, Answer, Answer]:
        if request.effect is not Effect.READS:
            raise TypeError(f"{request} does not only read (an error in the adapter)")
        for known, answer in self._answered:
            if known == request:
                return answer
        answer = yield request
        self._answered.append((request, answer))
        return answer
