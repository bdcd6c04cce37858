"""A part of the conversation on one phone."""

from collections.abc import Sequence

from attrs import frozen

from smsgate.sandbox.conversations import ConversationText
from smsgate.sandbox.inbox.bubbles import Bubble, ScheduledBubble, bubbles, scheduled_bubbles
from smsgate.sandbox.state import State

MOST = 50
"""How many texts are shown at first, and with each step backwards."""


@frozen(kw_only=True)
class Conversation:
    """Texts on a phone, the newest last; `earlier` says whether there are others before them.

    With a `gap` texts between these and the part that was loaded before are not shown.
    """

    number: str
    bubbles: Sequence[Bubble]
    scheduled: Sequence[ScheduledBubble]
    earlier: bool
    gap: bool = False
    newest: bool

    @classmethod
    def of(cls, state: State, number: str, *, before: int | None = None, since: int | None = None) -> "Conversation":
        """Return the texts on a phone that are before a number, and not before the one of `since`.

        `since` is where the part ends that a person has loaded.
        """
        found = state.network.conversations.of_phone(number, before=before, limit=MOST + 1)
        shown = [text for text in found if since is None or text.number >= since]
        more = len(shown) > MOST
        return cls(
            number=number,
            bubbles=bubbles(state, shown[-MOST:]),
            scheduled=scheduled_bubbles(state, number) if before is None else (),
            earlier=more and since is None,
            gap=more and since is not None,
            newest=before is None,
        )

    @property
    def first(self) -> int:
        """Return the number of the first text."""
        return self.bubbles[0].text.number if self.bubbles else 0


def senders(state: State, number: str) -> Sequence[str]:
    """Return the vendors that a person can write to: first those that have sent to this phone, the latest first."""
    texts = state.network.conversations.of_phone(number, limit=1_000)
    return [*dict.fromkeys([*(text.vendor for text in reversed(texts)), *state.vendors])]


def last_sent(state: State, number: str, vendor: str) -> ConversationText | None:
    """Return the last text that a vendor has sent to a phone."""
    texts = state.network.conversations.of_phone(number, limit=1_000_000)
    return next((text for text in reversed(texts) if text.vendor == vendor and not text.inbound), None)
