"""The lists of opt-outs that vendors keep are taken in, in both databases, and revoke nothing."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from smsgate import (
    AsyncGateway,
    ConfigError,
    Conversation,
    Gateway,
    MalformedAnswerError,
    OptOutCounts,
    Page,
    Provider,
    ProviderError,
    Request,
    Settings,
    UnsupportedError,
    VendorOptOut,
)
from smsgate.receiving import opt_out_sync
from tests.journal.database.test_scoped_opt_outs import ONE, SCOPES, THREE, reply, said
from tests.journal_at import journal_at, rows
from tests.plain_adapter import TO, Line, Plain
from tests.receiving.listing_opt_outs import WORDS, Entry, Lists, listing

OTHER, THIRD = "+27821234568", "+27821234569"
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def opened(path: str, *providers: Provider, divided: bool = False) -> Gateway:
    scopes = SCOPES if divided else None
    return Gateway(providers, journal=journal_at(path), default_region="ZA", opt_out_scopes=scopes)


def kept(gateway: Gateway) -> list[tuple[str, str, str | None]]:
    return [(each.number, each.scope, each.provider) for each in gateway.opt_outs]


def sums(counts: OptOutCounts) -> tuple[str, int, int, int, bool]:
    return counts.provider, counts.added, counts.known, counts.refused, counts.error is not None


def test_lists_of_several_vendors_are_taken_in_and_a_second_time_changes_nothing(path: str) -> None:
    one = listing("a", (TO, None, AT), (OTHER, None, None), (TO, None, AT))
    two = listing("b", (OTHER, None, AT), (THIRD, None, AT + DAY))
    with opened(path, one, two) as gateway:
        synced = gateway.opt_outs.sync()
        assert [*map(sums, synced.by_provider)] == [("a", 2, 1, 0, False), ("b", 1, 1, 0, False)]
        assert (synced.added, synced.known, synced.refused) == (3, 2, 0)
        assert kept(gateway) == [(TO, "all", "a"), (OTHER, "all", "a"), (THIRD, "all", "b")]
        assert [each.since for each in gateway.opt_outs][::2] == [AT, AT + DAY]
        before = [*gateway.opt_outs], rows(path, "SELECT * FROM opt_out_log")
        assert (gateway.opt_outs.sync().added, gateway.opt_outs.sync("b").known) == (0, 2)
        assert ([*gateway.opt_outs], len(rows(path, "SELECT * FROM opt_out_log"))) == (before[0], len(before[1]))


def test_a_number_that_is_listed_no_longer_stays_opted_out(path: str) -> None:
    provider = listing("a", (TO, None, AT))
    with opened(path, provider) as gateway:
        gateway.opt_outs.sync()
        provider.adapter.pages = []  # type: ignore[attr-defined]
        assert gateway.opt_outs.sync().by_provider == (OptOutCounts(provider="a"),)
        assert TO in gateway.opt_outs


@pytest.mark.parametrize("since", [AT, None])
def test_what_a_person_took_back_since_stays_taken_back(path: str, since: datetime | None) -> None:
    with opened(path, listing("a", (TO, None, since))) as gateway:
        assert gateway.opt_outs.sync().added == 1
        now = datetime.now(UTC) + timedelta(seconds=1)
        said(gateway, reply("START", ONE, now))
        assert TO not in gateway.opt_outs
        for _ in range(2):
            assert sums(gateway.opt_outs.sync().by_provider[0]) == ("a", 0, 1, 0, False)
        assert TO not in gateway.opt_outs


def test_who_opted_out_again_after_taking_it_back_is_opted_out(path: str) -> None:
    with opened(path, listing("a", (TO, None, AT + 2 * DAY))) as gateway:
        said(gateway, reply("STOP", ONE, AT), reply("START", ONE, AT + DAY))
        assert gateway.opt_outs.sync().added == 1
        assert TO in gateway.opt_outs


def test_an_entry_without_a_time_that_was_never_seen_counts_as_said_now(path: str) -> None:
    with opened(path, listing("a", (TO, None, None))) as gateway:
        said(gateway, reply("START", ONE, AT))
        assert gateway.opt_outs.sync().added == 1


def test_an_entry_without_a_time_is_remembered_although_another_stop_was_there_before(path: str) -> None:
    with opened(path, listing("a", (TO, None, None))) as gateway:
        gateway.opt_outs.add(TO)
        assert gateway.opt_outs.sync().known == 1
        gateway.opt_outs.remove(TO)
        assert gateway.opt_outs.sync().known == 1
        assert TO not in gateway.opt_outs


def test_an_entry_without_a_time_is_remembered_for_as_long_as_it_is_listed(path: str) -> None:
    with opened(path, listing("a", (TO, None, None))) as gateway:
        gateway.opt_outs.sync()
        gateway.opt_outs.remove(TO)
        gateway.opt_outs.sync()
        [(noted,)] = rows(path, "SELECT moment FROM opt_out_log WHERE stopped = 1")
        gateway.opt_outs.sync()
        [(later,)] = rows(path, "SELECT moment FROM opt_out_log WHERE stopped = 1")
        assert later > noted


def test_an_entry_of_a_sender_is_of_what_a_stop_to_it_would_be_of(path: str) -> None:
    entries: list[Entry] = [
        (TO, ONE, AT),
        (OTHER, THREE, AT),
        (THIRD, None, AT),
        ("+27821234570", "1234567890123456", AT),
        ("+27821234571", "", AT),
    ]
    with opened(path, listing("a", *entries), divided=True) as gateway:
        gateway.opt_outs.sync()
        scopes = ["alerts", f"sender:{THREE}", "all", "all", "all"]
        assert [each.scope for each in gateway.opt_outs] == scopes
    with opened(path, listing("a", (TO, ONE, AT))) as gateway:
        assert gateway.opt_outs.sync().added == 1  # without scopes it is of all


def test_an_erased_number_is_listed_and_stays_erased(path: str) -> None:
    with opened(path, listing("a", (TO, None, AT + DAY), (OTHER, None, None), (THIRD, None, None))) as gateway:
        said(gateway, reply("STOP", ONE, AT - DAY), reply("START", ONE, AT))
        gateway.send(gateway.message(OTHER, "Hello"))
        gateway.opt_outs.add(THIRD)
        for number in (TO, OTHER, THIRD):
            gateway.journal.erase(number)
        for added in (2, 0):
            assert gateway.opt_outs.sync().added == added
        assert all(number in gateway.opt_outs for number in (TO, OTHER, THIRD))
        for table in ("opt_outs", "opt_out_log"):
            assert [row for row in rows(path, f"SELECT * FROM {table}") if "+278212345" in str(row)] == []


def test_an_entry_that_cannot_be_read_is_counted_and_the_others_are_taken_in(path: str) -> None:
    entries: list[Entry] = [("nobody", None, AT), (TO, None, AT), ("+2782***4568", None, AT), (THIRD, None, None)]
    entries.append((OTHER, None, datetime.max.replace(tzinfo=UTC)))
    with opened(path, listing("a", *entries)) as gateway:
        assert sums(gateway.opt_outs.sync().by_provider[0]) == ("a", 3, 0, 2, False)
        assert [each.number for each in gateway.opt_outs] == [TO, OTHER, THIRD]
        assert all(each.since <= datetime.now(UTC) for each in gateway.opt_outs)


def test_an_opt_out_counts_whatever_characters_its_word_or_its_sender_has(path: str) -> None:
    """Half of a surrogate pair, which JSON may have, and NUL, which PostgreSQL does not take."""
    entries: list[Entry] = [(number, sender, AT) for number in WORDS for sender in (None, "\ud800", "+2782\0")]
    with opened(path, listing("a", *entries, (TO, None, AT)), divided=True) as gateway:
        gateway.opt_outs.sync()
        assert [(each.number, each.word) for each in gateway.opt_outs] == [
            ("+27821234561", "\N{REPLACEMENT CHARACTER}"),
            ("+27821234562", "STOP\N{REPLACEMENT CHARACTER}"),
            ("+27821234563", "STOP\N{REPLACEMENT CHARACTER}[2J"),
            (TO, "STOP"),
        ]


def test_a_vendor_that_fails_stops_no_other_and_what_it_listed_before_is_recorded(path: str) -> None:
    broken = listing("a", (TO, None, AT), (OTHER, None, AT), (THIRD, None, AT), size=1, fails=2)
    down, works = listing("b", (THIRD, None, AT), fails=0), listing("c", ("+27821234570", None, AT))
    told: list[OptOutCounts] = []
    with opened(path, broken, down, works) as gateway:
        with pytest.raises(ProviderError, match=r"^a: ") as raised:
            gateway.opt_outs.sync(on_synced=told.append)
        assert [*map(sums, told)] == [("a", 2, 0, 0, True), ("b", 0, 0, 0, True), ("c", 1, 0, 0, False)]
        assert raised.value is told[0].error
        assert raised.value.__notes__ == [str(told[1].error)]
        assert [each.number for each in gateway.opt_outs] == [TO, OTHER, "+27821234570"]


class Circle(Lists):
    """Gives its pages again and again, each under a new cursor."""

    def list_opt_outs(self, cursor: str | None) -> Conversation[Page[VendorOptOut]]:
        number = int(cursor or 0)
        yield Request("GET", "opt-outs", query={"page": str(number)})
        entries = self.pages[number % len(self.pages)]
        return Page(tuple(VendorOptOut(number=entry[0]) for entry in entries), str(number + 1))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_list_whose_pages_come_again_ends_with_an_error(path: str, size: int) -> None:
    provider = listing("a", (TO, None, None), (OTHER, None, None), (THIRD, None, None), size=size, vendor=Circle)
    with opened(path, provider) as gateway:
        with pytest.raises(MalformedAnswerError, match="the vendor's list repeats itself after"):
            gateway.opt_outs.sync()
        assert len([*gateway.opt_outs]) == 3


def test_without_a_vendor_that_lists_opt_outs_no_request_is_made(path: str) -> None:
    plain = Provider("b", Plain(Settings(base_url="http://127.0.0.1"), provider="b"), line := Line())
    with opened(path, plain) as gateway:
        with pytest.raises(UnsupportedError, match=r"^b \(plain\) has no opt_outs.list$"):
            gateway.opt_outs.sync()
        with pytest.raises(ConfigError, match="no provider 'c'"):
            gateway.opt_outs.sync("c")
    with opened(path, plain, listing("a", (TO, None, AT))) as gateway:
        with pytest.raises(UnsupportedError, match=r"^b \(plain\) has no opt_outs.list$"):
            gateway.opt_outs.sync("b")
        assert gateway.opt_outs.sync().added == 1
    assert line.requests == []


def test_on_asyncio_it_is_the_same(path: str) -> None:
    async def synced() -> Sequence[OptOutCounts]:
        core = listing("a", (TO, None, AT)).core
        async with AsyncGateway([core], journal=journal_at(path)) as gateway:
            return (await gateway.opt_outs.sync()).by_provider

    assert asyncio.run(synced()) == (OptOutCounts(provider="a", added=1),)


class Long(Lists):
    """Lists as many numbers as it is asked for, and counts those that are in memory whenever a page is asked for."""

    def __init__(self, settings: Settings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self.in_memory: list[int] = []

    def list_opt_outs(self, cursor: str | None) -> Conversation[Page[VendorOptOut]]:
        self.in_memory.append(sum(isinstance(each, VendorOptOut) for each in gc.get_objects()))
        first = int(cursor or 0)
        yield Request("GET", "opt-outs", query={"page": str(first)})
        page = tuple(VendorOptOut(number=f"+2782{number:07}", since=AT) for number in range(first, first + 250))
        return Page(page, str(first + 250) if first < 1_500 else None)


@pytest.mark.threads
def test_a_long_list_is_in_memory_by_batches(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opt_out_sync, "BATCH", 500)
    with opened(path, provider := listing("a", vendor=Long)) as gateway:
        assert gateway.opt_outs.sync().added == 1_750
    adapter = provider.adapter
    assert isinstance(adapter, Long)
    assert max(adapter.in_memory) <= 750
