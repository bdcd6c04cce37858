"""A row of a bulk send that makes no message: what was given, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from attrs import frozen

from smsgate.model.errors import InvalidMessageError
from smsgate.model.outcome import Outcome
from smsgate.model.status import Status

__all__ = ["GivenMessage", "RefusedRow"]


@frozen(kw_only=True)
class GivenMessage:
    """The texts of a row that is no valid message, as they were given; None for what is missing or no text."""

    to: str | None = None
    text: str | None = None
    key: str | None = None
    reference: str | None = None
    campaign: str | None = None
    sender: str | None = None


@frozen(kw_only=True)
class RefusedRow:
    """The result of a row that makes no valid message: no provider was asked, and no journal has it.

    It reads as a `SendResult` does.
    """

    row: int
    """Its position among what was given, from 1."""
    error: InvalidMessageError
    """What is wrong, with the row's number."""
    message: GivenMessage

    outcome: ClassVar[Outcome] = Outcome.REJECTED
    status: ClassVar[Status] = Status.REJECTED
    provider: ClassVar[None] = None
    message_id: ClassVar[None] = None
    segments: ClassVar[int] = 0
    attempts: ClassVar[tuple[()]] = ()
    sender: ClassVar[None] = None
    notes: ClassVar[tuple[()]] = ()
    price: ClassVar[None] = None
    raw: ClassVar[Mapping[str, object]] = MappingProxyType({})
    held_until: ClassVar[None] = None
    may_be_duplicate: ClassVar[bool] = False
