"""Salesmsg's public API 2.2 and 2.3, whole.

"Guide" in this package is the vendor's API page, help article and Postman collection; "API description" is the OpenAPI
document of v2.3, as others read it. What neither says and we had to assume is marked PRESUMED; `presumptions` has the
list. Saved replies (templates) have scopes and no documented path, and so are not here. One file a chapter: `tokens`,
`contacts`, `opt_outs`, `conversations`, `threads`, `messages`, `sending`, `tags`, `webhooks`, `errors`; `requests` has
what all of them share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smsgate import Answer, Converse, Presumption, ProviderError, Request, SendsLater
from smsgate_salesmsg.contacts import Contacts, SalesmsgExtras
from smsgate_salesmsg.directory import Directory
from smsgate_salesmsg.errors import BLOCK, error_text, explained
from smsgate_salesmsg.messages import Messages
from smsgate_salesmsg.opt_outs import OptOuts
from smsgate_salesmsg.presumptions import presumptions
from smsgate_salesmsg.sending import Sending
from smsgate_salesmsg.settings import SalesmsgSettings
from smsgate_salesmsg.tags import Tags
from smsgate_salesmsg.tokens import KnownByToken
from smsgate_salesmsg.webhooks import Webhooks

__all__ = ["Salesmsg"]


class Salesmsg(Sending, Messages, Webhooks, Contacts, OptOuts, Tags, KnownByToken):
    """Salesmsg: messages in conversations with contacts, tags for groups, tokens that expire."""

    name = "salesmsg"
    title = "Salesmsg (salesmessage.com)"
    Settings = SalesmsgSettings
    settings: SalesmsgSettings
    blocked_for = BLOCK

    def __init__(self, settings: SalesmsgSettings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self.directory = Directory()

    def presumptions(self) -> Iterable[Presumption]:
        """Return what neither guide nor API description says."""
        return presumptions(self, self, self)

    def headers(self) -> Mapping[str, str]:
        """Ask for JSON; the token's own header is beside this."""
        return {"Accept": "application/json"}

    def disabled_abilities(self) -> Mapping[type, str]:
        """Rule out scheduling in v2.2, whose documents have no `send_at` to send."""
        if self.settings.newer:
            return {}
        return {SendsLater: 'Salesmsg has send_at in api_version "v2.3" only; set that, or leave it out'}

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        """Read the vendor's several error bodies."""
        return explained(request, answer)

    def error_text(self, answer: Answer) -> str | None:
        """Return the `message` of the error."""
        return error_text(answer)

    def extras(self, converse: Converse) -> SalesmsgExtras:
        """Return what Salesmsg has beside the neutral operations."""
        return SalesmsgExtras(converse, self)
