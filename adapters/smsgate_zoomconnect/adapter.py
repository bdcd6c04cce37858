"""Zoom Connect's REST API v1, as its guide and its published swagger describe it.

"Guide" in this package is the vendor's REST API Guide; "swagger" is the API description the vendor publishes. What
neither says and we had to assume is marked PRESUMED. In reading order: `settings`, `replies`, `sending`, `contacts`,
`groups`, `templates`, `messages`, `polling`, `webhooks`, `extras`; `dates` and `links` beside them.
"""

from __future__ import annotations

from collections.abc import Mapping

from smsgate import Answer, Balance, Conversation, Converse, ProviderError, Request, TellsBalance
from smsgate_zoomconnect.contacts import Contacts
from smsgate_zoomconnect.extras import ZoomConnectExtras
from smsgate_zoomconnect.groups import Groups
from smsgate_zoomconnect.polling import Polling
from smsgate_zoomconnect.refusals import error_text, explained
from smsgate_zoomconnect.replies import BalanceReply
from smsgate_zoomconnect.settings import ZoomConnectSettings
from smsgate_zoomconnect.templates import Templates
from smsgate_zoomconnect.webhooks import Webhooks

__all__ = ["ZoomConnect"]


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
        return explained(request, answer)

    def error_text(self, answer: Answer) -> str | None:
        """Return what RestErrorDTO says."""
        return error_text(answer)
