"""Zoom Connect's REST API v1, as its guide and its published swagger describe it.

"Guide" in this package is the vendor's REST API Guide; "swagger" is the API description the vendor publishes. What
neither says and we had to assume is marked PRESUMED; `presumptions` has the list. One file a chapter of the guide:
`sms`, `messages`, `contacts`, `groups`, `templates`, `account` (with `statistics`), `webhooks`, `errors`; `extras` is
what smsgate has no words for. `answers` and `dates` are how all of them are read and written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smsgate import Answer, Converse, Presumption, ProviderError, Request
from smsgate_zoomconnect.account import Account
from smsgate_zoomconnect.contacts import Contacts
from smsgate_zoomconnect.errors import error_text, explained
from smsgate_zoomconnect.extras import ZoomConnectExtras
from smsgate_zoomconnect.groups import Groups
from smsgate_zoomconnect.messages import Messages
from smsgate_zoomconnect.presumptions import presumptions
from smsgate_zoomconnect.settings import ZoomConnectSettings
from smsgate_zoomconnect.sms import Sms
from smsgate_zoomconnect.templates import Templates
from smsgate_zoomconnect.webhooks import Webhooks

__all__ = ["ZoomConnect"]


class ZoomConnect(Sms, Messages, Webhooks, Contacts, Groups, Templates, Account):
    """Zoom Connect: e-mail and token in headers, JSON where asked for, dates in the account's zone."""

    name = "zoomconnect"
    title = "Zoom Connect (zoomconnect.com)"
    Settings = ZoomConnectSettings

    def presumptions(self) -> Iterable[Presumption]:
        """Return what neither guide nor swagger says."""
        return presumptions(self, self)

    def headers(self) -> Mapping[str, str]:
        """Return the credentials and the wish for JSON: without it the vendor answers in XML (seen by its clients)."""
        return {"Accept": "application/json", "email": self.settings.email, "token": self.settings.token}

    def extras(self, converse: Converse) -> ZoomConnectExtras:
        """Return what Zoom Connect has beside the neutral operations."""
        return ZoomConnectExtras(converse, self)

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        """Read RestErrorDTO, which the swagger documents for a 400 of sms/send."""
        return explained(request, answer)

    def error_text(self, answer: Answer) -> str | None:
        """Return what RestErrorDTO says."""
        return error_text(answer)
