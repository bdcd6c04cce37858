"""A vendor's own operations."""

from __future__ import annotations

import asyncio
from inspect import signature
from typing import TypeVar

import pytest

from smsgate import AsyncProvider, Conversation, Converse, Extras, Request, UnsupportedError, operation
from smsgate.engine.event_loop import EventLoop
from smsgate.testing import StubTransport, answer
from smsgate.transport.transport import Unblocked
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


class WithMine(StubAdapter):
    def extras(self, converse: Converse) -> Mine:
        return Mine(converse, self)


class Others(Extras[StubAdapter]):
    @operation
    def balance_of(self, number: str) -> Conversation[int]:
        """Ask about another's number."""
        yield Request("GET", "numbers", query={"number": number})
        return 1


def asynchronous(adapter: type[StubAdapter]) -> AsyncProvider:
    stub = Unblocked(StubTransport([answer(json={})] * 2))
    return AsyncProvider("mine", adapter(StubSettings(), provider="mine"), stub, EventLoop())


def test_on_asyncio_an_operation_of_a_vendor_is_awaited() -> None:
    provider = asynchronous(WithMine)
    assert asyncio.run(provider.extra(Mine.look_up, "27821234567", twice=True)) == 2


@pytest.mark.parametrize("adapter", [StubAdapter, WithMine])
def test_on_asyncio_an_operation_of_another_vendor_is_refused(adapter: type[StubAdapter]) -> None:
    provider = asynchronous(adapter)
    with pytest.raises(UnsupportedError, match=r"has no Others\.balance_of|has nothing beside"):
        asyncio.run(provider.extra(Others.balance_of, "27821234567"))
