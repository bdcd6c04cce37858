"""What the vendor recorded of messages (SPEC reports): statuses, lists, and looking for one whose outcome is unknown.

A text that went out by the Messages API is in the records of MESSAGES or of SMS: no document says which, so both are
read (PRESUMED). That a record's `message_id` is the `message_uuid` of the answer is PRESUMED too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import product
from urllib.parse import parse_qsl, urlencode

from attrs import evolve, frozen

from smsgate import (
    Accepted,
    Adapter,
    Conversation,
    DeletesMessages,
    DeliveryReport,
    Direction,
    Doubt,
    Effect,
    ListsMessages,
    MalformedAnswerError,
    Matches,
    MessageFilter,
    NotFoundError,
    Page,
    Reconciles,
    Request,
    StoredMessage,
    TellsManyStatuses,
    TellsStatus,
    UnknownOutcomeError,
    composed,
    fields,
    read_pages,
)
from smsgate_vonage.message_reply import MessageReply
from smsgate_vonage.sending import LONGEST_REFERENCE
from smsgate_vonage.settings import VonageSettings

__all__ = ["Messages"]

PRODUCTS = "MESSAGES", "SMS"
INCOMPLETE = {"PENDING", "PROCESSING", "ABORTED", "FAILED"}
"""Words of `request_status` with which records are missing (SPEC); after TRUNCATED the next page has them (DOC)."""
AT_ONCE = 20
"""Ids in one call (SPEC)."""
DAY = timedelta(hours=24)
"""The longest time that one list of records covers (SPEC)."""
LISTED = 30 * DAY
"""What is listed where no first day is asked for."""
CLOCKS = timedelta(minutes=10)
"""How far the vendor's clock and ours may differ."""
MOST_PAGES = 200
"""Pages of 1,000 records (DOC) that are searched for one message, in each product."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


@frozen(kw_only=True)
class Record(MessageReply):
    """One message in the vendor's records."""

    id: fields.Word = fields.named("message_id")
    code: fields.OptionalWord = fields.named("error_code", None)
    at: fields.Moment = fields.named("date_received", None)
    text: fields.OptionalText = fields.named("message_body", None)
    cost: fields.Spare[fields.Amount] = fields.named("total_price", None)

    def stored(self, direction: Direction) -> StoredMessage:
        """Return the message as the vendor has it, from a list of this direction."""
        at = {"received_at" if direction is Direction.INBOUND else "sent_at": self.at}
        return fields.into(StoredMessage, self, direction=direction, status=self.status_for(self.code), **at)


@frozen
class _RecordsReply:
    records: list[object] | None = None
    request_status: fields.OptionalWord = None
    cursor: fields.OptionalText = None
    iv: fields.OptionalText = None


