"""What a vendor has beside the neutral operations: methods written as conversations, and called as functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from inspect import signature
from typing import Concatenate, Generic, ParamSpec, TypeVar, get_args

from smsgate.adapter.adapter import Adapter, Converse
from smsgate.adapter.driver import Conversation
from smsgate.adapter.settings import Settings

__all__ = ["Extras", "operation"]

P = ParamSpec("P")
T = TypeVar("T")
A_co = TypeVar("A_co", bound=Adapter[Settings], covariant=True)
X = TypeVar("X", bound="Extras[Adapter[Settings]]")


class Extras(Generic[A_co]):
    """The base of an adapter's extras; `converse` drives a conversation at the provider's account."""

    def __init__(self, converse: Converse, adapter: A_co) -> None:
        self.converse = converse
        self.adapter = adapter


def operation(conversation: Callable[Concatenate[X, P], Conversation[T]]) -> Callable[Concatenate[X, P], T]:
    """Make a method of `Extras` that asks the vendor: it is written as a conversation, and returns its result.

    Observers see the method's name as the operation.
    """

    def call(self: X, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.converse(conversation.__name__, conversation(self, *args, **kwargs))

    update_wrapper(call, conversation)
    written = signature(conversation)
    result = written.return_annotation
    result = result.removeprefix("Conversation[")[:-1] if isinstance(result, str) else get_args(result)[-1]
    call.__signature__ = written.replace(return_annotation=result)  # type: ignore[attr-defined] # what help() shows
    return call
