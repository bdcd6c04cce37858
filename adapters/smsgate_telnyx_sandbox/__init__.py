"""The sandbox vendor Telnyx: its API v2, written from its API description.

`vendor` is the account's API; `account` what it keeps; `messages` and `lists` its endpoints; `webhooks` what it calls,
signed; `answers` how it answers.
"""

from smsgate_telnyx_sandbox.vendor import Telnyx

__all__ = ["Telnyx"]
