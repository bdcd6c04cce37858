"""A vendor's own operations."""

from __future__ import annotations

from inspect import signature
from typing import TypeVar

from smsgate import Conversation, Extras, Request, operation
from tests.adapter.conversations import run
from tests.stub_provider import StubAdapter, StubSettings

T = TypeVar("T")


class Mine(Extras[StubAdapter]):
    @operation
    def look_up(self, number: str, *, twice: bool = False) -> Conversation[int]:
        """Ask about a number."""
        for _ in range(1 + twice):
            yield Request("GET", "numbers", query={"number": number})
        return 1 + twice


def test_an_operation_of_a_vendor_is_written_as_a_conversation_and_called_as_a_function() -> None:
    driven: list[str] = []

    def converse(operation: str, conversation: Conversation[T]) -> T:
        driven.append(operation)
        return run(conversation)

    adapter = StubAdapter(StubSettings(), provider="zoom")
    mine = Mine(converse, adapter)
    assert mine.look_up("27821234567", twice=True) == 2
    assert mine.adapter is adapter
    assert driven == ["look_up"]
    assert str(signature(Mine.look_up)) == "(self, number: 'str', *, twice: 'bool' = False) -> 'int'"
    assert Mine.look_up.__doc__ == "Ask about a number."
