"""The sandbox vendor Telnyx: its API v2, written from its API description.

`vendor` is the account's API; `account` what it keeps, and what it calls, signed; `messages` and `lists` are the
endpoints.
"""

from smsgate_telnyx_sandbox.vendor import Telnyx

__all__ = ["Telnyx"]
