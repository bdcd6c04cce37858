"""Conversations, read message by message: newest first, a page at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from smsgate import Conversation, Effect, MalformedAnswerError, Request, SendsLater
from smsgate_salesmsg.conversations import Conversations
from smsgate_salesmsg.fields import Record, read_moment
from smsgate_salesmsg.lists import DOCUMENTED_PAGE, read_list
from smsgate_salesmsg.replies import MessageReply

__all__ = ["MAX_PAGES", "Place", "Thread", "Threads", "quiet_since"]

PAGE = 50
"""Messages asked for at once; the vendor may give fewer."""
SCHEDULED_PAGE = 100
"""Scheduled messages asked for at once: the most (API description)."""
MAX_PAGES = 1_000
"""Pages in a row that may hold nothing of use; more is a vendor that never ends."""
CONVERSATIONS = 25
"""Conversations asked for at once."""
DAYS_APART = timedelta(days=2)
"""How much earlier `after` has to be: in whose zone its day is, and whether it counts itself, is not documented."""


@frozen
class Thread:
    """One page of a conversation."""

    messages: tuple[MessageReply, ...]
    before: str | None
    """The id of the message that the next page comes before; None ends the conversation."""
    skipped: int = 0
    """Messages that could not be read."""


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

    def after(self, thread: Thread) -> Place:
        """Return the place after a page of the first conversation left."""
        left = self.left if thread.before else self.left[1:]
        return evolve(self, left=left, before=thread.before)


class Threads(Conversations):
    """Reads conversations."""

    def thread(self, conversation_id: str, before: str | None) -> Conversation[Thread]:
        """Guide: GET messages/{conversation}; `limit` goes into the query (the guide writes it into a body).

        Messages of other conversations, as in the guide's example, are left out.
        """
        query: dict[str, str | int] = {"limit": PAGE, **({"before": before} if before else {})}
        ids = {"conversation": conversation_id}
        request = Request("GET", "messages/{conversation}", ids=ids, query=query, effect=Effect.READS)
        listing = read_list(request, (yield request))
        page = listing.page(MessageReply.of)
        older = _older(page.items, before)
        if not older and listing.size >= DOCUMENTED_PAGE:
            raise MalformedAnswerError(f"the answer to {request} goes on with the messages it gave before")
        own = tuple(message for message in older if message.conversation_id in {None, conversation_id})
        return Thread(own, older[-1].id if listing.size >= DOCUMENTED_PAGE else None, page.skipped)

    def scheduled(self, conversation_id: str) -> Conversation[tuple[MessageReply, ...]]:
        """Read what waits to be sent, in the version that has it (API description of v2.3)."""
        found: dict[str, MessageReply] = {}
        page: str | None = None if SendsLater in self.disabled_abilities() else "1"
        for _ in range(MAX_PAGES):
            if page is None:
                return tuple(found.values())
            query = {"page": int(page), "per_page": SCHEDULED_PAGE, "only_scheduled": 1}
            ids = {"conversation": conversation_id}
            request = Request("GET", "messages/{conversation}/paginated", ids=ids, query=query, effect=Effect.READS)
            listing = read_list(request, (yield request))
            replies = {reply.id: reply for reply in listing.page(MessageReply.of).items}
            page = listing.next_page(int(page)) if replies.keys() - found.keys() else None
            found |= replies
        raise MalformedAnswerError(f"conversation {conversation_id} has more than {MAX_PAGES:,} pages of what waits")

    def next_thread(self, place: Place) -> Conversation[tuple[str, Thread, Place]]:
        """Return the next page with messages on it, of whichever conversation; an empty one at the end of all."""
        for _ in range(MAX_PAGES):
            if place.ended:
                return "", Thread((), None), place
            if not place.left:
                place = yield from self.more_conversations(place)
                continue
            conversation_id = place.left[0]
            thread = yield from self.thread(conversation_id, place.before)
            place = place.after(thread)
            if thread.messages:
                return conversation_id, thread, place
        raise MalformedAnswerError(f"the vendor's conversations have {MAX_PAGES:,} pages without a message of theirs")

    def more_conversations(self, place: Place, since: datetime | None = None) -> Conversation[Place]:
        """GET conversations, whose `limit`, `offset` and `after` the API description has.

        With `since`, those whose last message is older are left out.
        """
        offset = place.offset or 0
        query: dict[str, str | int] = {"limit": CONVERSATIONS, "offset": offset, **self._chosen(place, since)}
        request = Request("GET", "conversations", query=query, effect=Effect.READS)
        listing = read_list(request, (yield request))
        records = dict(listing.page(lambda record: (record.id("id"), record)).items)
        had = frozenset(place.had)
        fresh = [id_ for id_ in records if id_ not in had]
        if records and not fresh:
            raise MalformedAnswerError(f"the answer to {request} goes on with the conversations it gave before")
        left = tuple(id_ for id_ in fresh if since is None or not quiet_since(since, records[id_]))
        if listing.size >= DOCUMENTED_PAGE:
            return Place(offset + listing.size, left, None, (*records,), place.closed)
        if self._apart and not place.closed:
            return Place(0, left, closed=True)
        return Place(None, left)

    @property
    def _apart(self) -> bool:
        """Whether a list is of open or of closed conversations: v2.3 demands a `filter` (API description)."""
        return self.settings.api_version == "v2.3"

    def _chosen(self, place: Place, since: datetime | None) -> dict[str, str]:
        chosen: dict[str, str] = {}
        if self._apart:
            chosen["filter"] = "closed" if place.closed else "open"
        if since is not None:
            chosen["after"] = f"{since - DAYS_APART:%Y-%m-%d}"
        return chosen


def quiet_since(since: datetime, conversation: Record) -> bool:
    """Whether a conversation's last message is older; one that does not say is not quiet.

    `last_message_at` is the guide's, which also spells `Recent_message` with a capital.
    """
    named = {name.lower(): value for name, value in conversation.raw.items()}
    recent = named.get("recent_message")
    said = [named.get("last_message_at"), recent.get("created_at") if isinstance(recent, dict) else None]
    moments = [moment for value in said if (moment := read_moment(value)) is not None]
    return bool(moments) and max(moments) < since


def _older(page: tuple[MessageReply, ...], before: str | None) -> tuple[MessageReply, ...]:
    """Return what comes after `before` on a page, where it is on it."""
    ids = [message.id for message in page]
    return page[ids.index(before) + 1 :] if before in ids else page


def _ids(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
