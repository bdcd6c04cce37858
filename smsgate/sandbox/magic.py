"""Recipients whose number decides what happens: valid-looking South African mobiles, +27 82 000 and four digits.

The first of the four digits says what is true: 0 nothing was sent, 1 the text was sent although the client cannot
know it, 2 the text was accepted and its delivery ended as named.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from enum import StrEnum

from smsgate.sandbox.faults import ORDERED, WORDED, Fault


class DeliveryOutcome(StrEnum):
    """How the delivery of an accepted text ends. Only a text that is OPTED_OUT is never sent."""

    DELIVERED = "delivered"
    FAILED = "failed"
    REFUNDED = "refunded"
    OPTED_OUT = "opted_out"
    UNKNOWN = "unknown"
    STAYS_SENT = "stays_sent"
    EXPIRED = "expired"


FAULTS = {
    "+27820000001": Fault.STALL_BEFORE,
    "+27820000002": Fault.DROP_BEFORE,
    "+27820000003": Fault.HTML,
    "+27820000307": Fault.REDIRECT,
    "+27820000400": Fault.REFUSE_NUMBER,
    "+27820000401": Fault.UNAUTHORIZED,
    "+27820000402": Fault.NO_CREDIT,
    "+27820000403": Fault.FORBIDDEN,
    "+27820000429": Fault.RATE_LIMITED,
    "+27820000500": Fault.ERROR_BEFORE,
    "+27820000503": Fault.UNAVAILABLE,
    "+27820001001": Fault.STALL_AFTER,
    "+27820001002": Fault.DROP_AFTER,
    "+27820001003": Fault.ACCEPT_LATE,
    "+27820001004": Fault.TRUNCATED,
    "+27820001005": Fault.WRONG_SHAPE,
    "+27820001006": Fault.NO_ID,
    "+27820001007": Fault.OVERSIZE,
    "+27820001008": Fault.GZIP_BOMB,
    "+27820001009": Fault.SLOW_DRIP,
    "+27820001500": Fault.ERROR_AFTER,
}

OUTCOMES = {
    "+27820002001": DeliveryOutcome.FAILED,
    "+27820002002": DeliveryOutcome.REFUNDED,
    "+27820002003": DeliveryOutcome.OPTED_OUT,
    "+27820002004": DeliveryOutcome.UNKNOWN,
    "+27820002005": DeliveryOutcome.STAYS_SENT,
    "+27820002006": DeliveryOutcome.EXPIRED,
}

ENDING: ContextVar[DeliveryOutcome] = ContextVar("ENDING", default=DeliveryOutcome.DELIVERED)
"""How the texts of the current request end whose number says nothing."""


def fault_of(numbers: Iterable[str]) -> Fault | None:
    """Return the fault of the first magic number (E.164) that concerns the whole request, if any."""
    faults = (FAULTS[number] for number in numbers if number in FAULTS)
    return next((fault for fault in faults if fault not in WORDED), None)


def fault_for(number: str) -> Fault | None:
    """Return the fault that the vendor expresses in its own words for this recipient (E.164), if any.

    It is `Fault.REFUSE_NUMBER` or `Fault.NO_CREDIT`, ordered for the current request or by the number itself.
    """
    fault = ORDERED.get() or FAULTS.get(number)
    return fault if fault in WORDED else None


def outcome_of(number: str) -> DeliveryOutcome:
    """Return how the delivery of a text to this number ends (E.164): as the number says, else as `end_texts` did."""
    return OUTCOMES.get(number) or ENDING.get()
