"""BulkSMS (bulksms.com), its JSON REST API, for smsgate."""

from smsgate_bulksms.adapter import BulkSms, BulkSmsSettings

__all__ = ["BulkSms", "BulkSmsSettings"]
