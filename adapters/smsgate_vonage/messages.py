"""What the vendor recorded of messages (SPEC reports): statuses, lists, and looking for one whose outcome is unknown.

A text that went out by the Messages API is in the records of MESSAGES or of SMS: no document says which, so both are
read (PRESUMED). That a record's `message_id` is the `message_uuid` of the answer is PRESUMED too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import product
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from attrs import evolve, frozen

import smsgate as sg
from smsgate import Accepted, Adapter, Direction, Doubt, fields
from smsgate_vonage.message_reply import MessageReply, Problem
from smsgate_vonage.sending import LONGEST_REFERENCE
from smsgate_vonage.settings import VonageSettings

__all__ = ["Messages"]

PRODUCTS = "MESSAGES", "SMS"
INCOMPLETE = {"PENDING", "PROCESSING", "ABORTED", "FAILED"}
"""Words of `request_status` with which records are missing (SPEC); after TRUNCATED the next page has them (DOC)."""
DAY = timedelta(hours=24)
"""The longest time that one list of records covers (SPEC)."""
LISTED, KEPT = 30 * DAY, 403 * DAY
"""What is listed where no first day is asked for; how long records are kept: 13 months (DOC redact)."""
AT_ONCE = 20
"""Ids in one call (SPEC)."""
CLOCKS = timedelta(minutes=10)
"""How far the vendor's clock and ours may differ."""
MOST_PAGES = 400
"""Pages of at most 1,000 records (DOC) that are searched for one message."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def _problem(code: object) -> Problem | None:
    """Read the error code of a record, which is all that it has of an error; 0 is none."""
    return None if code in (None, "", "0", 0) else Problem(type=f"#{fields.read_word(code)}")


@frozen(kw_only=True)
class _Record(MessageReply):
    """One message in the vendor's records."""

    id: fields.Word = fields.named("message_id")
    direction: fields.Spare[Direction] = None
    error: Annotated[Problem | None, fields.Reader(_problem)] = fields.named("error_code", None)
    at: fields.Moment = fields.named("date_received", None)
    text: fields.OptionalText = fields.named("message_body", None)
    cost: fields.Spare[fields.Amount] = fields.named("total_price", None)

    def stored(self) -> sg.StoredMessage:
        """Return the message as the vendor has it."""
        at = "received_at" if self.direction is Direction.INBOUND else "sent_at"
        return fields.into(sg.StoredMessage, self, **{at: self.at})

    def may_be(self, doubt: Doubt) -> bool:
        """Whether it is not certainly another message."""
        older = self.at is not None and self.at < doubt.since - CLOCKS
        return not older and self.id not in doubt.taken and self.to in {None, doubt.message.to}


@frozen
class _RecordsReply:
    records: list[object] | None = None
    request_status: fields.OptionalWord = None
    cursor: fields.OptionalText = None
    iv: fields.OptionalText = None


Records = sg.Conversation[sg.Page[_Record]]


