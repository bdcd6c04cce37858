"""What this adapter presumes of Twilio, as `smsgate doctor` checks it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from smsgate import Conversation, Presumption, known_statuses, newest_first
from smsgate_twilio.messages import Messages

__all__ = ["presumptions"]


def presumptions(vendor: Messages) -> Iterator[Presumption]:
    """Yield the facts that no document says, those first that can be checked."""
    yield Presumption(
        "A list of messages begins with the newest.",
        "Statuses are not found on its first pages, and each is asked for by itself.",
        partial(_in_order, vendor),
    )
    yield Presumption(
        "The words of a message's status mean what smsgate takes them for.",
        "A status that smsgate does not know is UNKNOWN, so a message may never be seen to end.",
        partial(known_statuses, vendor),
    )
    yield Presumption(
        "A message is listed within 15 minutes of its request.",
        "A message of unknown outcome is taken as not sent, and may be sent twice; raise the setting settling.",
    )
    yield Presumption(
        "A listed MMS with another number of files may be the message that is searched for.",
        "A message of unknown outcome stays unknown where it could be known.",
    )
    yield Presumption(
        "A filter by day leaves out messages that have not been sent yet.",
        "A message of unknown outcome that waits at the vendor is searched for in the wrong list.",
    )
    yield Presumption(
        "Each code is about what its class says: the message, the recipient, the sender or the account.",
        "A route goes on to the next provider where it should not, or the other way round.",
    )
    yield Presumption(
        "An answer that shows a failed message is a refusal: nothing went out.",
        "The next provider may send a message that went out.",
    )


def _in_order(vendor: Messages) -> Conversation[bool | None]:
    page = yield from vendor.page(None, {})
    return newest_first(each.date_created for each in page.items)
