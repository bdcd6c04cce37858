"""What Zoom Connect has beside the neutral operations: `gateway.provider("zoom").vendor`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from attrs import field, frozen

from smsgate import Conversation, Effect, InvalidMessageError, Message, Request, fields, given, operation
from smsgate_zoomconnect.account import TeamExtras
from smsgate_zoomconnect.answers import read_changed
from smsgate_zoomconnect.sms import BulkResult
from smsgate_zoomconnect.statistics import Statistics, read_statistics

__all__ = ["Lookup", "ZoomConnectExtras"]

T = TypeVar("T")


@frozen(kw_only=True)
class Lookup:
    """What the vendor says of a number (swagger)."""

    provider: str = ""
    number: str
    """As the vendor has it, or as it was asked for where the answer leaves it out."""
    valid: bool = fields.named("numberValid")
    raw: fields.Raw = field(factory=dict, repr=False, hash=False)


class ZoomConnectExtras(TeamExtras):
    """Statistics, credit and users of the team, single questions about a text, number look-up, paced bulk sending.

    Every method raises a `ProviderError` where the vendor refuses or fails. Sending by URL (`sms/send-url/..`) is left
    out: it puts the token, the number and the text into an address, where every log on the way keeps them.
    """

    @operation
    def statistics(  # noqa: PLR0913 - a report's parameters
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        user_email: str | None = None,
        campaign: str | None = None,
        include_refunded_and_opted_out: bool = False,
        by_credit: bool = False,
    ) -> Conversation[Statistics]:
        """Count messages by user and campaign, or what they cost. Guide: GET account/statistics."""
        query = {
            "from": f"{since:%d-%m-%Y}" if since else None,  # swagger: dd-MM-yyyy
            "to": f"{until:%d-%m-%Y}" if until else None,
            "userEmailAddress": user_email,
            "campaign": campaign,
            "includeRefundedAndOptout": "true" if include_refunded_and_opted_out else None,
            "calculateCreditValue": "true" if by_credit else None,
        }
        answer = yield Request("GET", "account/statistics", query=given(query))
        return read_statistics(answer, by_credit=by_credit)

    # Single questions; `provider.analyse` asks them all at once -----------------------------------------------------

    @operation
    def credit_cost(self, message: Message) -> Conversation[Decimal]:
        """Ask what a message costs, in credits. Guide: POST messages/analyse/message-credit-cost."""
        body = {"message": message.text, "recipientNumber": message.to}
        return (yield from _question("message-credit-cost", body, Decimal))

    @operation
    def encoding(self, text: str) -> Conversation[str]:
        """Ask for a text's encoding, in the vendor's words. Guide: POST messages/analyse/message-encoding."""
        return (yield from _question("message-encoding", {"message": text}, str))

    @operation
    def length(self, text: str) -> Conversation[int]:
        """Ask for a text's number of characters. Guide: POST messages/analyse/message-length."""
        return (yield from _question("message-length", {"message": text}, int))

    @operation
    def fits(self, text: str) -> Conversation[bool]:
        """Ask whether a text is short enough. Guide: POST messages/analyse/message-length-within-max-allowed."""
        return (yield from _question("message-length-within-max-allowed", {"message": text}, bool))

    @operation
    def segments(self, text: str) -> Conversation[int]:
        """Ask in how many parts a text goes. Guide: POST messages/analyse/number-of-messages."""
        return (yield from _question("number-of-messages", {"message": text}, int))

    # Numbers and bulk -----------------------------------------------------------------------------------------------

    @operation
    def look_up(self, number: str) -> Conversation[Lookup]:
        """Ask whether a number is valid. Swagger: POST context/lookup, whose body is one JSON string."""
        answer = yield Request("POST", "context/lookup", json=number, effect=Effect.READS)
        return read_changed(answer, Lookup, {"number": number})

    def send_bulk(
        self,
        messages: Sequence[Message],
        *,
        messages_per_minute: int | None = None,
        default_send_at: datetime | None = None,
    ) -> Sequence[BulkResult]:
        """Send messages in one call, at the vendor's pace; return what became of each, in their order.

        `default_send_at` (aware) is for messages without a `send_at`. Raises `UnknownOutcomeError` where the answer is
        lost or has another number of results: all of the messages may have been sent. `provider.send_bulk` takes any
        number.
        """
        if default_send_at is not None and default_send_at.utcoffset() is None:
            raise InvalidMessageError("default_send_at has no time zone; give it one: datetime(..., tzinfo=UTC)")
        for message in messages:
            if message.sender is not None or message.validity is not None:
                raise InvalidMessageError(f"{self.adapter.provider} takes no sender and no validity; leave them out")
        if not messages:
            return []
        references = [message.reference for message in messages]
        conversation = self.adapter.send_paced(messages, references, messages_per_minute, default_send_at)
        return self.converse("vendor.send_bulk", conversation)


def _question(name: str, body: dict[str, str], kind: type[T]) -> Conversation[T]:
    """Ask one question; its answer is a bare scalar."""
    answer = yield Request("POST", f"messages/analyse/{name}", json=body, effect=Effect.READS)
    return answer.read(kind)
