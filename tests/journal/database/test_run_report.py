"""The report on a run counts what became of its messages, in memory that does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal

import pytest

from smsgate import (
    DeliveryTimes,
    Gateway,
    JournalSettings,
    KeepText,
    Message,
    NotFoundError,
    Outcome,
    PriceList,
    Provider,
    Refusal,
    RejectedError,
    Request,
    RunGroup,
    Settings,
    State,
    Status,
)
from smsgate.journal.database import run_report
from tests.journal.database.test_inbox import hand, report
from tests.journal.database.test_submissions import begin
from tests.journal_at import journal_at, rows
from tests.plain_adapter import DOWN, LOST, OK, TO, Line, Plain, Said, gateway, message
from tests.traced_memory import traced_peak

pytestmark = pytest.mark.threads  # the journal is the same in both

BRITISH, SATELLITE = "+447400123456", "+881612345678"
PRICES = PriceList("ZAR", {"+27": Decimal("0.25"), "+44": Decimal("1.10")})


def priced(path: str | JournalSettings, line: Line) -> Gateway:
    settings = Settings(base_url="http://127.0.0.1", prices=PRICES)
    return Gateway([Provider("a", Plain(settings, provider="a"), line)], journal=journal_at(path), deadline=30.0)


def words(request: Request) -> Said:
    """Refuse and lose by the words of a text."""
    text = str(request.json["text"]) if isinstance(request.json, dict) else ""
    if "refuse" in text:
        return RejectedError(f"number {text[-10:]} is on a list of 2026-11-30", code="7")
    return LOST if "lose" in text else OK


@pytest.fixture(name="opened")
def _opened(path: str) -> Iterator[Gateway]:
    with priced(path, Line(words)) as opened:
        yield opened


def send(opened: Gateway, *messages: Message, run: str = "spring") -> None:
    assert len([*opened.send_bulk(messages, workers=1, run=run)]) == len(messages)


def group(**fields: object) -> RunGroup:
    common = {"country": "ZA", "provider": "a", "unit": None, "cost": None, "status": None, "segments": 0}
    return RunGroup(**{**common, **fields})  # type: ignore[arg-type]


def test_every_message_is_in_one_group_and_the_counts_come_from_the_groups(opened: Gateway) -> None:
    send(opened, message("1"), message("2" * 200), message("3"), Message(BRITISH, "4"), Message(SATELLITE, "5"))
    send(opened, message("refuse"), message("lose"))
    send(opened, message("of another run"), run="autumn")
    hand(opened, report(Status.DELIVERED, "1"), report(Status.FAILED, "3"))
    found = opened.journal.report("spring")
    accepted: dict[str, object] = {"state": State.ACCEPTED, "unit": "ZAR"}
    assert {*found.groups} == {
        group(**accepted, status=Status.DELIVERED, messages=1, segments=1, cost=Decimal("0.25")),
        group(**accepted, status=Status.FAILED, messages=1, segments=1, cost=Decimal("0.25")),
        group(**accepted, status=Status.QUEUED, messages=1, segments=2, cost=Decimal("0.50")),
        group(**accepted, country="GB", status=Status.QUEUED, messages=1, segments=1, cost=Decimal("1.10")),
        group(country=None, state=State.ACCEPTED, status=Status.QUEUED, messages=1, segments=1),
        group(state=State.REJECTED, messages=1),
        group(state=State.UNKNOWN, messages=1),
    }
    assert (found.run, found.messages, found.open, found.segments) == ("spring", 7, 0, 6)
    assert found.states == {State.ACCEPTED: 5, State.REJECTED: 1, State.UNKNOWN: 1}
    assert found.statuses == {Status.DELIVERED: 1, Status.FAILED: 1, Status.QUEUED: 3}
    assert found.cost == {"ZAR": Decimal("2.10")}
    assert found.without_price == 1
    entries = [*opened.journal.find(run="spring")]
    assert (found.began, found.ended) == (min(e.created for e in entries), max(e.changed for e in entries))
    assert found.duration == max(e.changed for e in entries) - min(e.created for e in entries)
    assert found.delivery_times.messages == 1


def test_refusals_are_grouped_by_their_words_without_numbers_and_dates(
    opened: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(opened, message("refuse 0820000001"), message("refuse 0820000002"), message("refuse otherwords"))
    same = Refusal(outcome=Outcome.REJECTED, provider="a", code="7", reason="number # is on a list of #", messages=2)
    found = opened.journal.report("spring")
    assert found.refusals[0] == same
    assert [each.messages for each in found.refusals] == [2, 1]
    assert found.other_refusals == 0
    monkeypatch.setattr(run_report, "SHOWN", 1)
    shorter = opened.journal.report("spring")
    assert (shorter.refusals, shorter.other_refusals) == ((same,), 1)
    monkeypatch.setattr(run_report, "MOST_REASONS", 1)
    assert sum(each.messages for each in opened.journal.report("spring").refusals) + 1 in {2, 3}


def test_a_run_that_goes_on_has_open_messages(path: str) -> None:
    with priced(path, Line()) as opened:
        opened.enqueue([message(str(each)) for each in range(3)], run="spring")
        before = opened.journal.report("spring")
        assert (before.open, before.messages, before.began, before.ended, before.duration) == (3, 3, None, None, None)
        assert before.groups == (group(provider=None, state=State.QUEUED, messages=3),)
        opened.runs.runner("spring").work(until_empty=True)
        after = opened.journal.report("spring")
        status = opened.runs.status("spring")
    assert (after.open, after.cost, after.segments) == (0, status.cost, status.segments)
    assert (after.began, after.ended) == (status.first, status.last)


def test_a_message_whose_process_died_is_unknown_and_of_the_provider_that_was_asked(path: str) -> None:
    with closing(journal_at(path)) as journal, gateway(path, Line()) as opened:
        send(opened, message("1"))
        begin(journal)
        rows(path, "UPDATE entries SET run = (SELECT id FROM runs), owner = 0 WHERE id = 2")
        found = opened.journal.report("spring")
    assert group(state=State.UNKNOWN, messages=1) in found.groups
    assert found.states[State.UNKNOWN] == 1


def test_an_erased_number_has_no_country(opened: Gateway) -> None:
    send(opened, message("1"))
    opened.journal.erase(TO)
    [only] = opened.journal.report("spring").groups
    assert (only.country, only.cost) == ("erased", Decimal("0.25"))


def test_a_message_without_a_price_costs_nothing_that_is_known(path: str) -> None:
    with gateway(path, Line()) as opened:
        send(opened, message("1"))
        found = opened.journal.report("spring")
    assert found.groups == (group(state=State.ACCEPTED, status=Status.QUEUED, messages=1, segments=1),)
    assert (found.cost, found.without_price) == ({}, 1)


def test_a_journal_without_texts_is_counted_in_its_own_words(path: str) -> None:
    with priced(JournalSettings(path=path, text=KeepText.NONE), Line(words)) as opened:
        send(opened, message("refuse 0820000001"))
        [only] = opened.journal.report("spring").refusals
    assert only.reason.startswith("the message was refused")


@pytest.mark.parametrize("first", [OK, DOWN], ids=["one", "two"])
def test_the_time_to_delivery_begins_when_the_vendor_that_accepted_it_was_asked(path: str, first: Said) -> None:
    """The journal has that in a column where one vendor was asked, and among the attempts where several were."""
    with gateway(path, Line(first), Line()) as opened:
        send(opened, message("1"))
        entry = opened.journal.get(1)
        assert entry.recorded is not None
        assert len(entry.recorded.attempts) == (1 if first is OK else 2)
        hand(opened, report(Status.DELIVERED, "1", provider=entry.recorded.provider or ""))
        started = entry.recorded.attempts[-1].started.timestamp()
        rows(path, "UPDATE deliveries SET changed = ?", started + 90)
        assert opened.journal.report("spring").delivery_times == DeliveryTimes({90.0: 1})
        rows(path, "UPDATE entries SET send_at = ?", started + 60)
        assert opened.journal.report("spring").delivery_times == DeliveryTimes({30.0: 1})


def test_a_message_that_was_settled_by_hand_has_no_time_to_delivery(path: str) -> None:
    with gateway(path, Line(LOST)) as opened:
        send(opened, message("1"))
        opened.unknowns.resolve(1, Outcome.ACCEPTED, message_id="1")
        hand(opened, report(Status.DELIVERED, "1"))
        found = opened.journal.report("spring")
    assert (found.statuses, found.delivery_times) == ({Status.DELIVERED: 1}, DeliveryTimes({}))


def test_a_run_that_is_none_is_refused(opened: Gateway) -> None:
    send(opened, message("1"))
    with pytest.raises(NotFoundError, match=r"^the journal has no run 'sprng'; did you mean 'spring'\?$"):
        opened.journal.report("sprng")


def test_times_are_counted_to_three_digits_and_shares_are_exact() -> None:
    times = DeliveryTimes({1.0: 50, 2.5: 45, 60.0: 5})
    assert (times.median, times.most) == (timedelta(seconds=1), timedelta(seconds=2.5))
    assert times.within(0.951) == times.within(1) == timedelta(minutes=1)
    assert DeliveryTimes({}).median is None
    assert [DeliveryTimes.rounded(each) for each in (-3, 0.01234, 12.345, 98765)] == [0.001, 0.0123, 12.3, 98800]


def test_memory_does_not_grow_with_the_messages(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page at a time, however many there are, while each number, time and wording differs."""
    monkeypatch.setattr(run_report, "PAGE", 50)
    monkeypatch.setattr(run_report, "MOST_REASONS", 25)
    peaks = []
    with gateway(path, Line()) as opened:
        send(opened, message("1"))
        double(path, 9)
        opened.journal.report("spring")  # what is read and remembered once
        for times in (0, 1):
            double(path, times)
            peaks.append(traced_peak(lambda: opened.journal.report("spring")))
        found = opened.journal.report("spring")
    assert (found.messages, found.delivery_times.messages) == (2**10, 2**9)
    assert len(found.delivery_times.counts) < 10
    assert peaks[1] < 1.5 * peaks[0]


def double(path: str, times: int) -> None:
    """Copy all entries, so often, to new numbers; some were refused, in words of their own, others delivered."""
    copied = "fingerprint, run, owner, claim, created, moment, status, provider, started"
    for _ in range(times):
        rows(
            path,
            f"INSERT INTO entries (id, recipient, message_id, state, error, changed, {copied}) "
            "SELECT id + most, '+2782' || CAST(1000000 + id + most AS TEXT), 'm' || CAST(id + most AS TEXT), "
            "CASE WHEN id - id / 2 * 2 = 0 THEN 'accepted' ELSE 'rejected' END, "
            "CASE WHEN id - id / 2 * 2 = 1 THEN '{\"reason\": \"no ' || CAST(id + most AS TEXT) || 'x\"}' END, "
            f"changed + 0.123 * id, {copied} FROM entries, (SELECT max(id) AS most FROM entries) AS last",
        )
    rows(
        path,
        "INSERT INTO deliveries (provider, message_id, status, first, changed) "
        "SELECT provider, message_id, 'delivered', changed, started + 100 + id * 0.001 FROM entries "
        "WHERE state = 'accepted' ON CONFLICT (provider, message_id) DO NOTHING",
    )
