"""Example Telecom's API: one call sends, one tells the status, one the balance."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Balance,
    Conversation,
    DeliveryReport,
    Effect,
    InvalidRecipientError,
    Message,
    ProviderError,
    Request,
    Settings,
    Status,
    StatusTable,
    Submission,
    TellsBalance,
    TellsStatus,
    fields,
    refusal_kind,
)

# Settings -------------------------------------------------------------------


@frozen(kw_only=True)
class ExampleSettings(Settings):
    """One account at Example Telecom."""

    base_url: str = "https://api.telecom.example/v1"
    token: str = field(repr=False)


# Replies --------------------------------------------------------------------


@frozen
class _TextReply:
    raw: fields.Raw
    id: fields.Id
    state: str


@frozen
class _ErrorReply:
    error: str


@frozen
class _BalanceReply:
    amount: Decimal
    currency: str


STATUS = StatusTable(queued=Status.QUEUED, sent=Status.SENT, seen=Status.DELIVERED, lost=Status.FAILED)

WORDS = {r"\bno such number\b": InvalidRecipientError}

# Adapter --------------------------------------------------------------------


class Example(Adapter[ExampleSettings], TellsStatus, TellsBalance):
    """What it inherits is what it can do."""

    name = "example"
    Settings = ExampleSettings

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.settings.token}"}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {**message.extra.get(self.name, {}), "to": message.to, "text": message.text}
        reply = (yield Request("POST", "texts", json=body, effect=Effect.SENDS)).read(_TextReply)
        return Accepted(message_id=reply.id, raw=reply.raw)

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        reply = (yield Request("GET", "texts/{id}", ids={"id": message_id})).read(_TextReply)
        return DeliveryReport(message_id=reply.id, status=STATUS.of(reply.state), raw_status=reply.state, raw=reply.raw)

    def balance(self) -> Conversation[Balance]:
        reply = (yield Request("GET", "balance")).read(_BalanceReply)
        return Balance(amount=reply.amount, unit=reply.currency)

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        if answer.status != 422 or request.effect is not Effect.SENDS:
            return None
        reply = answer.read_or_none(_ErrorReply)
        return None if reply is None else refusal_kind(reply.error, WORDS)(reply.error)
