"""Salesmsg's public API 2.2 and 2.3, whole.

"Guide" in this package is the vendor's API page, help article and Postman collection; "API description" is the OpenAPI
document of v2.3, as others read it. What neither says and we had to assume is marked PRESUMED. Saved replies
(templates) have scopes and no documented path, and so are not here.
"""

from __future__ import annotations

from smsgate import Converse
from smsgate_salesmsg.extras import SalesmsgExtras
from smsgate_salesmsg.inbox import Inbox
from smsgate_salesmsg.reconciliation import Reconciliation
from smsgate_salesmsg.submission import Submission
from smsgate_salesmsg.tags import Tags
from smsgate_salesmsg.webhooks import Webhooks

__all__ = ["Salesmsg"]


class Salesmsg(Submission, Reconciliation, Inbox, Webhooks, Tags):
    """Salesmsg: messages in conversations with contacts, tags for groups, tokens that expire."""

    def extras(self, converse: Converse) -> SalesmsgExtras:
        """Return what Salesmsg has beside the neutral operations."""
        return SalesmsgExtras(self, converse)