class Messages(Adapter[VonageSettings], TellsStatus, TellsManyStatuses, ListsMessages, DeletesMessages, Reconciles):
    """Reads the records of Reports; there is no call for a single message."""

    message_filters = frozenset({"direction", "since", "until"})

    @composed
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Ask for the record of one id."""
        for report in (yield from self.statuses([message_id])):
            return report
        raise NotFoundError(f"no record has the id {message_id[:40]!r}")

    @composed
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        """Ask for the records of 20 ids in a call, first among those of Messages and then among those of SMS."""
        found: dict[str, DeliveryReport] = {}
        for name in PRODUCTS:
            left = [each for each in dict.fromkeys(message_ids) if each not in found and _ID.fullmatch(each)]
            for asked in (left[start : start + AT_ONCE] for start in range(0, len(left), AT_ONCE)):
                with suppress(NotFoundError):
                    page = yield from self._records(name, Direction.OUTBOUND, {"id": ",".join(asked)})
                    found |= {each.id: each.report_for(each.id, each.code) for each in page.items if each.id in asked}
        return [*found.values()]

    @composed
    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        """List a day of one product and direction, the last day first; days are those of UTC.

        Without `since` it is the last 30 days.
        """
        now = datetime.now(UTC) + CLOCKS
        latest = min(datetime.combine(wanted.until, time(), UTC) + DAY, now) if wanted.until else now
        place, step, more = (cursor or f"{latest.isoformat()}|0|").split("|")
        end = datetime.fromisoformat(place)
        start = datetime.combine(wanted.since, time(), UTC) if wanted.since else end - LISTED
        kinds = [*product(PRODUCTS, [wanted.direction] if wanted.direction else Direction)]
        days, kind = divmod(int(step), len(kinds))
        name, direction = kinds[kind]
        query = {**_window(max(start, end - (days + 1) * DAY), end - days * DAY), "include_message": "true"}
        page = yield from self._records(name, direction, query, more)
        is_last = kind == len(kinds) - 1 and end - (days + 1) * DAY <= start
        after = None if is_last else f"{place}|{int(step) + 1}|"
        following = f"{place}|{step}|{page.next}" if page.next else after
        return evolve(page.map(partial(Record.stored, direction=direction)), next=following)

    @composed
    def delete_message(self, message_id: str) -> Conversation[None]:
        """SPEC redact: remove what a record says of a person; not before an hour has passed."""
        for direction, name in product((Direction.OUTBOUND, Direction.INBOUND), PRODUCTS):
            body = {"id": message_id, "product": name.lower(), "type": direction.value}
            with suppress(NotFoundError):
                yield Request("POST", "v1/redact/transaction", json=body, effect=Effect.IDEMPOTENT)
                return
        raise NotFoundError(f"no record has the id {message_id[:40]!r}")

    @composed
    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        """Look for the message's reference in the records of its time: no call filters by reference.

        The submission's id is this message's alone; a reference of the application's may be another message's, too.
        """
        reference = doubt.reference
        if reference is None or len(reference) > LONGEST_REFERENCE:
            raise UnknownOutcomeError("only a message that went out with a reference can be looked for")
        own = doubt.submission is not None and reference == doubt.submission.id
        found: dict[str, Accepted] = {}
        for name in PRODUCTS:
            for record in (yield from self._recorded(name, doubt)):
                older = (record.at or doubt.since) < doubt.since - CLOCKS
                foreign = older or record.id in doubt.taken or record.to not in {None, doubt.message.to}
                if record.reference == reference and (own or not foreign):
                    found[record.id] = Accepted(message_id=record.id)
            if len(found) > 1:
                raise UnknownOutcomeError(f"{len(found)} messages have the reference {reference!r}; give each its own")
            if own and found:
                return next(iter(found.values()))
        return Matches.of((accepted, True) for accepted in found.values())

    def _recorded(self, name: str, doubt: Doubt) -> Conversation[Sequence[Record]]:
        """Return each record about the time of a submission, or raise `UnknownOutcomeError` if one may be missing."""
        records: list[Record] = []
        start, end = doubt.since - CLOCKS, (doubt.until or doubt.since) + 3 * CLOCKS
        while start < end:
            fetch = partial(self._records, name, Direction.OUTBOUND, _window(start, min(start + DAY, end)))
            read = yield from read_pages(fetch, most=MOST_PAGES, enough=lambda page: page.skipped > 0)
            if read.skipped or read.next is not None:
                what = f"{read.skipped} records cannot be read" if read.skipped else "there are too many records"
                raise UnknownOutcomeError(f"{what} of the time of the message; look for it by hand")
            records += read.items
            start += DAY
        return records

    def _records(
        self, name: str, direction: Direction, query: Mapping[str, str], cursor: str | None = None
    ) -> Conversation[Page[Record]]:
        """Read one page of records; raise `MalformedAnswerError` for one that the vendor could not complete."""
        account = {"account_id": self.settings.api_key or "", "product": name, "direction": direction.value}
        answer = yield Request("GET", "v2/reports/records", query={**account, **query, **dict(parse_qsl(cursor or ""))})
        reply = answer.read(_RecordsReply)
        if reply.request_status in INCOMPLETE or (reply.request_status == "TRUNCATED" and not reply.cursor):
            raise MalformedAnswerError(f"the vendor's records are incomplete: {reply.request_status}")
        following = urlencode({"cursor": reply.cursor, "iv": reply.iv or ""}) if reply.cursor else None
        return answer.page(Record, reply.records or (), following)


def _window(start: datetime, end: datetime) -> dict[str, str]:
    return {"date_start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "date_end": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
