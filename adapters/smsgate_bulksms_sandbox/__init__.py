"""BulkSMS, as its published API description has it; what it leaves open is PRESUMED, and strict for a client.

`vendor` is the account and its endpoints; `submission` is what it reads, `shapes` what it shows, `refusal` its errors.
docs/reference/sandbox.md lists the readings taken.
"""

from smsgate_bulksms_sandbox.vendor import BulkSms

__all__ = ["BulkSms"]
