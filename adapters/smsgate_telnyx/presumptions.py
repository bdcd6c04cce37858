"""What this adapter presumes of Telnyx, as `smsgate doctor` checks it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from smsgate import Conversation, MessageFilter, Presumption, known_statuses, listed_by_id
from smsgate_telnyx.messages import Messages

__all__ = ["presumptions"]

KEPT = timedelta(days=9)
"""How long a message is surely there by its id: a day less than the vendor says."""


def presumptions(vendor: Messages) -> Iterator[Presumption]:
    """Yield the facts that no document says, those first that can be checked."""
    yield Presumption(
        "A detail record's uuid is the message's id.",
        "Statuses are not found in the list, and each is asked for by itself.",
        partial(_same_id, vendor),
    )
    yield Presumption(
        "The words of a message's status mean what smsgate takes them for.",
        "A status that smsgate does not know is UNKNOWN, so a message may never be seen to end.",
        partial(known_statuses, vendor),
    )
    yield Presumption(
        "The days of detail records are those of UTC.",
        "Messages of the hours around midnight are missing in a list of days.",
    )
    yield Presumption(
        "The list of webhooks has one soon after it was sent.",
        "A message of unknown outcome stays unknown for longer, or is taken as not sent.",
    )
    yield Presumption(
        "Each code is about what its row says: the message, the recipient, the sender or the account.",
        "A route goes on to the next provider where it should not, or the other way round.",
    )


def _same_id(vendor: Messages) -> Conversation[bool | None]:
    page = yield from vendor.list_messages(None, MessageFilter(since=(datetime.now(UTC) - KEPT).date()))
    return (yield from listed_by_id(vendor, vendor)) if page.items else None
