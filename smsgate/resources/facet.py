"""What every facet has: an account that it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from smsgate.adapter.driver import Conversation
from smsgate.model.page import AsyncListing, I, Page
from smsgate.transport.client import AsyncClient

__all__ = ["Facet"]

A = TypeVar("A")
T = TypeVar("T")


class Facet:
    """One kind of thing that a provider keeps."""

    name: str

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    def _able(self, ability: type[A], operation: str) -> A:
        return self._client.able(ability, f"{self.name}.{operation}")

    async def _ask(self, operation: str, conversation: Conversation[T]) -> T:
        return await self._client.converse(f"{self.name}.{operation}", conversation)

    def _walk(self, pages: Callable[[str | None], Conversation[Page[I]]]) -> AsyncListing[I]:
        return AsyncListing(lambda cursor: self._ask("list", pages(cursor)))
