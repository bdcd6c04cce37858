"""The vendor's words for where a message is."""

from smsgate import Status

__all__ = ["INBOUND", "STATUS"]

STATUS = {
    "queued": Status.QUEUED,  # in use by clients of the vendor
    "sent": Status.SENT,  # likewise
    "delivered": Status.DELIVERED,  # guide
    "failed": Status.FAILED,  # guide; its example has `sent_at` too: the status says more than the times do
    "undelivered": Status.UNDELIVERED,  # one client handles it
    "scheduled": Status.SCHEDULED,  # PRESUMED: the guide has `send_at` and no word for it
}
INBOUND = "received"
"""The status of a message from the contact (guide); no other field tells the direction."""
