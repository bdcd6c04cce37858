"""Files of recipients: CSV or JSON lines, whose rows become messages, or rejects with their line and reason."""

from smsgate.sending.recipients.file import RecipientFile, Reject, Row

__all__ = ["RecipientFile", "Reject", "Row"]
