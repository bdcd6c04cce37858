"""Vonage's Messages API v1, Reports, Redact and balance, as the vendor's own API description has them.

Where that is silent, docs/reference/sandbox.md lists the reading chosen.
"""

from smsgate_vonage_sandbox.vendor import Vonage

__all__ = ["Vonage"]
