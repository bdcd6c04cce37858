"""A vendor that is asked what became of messages and what came in, as small as it can be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import formatdate

from attrs import evolve

from smsgate import (
    Accepted,
    Conversation,
    DeliveryReport,
    Effect,
    Event,
    ListsReplies,
    MalformedAnswerError,
    Message,
    OptOut,
    Page,
    ProviderError,
    Reply,
    Request,
    SendsBulk,
    SendsLater,
    Status,
    Submission,
    TellsManyStatuses,
    TellsStatus,
    read_each,
)
from smsgate.testing import answer
from tests.plain_adapter import OK, Plain, Said

SENDER = "+27831234567"


class OneStatusPerCall(Plain, TellsStatus):
    """Tells of one message a call."""

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        said = yield Request("GET", "messages/{id}", ids={"id": message_id})
        return self.report(message_id, said.raw()["status"])

    def report(self, message_id: str, word: object) -> DeliveryReport:
        return DeliveryReport(
            provider=self.provider,
            message_id=message_id,
            status=Status(str(word)),
            raw_status=str(word),
            raw={"of": word},
        )


class ManyStatusesPerCall(OneStatusPerCall, TellsManyStatuses):
    """Tells of a hundred messages a call."""

    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        said = yield Request("GET", "statuses", query={"ids": ",".join(message_ids)})
        words = said.raw()
        return [self.report(message_id, words[message_id]) for message_id in message_ids if message_id in words]


class WithScheduling(ManyStatusesPerCall, SendsLater):
    """Sends later, too."""


class BulkOfThousands(ManyStatusesPerCall, SendsBulk):
    """Takes a thousand messages a call, too."""

    bulk_size = 1_000

    def send_bulk(
        self, messages: Sequence[Message], submissions: Sequence[Submission]
    ) -> Conversation[Sequence[Accepted]]:
        yield Request("POST", "send-bulk", effect=Effect.SENDS)
        return [Accepted(message_id=str(next(self.ids))) for _ in messages]


class WithReplies(ManyStatusesPerCall, ListsReplies):
    """Lists replies, two a page, too."""

    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        said = yield Request("GET", "replies", query={"since": since.isoformat(), "page": cursor or "0"})
        entries = [entry for entry in said.raw().items() if entry[0] != "next"]
        following = str(int(cursor or 0) + 1) if "next" in said.raw() else None
        return read_each(entries, lambda entry: self.reply(*entry), following)

    def reply(self, message_id: str, text: object) -> Reply:
        """Read a text, behind which ``@`` and a time may stand; ``?`` cannot be read."""
        if text == "?":
            raise MalformedAnswerError("its text is missing")
        words, _, moment = str(text).partition("@")
        at = datetime.fromisoformat(moment) if moment else None
        return Reply(provider=self.provider, message_id=message_id, sender=SENDER, text=words, received_at=at)


class Vendor:
    """What a `Line` says: `statuses` by id, `replies` by id, with ``@`` and a time behind
    the text where the vendor says it; `fails` has errors by the path of the request. Answers are dated by `clock`,
    the vendor's own, None for a vendor that does not date them."""

    def __init__(self) -> None:
        self.statuses: dict[str, str] = {}
        self.replies: dict[str, str] = {}
        self.fails: dict[str, Said] = {}
        self.clock: Callable[[], float] | None = time.time
        self.really_since = False
        """Whether replies from before the time that is asked for are left out, where their time is known."""
        self.asked: list[str] = []
        """Each question: a path, and for what."""
        self.since: list[datetime] = []
        """From when on replies were wanted, by first pages."""

    def __call__(self, request: Request) -> Said:
        if request.method == "POST":
            return OK
        what = str(request.ids.get("id") or request.query.get("ids") or request.query.get("page"))
        self.asked.append(f"{request.path.partition('/')[0]} {what}")
        if request.path in self.fails:
            return self.fails[request.path]
        if request.path == "replies":
            return self._page(request)
        ids = what.split(",")
        there = {id_: self.statuses[id_] for id_ in ids if id_ in self.statuses}
        if request.path == "statuses":
            return answer(json=there)
        return answer(json={"status": there[what]}) if there else answer(404, {})

    def _page(self, request: Request) -> Said:
        page = int(str(request.query["page"]))
        if page == 0:
            self.since.append(datetime.fromisoformat(str(request.query["since"])).astimezone(UTC))
        listed = [(id_, text) for id_, text in self.replies.items() if self._wanted(text, request)][page * 2 :]
        said = answer(json={**dict(listed[:2]), **({"next": "yes"} if listed[2:] else {})})
        dated = {} if self.clock is None else {"date": formatdate(self.clock(), usegmt=True)}
        return evolve(said, headers={**said.headers, **dated})

    def _wanted(self, text: str, request: Request) -> bool:
        at = text.partition("@")[2]
        since = datetime.fromisoformat(str(request.query["since"]))
        return not (self.really_since and at) or datetime.fromisoformat(at) >= since


def summaries(events: Iterable[Event]) -> list[str]:
    """Say events in few words."""
    said = []
    for event in events:
        match event:
            case DeliveryReport():
                said.append(f"{event.message_id} {event.status.value}")
            case Reply():
                said.append(f"reply {event.text}")
            case OptOut():
                said.append(f"stop {event.word}")
    return said


FAILED = ProviderError("the vendor failed")

__all__ = [
    "FAILED",
    "SENDER",
    "BulkOfThousands",
    "ManyStatusesPerCall",
    "OneStatusPerCall",
    "Vendor",
    "WithReplies",
    "WithScheduling",
    "summaries",
]
