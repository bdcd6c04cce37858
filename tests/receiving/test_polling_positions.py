"""From where to where replies are read: whatever a clock shows, and however long the list is."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from smsgate import (
    Conversation,
    Event,
    Gateway,
    MalformedAnswerError,
    Page,
    ProviderError,
    Reply,
    Request,
    SqliteJournal,
    UnreachableError,
)
from smsgate.engine import iterate
from smsgate.journal import UnfinishedReading
from smsgate.journal.sqlite import schema
from smsgate.journal.sqlite.versions import VERSIONS
from smsgate.receiving import reply_reading
from smsgate.receiving.polling import Polling
from smsgate.testing import answer
from tests.blocking_core import WallClock
from tests.plain_adapter import Line, Said, gateway, message
from tests.receiving.polled_vendor import Vendor, WithReplies, summaries
from tests.virtual_time import VirtualTime

DAYS = 24 * 60 * 60.0
ODD = MalformedAnswerError("an odd answer")


def a_pass(opened: Gateway, path: str, clock: Callable[[], float]) -> list[str]:
    """Make one pass of a program whose clock is this."""
    with SqliteJournal(path) as file:
        engine = WallClock(clock)
        polling = Polling(opened.core.incoming, file.inbox, engine, pause=timedelta(), max_age=timedelta(days=2))
        return summaries(iterate(polling.events(opened.core.providers)))


@pytest.mark.parametrize("dated", [True, False], ids=["that dates its answers", "that does not"])
@pytest.mark.parametrize("hours", [1, 12, 47])
def test_replies_from_while_our_clock_was_ahead_are_read_once_it_is_right(
    path: str, vendor: Vendor, *, dated: bool, hours: int
) -> None:
    """Replies listed by a vendor that really gives only those since the time that it is asked for."""
    now = VirtualTime(time.time())
    vendor.clock = now.clock if dated else None
    vendor.really_since = True
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        vendor.replies["1"] = f"before@{datetime.fromtimestamp(now.now - 60, UTC).isoformat()}"
        assert a_pass(opened, path, lambda: now.now + hours * 3600) == ["reply before"]
        vendor.replies["2"] = f"stop@{datetime.fromtimestamp(now.now + 60, UTC).isoformat()}"
        now.now += 30 * 60
        assert a_pass(opened, path, now.clock) == ["stop STOP"]
        vendor.replies["3"] = f"again@{datetime.fromtimestamp(now.now + 60, UTC).isoformat()}"
        now.now += hours * 3600 + 60
        assert a_pass(opened, path, now.clock) == ["reply again"]


def test_statuses_from_while_our_clock_was_ahead_are_asked_for_once_it_is_right(path: str, vendor: Vendor) -> None:
    now = VirtualTime(time.time())
    with gateway(path, Line(vendor), adapter=WithReplies, clock=now.clock) as opened:
        vendor.statuses[str(opened.send(message()).message_id)] = "sent"
        assert a_pass(opened, path, lambda: now.now + 20 * 3600) == ["1 sent"]
        vendor.statuses["1"] = "delivered"
        now.now += 60
        assert a_pass(opened, path, now.clock) == ["1 delivered"]


def test_replies_of_a_vendor_whose_clock_was_ahead_are_read_once_it_is_right(path: str, vendor: Vendor) -> None:
    now = VirtualTime(time.time())
    vendor.clock = lambda: now.now + 3600
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        assert a_pass(opened, path, now.clock) == []
        now.now += 60
        assert a_pass(opened, path, now.clock) == []
    assert vendor.since[1] <= datetime.fromtimestamp(now.now - 60, UTC) - timedelta(minutes=15)


def test_a_position_in_the_future_is_not_believed(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        opened.incoming.inbox.have_read("a", datetime.now(UTC) + timedelta(hours=1))  # type: ignore[attr-defined]
        assert summaries(opened.poll(max_age=timedelta(days=2))) == []
        assert summaries(opened.poll(max_age=timedelta(days=2))) == []
    first, second = vendor.since
    assert first < datetime.now(UTC) - timedelta(days=2)
    assert second > datetime.now(UTC) - timedelta(minutes=16)


def test_a_vendor_that_shows_no_time_at_all_is_read_from_the_first_each_time(path: str, vendor: Vendor) -> None:
    vendor.clock = None
    vendor.replies = {"1": "Yes"}
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        assert summaries(opened.poll(max_age=timedelta(days=2))) == ["reply Yes"]
        assert summaries(opened.poll(max_age=timedelta(days=2))) == []
    assert max(vendor.since) < datetime.now(UTC) - timedelta(days=2)


def test_a_clock_that_is_ahead_by_more_than_the_first_pass_reads_moves_nothing(path: str, vendor: Vendor) -> None:
    now = VirtualTime(time.time())
    vendor.clock, vendor.really_since = now.clock, True
    vendor.replies["1"] = f"stop@{datetime.fromtimestamp(now.now - 60, UTC).isoformat()}"
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        assert a_pass(opened, path, lambda: now.now + 10 * DAYS) == []
        assert a_pass(opened, path, now.clock) == ["stop STOP"]


def test_positions_of_an_earlier_version_are_read_again_for_three_days(path: str) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        for script in VERSIONS[:2]:
            file.executescript(script)
        file.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        file.execute("PRAGMA user_version = 2")
        file.execute("INSERT INTO salt VALUES (x'00')")
        file.execute("INSERT INTO positions VALUES ('a', 1800000000)")
    with SqliteJournal(path) as journal:
        assert journal.inbox.read_until("a") == datetime.fromtimestamp(1_800_000_000 - 3 * DAYS, UTC)


# Long lists ----------------------------------------------------------------------------------------------------------


class Endless(WithReplies):
    """Lists replies, one a page and the newest first, for as long as it is asked."""

    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        said = yield Request("GET", "replies", query={"since": since.isoformat(), "page": cursor or "0"})
        [(id_, text)] = said.raw().items()
        return Page((self.reply(id_, text),), str(int(cursor or 0) + 1))


class Bottomless(Vendor):
    """Has always one more reply; `newest` are before the others."""

    def __init__(self) -> None:
        super().__init__()
        self.newest: list[str] = []

    def _page(self, request: Request) -> Said:
        page = int(str(request.query["page"]))
        listed = [*reversed(self.newest)]
        return answer(json={listed[page]: listed[page]} if page < len(listed) else {f"r{page - len(listed)}": "old"})


@pytest.fixture(name="pages", params=[10])
def _pages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(reply_reading, "PAGES", request.param)
    return int(request.param)


def cut_short(opened: Gateway) -> list[Event]:
    """Make a pass over a list that does not come to its end, and says so."""
    events: list[Event] = []
    with pytest.raises(ProviderError, match=r"a: its list of replies was not at its end after \d+ pages"):
        events.extend(opened.poll())
    return events


def test_a_list_of_replies_that_never_ends_is_read_in_bounded_passes_that_go_on(path: str, pages: int) -> None:
    vendor = Bottomless()
    with gateway(path, Line(vendor), adapter=Endless) as opened:
        for number in range(1, 4):
            vendor.asked.clear()
            events = cut_short(opened)
            assert len(vendor.asked) <= pages
            assert len(events) in {pages, pages - 1}
            assert vendor.asked[-1] == f"replies {number * pages - number}"


def test_what_is_new_is_read_before_a_long_list_goes_on(path: str, pages: int) -> None:
    vendor = Bottomless()
    with gateway(path, Line(vendor), adapter=Endless) as opened:
        cut_short(opened)
        vendor.newest = ["stop"]
        assert summaries([next(opened.poll())]) == ["stop STOP"]
    assert pages


def test_a_long_list_that_ends_is_read_whole_over_several_passes_and_once(
    path: str, vendor: Vendor, pages: int
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    vendor.really_since = True
    vendor.replies = {
        str(number): f"text {number}@{yesterday.isoformat()}" for number in range(5 * pages)
    }  # two a page
    read: list[str] = []
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        for _ in range(9):
            events = opened.poll()
            try:
                for event in events:
                    read += summaries([event])
            except ProviderError:
                continue
            break
        assert read == [f"reply text {number}" for number in range(5 * pages)]
        assert summaries(opened.poll()) == []
        assert vendor.since[-1] > datetime.now(UTC) - timedelta(minutes=16)


def test_a_pass_ends_when_the_vendor_has_taken_its_time(
    path: str, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply_reading, "SECONDS", 0.0)
    vendor.replies = {str(number): "Yes" for number in range(5)}
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        assert len(cut_short(opened)) == 2


def test_a_place_that_the_vendor_does_not_know_any_more_is_begun_anew(path: str, vendor: Vendor) -> None:
    vendor.replies = {"1": "Yes"}
    gone = UnfinishedReading("gone", datetime.now(UTC) - timedelta(days=1), None)
    line = Line(lambda request: ODD if request.query.get("page") == "gone" else vendor(request))
    with gateway(path, line, adapter=WithReplies) as opened, SqliteJournal(path) as file:
        file.inbox.keep_reading("a", gone)
        with pytest.raises(ProviderError, match="odd answer"):
            [*opened.poll()]
        assert file.inbox.unfinished_reading("a") is None
        assert summaries(opened.poll()) == []
        file.inbox.keep_reading("a", gone)
        vendor.fails["replies"] = UnreachableError("no connection")
        with pytest.raises(UnreachableError):
            [*opened.poll()]
        assert file.inbox.unfinished_reading("a") == gone
