"""Telnyx's API v2, as its published API description and its guides have it.

"Guide" in this package is the vendor's API description (OpenAPI), and a "guide to" one of its pages; what neither says
and we had to assume is marked PRESUMED; `presumptions` has the list. One file a chapter: `sending`, `messages`,
`webhooks`, `opt_outs`, `codes`, and here the account; `message_reply` is how a message is read.
"""

from collections.abc import Iterable

from attrs import frozen

import smsgate as sg
from smsgate_telnyx.codes import explained
from smsgate_telnyx.message_reply import read_message
from smsgate_telnyx.opt_outs import OptOutBlock, OptOuts, read_blocks
from smsgate_telnyx.presumptions import presumptions
from smsgate_telnyx.sending import PROFILE, Sending
from smsgate_telnyx.settings import TelnyxSettings
from smsgate_telnyx.webhooks import Webhooks

__all__ = ["OptOutBlock", "Telnyx", "TelnyxExtras"]


@frozen
class _BalanceReply:
    raw: sg.fields.Raw
    amount: sg.fields.Amount = sg.fields.named("data.available_credit")
    unit: sg.fields.Word = sg.fields.named("data.currency")


class Telnyx(Sending, Webhooks, OptOuts, sg.SendsLater, sg.SendsMedia, sg.ChoosesSender, sg.TellsBalance):
    """Telnyx: a Bearer key, JSON, messages by UUID, webhooks that are signed."""

    name = "telnyx"
    title = "Telnyx, API v2"
    Settings = TelnyxSettings
    service_pattern, media_at_most = PROFILE, 10
    answers_by_default = frozenset({"stop", "start", "help"})
    """Of long codes and toll-free numbers, in words that a profile may change (guide to opt-out keywords)."""
    explain = staticmethod(explained)

    def presumptions(self) -> Iterable[sg.Presumption]:
        """Return what no document says."""
        return presumptions(self)

    def headers(self) -> dict[str, str]:
        """Return the API key."""
        return {"Accept": "application/json", "Authorization": f"Bearer {self.settings.api_key}"}

    def balance(self) -> sg.Conversation[sg.Balance]:
        """Guide: GET /balance; the amount is what may be spent, the balance and the credit limit together."""
        return sg.fields.into(sg.Balance, (yield sg.Request("GET", "balance")).read(_BalanceReply))

    def extras(self, converse: sg.Converse) -> "TelnyxExtras":
        """Return what Telnyx has beside the neutral operations."""
        return TelnyxExtras(converse, self)


class TelnyxExtras(sg.Extras[Telnyx]):
    """Cancel scheduled messages; list opt-outs. Every method raises a `ProviderError` where Telnyx refuses or fails."""

    @sg.operation
    def cancel(self, message_id: str) -> sg.Conversation[sg.DeliveryReport]:
        """Cancel a message that is scheduled more than a minute ahead. Guide: DELETE /messages/{id}.

        Not repeated: after a lost answer ask for the message's status.
        """
        request = sg.Request("DELETE", "messages/{id}", ids={"id": message_id}, effect=sg.Effect.CHANGES)
        return read_message((yield request)).report()

    @sg.operation
    def opt_outs(self, *, profile: str | None = None, sender: str | None = None) -> sg.Conversation[list[OptOutBlock]]:
        """List who stopped messages, of a profile (its UUID) or a sender. Guide: GET /messaging_optouts."""
        query = {"filter[messaging_profile_id]": profile, "filter[from]": sender}
        found = yield from sg.read_pages(lambda cursor: read_blocks(cursor, query))
        return [*found.items]
