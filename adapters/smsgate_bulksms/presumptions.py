"""What this adapter presumes of BulkSMS, as `smsgate doctor` checks it."""

from collections.abc import Iterator
from functools import partial

from smsgate import Conversation, Presumption, known_statuses, newest_first
from smsgate_bulksms.messages import Messages, listed
from smsgate_bulksms.opt_outs import in_order

__all__ = ["presumptions"]


def presumptions(vendor: Messages) -> Iterator[Presumption]:
    """Yield the facts that no document says, those first that can be checked."""
    yield Presumption(
        "The words of a message's status mean what smsgate takes them for.",
        "A status that smsgate does not know is UNKNOWN, so a message may never be seen to end.",
        partial(known_statuses, vendor),
    )
    yield Presumption(
        "A list of messages goes on with older ones, below the id of its last.",
        "Replies may be missed, and statuses be asked for one by one.",
        _in_order,
    )
    yield Presumption(
        "The list of blocked numbers is in the order of its ids.",
        "Blocked numbers are missing among the opt-outs.",
        in_order,
    )
    yield Presumption(
        "The days of a filter are those of UTC.",
        "Messages of the hours around midnight are missing in a list of days.",
    )
    yield Presumption(
        "One bad entry has the vendor refuse the whole list.",
        "Entries beside it may have been sent when smsgate divides the list and sends them again.",
    )
    yield Presumption(
        "A key drops a repetition for 11 hours at least.",
        "A message whose answer was lost for longer may be sent twice.",
    )
    yield Presumption(
        "A refusal with 400 is about the message, one with 403 about the account.",
        "A route goes on to the next provider where it should not, or the other way round.",
    )
    yield Presumption(
        "A field is replaced in a text without # in it and in either case, too.",
        "Texts with such words are refused though they could be sent.",
    )


def _in_order() -> Conversation[bool | None]:
    page = yield from listed(["type=SENT"], None)
    return newest_first(each.date for each in page.items)
