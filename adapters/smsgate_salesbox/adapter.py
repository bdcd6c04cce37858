"""Salesbox's REST API, as its documentation describes it.

The documentation could not be matched with a live service: the vendor's public code has no such routes. This adapter is
built to the documentation; what that leaves open is marked PRESUMED; `presumptions` has the list. One file a chapter:
`text_messages` and `sending` (with `drafts`), `contacts`, `campaigns`, `errors`; `envelope` has the wrapping that all
answers share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smsgate import Answer, Converse, Effect, Presumption, ProviderError, Request
from smsgate_salesbox.campaigns import Campaigns
from smsgate_salesbox.contacts import Contacts
from smsgate_salesbox.errors import read_error, refusal_in
from smsgate_salesbox.presumptions import presumptions
from smsgate_salesbox.sending import SalesboxExtras, Sending
from smsgate_salesbox.settings import SalesboxSettings
from smsgate_salesbox.text_messages import TextMessages

__all__ = ["Salesbox"]


class Salesbox(Sending, TextMessages, Contacts, Campaigns):
    """Salesbox: a draft, then the sending of it; a bearer token; lists in every shape that is PRESUMED."""

    name = "salesbox"
    title = "Salesbox (segmentai.salesbox.com.br)"
    Settings = SalesboxSettings

    def presumptions(self) -> Iterable[Presumption]:
        """Return what the documentation does not say."""
        return presumptions(self)

    def headers(self) -> Mapping[str, str]:
        """Return the API token as a bearer."""
        return {"Accept": "application/json", "Authorization": f"Bearer {self.settings.token}"}

    def extras(self, converse: Converse) -> SalesboxExtras:
        """Return what Salesbox has beside the neutral operations."""
        return SalesboxExtras(converse, self)

    def error_text(self, answer: Answer) -> str | None:
        """Return what the error says."""
        error = read_error(answer)
        return None if error is None else error.message

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        """Put the vendor's own words to what is refused; every other status speaks for itself."""
        error = read_error(answer)
        if error is None or answer.status not in {400, 422} or request.effect is Effect.READS:
            return None
        return refusal_in(answer) if request.effect is Effect.SENDS else error.refusal()
