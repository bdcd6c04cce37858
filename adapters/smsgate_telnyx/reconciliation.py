"""What became of a message whose answer was lost: a webhook that Telnyx sent about it proves that Telnyx has it.

Nothing proves that Telnyx has it not: a message that waits in a queue, for up to four hours, or for its time has caused
no webhook yet, and no list shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

from smsgate import Accepted, Adapter, Conversation, Doubt, Matches, Reconciles, UnknownOutcomeError, read_pages
from smsgate_telnyx.lists import CLOCK_DIFFERENCE, read_deliveries
from smsgate_telnyx.message_reply import MessageReply
from smsgate_telnyx.messages import read_message
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["Reconciliation"]

MOST_PAGES = 20
"""Pages that are searched for one message: webhooks about one number since one moment."""
SURELY = timedelta(seconds=2)
"""How far the vendor's clock may be behind for a message of the same recipient and text to be certainly no older."""


class Reconciliation(Adapter[TelnyxSettings], Reconciles):
    """Finds a message by its id, by the address of its submission, or by its recipient and text."""

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches]:
        """Guide: GET /messages/{id}, else GET /webhook_deliveries; a message is never "absent"."""
        if doubt.message_id is not None:
            return (yield from read_message(doubt.message_id)).accepted()
        to, own_address = doubt.message.to, f"/{doubt.submission.id}" if doubt.submission else None
        kinds, digits = "message.sent,message.finalized", to.removeprefix("+")
        fetch = partial(read_deliveries, kinds=kinds, since=doubt.since, text=digits)
        found = yield from read_pages(fetch, most=MOST_PAGES)
        about = {message.id: message for message in found.items if message.to == to}
        own = [one for one in about.values() if own_address and (one.webhook_url or "").endswith(own_address)]
        if len(own) == 1:
            return own[0].accepted()
        matches = Matches.of(_candidates(about, doubt))
        if own or found.skipped or found.next is not None or matches is None:
            raise UnknownOutcomeError("no webhook shows the message for certain; one that is queued has none yet")
        return matches


def _candidates(messages: Mapping[str, MessageReply], doubt: Doubt) -> Iterator[tuple[Accepted, bool]]:
    """Give messages of the same text that may be as young as the submission, each with whether it certainly is.

    One with another number of files is never certain: a text may be the same with other pictures.
    """
    addressed = doubt.submission is not None and doubt.submission.callback_url is not None
    text, files = doubt.message.text, len(doubt.message.media)
    for message in sorted(messages.values(), key=lambda each: each.received_at or doubt.since):
        age = doubt.since - (message.received_at or doubt.since - CLOCK_DIFFERENCE)
        if (message.text or "") == text and not (addressed and message.webhook_url) and age <= CLOCK_DIFFERENCE:
            yield message.accepted(), age <= SURELY and len(message.files or ()) == files
