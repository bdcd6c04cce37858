"""BulkSMS (bulksms.com), its JSON REST API, for smsgate."""

from smsgate_bulksms.account import BulkSmsExtras
from smsgate_bulksms.adapter import BulkSms
from smsgate_bulksms.settings import BulkSmsSettings

__all__ = ["BulkSms", "BulkSmsExtras", "BulkSmsSettings"]
