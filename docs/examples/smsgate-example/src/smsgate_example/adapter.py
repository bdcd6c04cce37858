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
    MalformedAnswerError,
    Message,
    ProviderError,
    RejectedError,
    Request,
    Settings,
    Status,
    TellsBalance,
    TellsStatus,
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
    id: str
    state: str


@frozen
class _ErrorReply:
    error: str


@frozen
class _BalanceReply:
    amount: Decimal
    currency: str


STATUS = {"queued": Status.QUEUED, "sent": Status.SENT, "seen": Status.DELIVERED, "lost": Status.FAILED}

# Adapter --------------------------------------------------------------------


class Example(Adapter[ExampleSettings], TellsStatus, TellsBalance):
    """What it inherits is what it can do."""

    name = "example"
    Settings = ExampleSettings

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.settings.token}"}

    def send(self, message: Message) -> Conversation[Accepted]:
        body = {**message.extra.get(self.name, {}), "to": message.to, "text": message.text}
        answer = yield Request("POST", "texts", json=body, effect=Effect.SENDS)
        return Accepted(message_id=answer.read(_TextReply).id, raw=answer.raw())

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        answer = yield Request("GET", "texts/{id}", ids={"id": message_id})
        reply = answer.read(_TextReply)
        status = STATUS.get(reply.state, Status.UNKNOWN)
        return DeliveryReport(provider=self.provider, message_id=reply.id, status=status, raw_status=reply.state)

    def balance(self) -> Conversation[Balance]:
        reply = (yield Request("GET", "balance")).read(_BalanceReply)
        return Balance(provider=self.provider, amount=reply.amount, unit=reply.currency)

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        if answer.status != 422 or request.effect is not Effect.SENDS:
            return None
        try:
            error = answer.read(_ErrorReply).error
        except MalformedAnswerError:
            return None
        return InvalidRecipientError(error) if error == "no such number" else RejectedError(error)
