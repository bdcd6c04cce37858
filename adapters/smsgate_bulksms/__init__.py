"""BulkSMS (bulksms.com), its JSON REST API, for smsgate."""

from smsgate_bulksms.adapter import BulkSms, BulkSmsExtras
from smsgate_bulksms.settings import BulkSmsSettings

__all__ = ["BulkSms", "BulkSmsExtras", "BulkSmsSettings"]
