"""One text of a conversation, as its bubble shows it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import frozen

from smsgate.sandbox.conversations import ConversationText
from smsgate.sandbox.inbox.blocks import Drawn, drawn
from smsgate.sandbox.magic import DeliveryOutcome
from smsgate.sandbox.network import Text
from smsgate.sandbox.state import State

MOST_BLOCKS = 12
"""How many segments a bubble draws; the page of the text draws all."""

ENDS = {
    DeliveryOutcome.DELIVERED: "delivered",
    DeliveryOutcome.FAILED: "failed",
    DeliveryOutcome.EXPIRED: "expired",
    DeliveryOutcome.STAYS_SENT: "lost",
}
"""The ends that a text can be given by hand, and what the buttons call them."""


@frozen(kw_only=True)
class Bubble:
    """A text with its segments and the vendor's own word for where it is."""

    text: ConversationText
    drawn: Drawn
    word: str | None


@frozen(kw_only=True)
class ScheduledBubble:
    """A text that waits for its moment `at`."""

    text: Text
    drawn: Drawn
    at: datetime


def bubbles(state: State, texts: Iterable[ConversationText]) -> Sequence[Bubble]:
    """Return the bubbles of texts."""
    return [Bubble(text=text, drawn=drawn(text.text, MOST_BLOCKS), word=word_of(state, text)) for text in texts]


def scheduled_bubbles(state: State, phone: str) -> Sequence[ScheduledBubble]:
    """Return the bubbles of a phone's scheduled texts, the earliest first."""
    waiting = (text for text in state.network.scheduled() if text.to == phone)
    return [ScheduledBubble(text=text, drawn=drawn(text.text, MOST_BLOCKS), at=text.at) for text in waiting]


def word_of(state: State, text: ConversationText) -> str | None:
    """Return the vendor's word for where a text is; None where the vendor has none, and for a person's text."""
    vendor = state.vendors.get(text.vendor)
    return None if vendor is None or text.inbound else vendor.state(text.message_id)
