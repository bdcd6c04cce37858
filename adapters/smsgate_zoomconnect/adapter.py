"""Zoom Connect's REST API v1, as its guide and its published swagger describe it.

"Guide" in this package is the vendor's REST API Guide; "swagger" is the API description the vendor publishes. What
neither says and we had to assume is marked PRESUMED. In reading order: `settings`, `replies`, `sending`, `contacts`,
`groups`, `templates`, `messages`, `polling`, `webhooks`, `extras`; `dates` and `links` beside them.
"""

from __future__ import annotations

from collections.abc import Mapping

from smsgate import (
    Answer,
    Balance,
    Conversation,
    Converse,
    Effect,
    InsufficientCreditError,
    InvalidRecipientError,
    MalformedAnswerError,
    NotSentError,
    ProviderError,
    RejectedError,
    Request,
    Scope,
    TellsBalance,
    tells_no_credit,
)
from smsgate_zoomconnect.contacts import Contacts
from smsgate_zoomconnect.extras import ZoomConnectExtras
from smsgate_zoomconnect.groups import Groups
from smsgate_zoomconnect.polling import Polling
from smsgate_zoomconnect.replies import BalanceReply, ErrorReply
from smsgate_zoomconnect.settings import ZoomConnectSettings
from smsgate_zoomconnect.templates import Templates
from smsgate_zoomconnect.webhooks import Webhooks

__all__ = ["ZoomConnect"]

INVALID_NUMBER = 2
"""RestErrorDTO's code for "Invalid mobile number" (swagger, `sms/send` 400)."""


class ZoomConnect(Polling, Webhooks, Contacts, Groups, Templates, TellsBalance):
    """Zoom Connect: e-mail and token in headers, JSON where asked for, dates in the account's zone."""

    name = "zoomconnect"
    Settings = ZoomConnectSettings

    def headers(self) -> Mapping[str, str]:
        """Return the credentials and the wish for JSON: without it the vendor answers in XML (seen by its clients)."""
        return {"Accept": "application/json", "email": self.settings.email, "token": self.settings.token}

    def balance(self) -> Conversation[Balance]:
        """Guide: GET account/balance."""
        answer = yield Request("GET", "account/balance")
        amount = answer.read(BalanceReply).creditBalance
        return Balance(provider=self.provider, amount=amount, unit="credits", raw=answer.raw())

    def extras(self, converse: Converse) -> ZoomConnectExtras:
        """Return what Zoom Connect has beside the neutral operations."""
        return ZoomConnectExtras(self, converse)

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        """Read RestErrorDTO, which the swagger documents for a 400 of sms/send."""
        if answer.status != 400:
            return None
        try:
            reply = answer.read(ErrorReply)
        except MalformedAnswerError:
            return None
        kind, scope = _meaning(request, reply)
        return kind(reply.message or "refused without a reason", code=str(reply.code), scope=scope)


def _meaning(request: Request, reply: ErrorReply) -> tuple[type[ProviderError], Scope | None]:
    if request.effect is not Effect.SENDS:
        return ProviderError, None
    if tells_no_credit(reply.message or ""):
        return InsufficientCreditError, None
    if request.path == "sms/send-bulk":  # one message's fault, perhaps, and it does not say whose
        return NotSentError, Scope.MESSAGE
    return (InvalidRecipientError if reply.code == INVALID_NUMBER else RejectedError), None
