"""Telnyx (API v2) for smsgate."""

from smsgate_telnyx.adapter import OptOutBlock, Telnyx, TelnyxExtras
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["OptOutBlock", "Telnyx", "TelnyxExtras", "TelnyxSettings"]
