"""What every facet has: an account that it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from smsgate.adapter.driver import Conversation
from smsgate.model.page import I, Listing, Page
from smsgate.transport.client import Client

__all__ = ["Facet"]

A = TypeVar("A")
T = TypeVar("T")


class Facet:
    """One kind of thing that a provider keeps."""

    name: str

    def __init__(self, client: Client) -> None:
        self._client = client

    def _able(self, ability: type[A], operation: str) -> A:
        return self._client.able(ability, f"{self.name}.{operation}")

    def _ask(self, operation: str, conversation: Conversation[T]) -> T:
        return self._client.converse(f"{self.name}.{operation}", conversation)

    def _walk(self, pages: Callable[[str | None], Conversation[Page[I]]]) -> Listing[I]:
        return Listing(lambda cursor: self._ask("list", pages(cursor)))
