"""What Telnyx has beside the neutral operations: `gateway.provider("telnyx").vendor`."""

from __future__ import annotations

from functools import partial

from attrs import frozen

from smsgate import Conversation, DeliveryReport, Effect, Extras, Request, fields, operation, read_pages
from smsgate_telnyx.lists import read_list
from smsgate_telnyx.message_reply import MessageReply
from smsgate_telnyx.messages import Messages

__all__ = ["OptOutBlock", "TelnyxExtras"]


@frozen(kw_only=True)
class OptOutBlock:
    """A person who stopped the messages of a profile or of one sender (API description)."""

    provider: str = ""
    number: fields.Word = fields.named("to")
    """Who sent the keyword."""
    sender: fields.OptionalWord = fields.named("from", None)
    """What they sent it to."""
    messaging_profile_id: fields.OptionalWord = None
    keyword: fields.OptionalText = None
    created_at: fields.Moment = None


class TelnyxExtras(Extras[Messages]):
    """Cancel scheduled messages; list opt-outs. Every method raises a `ProviderError` where Telnyx refuses or fails."""

    @operation
    def cancel(self, message_id: str) -> Conversation[DeliveryReport]:
        """Cancel a message that is scheduled more than a minute ahead. Guide: DELETE /messages/{id}.

        Not repeated: after a lost answer ask for the message's status. The answer has no `data` around it.
        """
        answer = yield Request("DELETE", "messages/{id}", ids={"id": message_id}, effect=Effect.CHANGES)
        return answer.read(MessageReply, answer.raw().get("data", answer.raw())).report()

    @operation
    def opt_outs(self, *, profile: str | None = None, sender: str | None = None) -> Conversation[list[OptOutBlock]]:
        """List who stopped messages, of a profile (its UUID) or a sender. Guide: GET /messaging_optouts."""
        query = {"filter[messaging_profile_id]": profile, "filter[from]": sender}
        found = yield from read_pages(partial(read_list, "messaging_optouts", OptOutBlock, size=250, query=query))
        return [*found.items]
