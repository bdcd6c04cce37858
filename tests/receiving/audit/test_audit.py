"""An audit names what differs once, and takes nothing for a difference that a clock or a slow list makes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smsgate import (
    AuditKind,
    ConfigError,
    Direction,
    Gateway,
    Message,
    PriceList,
    Provider,
    ProviderError,
    Settings,
    Status,
    UnknownOutcomeError,
)
from smsgate.receiving.audit.entry_set import EntrySet
from tests.journal_at import journal_at
from tests.plain_adapter import TO, Line, message, provider
from tests.receiving.audit.later import audit, audit_of
from tests.receiving.audit.listing_vendor import Listing, Telling, stored, vendor

pytestmark = pytest.mark.threads  # the comparison is the same in both

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(name="now")
def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="telling")
def _telling(path: str, line: Line) -> Iterator[tuple[Gateway, Telling]]:
    opened, made = vendor(path, Telling, line)
    assert isinstance(made, Telling)
    with opened:
        yield opened, made


def kinds(opened: Gateway, since: datetime, ahead: timedelta = HOUR, until: datetime | None = None) -> list[str]:
    return [each.kind.value for each in audit(opened, since, ahead, until)]


def test_what_both_have_is_no_difference(telling: tuple[Gateway, Telling], now: datetime) -> None:
    opened, has = telling
    for each in range(7):
        opened.send(message(f"Text {each}"))
    has.stored = [stored(str(each), now, to=TO, segments=1) for each in range(1, 8)]
    assert audit(opened, now - HOUR, HOUR) == []
    assert has.pages == 3


def test_the_list_is_a_day_longer_than_the_time_on_both_sides(telling: tuple[Gateway, Telling]) -> None:
    opened, has = telling
    since, until = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert audit(opened, since, 4000 * DAY, until) == []
    assert has.wanted is not None
    assert (has.wanted.since, has.wanted.until) == (since.date() - DAY, until.date() + DAY)
    assert has.wanted.direction is Direction.OUTBOUND


@pytest.mark.parametrize("behind", [-9, 9])
def test_a_vendors_clock_makes_no_difference_at_the_edges(
    telling: tuple[Gateway, Telling], now: datetime, behind: int
) -> None:
    opened, has = telling
    opened.send(message())
    has.stored = [stored("1", now - timedelta(minutes=behind), to=TO)]
    second = timedelta(seconds=1)
    for since, until in ((now - second, now + HOUR), (now - HOUR, now + second), (now - HOUR, now - second)):
        assert kinds(opened, since, HOUR, until) == []


def test_a_strange_text_is_named_by_the_audit_of_its_time_alone(
    telling: tuple[Gateway, Telling], now: datetime
) -> None:
    opened, has = telling
    has.stored = [stored("99", now, to=TO, text="Hi")]
    assert kinds(opened, now - HOUR) == ["not in the journal"]
    assert kinds(opened, now - HOUR, HOUR, now) == []
    assert kinds(opened, now, HOUR, now + HOUR) == ["not in the journal"]


def test_a_text_of_just_now_may_be_about_to_be_recorded(telling: tuple[Gateway, Telling], now: datetime) -> None:
    opened, has = telling
    has.stored = [stored("99", now, to=TO)]
    assert kinds(opened, now - HOUR, timedelta(minutes=9)) == []
    assert kinds(opened, now - HOUR, timedelta(minutes=11)) == ["not in the journal"]


def test_what_people_sent_in_is_no_text_of_the_account(telling: tuple[Gateway, Telling], now: datetime) -> None:
    opened, has = telling
    has.stored = [stored("5", now, direction=Direction.INBOUND), stored("6", now, direction=None)]
    assert kinds(opened, now - HOUR) == []


def test_a_text_that_is_not_in_the_list_yet_is_asked_for(telling: tuple[Gateway, Telling], now: datetime) -> None:
    opened, has = telling
    opened.send(message())
    has.known = frozenset({"1"})
    assert kinds(opened, now - HOUR) == []
    has.known = frozenset()
    [finding] = audit(opened, now - HOUR, HOUR)
    assert (finding.kind, finding.entry_id, finding.message_id, finding.to) == (AuditKind.NOT_AT_VENDOR, 1, "1", TO)
    assert kinds(opened, now - HOUR, timedelta(minutes=14)) == []  # it may still come


def test_what_a_vendor_does_not_keep_so_long_is_not_missed(telling: tuple[Gateway, Telling], now: datetime) -> None:
    opened, _ = telling
    opened.send(message())
    assert kinds(opened, now - HOUR, 40 * DAY) == ["no report"]


def test_an_equal_text_with_another_id_is_another_text(telling: tuple[Gateway, Telling], now: datetime) -> None:
    opened, has = telling
    opened.send(message("Hi"))
    has.stored = [stored("1", now, to=TO, text="Hi"), stored("99", now, to=TO, text="Hi")]
    [finding] = audit(opened, now - HOUR, HOUR)
    assert (finding.kind, finding.message_id) == (AuditKind.NOT_IN_JOURNAL, "99")


def test_an_unknown_message_is_found_by_recipient_time_and_text_once(
    telling: tuple[Gateway, Telling], line: Line, now: datetime
) -> None:
    opened, has = telling
    line.says = UnknownOutcomeError("the connection was cut")
    [_] = opened.send_bulk([message("Hi")])
    line.says = Line().says
    shown = {"to": TO.removeprefix("+27").rjust(10, "0"), "text": "Hi"}
    has.stored = [stored("77", now, **shown), stored("78", now, **shown)]
    found = audit(opened, now - HOUR, HOUR, region="ZA")
    assert [(each.kind, each.message_id) for each in found] == [
        (AuditKind.UNSETTLED, "77"),
        (AuditKind.NOT_IN_JOURNAL, "78"),
    ]
    assert "smsgate unknown reconcile 1" in found[0].line
    has.stored = [stored("77", now - DAY, **shown), stored("78", now, **{**shown, "text": "Ho"})]
    assert kinds(opened, now - 2 * DAY) == ["not in the journal"] * 2


def test_two_texts_far_apart_in_the_list_are_not_one_unknown_message(
    telling: tuple[Gateway, Telling], line: Line, now: datetime
) -> None:
    opened, has = telling
    line.says = UnknownOutcomeError("the connection was cut")
    [_] = opened.send_bulk([message("Hi")])
    line.says = Line().says
    between = [stored(f"b{each}", now - DAY, to=TO) for each in range(150)]
    has.stored = [stored("77", now, to=TO, text="Hi"), *between, stored("78", now, to=TO, text="Hi")]
    found = audit(opened, now - HOUR, HOUR)
    assert [(each.kind, each.message_id) for each in found] == [
        (AuditKind.UNSETTLED, "77"),
        (AuditKind.NOT_IN_JOURNAL, "78"),
    ]


def test_an_unknown_message_is_found_by_its_submission(
    telling: tuple[Gateway, Telling], line: Line, now: datetime
) -> None:
    opened, has = telling
    line.says = UnknownOutcomeError("the connection was cut")
    [_] = opened.send_bulk([message("Hi")])
    line.says = Line().says
    [entry] = opened.unknowns.list()
    assert entry.asked[0].submission is not None
    has.stored = [stored("77", now, reference=entry.asked[0].submission.id)]
    assert kinds(opened, now - HOUR) == ["unsettled"]


def test_segments_and_price_are_compared_where_both_are_known(path: str, now: datetime) -> None:
    prices = PriceList(unit="EUR", prices={}, default=Decimal("0.050"))
    made = Telling(Settings(base_url="http://127.0.0.1", prices=prices), provider="a")
    with Gateway([Provider("a", made, Line())], journal=journal_at(path)) as opened:
        for each in range(4):
            opened.send(message(f"Text {each}"))
        made.stored = [
            stored("1", now, segments=1, cost=Decimal("0.05")),
            stored("2", now, segments=2, cost=Decimal("0.06")),
            stored("3", now, cost=Decimal(0), status=Status.FAILED),
            stored("4", now, cost=Decimal(0)),
        ]
        found = audit(opened, now - HOUR, HOUR)
    assert [(each.kind, each.entry_id, each.expected, each.found) for each in found] == [
        (AuditKind.SEGMENTS, 2, "1", "2"),
        (AuditKind.PRICE, 2, "0.050 EUR", "0.06"),
        (AuditKind.PRICE, 4, "0.050 EUR", "0"),
    ]


def test_a_missing_report_is_named_once_with_what_the_list_says(
    telling: tuple[Gateway, Telling], now: datetime
) -> None:
    opened, has = telling
    opened.send(message(validity=timedelta(minutes=30)))
    has.stored = [stored("1", now, to=TO)]
    [finding] = audit(opened, now - HOUR, HOUR)
    assert (finding.kind, finding.found) == (AuditKind.NO_REPORT, "delivered")
    assert "after 1800 s no final report has come" in finding.line
    assert "the vendor's list says delivered" in finding.line


def test_what_cannot_be_read_is_named_and_then_nothing_is_missing(
    telling: tuple[Gateway, Telling], now: datetime
) -> None:
    opened, has = telling
    opened.send(message())
    has.skipped, has.stored = 2, [stored("99", None, to=TO)]
    [finding] = audit(opened, now - HOUR, HOUR)
    assert finding.line == (
        "the audit of a is incomplete: 2 entries of the list cannot be read and 1 messages that no entry is of have "
        "no time"
    )


def test_a_vendor_that_filters_by_nothing_is_read_to_its_end(path: str, now: datetime) -> None:
    opened, has = vendor(path)
    with opened:
        has.stored = [stored(str(each), now - 400 * DAY) for each in range(10)] + [stored("99", now)]
        assert kinds(opened, now - HOUR) == ["not in the journal"]
        assert has.wanted is not None
        assert has.wanted.wanted() == frozenset()


def test_a_vendor_that_lists_nothing_is_named_once_and_its_reports_are_looked_at(path: str, now: datetime) -> None:
    with Gateway([provider("a", Line())], journal=journal_at(path)) as opened:
        opened.send(message())
        first, second = audit(opened, now - HOUR, 4 * DAY)
        assert (first.kind, first.is_difference) == (AuditKind.NOT_AUDITED, False)
        assert first.line == (
            "a: its adapter lists no messages of the vendor, so texts, segments and prices are not compared; missing "
            "reports are. Compare the rest with the vendor's invoice or site"
        )
        assert (second.kind, second.entry_id) == (AuditKind.NO_REPORT, 1)


def test_a_provider_that_fails_does_not_stop_the_others_and_is_raised_at_the_end(path: str, now: datetime) -> None:
    made = [Listing(Settings(base_url="http://127.0.0.1"), provider=name) for name in "ab"]
    lines = [Line(ProviderError("it is down")), Line()]
    providers = [Provider(name, each, line) for name, each, line in zip("ab", made, lines, strict=True)]
    made[1].stored = [stored("99", now)]
    with Gateway(providers, journal=journal_at(path)) as opened:
        findings = audit_of(opened, now - HOUR, HOUR)
        assert next(findings).message_id == "99"
        with pytest.raises(ProviderError, match="it is down"):
            next(findings)


def test_a_list_is_read_as_it_is_asked_for(path: str, now: datetime) -> None:
    opened, has = vendor(path)
    with opened:
        has.stored = [stored(str(each), now - DAY) for each in range(1000)]
        findings = opened.audit(now - 2 * DAY, now)
        next(findings)
        assert has.pages < 40
        findings.close()


def test_a_campaign_on_a_queue_is_compared_by_when_it_was_accepted(path: str, now: datetime) -> None:
    opened, _ = vendor(path, Telling)
    with opened:
        opened.enqueue([Message(f"+2782123456{each}", "Hi") for each in range(5)], run="r")
        opened.runs.runner().work(until_empty=True)
        found = audit(opened, now - HOUR, HOUR)
    assert [each.kind for each in found] == [AuditKind.NOT_AT_VENDOR] * 5


@pytest.mark.parametrize(
    ("since", "until", "reason"),
    [
        (datetime(2026, 3, 1), None, "since must be a datetime with a time zone"),  # noqa: DTZ001 - what is refused
        ("2026-03-01", None, "since must be a datetime with a time zone"),
        (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC), "since must be before until"),
        (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2), "until must be a datetime"),  # noqa: DTZ001
    ],
)
def test_a_time_that_is_none_is_refused(path: str, since: datetime, until: datetime | None, reason: str) -> None:
    opened, _ = vendor(path)
    with opened, pytest.raises(ConfigError, match=reason):
        opened.audit(since, until)


def test_what_a_set_of_entries_has() -> None:
    made, added = EntrySet(), {1, 7, 8, 4095, 4096, 10**9}
    for each in added:
        made.add(each)
    assert {each for each in (*range(5000), 10**9 - 1, 10**9, 10**9 + 1) if each in made} == added
