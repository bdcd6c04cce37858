"""Telnyx's API v2, as its published API description and its guides have it.

"Guide" in this package is the vendor's API description (OpenAPI), and a "guide to" one of its pages; what neither
says and we had to assume is marked PRESUMED. One file a chapter: `sending`, `messages`, `lists`, `records`,
`reconciliation`, `webhooks`, `codes`, `extras`; `message_reply` is how a message is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from smsgate import (
    Balance,
    ChoosesSender,
    Conversation,
    Converse,
    Request,
    SendsLater,
    SendsMedia,
    TellsBalance,
    fields,
)
from smsgate_telnyx.codes import explained
from smsgate_telnyx.extras import TelnyxExtras
from smsgate_telnyx.lists import Deliveries
from smsgate_telnyx.reconciliation import Reconciliation
from smsgate_telnyx.records import Records
from smsgate_telnyx.sending import PROFILE
from smsgate_telnyx.settings import TelnyxSettings
from smsgate_telnyx.webhooks import Webhooks

__all__ = ["Telnyx"]


@frozen
class _BalanceReply:
    raw: fields.Raw
    amount: fields.Amount = fields.named("data.available_credit")
    unit: fields.Word = fields.named("data.currency")


class Telnyx(Webhooks, Records, Deliveries, Reconciliation, SendsLater, SendsMedia, ChoosesSender, TellsBalance):
    """Telnyx: a Bearer key, JSON, messages by UUID, webhooks that are signed."""

    name = "telnyx"
    Settings = TelnyxSettings
    service_pattern, media_at_most = PROFILE, 10
    explain = staticmethod(explained)

    def headers(self) -> Mapping[str, str]:
        """Return the API key."""
        return {"Accept": "application/json", "Authorization": f"Bearer {self.settings.api_key}"}

    def balance(self) -> Conversation[Balance]:
        """Guide: GET /balance; the amount is what may be spent, the balance and the credit limit together."""
        return fields.into(Balance, (yield Request("GET", "balance")).read(_BalanceReply))

    def extras(self, converse: Converse) -> TelnyxExtras:
        """Return what Telnyx has beside the neutral operations."""
        return TelnyxExtras(converse, self)
