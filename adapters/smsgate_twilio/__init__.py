"""Twilio (Programmable Messaging) for smsgate."""

from smsgate_twilio.adapter import Twilio
from smsgate_twilio.extras import TwilioExtras
from smsgate_twilio.settings import TwilioSettings

__all__ = ["Twilio", "TwilioExtras", "TwilioSettings"]
