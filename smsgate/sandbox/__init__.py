"""Serve the vendors' protocols on loopback, for development and tests: no vendor, no account, no text sent.

Reading order: `network` (the texts that were really sent), `conversations` (the same by phone, with what people
wrote), `clock`, `vendor` (what a vendor plugs in), `ending` (how a delivery ends by hand), `outbox` (the
texts of one account), `throttle` (its rate limit), `faults` and `magic` (how to make it misbehave), `misbehaviour`
(what it then does), `notification` (what a vendor sends to an application), `disturbance` (what goes wrong on the
way), `callbacks` (how it is sent), `call` (the record of it), `request_log` (the requests of the
application), `feed` (the notice of a change), `state` (all of that together), `records`, `saved_state`,
`state_file` and `saving` (what a file keeps of it), `codes` and `waiting`
(wait for a text and the code in it), `api` (the same from another process), `installed` (which
vendors there are), `access`, `foreign_pages`, `login` and `page_headers` (who may use it),
`application`, `serving` and `server`.
A vendor is written from its documents alone and shares nothing with its adapter, so that each catches the other's
errors; docs/how-to/write-a-sandbox-vendor.md shows how.
"""

from smsgate.sandbox.call import Call
from smsgate.sandbox.clock import Clock
from smsgate.sandbox.conversations import ConversationText, Phone
from smsgate.sandbox.counter import Counter
from smsgate.sandbox.ending import Ending, check_ending, no_message, until_ended
from smsgate.sandbox.faults import Fault, OrderedFault
from smsgate.sandbox.magic import DeliveryOutcome, fault_for, outcome_of
from smsgate.sandbox.network import Network, Text
from smsgate.sandbox.notification import Notification, Payload
from smsgate.sandbox.outbox import Outbox, StoredText, TextState
from smsgate.sandbox.records import Copies, read
from smsgate.sandbox.request_log import LoggedRequest
from smsgate.sandbox.server import Sandbox
from smsgate.sandbox.throttle import Throttle
from smsgate.sandbox.vendor import Vendor

__all__ = [
    "Call",
    "Clock",
    "ConversationText",
    "Copies",
    "Counter",
    "DeliveryOutcome",
    "Ending",
    "Fault",
    "LoggedRequest",
    "Network",
    "Notification",
    "OrderedFault",
    "Outbox",
    "Payload",
    "Phone",
    "Sandbox",
    "StoredText",
    "Text",
    "TextState",
    "Throttle",
    "Vendor",
    "check_ending",
    "fault_for",
    "no_message",
    "outcome_of",
    "read",
    "until_ended",
]