class Messages(
    Adapter[VonageSettings], sg.TellsStatus, sg.TellsManyStatuses, sg.ListsMessages, sg.DeletesMessages, sg.Reconciles
):
    """Reads the records of Reports; there is no call for a single message."""

    statuses_at_once = AT_ONCE
    message_filters = frozenset({"direction", "since", "until"})
    listed_for = KEPT

    @sg.composed
    def status(self, message_id: str) -> sg.Conversation[sg.DeliveryReport]:
        """Ask for the record of one id."""
        for report in (yield from self.statuses([message_id])):
            return report
        raise sg.NotFoundError(f"no record has the id {message_id[:40]!r}")

    @sg.composed
    def statuses(self, message_ids: Sequence[str]) -> sg.Conversation[Sequence[sg.DeliveryReport]]:
        """Ask for the records of these ids, first among those of Messages and then among those of SMS."""
        found: dict[str, sg.DeliveryReport] = {}
        for name in PRODUCTS:
            left = [each for each in dict.fromkeys(message_ids) if each not in found and _ID.fullmatch(each)]
            for asked in (left[start : start + AT_ONCE] for start in range(0, len(left), AT_ONCE)):
                with suppress(sg.NotFoundError):
                    page = yield from self._ask(name, Direction.OUTBOUND, {"id": ",".join(asked)})
                    found |= {each.id: each.report() for each in page.items if each.id in asked}
        return [*found.values()]

    @sg.composed
    def list_messages(self, cursor: str | None, wanted: sg.MessageFilter) -> sg.Conversation[sg.Page[sg.StoredMessage]]:
        """List the records of days of UTC, the last day first; without `since` those of the last 30 days."""
        now = datetime.now(UTC) + CLOCKS
        latest = min(_midnight(wanted.until) + DAY, now) if wanted.until else now
        written, _, place = (cursor or f"{latest.isoformat()}|").partition("|")
        end = datetime.fromisoformat(written)
        start = max(_midnight(wanted.since), end - KEPT) if wanted.since else end - LISTED
        directions = [wanted.direction] if wanted.direction else Direction
        page = (yield from self._list(start, end, directions, place, include_message="true")).map(_Record.stored)
        return evolve(page, next=page.next and f"{written}|{page.next}")

    @sg.composed
    def delete_message(self, message_id: str) -> sg.Conversation[None]:
        """SPEC redact: remove what a record says of a person; not before an hour has passed."""
        for direction, name in product((Direction.OUTBOUND, Direction.INBOUND), PRODUCTS):
            body = {"id": message_id, "product": name.lower(), "type": direction.value}
            with suppress(sg.NotFoundError):
                yield sg.Request("POST", "v1/redact/transaction", json=body, effect=sg.Effect.IDEMPOTENT)
                return
        raise sg.NotFoundError(f"no record has the id {message_id[:40]!r}")

    @sg.composed
    def reconcile(self, doubt: Doubt) -> sg.Conversation[Accepted | sg.Matches | None]:
        """Look for the message's reference in the records of its time: no call filters by reference.

        The submission's id is this message's alone; a reference of the application's may be another message's, too.
        """
        reference = doubt.reference
        if reference is None or len(reference) > LONGEST_REFERENCE:
            raise sg.UnknownOutcomeError("only a message that went out with a reference can be looked for")
        is_own = doubt.submission is not None and reference == doubt.submission.id
        start, end = doubt.since - CLOCKS, (doubt.until or doubt.since) + 3 * CLOCKS

        def fetch(cursor: str | None) -> Records:
            page = yield from self._list(start, end, [Direction.OUTBOUND], cursor)
            same = (each for each in page.items if each.reference == reference)
            return evolve(page, items=tuple(each for each in same if is_own or each.may_be(doubt)))

        def enough(read: sg.Page[_Record]) -> bool:
            return read.skipped > 0 or (is_own and len(read.items) > 0)

        read = yield from sg.read_pages(fetch, most=MOST_PAGES, enough=enough)
        found = {each.id: Accepted(message_id=each.id) for each in read.items}
        if is_own and found:
            return next(iter(found.values()))
        if read.skipped or read.next is not None:
            what = f"{read.skipped} records cannot be read" if read.skipped else "there are too many records"
            raise sg.UnknownOutcomeError(f"{what} of the time of the message; look for it by hand")
        return sg.Matches.of((accepted, True) for accepted in found.values())

    def _list(
        self, start: datetime, end: datetime, directions: Iterable[Direction], place: str | None, **query: str
    ) -> Records:
        """Read one page of the records of a time: of each day, the last one first, each product and direction.

        A place is the number of a list among these, and the vendor's cursor in it.
        """
        lists = [*product(_days(start, end), PRODUCTS, directions)]
        written, _, more = (place or "0|").partition("|")
        if (number := int(written)) >= len(lists):
            return sg.Page(())
        day, name, direction = lists[number]
        page = yield from self._ask(name, direction, {**query, **day, **dict(parse_qsl(more))})
        after = f"{number + 1}|" if number + 1 < len(lists) else None
        following = f"{number}|{page.next}" if page.next else after
        return evolve(page.map(partial(evolve, direction=direction)), next=following)

    def _ask(self, name: str, direction: Direction, query: Mapping[str, str]) -> Records:
        """Ask for records; raise `MalformedAnswerError` for a list that the vendor could not complete."""
        account = {"account_id": self.settings.api_key or "", "product": name, "direction": direction.value}
        answer = yield sg.Request("GET", "v2/reports/records", query={**account, **query})
        reply = answer.read(_RecordsReply)
        if reply.request_status in INCOMPLETE or (reply.request_status == "TRUNCATED" and not reply.cursor):
            raise sg.MalformedAnswerError(f"the vendor's records are incomplete: {reply.request_status}")
        following = urlencode({"cursor": reply.cursor, "iv": reply.iv or ""}) if reply.cursor else None
        return answer.page(_Record, reply.records or (), following)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _days(start: datetime, end: datetime) -> Iterator[dict[str, str]]:
    """Yield each day of a time, in the whole seconds that the vendor takes: no day has none."""
    start, end = (each.replace(microsecond=0) for each in (start, end))
    while start < end:
        first = max(start, end - DAY)
        yield {"date_start": f"{first:%Y-%m-%dT%H:%M:%SZ}", "date_end": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
        end = first
