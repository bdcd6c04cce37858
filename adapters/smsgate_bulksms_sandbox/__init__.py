"""BulkSMS, as its published API description has it; what it leaves open is PRESUMED, and strict for a client."""

from smsgate_bulksms_sandbox.vendor import BulkSms

__all__ = ["BulkSms"]
