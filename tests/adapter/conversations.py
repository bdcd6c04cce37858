"""Runs an adapter's conversation to its end."""

from __future__ import annotations

from typing import TypeVar

from smsgate import Conversation
from smsgate.testing import answer

T = TypeVar("T")


def run(conversation: Conversation[T]) -> T:
    """Answer whatever is asked."""
    try:
        next(conversation)
        while True:
            conversation.send(answer(200, {}))
    except StopIteration as end:
        result: T = end.value
        return result
