"""What vendors and the journal have of the same messages, compared."""

from smsgate.receiving.audit.audit import Audit

__all__ = ["Audit"]
