"""Conversations, read message by message: newest first, a page at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from smsgate import Conversation, MalformedAnswerError, Page, Request, fields, given, read_pages
from smsgate_salesmsg.message_reply import MessageReply
from smsgate_salesmsg.requests import is_full, read_page
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = ["Place", "more_conversations", "read_scheduled", "read_thread"]

PAGE = 50
"""Messages asked for at once; the vendor may give fewer."""
SCHEDULED_PAGE = 100
"""Scheduled messages asked for at once: the most (API description)."""
CONVERSATIONS = 25
"""Conversations asked for at once."""
DAYS_APART = timedelta(days=2)
"""How much earlier `after` has to be: in whose zone its day is, and whether it counts itself, is not documented."""


@frozen
class Place:
    """How far all conversations of an account were read; as text it is a cursor."""

    offset: int | None = 0
    """Conversations that were listed; None once there are no more."""
    left: tuple[str, ...] = ()
    """Those to be read, the first of them from `before` on."""
    before: str | None = None
    had: tuple[str, ...] = ()
    """Those of the list's last page: a new message moves its conversation up and others onto the next page again."""
    closed: bool = False
    """Whether it is the closed conversations that are listed, in the version that lists them apart."""

    @classmethod
    def read(cls, cursor: str) -> Place:
        """Return the place that a cursor marks."""
        offset, left, before, had, closed = cursor.split("/")
        return cls(int(offset) if offset else None, _ids(left), before or None, _ids(had), closed == "closed")

    def __str__(self) -> str:
        offset = "" if self.offset is None else str(self.offset)
        closed = "closed" if self.closed else ""
        return "/".join((offset, ",".join(self.left), self.before or "", ",".join(self.had), closed))

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to read."""
        return self.offset is None and not self.left

    @property
    def cursor(self) -> str | None:
        """The cursor that marks this place; None at the end."""
        return None if self.ended else str(self)

    def after(self, thread: Page[MessageReply]) -> Place:
        """Return the place after a page of the first conversation left."""
        left = self.left if thread.next else self.left[1:]
        return evolve(self, left=left, before=thread.next)


def read_thread(conversation_id: str, before: str | None) -> Conversation[Page[MessageReply]]:
    """Guide: GET messages/{conversation}; `limit` goes into the query (the guide writes it into a body).

    The cursor of a page is the message that the next comes before. Messages of other conversations, as in the guide's
    example, are left out.
    """
    query: dict[str, str | int] = {"limit": PAGE, **given({"before": before})}
    answer = yield Request("GET", "messages/{conversation}", ids={"conversation": conversation_id}, query=query)
    page = read_page(answer, MessageReply)
    ids = [message.id for message in page.items]
    older = page.items[ids.index(before) + 1 :] if before in ids else page.items
    if not older and is_full(page):
        raise MalformedAnswerError(f"the answer to {answer.asked} repeats the messages of an earlier page")
    own = tuple(message for message in older if message.conversation_id in {None, conversation_id})
    return Page(own, older[-1].id if is_full(page) else None, page.skipped)


def read_scheduled(settings: SalesmsgSettings, conversation_id: str) -> Conversation[tuple[MessageReply, ...]]:
    """Read the scheduled messages, in the version that lists them (API description of v2.3)."""
    found: dict[str, MessageReply] = {}

    def fetch(cursor: str | None) -> Conversation[Page[MessageReply]]:
        number = int(cursor or 1)
        query = {"page": number, "per_page": SCHEDULED_PAGE, "only_scheduled": 1}
        ids = {"conversation": conversation_id}
        answer = yield Request("GET", "messages/{conversation}/paginated", ids=ids, query=query)
        page = read_page(answer, MessageReply, number)
        known = len(found)
        found.update({reply.id: reply for reply in page.items})
        return page if len(found) > known else evolve(page, next=None)

    if settings.newer and (yield from read_pages(fetch)).next is not None:
        raise MalformedAnswerError(f"conversation {conversation_id} has more pages of scheduled messages than are read")
    return tuple(found.values())


@frozen
class _Listed:
    """A conversation of the list."""

    raw: fields.Raw
    id: fields.Id


def more_conversations(settings: SalesmsgSettings, place: Place, since: datetime | None = None) -> Conversation[Place]:
    """GET conversations, whose `limit`, `offset` and `after` the API description has.

    With `since`, those whose last message is older are left out. In v2.3 a list is of open or of closed conversations:
    it demands a `filter` (API description).
    """
    offset = place.offset or 0
    status = ("closed" if place.closed else "open") if settings.newer else None
    after = f"{since - DAYS_APART:%Y-%m-%d}" if since else None
    narrowed = given({"filter": status, "after": after})
    answer = yield Request("GET", "conversations", query={"limit": CONVERSATIONS, "offset": offset, **narrowed})
    page = read_page(answer, _Listed)
    listed = {each.id: each.raw for each in page.items}
    fresh = [id_ for id_ in listed if id_ not in place.had]
    if listed and not fresh:
        raise MalformedAnswerError(f"the answer to {answer.asked} repeats the conversations of an earlier page")
    left = tuple(id_ for id_ in fresh if since is None or not _quiet_since(since, listed[id_]))
    if is_full(page):
        return Place(offset + len(page.items) + page.skipped, left, None, (*listed,), place.closed)
    if settings.newer and not place.closed:
        return Place(0, left, closed=True)
    return Place(None, left)


def _quiet_since(since: datetime, conversation: fields.Raw) -> bool:
    """Whether a conversation's last message is older; one that does not say is not quiet.

    `last_message_at` is the guide's, which also spells `Recent_message` with a capital.
    """
    named = {name.lower(): value for name, value in conversation.items()}
    recent = named.get("recent_message")
    said = [named.get("last_message_at"), recent.get("created_at") if isinstance(recent, dict) else None]
    moments = [moment for value in said if (moment := fields.read_moment(value)) is not None]
    return bool(moments) and max(moments) < since


def _ids(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
