"""What this adapter presumes of Vonage, as `smsgate doctor` checks it."""

from collections.abc import Iterator
from functools import partial

from smsgate import Conversation, MessageFilter, Presumption, first_messages, known_statuses
from smsgate_vonage.messages import Messages

__all__ = ["presumptions"]


def presumptions(vendor: Messages) -> Iterator[Presumption]:
    """Yield the facts that no document says, those first that can be checked."""
    read = vendor.settings.api_secret is not None  # an application's key reads nothing
    yield Presumption(
        "The records of texts are those of the products MESSAGES and SMS, and can be read with this key.",
        "Statuses cannot be polled, and a message of unknown outcome stays unknown.",
        partial(_records, vendor) if read else None,
    )
    yield Presumption(
        "The words of a record's status mean what smsgate takes them for.",
        "A status that smsgate does not know is UNKNOWN, so a message may never be seen to end.",
        partial(known_statuses, vendor) if read else None,
    )
    yield Presumption(
        "A record's message_id is the message_uuid of the answer to the send.",
        "Statuses cannot be polled.",
    )
    yield Presumption(
        "A record is there within 15 minutes of the send.",
        "A message of unknown outcome is taken as not sent, and may be sent twice; raise the setting settling.",
    )
    yield Presumption(
        "A code is at the end of type, or in title, and is about what its row says.",
        "A route goes on to the next provider where it should not, or the other way round.",
    )
    yield Presumption(
        "The file of an inbound MMS is under the name of its type, with a url.",
        "The reply comes without its files.",
    )
    yield Presumption(
        "Calls to a message's own address are signed as all others.",
        "Reports are refused with 403; set callbacks = false.",
    )


def _records(vendor: Messages) -> Conversation[bool | None]:
    """Say so where a record is read; an account that has sent nothing today shows nothing."""
    page = yield from first_messages(vendor, MessageFilter())
    return None if not page.items and not page.skipped else not page.skipped
