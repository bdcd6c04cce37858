"""Twilio's messages API, as its published description and its pages have it; never compared with the live service.

`vendor` is the API's front; `messages` its endpoints; `account` what is kept,
and sent to an application; `refusals` the errors. docs/reference/sandbox.md lists the readings taken.
"""

from smsgate_twilio_sandbox.vendor import Twilio

__all__ = ["Twilio"]
