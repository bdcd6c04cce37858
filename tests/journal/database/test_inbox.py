"""What comes back to a journal: recorded once, joined with what was sent, never going back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from attrs import evolve

from smsgate import (
    DeliveryReport,
    Event,
    Gateway,
    JournalError,
    JournalSettings,
    KeepText,
    NotFoundError,
    Outcome,
    Reply,
    Request,
    Source,
    State,
    Status,
    UnknownOutcomeError,
    VendorEvent,
)
from smsgate.journal import EventState, Inbox, Intent, MemoryInbox
from smsgate.journal.database import unmatched
from smsgate.journal.database.clock import Clock
from smsgate.journal.database.commits import Change
from tests.journal_at import journal_at, locked, rows
from tests.plain_adapter import LOST, OK, TO, Line, Said, gateway, message

LOST_WITHOUT_ID = UnknownOutcomeError("the connection was cut")


def report(status: Status, message_id: str = "1", reference: str | None = None, provider: str = "a") -> DeliveryReport:
    return DeliveryReport(
        provider=provider,
        message_id=message_id,
        status=status,
        raw_status=status.name,
        reference=reference,
        reason="no such phone" if status is Status.FAILED else None,
    )


def reply(text: str = "Yes", message_id: str = "r1", **fields: str) -> Reply:
    return Reply(provider="a", message_id=message_id, sender=TO, text=text, **fields)  # type: ignore[arg-type]


def asked_for(report: DeliveryReport) -> DeliveryReport:
    return evolve(report, source=Source.POLLED)


def hand(opened: Gateway, *events: Event) -> list[Event]:
    """Return what of the events the application is given."""
    given: list[Event] = []
    for event in events:
        opened.incoming.deliver(event, given.append)
    return given


@pytest.fixture(name="opened")
def _opened(path: str) -> Iterator[Gateway]:
    with gateway(path, Line()) as opened:
        yield opened


@pytest.fixture(name="inbox", params=["journal", "memory"])
def _inbox(request: pytest.FixtureRequest, path: str) -> Iterator[Inbox]:
    if request.param == "memory":
        yield MemoryInbox()
    else:
        with journal_at(path) as journal:
            yield journal.inbox


# Statuses ------------------------------------------------------------------------------------------------------------


def test_a_report_says_where_the_message_is(opened: Gateway) -> None:
    result = opened.send(message(key="order-17"))
    assert result.message_id is not None
    before = opened.deliveries.get(result.message_id, provider="a")
    assert (before.delivery, before.result().status) == (None, Status.QUEUED)
    [given] = hand(opened, report(Status.DELIVERED))
    entry = opened.deliveries.get(result.message_id, provider="a")
    assert isinstance(given, DeliveryReport)
    assert given.entry == entry
    assert entry.key == "order-17"
    assert entry.delivery is not None
    assert (entry.delivery.status, entry.delivery.raw_status) == (Status.DELIVERED, "DELIVERED")
    assert opened.send(message(key="order-17")).status is Status.DELIVERED


def test_why_it_failed_is_kept(opened: Gateway) -> None:
    opened.send(message())
    hand(opened, report(Status.FAILED))
    delivery = opened.deliveries.get("1", provider="a").delivery
    assert delivery is not None
    assert (delivery.status, delivery.reason) == (Status.FAILED, "no such phone")


@pytest.mark.parametrize("order", [*permutations((Status.QUEUED, Status.SENT, Status.DELIVERED))], ids=str)
def test_whatever_their_order_the_last_word_counts_and_late_ones_are_not_delivered(
    inbox: Inbox, order: tuple[Status, ...]
) -> None:
    new = [status for status in order if inbox.record(report(status)).state is EventState.NEW]
    assert new == [status for place, status in enumerate(order) if _is_new(status, order[:place])]
    assert new[-1] is Status.DELIVERED


def _is_new(status: Status, before: tuple[Status, ...]) -> bool:
    way = (Status.QUEUED, Status.SENT, Status.DELIVERED)
    return all(way.index(status) > way.index(each) for each in before)


def test_a_report_before_the_send_has_returned_is_kept_and_joined(path: str) -> None:
    early: list[Event] = []

    def overtaken(_: Request) -> Said:
        early.extend(hand(opened, report(Status.DELIVERED)))
        return OK

    with gateway(path, Line(overtaken)) as opened:
        opened.send(message(key="order-17"))
        [first] = early
        assert isinstance(first, DeliveryReport)
        assert first.entry is None
        assert opened.deliveries.get("1", provider="a").result().status is Status.DELIVERED
        assert [*opened.deliveries.unmatched()] == []


def test_reports_of_other_messages_are_unmatched(opened: Gateway) -> None:
    opened.send(message())
    hand(opened, *(report(Status.SENT, f"other-{each}") for each in range(3)), report(Status.SENT))
    assert [each.message_id for each in opened.deliveries.unmatched()] == ["other-0", "other-1", "other-2"]
    with pytest.raises(NotFoundError, match="the journal has no message 'other-1' of a"):
        opened.deliveries.get("other-1", provider="a")


def test_unmatched_reports_are_read_page_by_page(opened: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmatched, "PAGE", 10)
    for each in range(22):
        hand(opened, report(Status.SENT, f"{each:04}"))
    assert [each.message_id for each in opened.deliveries.unmatched()] == [f"{each:04}" for each in range(22)]


def test_another_word_for_the_same_end_does_not_take_the_reason_away(opened: Gateway) -> None:
    opened.send(message())
    hand(opened, evolve(report(Status.FAILED), raw_status="FAILED_OPTOUT", reason="opted out"))
    assert hand(opened, evolve(report(Status.FAILED), reason=None)) == []
    delivery = opened.deliveries.get("1", provider="a").delivery
    assert delivery is not None
    assert (delivery.raw_status, delivery.reason) == ("FAILED_OPTOUT", "opted out")


def test_the_same_id_at_another_provider_is_another_message(opened: Gateway) -> None:
    opened.send(message())
    hand(opened, report(Status.FAILED, provider="b"))
    assert opened.deliveries.get("1", provider="a").delivery is None


# Awaited -------------------------------------------------------------------------------------------------------------


def test_messages_on_their_way_are_awaited_those_first_that_were_asked_for_the_longest(path: str) -> None:
    now = [1_800_000_000.0]
    with journal_at(path, clock=lambda: now[0]) as journal, gateway(path, Line(), clock=lambda: now[0]) as opened:
        for each in range(4):
            opened.send(message(f"{each}"))
            now[0] += 10

        def awaited(*, since: float = 0, before: float = now[0], most: int = 10) -> list[str]:
            bounds = [datetime.fromtimestamp(moment, UTC) for moment in (since, before)]
            return [*journal.inbox.awaited("a", since=bounds[0], before=bounds[1], most=most)]

        assert awaited() == ["1", "2", "3", "4"]
        journal.inbox.asked("a", ["1", "2"], datetime.fromtimestamp(now[0], UTC))
        assert awaited(before=now[0] - 1) == ["3", "4"]
        assert awaited(most=3) == ["3", "4", "1"]
        hand(opened, report(Status.SENT, "3"), asked_for(report(Status.DELIVERED, "1")))
        assert awaited() == ["3", "4", "2"]
        assert awaited(since=1_800_000_015) == ["3", "4"]
        today = datetime.fromtimestamp(now[0], UTC)
        assert journal.inbox.awaited("b", since=today - timedelta(days=1), before=today, most=9) == []


def test_a_message_whose_final_status_came_early_is_polled_once(path: str) -> None:
    def overtaken(_: Request) -> Said:
        hand(opened, report(Status.DELIVERED))
        return OK

    ever = datetime.fromtimestamp(0, UTC)
    with journal_at(path) as journal, gateway(path, Line(overtaken)) as opened:
        opened.send(message())
        assert journal.inbox.awaited("a", since=ever, before=datetime.now(UTC), most=9) == ["1"]
        hand(opened, asked_for(report(Status.DELIVERED)))
        assert journal.inbox.awaited("a", since=ever, before=datetime.now(UTC), most=9) == []


def test_a_message_is_awaited_until_the_application_has_received_its_final_status(path: str) -> None:
    ever = datetime.fromtimestamp(0, UTC)
    with journal_at(path) as journal, gateway(path, Line()) as opened:
        opened.send(message())
        taken = opened.incoming.inbox.record(asked_for(report(Status.DELIVERED)))
        journal.inbox.asked("a", ["1"], datetime.now(UTC))
        assert journal.inbox.awaited("a", since=ever, before=datetime.now(UTC), most=9) == ["1"]
        opened.incoming.inbox.delivered(taken.event)
        assert journal.inbox.awaited("a", since=ever, before=datetime.now(UTC), most=9) == []


def test_until_when_replies_were_read_is_kept_for_each_provider(path: str) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with journal_at(path) as journal:
        journal.inbox.have_read("a", noon)
        journal.inbox.have_read("b", noon + timedelta(days=1))
        journal.inbox.have_read("a", noon + timedelta(days=2))
    with journal_at(path) as journal:
        read = [journal.inbox.read_until(provider) for provider in "abc"]
    assert read == [noon + timedelta(days=2), noon + timedelta(days=1), None]


# Doubts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", KeepText)
def test_a_report_settles_an_unknown_message_by_its_reference(path: str, keep: KeepText) -> None:
    settings = JournalSettings(path=path, text=keep)
    with gateway(settings, Line(LOST_WITHOUT_ID)) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message(reference="order-17"))
        [given] = hand(opened, report(Status.DELIVERED, "40124213", reference="order-17"))
        assert [*opened.unknowns.list()] == []
        entry = opened.deliveries.get("40124213", provider="a")
    assert isinstance(given, DeliveryReport)
    assert given.entry == entry
    assert entry.state is State.ACCEPTED
    result = entry.result(message(reference="order-17"))
    assert (result.outcome, result.message_id, result.status) == (Outcome.ACCEPTED, "40124213", Status.DELIVERED)


def test_a_report_settles_an_unknown_message_by_the_id_that_it_got_as_far_as_having(path: str) -> None:
    with gateway(path, Line(LOST)) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message())
        hand(opened, report(Status.SENT, "17"))
        assert opened.deliveries.get("17", provider="a").state is State.ACCEPTED


@pytest.mark.parametrize("status", [Status.PENDING, Status.UNKNOWN])
def test_what_may_be_a_draft_settles_nothing(path: str, status: Status) -> None:
    with gateway(path, Line(LOST)) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message())
        hand(opened, report(status, "17"))
        assert len([*opened.unknowns.list()]) == 1


def test_a_report_from_before_a_message_was_sent_is_of_another(path: str) -> None:
    with gateway(path, Line(LOST_WITHOUT_ID)) as opened:
        hand(opened, report(Status.DELIVERED, "old", reference="order-17"))
        with pytest.raises(UnknownOutcomeError):
            opened.send(message(reference="order-17"))
        assert len([*opened.unknowns.list()]) == 1


def test_the_report_of_a_first_try_settles_no_other_message_of_its_reference(path: str) -> None:
    says: list[Said] = [LOST_WITHOUT_ID, OK, LOST_WITHOUT_ID]
    with gateway(path, Line(lambda _: says.pop(0))) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message("one", reference="same"))
        [entry] = opened.unknowns.list()
        opened.unknowns.resend(entry.id)
        hand(opened, report(Status.DELIVERED, "first try", reference="same"))
        with pytest.raises(UnknownOutcomeError):
            opened.send(message("two", reference="same"))
        hand(opened, report(Status.SENT, "first try, too", reference="same"))
        assert len([*opened.unknowns.list()]) == 1


def test_the_report_of_a_message_that_was_resolved_by_hand_settles_no_other(path: str) -> None:
    with gateway(path, Line(LOST_WITHOUT_ID)) as opened:
        for text in ("one", "two"):
            with pytest.raises(UnknownOutcomeError):
                opened.send(message(text, reference="same"))
        first = next(opened.unknowns.list())
        opened.unknowns.resolve(first.id, Outcome.ACCEPTED)
        hand(opened, report(Status.DELIVERED, "of one", reference="same"))
        assert len([*opened.unknowns.list()]) == 1


def test_a_reference_of_a_message_in_flight_settles_no_other(path: str) -> None:
    def says(request: Request) -> Said:
        if "two" in str(request.json):
            hand(opened, report(Status.DELIVERED, "of two", reference="same"))
            return OK
        return LOST_WITHOUT_ID

    with gateway(path, Line(says)) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message("one", reference="same"))
        opened.send(message("two", reference="same"))
        assert len([*opened.unknowns.list()]) == 1


def test_two_reports_of_one_reference_settle_nothing(path: str) -> None:
    def overtaken(_: Request) -> Said:
        hand(opened, *(report(Status.SENT, each, reference="order-17") for each in ("8", "9")))
        return LOST_WITHOUT_ID

    with gateway(path, Line(overtaken)) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message(reference="order-17"))
        assert len([*opened.unknowns.list()]) == 1


def test_a_report_without_the_reference_does_not_take_away_what_an_earlier_one_said(path: str) -> None:
    def overtaken(_: Request) -> Said:
        hand(opened, report(Status.QUEUED, "9", reference="order-17"), report(Status.SENT, "9"))
        return LOST_WITHOUT_ID

    with gateway(path, Line(overtaken)) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message(reference="order-17"))
        assert opened.deliveries.get("9", provider="a").state is State.ACCEPTED


def test_a_report_that_came_before_the_process_ended_settles_the_message(path: str) -> None:
    now = [time.time()]
    with journal_at(path, clock=lambda: now[0]) as dead:
        dead.begin([Intent(message(reference="order-17"), "a")]).wait(10)
        with gateway(path, Line(), clock=lambda: now[0]) as opened:
            hand(opened, report(Status.SENT, "9", reference="order-17"))
            now[0] += 3600
            assert [*opened.unknowns.list()] == []
            assert opened.deliveries.get("9", provider="a").state is State.ACCEPTED


def test_a_report_that_came_before_the_answer_was_lost_settles_the_message(path: str) -> None:
    def overtaken(_: Request) -> Said:
        hand(opened, report(Status.SENT, "40124213", reference="order-17"))
        return LOST_WITHOUT_ID

    with gateway(path, Line(overtaken)) as opened:
        with pytest.raises(UnknownOutcomeError):  # what was known when it ended
            opened.send(message(reference="order-17"))
        assert [*opened.unknowns.list()] == []
        assert opened.deliveries.get("40124213", provider="a").state is State.ACCEPTED


def test_a_report_that_came_before_the_sender_was_interrupted_settles_the_message(path: str) -> None:
    def interrupt(_: Request) -> Said:
        hand(opened, report(Status.SENT, "40124213", reference="order-17"))
        raise KeyboardInterrupt

    with gateway(path, Line(interrupt)) as opened:
        with pytest.raises(KeyboardInterrupt):
            opened.send(message(reference="order-17"))
        assert opened.deliveries.get("40124213", provider="a").state is State.ACCEPTED


def test_a_reference_of_two_messages_in_doubt_settles_neither(path: str) -> None:
    with gateway(path, Line(LOST_WITHOUT_ID)) as opened:
        for text in ("one", "two"):
            with pytest.raises(UnknownOutcomeError):
                opened.send(message(text, reference="same"))
        hand(opened, report(Status.DELIVERED, "9", reference="same"))
        assert len([*opened.unknowns.list()]) == 2
        assert [each.message_id for each in opened.deliveries.unmatched()] == ["9"]


def test_a_report_of_an_accepted_message_settles_no_other_of_its_reference(path: str) -> None:
    says: list[Said] = [OK, LOST_WITHOUT_ID]
    with gateway(path, Line(lambda _: says.pop(0))) as opened:
        opened.send(message("one", reference="same"))
        with pytest.raises(UnknownOutcomeError):
            opened.send(message("two", reference="same"))
        hand(opened, report(Status.DELIVERED, "1", reference="same"))
        assert len([*opened.unknowns.list()]) == 1


# Replies -------------------------------------------------------------------------------------------------------------


def test_a_reply_is_joined_to_the_message_that_the_vendor_names(opened: Gateway) -> None:
    opened.send(message("one"))
    opened.send(message("two", key="order-17"))
    opened.send(message("three"))
    [given] = hand(opened, reply(in_reply_to="2"))
    assert isinstance(given, Reply)
    assert given.entry is not None
    assert (given.entry.key, given.entry.message) == ("order-17", message("two", key="order-17"))


def test_a_reply_in_a_conversation_is_joined_to_the_last_message_there(path: str) -> None:
    ids = iter(["55:1", "55:2", "555:3", "5:4"])

    class Threaded(Line):
        pass

    with gateway(path, Threaded()) as opened:
        adapter = opened.provider("a").adapter
        adapter.ids = ids  # type: ignore[attr-defined]
        for text in ("one", "two", "three", "four"):
            opened.send(message(text))
        [given] = hand(opened, reply(message_id="55:9", conversation="55"))
    assert isinstance(given, Reply)
    assert given.entry is not None
    assert given.entry.message == message("two")


def test_a_reply_to_nothing_that_is_known_comes_as_it_is(opened: Gateway) -> None:
    unasked, unknown = reply(), reply(message_id="r2", in_reply_to="elsewhere")
    assert hand(opened, unasked, unknown) == [unasked, unknown]


# Once ----------------------------------------------------------------------------------------------------------------

SAME = [report(Status.SENT), reply(), VendorEvent(provider="a", kind="contact.created", raw={"id": 1})]


@pytest.mark.parametrize("event", SAME, ids=["report", "reply", "other"])
def test_an_event_is_delivered_once(inbox: Inbox, event: Event) -> None:
    assert inbox.record(event).state is EventState.NEW
    assert inbox.record(event).state is EventState.BUSY
    inbox.delivered(event)
    assert inbox.record(event).state is EventState.SEEN


@pytest.mark.parametrize("event", SAME, ids=["report", "reply", "other"])
def test_an_event_that_the_application_failed_to_take_comes_again(inbox: Inbox, event: Event) -> None:
    inbox.record(event)
    inbox.release(event)
    assert inbox.record(event).state is EventState.NEW
    inbox.delivered(event)
    inbox.release(event)
    assert inbox.record(event).state is EventState.SEEN


@pytest.mark.parametrize("kind", ["journal", "memory"])
def test_an_application_that_ended_with_an_event_in_its_hands_is_given_it_again(path: str, kind: str) -> None:
    now = [1_800_000_000.0]
    with journal_at(path, clock=lambda: now[0]) as journal:
        inbox: Inbox = journal.inbox if kind == "journal" else MemoryInbox(lambda: now[0])
        inbox.record(reply())
        now[0] += 59
        assert inbox.record(reply()).state is EventState.BUSY
        now[0] += 2
        assert inbox.record(reply()).state is EventState.NEW


def test_what_the_application_raises_goes_on_and_the_event_comes_again(opened: Gateway) -> None:
    def fail(_: Event) -> None:
        raise LookupError("the database is down")

    with pytest.raises(LookupError):
        opened.incoming.deliver(reply(), fail)
    assert hand(opened, reply(), reply()) == [reply()]


def test_a_clock_that_is_set_back_keeps_no_event_waiting(path: str) -> None:
    now = [1_800_000_000.0]
    uptime = [1000.0]
    clock = Clock(wall=lambda: now[0], uptime=lambda: uptime[0], boot="first")
    with journal_at(path, clock=clock) as journal:
        journal.inbox.record(reply())
        now[0] -= 3600
        uptime[0] += 61
        assert journal.inbox.record(reply()).state is EventState.NEW


def test_what_cannot_be_written_fails_alone(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a character cannot be kept; what others want in the same commit can."""
    with journal_at(path) as journal, ThreadPoolExecutor() as pool:
        journal.inbox.record(reply(message_id="first"))
        commits, begun = journal._writer._commits, threading.Event()
        commit = commits.commit

        def watched(changes: Sequence[Change]) -> None:
            if changes:
                begun.set()
            commit(changes)

        monkeypatch.setattr(commits, "commit", watched)
        with locked(path) as release:
            waiting = pool.submit(journal.inbox.record, reply(message_id="waits for the lock"))
            assert begun.wait(30), "the writer waits for the lock with the first one only"
            texts = ["good", "bad \ud800", "good too"]
            taken = [
                pool.submit(journal.inbox.record, evolve(report(Status.SENT, each[:5]), reason=each)) for each in texts
            ]
            ends = time.monotonic() + 30
            while journal._writer._queue.qsize() < len(texts) and time.monotonic() < ends:
                time.sleep(0.001)
            assert journal._writer._queue.qsize() == len(texts), "they come into one commit"
            release()
        assert [each.result().state for each in (waiting, taken[0], taken[2])] == [EventState.NEW] * 3
        with pytest.raises(JournalError, match="UnicodeEncodeError"):
            taken[1].result()


def test_two_processes_on_one_journal_hand_an_event_on_once(path: str) -> None:
    with gateway(path, Line()) as first, gateway(path, Line()) as second:
        assert hand(first, reply()) == [reply()]
        assert hand(second, reply()) == []


def test_what_was_delivered_is_forgotten_after_a_month(path: str) -> None:
    now = [1_800_000_000.0]
    with journal_at(path, clock=lambda: now[0]) as journal:
        for each in range(3):
            journal.inbox.delivered(reply(message_id=f"r{each}"))
        now[0] += 31 * 24 * 60 * 60
        journal.inbox.record(reply(message_id="new"))
    assert rows(path, "SELECT count(*) FROM arrivals") == [(1,)]


def test_a_gateway_without_a_journal_hands_on_once_too() -> None:
    with gateway(None, Line()) as opened:
        assert hand(opened, reply(), reply(), report(Status.DELIVERED), report(Status.SENT)) == [
            reply(),
            report(Status.DELIVERED),
        ]
