"""A campaign is totalled before it is sent: row by row, without a request, at the provider that would be asked."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from smsgate import (
    Gateway,
    Limits,
    Message,
    MessageRow,
    PriceList,
    Provider,
    Quote,
    QuoteShare,
    Route,
    Settings,
    SqliteJournal,
)
from tests.engine.silent_vendor import gateway
from tests.plain_adapter import InBulk, Line, Plain, message
from tests.traced_memory import traced_peak

ZA, GB, US, SATELLITE = "+27821234567", "+447912345678", "+16502530000", "+881612345678"
RAND: Mapping[str, Decimal] = {"+27": Decimal("0.25"), "+881": Decimal(5)}
DOLLARS: Mapping[str, Decimal] = {"+1": Decimal("0.02")}


def account(
    name: str, line: Line, adapter: type[Plain] = Plain, *, rate: str | None = None, prices: PriceList | None = None
) -> Provider:
    settings = Settings(base_url="http://127.0.0.1", rate=rate, prices=prices)
    return Provider(name, adapter(settings, provider=name), line)


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(line: Line) -> Iterator[Gateway]:
    """Open a gateway on an account for all numbers, and one for those of the United States."""
    first = account("a", line, rate="100/s", prices=PriceList("ZAR", RAND))
    second = account("b", line, InBulk, rate="1/s", prices=PriceList("USD", DOLLARS))
    us = Route(name="us", providers=("b",), to="US")
    with Gateway([first, second], route=["a"], routes=[us], default_region="ZA") as opened:
        yield opened
    assert line.requests == []


def share(messages: int, segments: int, unpriced: int = 0, **cost: str) -> QuoteShare:
    known = {unit: Decimal(amount) for unit, amount in cost.items()}
    return QuoteShare(messages=messages, segments=segments, known_cost=known, unpriced=unpriced)


def test_a_quote_adds_up_messages_segments_and_costs_by_country_and_provider(opened: Gateway) -> None:
    rows: list[MessageRow] = [
        *(Message(ZA, "Hello"), ("082 123 4567", "x" * 161), Message(US, "Hello"), {"to": US, "text": "Hi"}),
        *(Message(SATELLITE, "Hello"), Message(GB, "Hello")),
    ]
    a, b = share(4, 5, 1, ZAR="5.75"), share(2, 2, USD="0.04")
    assert opened.quote(rows) == Quote(
        messages=6,
        segments=7,
        known_cost={"ZAR": Decimal("5.75"), "USD": Decimal("0.04")},
        unpriced=1,
        refused=0,
        problems=(),
        by_provider={"a": a, "b": b},
        by_country={"ZA": share(2, 3, ZAR="0.75"), "US": b, None: share(1, 1, ZAR="5"), "GB": share(1, 1, 1)},
        by_country_and_provider={
            ("ZA", "a"): share(2, 3, ZAR="0.75"),
            ("US", "b"): b,
            (None, "a"): share(1, 1, ZAR="5"),
            ("GB", "a"): share(1, 1, 1),
        },
        duration=timedelta(seconds=1),
    )


def test_a_cost_of_which_a_part_is_not_known_is_not_given_as_a_number(opened: Gateway) -> None:
    quote = opened.quote([(ZA, "Hello"), (GB, "Hello")])
    assert (quote.cost, quote.known_cost, quote.unpriced) == (None, {"ZAR": Decimal("0.25")}, 1)
    assert quote.by_country["ZA"].cost == {"ZAR": Decimal("0.25")}
    assert quote.by_country["GB"].cost is None


def test_a_campaign_without_messages_costs_nothing(opened: Gateway) -> None:
    quote = opened.quote([])
    assert (quote.messages, quote.refused, quote.cost, quote.duration) == (0, 0, {}, timedelta())


def test_what_would_be_refused_is_counted_and_the_first_ten_problems_are_named(line: Line) -> None:
    rows: list[MessageRow] = [("082", "Hello"), (ZA, "Hello"), {"to": ZA, "txt": "Hi"}, Message(ZA, "x" * 200)]
    rows += [Message(ZA, "Hello", route="none"), Message(ZA, "Hello", key="k"), Message(GB, "Hello"), *[7] * 30]  # type: ignore[list-item]
    limits = Limits(max_segments=1, countries=frozenset({"ZA"}))
    with Gateway([account("a", line)], default_region="ZA", limits=limits) as opened:
        quote = opened.quote(rows)
    assert (quote.messages, quote.refused) == (1, 36)
    assert [problem.partition(":")[0].partition(" is ")[0] for problem in quote.problems] == [
        *("row 1", "row 3", "row 4", "row 5", "row 6", "row 7", "row 8", "row 9", "row 10", "row 11")
    ]
    assert "did you mean 'text'?" in quote.problems[1]
    assert "max_segments" in quote.problems[2]
    assert "no route 'none'" in quote.problems[3]
    assert "a key needs a journal" in quote.problems[4]
    assert line.requests == []


def test_a_number_that_opted_out_is_refused(line: Line, tmp_path: Path) -> None:
    with Gateway([account("a", line)], journal=SqliteJournal(str(tmp_path / "j.db"))) as opened:
        opened.opt_outs.add(ZA)
        quote = opened.quote([(ZA, "Hello"), (GB, "Hello")])
        assert (quote.messages, quote.refused) == (1, 1)
        assert opened.journal.stats().entries == 0


def test_why_each_provider_would_not_be_asked_is_said(line: Line) -> None:
    """Neither can send media."""
    with Gateway([account("a", line), account("b", line)]) as opened:
        [problem] = opened.quote([message(media=["https://example.com/a.png"])]).problems
    assert problem.startswith("row 1: a: ")
    assert "; b: " in problem


@pytest.mark.parametrize(
    ("order", "weights", "expected"), [("round_robin", {}, (50, 50)), ("weighted", {"a": 3.0}, (75, 25))]
)
def test_a_route_that_spreads_its_messages_is_quoted_as_it_would_spread_them(
    line: Line, order: str, weights: Mapping[str, float], expected: tuple[int, int]
) -> None:
    route = Route(name="default", providers=("a", "b"), order=order, weights=weights)
    with Gateway([account("a", line), account("b", line)], route=route) as opened:
        messages = [message(str(each)) for each in range(100)]
        quoted = {name: each.messages for name, each in opened.quote(messages).by_provider.items()}
        sent = [result.provider for result in opened.send_bulk(messages)]
    assert abs(quoted["a"] - expected[0]) <= 1
    assert quoted == {name: sent.count(name) for name in ("a", "b")}


def test_accounts_work_side_by_side_each_at_its_rate_and_a_bulk_call_is_one_request(line: Line) -> None:
    accounts = [account("a", line, rate="60/min"), account("b", line, InBulk, rate="60/min"), account("c", line)]

    def duration(**counts: int) -> timedelta | None:
        with Gateway(accounts) as opened:
            return opened.quote(message(provider=name) for name, count in counts.items() for _ in range(count)).duration

    assert duration(a=30) == timedelta(seconds=30)
    assert duration(a=30, b=100) == timedelta(seconds=30)
    assert duration(a=30, b=201) == timedelta(seconds=41)  # five messages a call
    assert duration(a=30, c=1) is None  # it has no rate


def test_what_reading_the_rows_raises_is_raised(opened: Gateway) -> None:
    def rows() -> Iterator[MessageRow]:
        yield ZA, "Hello"
        raise KeyError("a lost cursor")

    with pytest.raises(KeyError):
        opened.quote(rows())


def test_a_quote_is_a_value(opened: Gateway) -> None:
    quote = opened.quote([(ZA, "Hello")])
    assert pickle.loads(pickle.dumps(quote)) == quote
    assert hash(quote) == hash(opened.quote([(ZA, "Good day")]))
    with pytest.raises(AttributeError):
        quote.messages = 2  # type: ignore[misc]


def peak_of(opened: Gateway, count: int) -> int:
    """Return how many bytes a quote of so many rows takes."""
    return traced_peak(lambda: opened.quote((f"+2782{each % 100:07}", f"Hello {each}") for each in range(count)))


@pytest.mark.slow
@pytest.mark.threads  # the memory is the same in both
def test_many_rows_take_no_more_memory_than_few(opened: Gateway) -> None:
    """Those that are kept would take 200 bytes each; what runs beside the test takes some, too."""
    few = peak_of(opened, 200)  # the first of them fills what is remembered of numbers
    assert peak_of(opened, 1_000) < few + 60_000


@pytest.mark.threads  # it has a loop of its own
def test_on_asyncio_rows_come_lazily_and_other_tasks_run_meanwhile() -> None:
    async def lazily() -> AsyncIterator[MessageRow]:
        for each in range(600):
            yield ZA, f"Hello {each}"

    async def quote() -> tuple[Quote, Quote, int]:
        opened, turns = gateway("http://127.0.0.1:1", None), 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        beside = asyncio.create_task(other())
        whole = await opened.quote(lazily())
        turned, turns = turns, 0
        again = await opened.quote([(ZA, f"Hello {each}") for each in range(600)])
        beside.cancel()
        return whole, again, min(turned, turns)

    whole, again, turns = asyncio.run(quote())
    assert whole == again
    assert whole.messages == 600
    assert turns >= 2
