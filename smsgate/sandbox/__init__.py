"""Serve the vendors' protocols on loopback, for development and tests: no vendor, no account, no text sent.

Reading order:

- `clock`, `network` (the texts that were really sent), `conversations` (the same by phone, with what people wrote);
- `vendor` (what a vendor plugs in), `ending` (how a delivery ends by hand), `outbox` (the texts of one account);
- `throttle` (its rate limit), `faults` and `magic` (how to make it misbehave), `misbehaviour` (what it then does);
- `notification` (what a vendor sends to an application), `callbacks` (how it is sent);
- `request_log` (the requests of the application), `feed` (the notice of a change), `state` (all of that together);
- `records` and `saving` (what a file keeps of it), `codes` and `waiting` (wait for a text and the code in it);
- `inbox` (the pages), `api` (the same from another process), `access` (who may use it);
- `installed` (which vendors there are), `application`, `serving` and `server`.

A vendor is written from its documents alone and shares nothing with its adapter, so that each catches the other's
errors; docs/how-to/write-a-sandbox-vendor.md shows how.
"""

try:
    import aiohttp as _aiohttp  # noqa: F401 - what the extra brings
    import jinja2 as _jinja2  # noqa: F401
except ModuleNotFoundError as error:
    _missing = f"the sandbox needs the package {error.name}; try: pip install 'smsgate[sandbox]'"
    raise ModuleNotFoundError(_missing, name=error.name) from None

from smsgate.sandbox.callbacks.call import Call
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
