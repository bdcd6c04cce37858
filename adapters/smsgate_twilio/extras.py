"""What Twilio has beside the neutral operations: `gateway.provider("twilio").vendor`."""

from __future__ import annotations

from smsgate import Conversation, Effect, Extras, Request, StoredMessage, operation
from smsgate_twilio.messages import MessageReply, Messages

__all__ = ["TwilioExtras"]


class TwilioExtras(Extras[Messages]):
    """Cancelling and redaction.

    Each method raises a `ProviderError` where the vendor refuses or fails: `NotFoundError` for an id that it does not
    have, `ConflictError` where it is too late.
    """

    @operation
    def cancel(self, message_id: str) -> Conversation[StoredMessage]:
        """Cancel a scheduled message. SPEC: POST Messages/{Sid}.json with Status=canceled."""
        return (yield _change(message_id, "Status", "canceled")).read(MessageReply).stored()

    @operation
    def redact(self, message_id: str) -> Conversation[StoredMessage]:
        """Remove a message's text, and keep the rest. SPEC: POST Messages/{Sid}.json with an empty Body."""
        return (yield _change(message_id, "Body", "")).read(MessageReply).stored()


def _change(message_id: str, name: str, value: str) -> Request:
    return Request("POST", "Messages/{id}.json", ids={"id": message_id}, form={name: value}, effect=Effect.CHANGES)
