"""What an audit asks of a journal is answered alike by both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smsgate import Gateway, Message, Price, Status, UnknownOutcomeError
from smsgate.journal import AuditedEntry, Journal, ListedMessage, State
from tests.journal.database.test_inbox import hand, report
from tests.journal_at import rows
from tests.plain_adapter import TO, Line, gateway, message

pytestmark = pytest.mark.threads  # the journal is the same in both

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line) -> Iterator[Gateway]:
    with gateway(path, line) as opened:
        yield opened


def journal_of(opened: Gateway) -> Journal:
    journal = opened.core.sender.journal
    assert journal is not None
    return journal


def ids(found: object) -> list[int | None]:
    assert isinstance(found, list)
    return [None if each is None else each.id for each in found]


def at_noon(path: str) -> None:
    """Have what was sent be asked for at noon: an attempt has the time of the machine."""
    rows(path, f"UPDATE entries SET started = {NOON.timestamp()} WHERE started IS NOT NULL")


def test_an_accepted_message_is_known_by_its_id_with_what_is_compared(opened: Gateway, path: str) -> None:
    opened.send(message(key="k"))
    hand(opened, report(Status.DELIVERED, "1"))
    at_noon(path)
    rows(path, "UPDATE entries SET price = '0.05 EUR', details = '{\"validity\": 60.0}'")
    wanted = [ListedMessage(id="2"), ListedMessage(id="1"), *(ListedMessage(id=str(each)) for each in range(3, 250))]
    nothing, entry, *others = journal_of(opened).audit.match("a", wanted)
    assert entry == AuditedEntry(
        id=1,
        state=State.ACCEPTED,
        to=TO,
        provider="a",
        message_id="1",
        segments=1,
        price=Price(Decimal("0.05"), "EUR"),
        at=NOON,
        validity=timedelta(seconds=60),
        status=Status.DELIVERED,
    )
    assert [nothing, *others] == [None] * 248
    assert journal_of(opened).audit.match("b", wanted[:2]) == [None, None]


def test_an_open_message_is_known_by_recipient_time_and_text_while_it_has_no_id(opened: Gateway, line: Line) -> None:
    line.says = UnknownOutcomeError("the connection was cut")
    [_] = opened.send_bulk([message("One text")])
    [entry] = opened.unknowns.list()
    since = entry.asked[0].since
    shown = ListedMessage(id="7", to=TO, text="One  text", at=since)
    match = journal_of(opened).audit.match
    assert ids(match("a", [shown, shown])) == [1, None]
    for other in (
        ListedMessage(id="7", to="+27821234568", text="One text", at=since),
        ListedMessage(id="7", to=TO, text="Another", at=since),
        ListedMessage(id="7", to=TO, text="One text", at=since - DAY),
        ListedMessage(id="7", to=TO, text="One text", at=since + 2 * DAY),
        ListedMessage(id="7", to=TO, text="One text"),
    ):
        assert ids(match("a", [other])) == [None]
    assert ids(match("b", [shown])) == [None]
    assert entry.asked[0].submission is not None
    assert ids(match("a", [ListedMessage(id="7", reference=entry.asked[0].submission.id)])) == [1]
    opened.journal.erase(TO)
    assert ids(match("a", [shown])) == [1]


def test_the_accepted_ones_of_a_time_come_in_pages(opened: Gateway, path: str) -> None:
    for each in range(4):
        opened.send(Message(f"+2782123456{each}", "Hi"))
    for each in range(4):
        moment = (NOON + each * DAY).timestamp()
        rows(path, f"UPDATE entries SET started = {moment}, created = {moment} WHERE id = {each + 1}")
    rows(path, "UPDATE entries SET id = id + 5000 WHERE id > 2")
    audit = journal_of(opened).audit
    assert audit.first(NOON) == 0
    assert audit.first(NOON + 33 * DAY) == 1
    first = audit.accepted("a", 0, NOON + DAY, NOON + 3 * DAY)
    assert (ids(first.entries), first.next) == ([2], 2000)
    second = audit.accepted("a", 4000, NOON + DAY, NOON + 3 * DAY)
    assert (ids(second.entries), second.next) == ([5003], None)
    assert audit.accepted("b", 0, NOON, NOON + 9 * DAY).entries == []


def test_a_journal_without_a_message_has_nothing(opened: Gateway) -> None:
    audit = journal_of(opened).audit
    assert audit.first(NOON) == -1
    page = audit.accepted("a", 0, NOON, NOON + DAY)
    assert (page.entries, page.next) == ([], None)
