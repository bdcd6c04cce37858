"""Speak the vendors' protocols on loopback, for development and tests: no vendor, no account, no text on air.

Reading order: `air` (what really went out), `clock`, `vendor` (what a vendor plugs in), `throttle` (its rate limit),
`faults` and `magic` (how to make it misbehave), `misbehaviour` (what it then does), `notice` (what a vendor tells
an application), `disturbance` (how that goes wrong), `callbacks` (how it gets there), `call` (the record of it),
`control` (the same from another process), `server`.
Every vendor is written from the vendor's documents alone and shares nothing with the adapters,
so that each catches the other's mistakes.
"""

from smsgate.sandbox.air import Text
from smsgate.sandbox.call import Call
from smsgate.sandbox.faults import Fault
from smsgate.sandbox.magic import Fate
from smsgate.sandbox.notice import Letter, Notice
from smsgate.sandbox.salesbox import Salesbox
from smsgate.sandbox.salesmsg import Salesmsg
from smsgate.sandbox.server import Sandbox
from smsgate.sandbox.vendor import Vendor
from smsgate.sandbox.zoomconnect import ZoomConnect

__all__ = [
    "Call",
    "Fate",
    "Fault",
    "Letter",
    "Notice",
    "Salesbox",
    "Salesmsg",
    "Sandbox",
    "Text",
    "Vendor",
    "ZoomConnect",
]
