"""Vonage (formerly Nexmo), Messages API v1, for smsgate."""

from smsgate_vonage.adapter import Vonage
from smsgate_vonage.settings import VonageSettings

__all__ = ["Vonage", "VonageSettings"]
