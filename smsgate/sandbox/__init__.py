"""Serve the vendors' protocols on loopback, for development and tests: no vendor, no account, no text on air.

Reading order: `air` (what really went out), `clock`, `vendor` (what a vendor plugs in), `throttle` (its rate limit),
`faults` and `magic` (how to make it misbehave), `misbehaviour` (what it then does), `notification` (what a vendor
sends to an application), `disturbance` (what goes wrong on the way), `callbacks` (how it is sent), `call` (the
record of it), `state` (all of that together), `control` (the same from another process), `installed` (which vendors
there are), `application`, `serving` and `server`.
A vendor is written from its documents alone and shares nothing with its adapter, so that each catches the other's
errors; docs/how-to/write-a-sandbox-vendor.md shows how.
"""

from smsgate.sandbox.air import Air, Text
from smsgate.sandbox.call import Call
from smsgate.sandbox.clock import Clock
from smsgate.sandbox.faults import Fault
from smsgate.sandbox.magic import Fate, fate_of, fault_for
from smsgate.sandbox.notification import Notification, Payload
from smsgate.sandbox.server import Sandbox
from smsgate.sandbox.throttle import Throttle
from smsgate.sandbox.vendor import Vendor

__all__ = [
    "Air",
    "Call",
    "Clock",
    "Fate",
    "Fault",
    "Notification",
    "Payload",
    "Sandbox",
    "Text",
    "Throttle",
    "Vendor",
    "fate_of",
    "fault_for",
]
