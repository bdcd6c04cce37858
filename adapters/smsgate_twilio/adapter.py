"""Twilio's REST API of 2010-04-01, for SMS and MMS.

SPEC in this package is the API description that the vendor publishes (OpenAPI), DOC a page of its site, and SDK its
official library for Python. What none of them says and we had to assume is marked PRESUMED; `presumptions` has the
list. One file a chapter: `sending`, `messages`, `webhooks`, `prices`, `errors`; `extras` is what smsgate has no words
for.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping

from attrs import frozen

import smsgate
from smsgate import fields
from smsgate_twilio.extras import TwilioExtras
from smsgate_twilio.presumptions import presumptions
from smsgate_twilio.prices import Prices
from smsgate_twilio.sending import Sending
from smsgate_twilio.settings import TwilioSettings
from smsgate_twilio.webhooks import Webhooks

__all__ = ["Twilio"]


@frozen
class _BalanceReply:
    """What is left; a subaccount has none (SPEC)."""

    raw: fields.Raw
    balance: fields.Spare[fields.Amount] = None
    currency: fields.OptionalText = None


class Twilio(Sending, Webhooks, Prices, smsgate.TellsBalance):
    """Twilio: Basic auth, forms in, JSON out, signed calls."""

    name = "twilio"
    title = "Twilio, Programmable Messaging"
    Settings = TwilioSettings
    answers_by_default = frozenset({"stop", "start", "help"})
    """Of long codes and toll-free numbers (DOC stop-filtering); of short codes that the account has set up so."""

    def presumptions(self) -> Iterable[smsgate.Presumption]:
        """Return what no document says."""
        return presumptions(self)

    def headers(self) -> Mapping[str, str]:
        """Return Basic auth, of the API key or of the account itself (SPEC, SDK)."""
        own = self.settings
        pair = f"{own.key_sid or own.account_sid}:{own.key_secret or own.auth_token}"
        return {"Accept": "application/json", "Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def balance(self) -> smsgate.Conversation[smsgate.Balance]:
        """SPEC: GET Balance.json. A change may show late."""
        reply = (yield smsgate.Request("GET", "Balance.json")).read(_BalanceReply)
        if reply.balance is None:
            raise smsgate.ProviderError("Twilio shows no balance; a subaccount has that of its main account: ask there")
        return smsgate.Balance(amount=reply.balance, unit=reply.currency or "USD", raw=reply.raw)

    def extras(self, converse: smsgate.Converse) -> TwilioExtras:
        """Return what Twilio has beside the neutral operations."""
        return TwilioExtras(converse, self)
