"""One pass: who is asked for what, what is new, and what the next pass finds."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from smsgate import (
    AuthenticationError,
    ConfigError,
    DeliveryReport,
    Event,
    Gateway,
    MalformedAnswerError,
    Message,
    ProviderError,
    SqliteJournal,
    Status,
    UnreachableError,
    UnsupportedError,
)
from smsgate.engine import iterate
from smsgate.journal import JournalInbox
from smsgate.receiving.polling import Polling
from tests.blocking_core import WallClock
from tests.plain_adapter import TO, Line, Plain, gateway, message
from tests.receiving.polled_vendor import (
    FAILED,
    BulkOfThousands,
    ManyStatusesPerCall,
    OneStatusPerCall,
    Vendor,
    WithReplies,
    WithScheduling,
    summaries,
)
from tests.virtual_time import VirtualTime

NOW = timedelta()
"""A pause after which everything may be asked again."""
ODD = MalformedAnswerError("an odd answer")
DAYS = 24 * 60 * 60.0


def send(opened: Gateway, vendor: Vendor, *statuses: str) -> None:
    """Send a message for each status that the vendor then tells; their ids count from 1."""
    for status in statuses:
        vendor.statuses[str(opened.send(message()).message_id)] = status


def status_of(opened: Gateway, message_id: str) -> Status | None:
    delivery = opened.deliveries.get(message_id, provider="a").delivery
    return None if delivery is None else delivery.status


# Statuses ------------------------------------------------------------------------------------------------------------


def test_many_messages_are_polled_in_one_call_and_delivered_once(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "sent", "delivered", "failed")
        assert summaries(opened.poll(pause=NOW)) == ["1 sent", "2 delivered", "3 failed"]
        assert vendor.asked == ["statuses 1,2,3"]
        assert status_of(opened, "2") is Status.DELIVERED
        assert summaries(opened.poll(pause=NOW)) == []
        assert vendor.asked[1:] == ["statuses 1"]
        vendor.statuses["1"] = "delivered"
        assert summaries(opened.poll(pause=NOW)) == ["1 delivered"]
        assert summaries(opened.poll(pause=NOW)) == []
        assert vendor.asked[2:] == ["statuses 1"]


def test_a_report_comes_with_the_message_that_it_is_about(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        vendor.statuses["1"] = "delivered"
        opened.send(message("Hello", key="order-17"))
        [report] = opened.poll()
    assert isinstance(report, DeliveryReport)
    assert report.entry is not None
    assert (report.entry.to, report.entry.key) == (TO, "order-17")
    assert report.entry.result().status is Status.DELIVERED


def test_a_vendor_of_one_status_a_call_is_asked_for_each(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=OneStatusPerCall) as opened:
        send(opened, vendor, "sent", "delivered")
        assert summaries(opened.poll()) == ["1 sent", "2 delivered"]
    assert vendor.asked == ["messages 1", "messages 2"]


def test_a_message_is_not_asked_for_again_within_the_pause(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "sent")
        assert summaries(opened.poll()) == ["1 sent"]
        send(opened, vendor, "sent")
        assert summaries(opened.poll()) == ["2 sent"]
    assert vendor.asked == ["statuses 1", "statuses 2"]


def test_those_that_were_unasked_for_the_longest_come_first(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "sent")
        assert summaries(opened.poll()) == ["1 sent"]
        send(opened, vendor, "sent")
        [*opened.poll(pause=NOW)]
    assert vendor.asked == ["statuses 1", "statuses 2,1"]


def test_a_final_status_by_webhook_is_asked_for_until_the_vendor_confirms_one(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "sent", "delivered")
        for message_id in "12":
            forged = DeliveryReport(
                provider="a", message_id=message_id, status=Status.DELIVERED, raw_status="delivered"
            )
            opened.incoming.deliver(forged, lambda _: None)
        assert summaries(opened.poll(pause=NOW)) == []
        assert summaries(opened.poll(pause=NOW)) == []
        assert vendor.asked == ["statuses 1,2", "statuses 1"]
        vendor.statuses["1"] = "failed"
        assert summaries(opened.poll(pause=NOW)) == ["1 failed"]
        assert status_of(opened, "1") is Status.FAILED
        assert summaries(opened.poll(pause=NOW)) == []
        assert vendor.asked[2:] == ["statuses 1"]


def test_a_message_whose_end_came_before_its_entry_is_asked_for_once(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        report = DeliveryReport(provider="a", message_id="1", status=Status.DELIVERED, raw_status="delivered")
        opened.incoming.deliver(report, lambda _: None)
        send(opened, vendor, "delivered")
        assert summaries(opened.poll(pause=NOW)) == []
        assert summaries(opened.poll(pause=NOW)) == []
    assert vendor.asked == ["statuses 1"]


def test_what_was_recorded_without_being_delivered_is_still_delivered(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "delivered")
        opened.incoming.record(opened.status("1"))
        assert status_of(opened, "1") is Status.DELIVERED
        assert summaries(opened.poll()) == ["1 delivered"]


def test_a_status_never_goes_back(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "sent")
        assert summaries(opened.poll(pause=NOW)) == ["1 sent"]
        vendor.statuses["1"] = "queued"
        assert summaries(opened.poll(pause=NOW)) == []
        assert status_of(opened, "1") is Status.SENT
        vendor.statuses["1"] = "expired"
        assert summaries(opened.poll(pause=NOW)) == ["1 expired"]


def test_a_message_that_is_too_old_is_given_up(path: str, vendor: Vendor) -> None:
    time_ago = VirtualTime(time.time() - 3 * DAYS)
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall, clock=time_ago.clock) as opened:
        send(opened, vendor, "sent")
    time_ago.now += 2 * DAYS
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall, clock=time_ago.clock) as opened:
        assert summaries(opened.poll(max_age=timedelta(days=2))) == []
        assert summaries(opened.poll(max_age=timedelta(days=30))) == []
    assert vendor.asked == []


def test_a_pass_ends_whatever_the_clock_of_the_journal_says(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall, clock=lambda: time.time() - DAYS) as opened:
        send(opened, vendor, "sent")
        assert summaries(opened.poll(pause=NOW)) == ["1 sent"]
        assert summaries(opened.poll(pause=NOW)) == []
    assert vendor.asked == ["statuses 1"] * 2


def test_a_pass_ends_if_the_clock_is_set_back_within_it(path: str, vendor: Vendor) -> None:
    now = time.time()
    times = [now + 60, now + 60, now - 60 * 60]  # when it begins, before its one batch, and after it
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened, SqliteJournal(path) as file:
        send(opened, vendor, "sent")
        clock = partial(times.pop, 0)
        engine = WallClock(clock)
        polling = Polling(opened.core.incoming, file.inbox, engine, pause=NOW, max_age=timedelta(days=1))
        assert summaries(iterate(polling.events(opened.core.providers))) == ["1 sent"]
    assert vendor.asked == ["statuses 1"]


def test_a_message_for_later_is_awaited_from_when_it_is_due(path: str, vendor: Vendor) -> None:
    journal = VirtualTime(time.time() - 10 * DAYS)
    due = datetime.now(UTC) + timedelta(hours=1)
    day, minute = timedelta(days=1), timedelta(minutes=1)
    with gateway(path, Line(vendor), adapter=WithScheduling, clock=journal.clock) as opened:
        opened.send(message(send_at=due))
        assert summaries(opened.poll()) == []
        opened.send(message())
        with SqliteJournal(path, clock=(due + 2 * minute).timestamp) as file:
            assert file.inbox.awaited("a", since=due - 20 * day, before=due - minute, most=5) == ["2"]
            assert file.inbox.awaited("a", since=due - day, before=due + minute, most=5) == ["1"]
            assert file.inbox.awaited("a", since=due + minute, before=due + minute, most=5) == []
    assert vendor.asked == []


def test_a_message_that_the_vendor_does_not_know_stays_open(
    path: str, vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "smsgate.receiving.polling")
    for adapter, name in ((OneStatusPerCall, "one.db"), (ManyStatusesPerCall, "many.db")):
        with gateway(path + name, Line(vendor), adapter=adapter) as opened:
            send(opened, vendor, "sent")
            vendor.statuses.clear()
            assert summaries(opened.poll(pause=NOW)) == []
            vendor.statuses["1"] = "delivered"
            assert summaries(opened.poll(pause=NOW)) == ["1 delivered"]
    assert caplog.messages == ["a does not know message 1", "a does not know 1 of 1 messages"]


# Replies -------------------------------------------------------------------------------------------------------------


def test_replies_are_read_page_by_page_from_where_the_last_pass_ended(path: str, vendor: Vendor) -> None:
    began = datetime.now(UTC)
    vendor.replies = {"1": "Yes", "2": "No", "3": "stop"}
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        assert summaries(opened.poll(max_age=timedelta(days=2))) == ["reply Yes", "reply No", "stop STOP"]
        assert vendor.asked == ["replies 0", "replies 1"]
        assert summaries(opened.poll()) == []
        assert [record.number for record in opened.opt_outs] == ["+27831234567"]
    first, second = vendor.since
    assert timedelta() <= first - (began - timedelta(days=2)) < timedelta(minutes=1)
    assert timedelta(seconds=-1) < second - (began - timedelta(minutes=15)) < timedelta(minutes=1)


def test_replies_that_were_not_all_delivered_are_read_again(path: str, vendor: Vendor) -> None:
    vendor.replies = {"1": "Yes", "2": "No", "3": "Perhaps"}
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        events = opened.poll()
        assert summaries([next(events), next(events)]) == ["reply Yes", "reply No"]
        events.close()
        assert summaries(opened.poll()) == ["reply No", "reply Perhaps"]
        first, second = vendor.since
        assert abs(second - first) < timedelta(minutes=1)


def test_replies_of_which_a_page_failed_are_read_again(path: str, vendor: Vendor) -> None:
    vendor.replies = {"1": "Yes", "2": "No", "3": "Perhaps"}
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        events = opened.poll()
        assert summaries([next(events), next(events)]) == ["reply Yes", "reply No"]
        vendor.fails["replies"] = UnreachableError("no connection")
        with pytest.raises(UnreachableError, match="a: no connection"):
            next(events)
        vendor.fails.clear()
        assert summaries(opened.poll()) == ["reply Perhaps"]
        first, second = vendor.since
        assert abs(second - first) < timedelta(minutes=1)


def test_a_reply_that_another_has_in_hand_keeps_the_place(path: str, vendor: Vendor) -> None:
    vendor.replies = {"1": "Yes", "2": "No"}
    with gateway(path, Line(vendor), adapter=WithReplies) as dying:
        events = dying.poll()
        assert summaries([next(events)]) == ["reply Yes"]
        with gateway(path, Line(vendor), adapter=WithReplies) as opened:
            assert summaries(opened.poll()) == ["reply No"]
            events.close()
            assert summaries(opened.poll()) == ["reply Yes"]
            assert summaries(opened.poll()) == []
    *before, last = vendor.since
    assert max(before) < last - timedelta(days=2)


def test_replies_that_are_older_than_wanted_are_left_out(path: str, vendor: Vendor) -> None:
    """Though vendors that choose by whole days give older ones, and some do not say how old."""
    now = datetime.now(UTC)
    days = {"1": 40.0, "2": 3.1, "3": 2.9, "4": 0.0}
    vendor.replies = {id_: f"{age}@{(now - timedelta(days=age)).isoformat()}" for id_, age in days.items()}
    vendor.replies["5"] = "undated"
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        assert summaries(opened.poll(max_age=timedelta(days=2))) == ["reply 2.9", "reply 0.0", "reply undated"]


def test_a_stop_that_the_inbox_has_forgotten_is_not_delivered_again(path: str, vendor: Vendor) -> None:
    journal = VirtualTime(time.time())
    vendor.replies = {"1": f"stop@{(datetime.now(UTC) - timedelta(days=2)).isoformat()}"}
    with gateway(path, Line(vendor), adapter=WithReplies, clock=journal.clock) as opened:
        assert summaries(opened.poll()) == ["stop STOP"]
        journal.now += 31 * DAYS
        assert summaries(opened.poll()) == []


def test_a_reply_that_cannot_be_kept_hides_no_other(path: str, vendor: Vendor) -> None:
    vendor.replies = {"1": "Yes", "2": "bad \ud800", "3": "stop"}
    healthy = Vendor()
    healthy.replies = {"4": "No"}
    with gateway(path, Line(vendor), Line(healthy), adapter=WithReplies) as opened:
        news: list[Event] = []
        with pytest.raises(MalformedAnswerError, match="a: the text of a Reply has half a character"):
            news.extend(opened.poll())
        news += opened.poll(provider="b")
        assert summaries(news) == ["reply Yes", "stop STOP", "reply No"]
        assert "+27831234567" in opened.opt_outs


def test_replies_go_first(path: str, vendor: Vendor) -> None:
    vendor.replies = {"1": "stop"}
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        send(opened, vendor, "sent")
        assert summaries(opened.poll()) == ["stop STOP", "1 sent"]


# Handed on -----------------------------------------------------------------------------------------------------------


def test_an_event_counts_as_delivered_when_the_next_is_asked_for(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "delivered", "delivered", "delivered")
        events = opened.poll()
        assert summaries([next(events), next(events)]) == ["1 delivered", "2 delivered"]
        assert status_of(opened, "2") is Status.DELIVERED
        events.close()
        assert summaries(opened.poll()) == ["2 delivered", "3 delivered"]


def test_who_fails_with_an_event_gets_it_again(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "delivered")

        def fail() -> None:
            for _ in opened.poll():
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert summaries(opened.poll()) == ["1 delivered"]


def test_a_pass_that_outlives_its_gateway_ends_quietly(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "delivered")
        events = opened.poll()
        assert summaries([next(events)]) == ["1 delivered"]
    events.close()


def test_no_provider_is_asked_before_an_event_is_wanted(path: str, vendor: Vendor) -> None:
    other = Vendor()
    with gateway(path, Line(vendor), Line(other), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "sent")
        other.statuses[str(opened.send(message(), provider="b").message_id)] = "sent"
        events = opened.poll()
        assert vendor.asked == []
        next(events)
        assert (vendor.asked, other.asked) == (["statuses 1"], [])
        next(events)
        assert other.asked == ["statuses 1"]


def test_two_that_poll_at_once_share_the_events(path: str, vendor: Vendor) -> None:
    with (
        gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as one,
        gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as two,
    ):
        send(one, vendor, *["delivered"] * 5)
        mine, others = one.poll(), two.poll()
        said = summaries([next(mine), next(others), next(others), *mine, *others])
        assert sorted(said) == [f"{number} delivered" for number in range(1, 6)]


def test_one_provider_is_asked_if_it_is_named(path: str, vendor: Vendor) -> None:
    other = Vendor()
    with gateway(path, Line(vendor), Line(other), adapter=WithReplies) as opened:
        assert summaries(opened.poll(provider="b")) == []
    assert (vendor.asked, other.asked) == ([], ["replies 0"])


# Failures ------------------------------------------------------------------------------------------------------------


def test_a_provider_that_fails_does_not_stop_the_others(
    path: str, vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    other = Vendor()
    vendor.fails = {"replies": AuthenticationError("refused"), "statuses": UnreachableError("no connection")}
    other.replies = {"1": "Yes"}
    with gateway(path, Line(vendor), Line(other), adapter=WithReplies) as opened:
        send(opened, vendor, "sent")
        other.statuses[str(opened.send(message(), provider="b").message_id)] = "sent"
        events = opened.poll()
        assert summaries([next(events), next(events)]) == ["reply Yes", "1 sent"]
        with pytest.raises(AuthenticationError, match="a: refused") as raised:
            next(events)
        assert raised.value.__notes__ == ["a: no connection"]
        vendor.fails.clear()
        assert summaries(opened.poll()) == ["1 sent"]
    assert caplog.messages == [
        "polling a for its replies failed: refused",
        "polling a for its statuses failed: no connection",
    ]


@pytest.mark.parametrize(("error", "asked"), [(FAILED, False), (UnreachableError("no connection"), True)])
def test_what_was_asked_and_not_answered_waits_until_the_others_were(
    path: str, vendor: Vendor, error: ProviderError, *, asked: bool
) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "sent")
        vendor.fails["statuses"] = error
        with pytest.raises(ProviderError, match=error.reason):
            [*opened.poll()]
        vendor.fails.clear()
        send(opened, vendor, "sent")
        assert summaries(opened.poll()) == (["1 sent", "2 sent"] if asked else ["2 sent"])


def test_an_answer_that_cannot_be_read_is_asked_for_one_by_one(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=ManyStatusesPerCall) as opened:
        send(opened, vendor, "sent", "delivered", "sent")
        vendor.fails = {"statuses": ODD}
        events = opened.poll()
        assert summaries([next(events), next(events), next(events)]) == ["1 sent", "2 delivered", "3 sent"]
        with pytest.raises(MalformedAnswerError):
            next(events)
        assert summaries(opened.poll()) == []


def test_one_message_that_cannot_be_read_does_not_hide_the_others(path: str, vendor: Vendor) -> None:
    line = Line(lambda request: ODD if request.ids.get("id") == "1" else vendor(request))
    with gateway(path, line, adapter=OneStatusPerCall) as opened:
        send(opened, vendor, "sent", "sent")
        events = opened.poll()
        assert summaries([next(events)]) == ["2 sent"]
        with pytest.raises(MalformedAnswerError):
            next(events)


def test_without_a_journal_there_is_nothing_to_poll_for(vendor: Vendor) -> None:
    with gateway(None, Line(vendor), adapter=WithReplies) as opened, pytest.raises(ConfigError, match="no journal"):
        opened.poll()


def test_an_age_that_makes_no_sense_is_refused(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        with pytest.raises(ConfigError, match="pause must be 0 or longer, got -1 day"):
            opened.poll(pause=timedelta(days=-1))
        with pytest.raises(ConfigError, match="max_age must be longer than 0, got 0:00:00"):
            opened.poll(max_age=timedelta())


def test_a_gateway_without_pollable_providers_is_an_error(path: str, vendor: Vendor) -> None:
    with gateway(path, Line(vendor), Line(vendor), adapter=Plain) as opened:
        with pytest.raises(UnsupportedError, match=r"no provider can be polled.*\(a, b\)"):
            opened.poll()
        with pytest.raises(ConfigError, match="no provider 'c'"):
            opened.poll(provider="c")


# Many ----------------------------------------------------------------------------------------------------------------


def test_three_thousand_messages_are_asked_for_a_hundred_at_a_time(path: str, vendor: Vendor) -> None:
    """The vendor has lost most of them: each event is two transactions, which this is not about."""
    count = 3_000
    vendor.statuses = {str(number): "delivered" for number in range(1, count + 1, 100)}
    with gateway(path, Line(vendor), adapter=BulkOfThousands) as opened:
        assert (
            sum(1 for result in opened.send_bulk(Message(TO, "Hello") for _ in range(count)) if result.message_id)
            == count
        )
        events = opened.poll(pause=timedelta(hours=1))
        next(events)
        assert len(vendor.asked) == 1
        assert sum(1 for _ in events) == 29
        assert summaries(opened.poll(pause=timedelta(hours=1))) == []
    assert [len(question.split(",")) for question in vendor.asked] == [100] * 30


def steps(path: str, make: Callable[[JournalInbox], object]) -> int:
    """Count, in tens, the steps that SQLite takes for something."""
    taken = itertools.count()
    with SqliteJournal(path) as journal:
        watch = lambda connection: connection.set_progress_handler(lambda: next(taken) < 0, 10)  # noqa: E731
        journal._writer.make(watch)
        make(journal.inbox)
    return next(taken)


def test_what_a_batch_costs_does_not_grow_with_what_is_open(path: str, vendor: Vendor) -> None:
    asked = [str(number) for number in range(1, 101)]
    costs = []
    with gateway(path, Line(vendor), adapter=BulkOfThousands) as opened:
        for _ in range(2):
            [*opened.send_bulk(Message(TO, "Hello") for _ in range(1_000))]
            costs.append(steps(path, lambda inbox: inbox.asked("a", asked, datetime.now(UTC))))
    assert costs[1] < costs[0] * 1.5


def test_a_reply_that_cannot_be_read_is_reported_and_hides_no_other(path: str, vendor: Vendor) -> None:
    vendor.replies = {"r1": "hello", "r2": "?", "r3": "STOP"}
    with gateway(path, Line(vendor), adapter=WithReplies) as opened:
        events: list[Event] = []
        with pytest.raises(MalformedAnswerError, match="a: replies that cannot be read: 1"):
            events.extend(opened.poll(pause=NOW))
        assert summaries(events) == ["reply hello", "stop STOP"]
        first = vendor.since[0]
        with pytest.raises(MalformedAnswerError):
            list(opened.poll(pause=NOW))
        assert vendor.since[1] > first, "the next pass begins where this one ended"
