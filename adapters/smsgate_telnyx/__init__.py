"""Telnyx (API v2) for smsgate."""

from smsgate_telnyx.adapter import Telnyx
from smsgate_telnyx.extras import OptOutBlock, TelnyxExtras
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["OptOutBlock", "Telnyx", "TelnyxExtras", "TelnyxSettings"]
