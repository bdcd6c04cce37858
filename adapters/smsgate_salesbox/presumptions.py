"""What this adapter presumes of Salesbox, as `smsgate doctor` checks it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from smsgate import (
    Conversation,
    MalformedAnswerError,
    MessageFilter,
    Presumption,
    Request,
    known_statuses,
    listed_by_id,
)
from smsgate import newest_first as in_order
from smsgate_salesbox.envelope import page_query, read_page, total_of
from smsgate_salesbox.text_messages import NEWEST_FIRST, MessageReply, TextMessages

__all__ = ["presumptions"]


def presumptions(vendor: TextMessages) -> Iterator[Presumption]:
    """Yield the facts that no document says, those first that can be checked."""
    yield Presumption(
        "A list has one of the shapes that smsgate reads, and each of its entries an id.",
        "Messages cannot be listed, and statuses not be polled.",
        partial(_readable, vendor),
    )
    yield Presumption(
        "The first page of a list is number 1.",
        "The newest messages are missing in each list, so a message of unknown outcome is not found.",
        _begins_at_one,
    )
    yield Presumption(
        "orderBy=createdAt with orderByDir=desc puts the newest message first.",
        "Statuses are not found on the first pages, and each is asked for by itself.",
        _newest_first,
    )
    yield Presumption(
        "A message of a list is found by its id.",
        "Statuses cannot be asked for.",
        partial(listed_by_id, vendor, vendor),
    )
    yield Presumption(
        "A status is one of the documented words.",
        "A status that smsgate does not know is UNKNOWN, so a message may never be seen to end.",
        partial(known_statuses, vendor),
    )
    yield Presumption(
        "A 2xx without an error in it says that the text was sent.",
        "A text counts as accepted and never goes out.",
    )
    yield Presumption(
        "The words of an error say where credit is missing.",
        "A route does not go on to the next provider, though this account cannot pay.",
    )
    yield Presumption(
        "A scheduled message has the status draft or queued.",
        "A scheduled message of unknown outcome is taken as not sent, and may be sent twice.",
    )
    yield Presumption(
        "A message that is a draft after 15 minutes was not sent.",
        "A message of unknown outcome may be sent twice; raise the setting settling.",
    )


def _readable(vendor: TextMessages) -> Conversation[bool | None]:
    try:
        page = yield from vendor.list_messages(None, MessageFilter())
    except MalformedAnswerError:
        return False
    return not page.skipped if page.items or page.skipped else None


def _begins_at_one() -> Conversation[bool | None]:
    """Compare the first page with the total, where the vendor gives one."""
    query = page_query(None)
    answer = yield Request("GET", "text-messages", query=query)
    page, total = read_page(answer, "textMessages", MessageReply, None), total_of(answer.json())
    if not total:
        return None
    return len(page.items) + page.skipped == min(total, int(query["limit"]))


def _newest_first() -> Conversation[bool | None]:
    answer = yield Request("GET", "text-messages", query={**NEWEST_FIRST, **page_query(None)})
    return in_order(each.created for each in read_page(answer, "textMessages", MessageReply, None).items)
