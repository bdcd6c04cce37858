"""Rows of a bulk send: messages, pairs and mappings; one that makes no message is a result, and the others are sent."""

from __future__ import annotations

import asyncio
import csv
import io
import pickle
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, assert_type

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import (
    AsyncBulkResults,
    AsyncGateway,
    BulkResults,
    Consent,
    Gateway,
    GivenMessage,
    InvalidMessageError,
    Message,
    MessageRow,
    Outcome,
    RefusedError,
    RefusedRow,
    SendResult,
    SqliteJournal,
    Status,
)
from smsgate.sending.rows import RowReader
from tests.engine.silent_vendor import gateway as async_gateway
from tests.engine.silent_vendor import silent_vendor
from tests.plain_adapter import InBulk, Line, Plain, message, provider

TO, OTHER = "+27821234567", "+27831234567"


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(line: Line) -> Iterator[Gateway]:
    with Gateway([provider("a", line)], default_region="ZA") as opened:
        yield opened


def error_of(opened: Gateway, row: Any) -> str:
    """Return what is wrong with a row, which follows two good ones."""
    good, pair, result = opened.send_bulk([message(), (TO, "Hello"), row])
    assert (good.outcome, pair.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert isinstance(result, RefusedRow)
    assert result.row == 3
    assert isinstance(result.error, InvalidMessageError)
    return str(result.error)


@pytest.mark.parametrize("adapter", [Plain, InBulk])
def test_messages_pairs_and_mappings_are_sent_in_their_order(line: Line, adapter: type[Plain]) -> None:
    rows: list[MessageRow] = [
        message("0"),
        ("082 123 4567", "1"),
        ["+27 83 123 4567", "2"],
        {"to": "083 123 4567", "text": "3"},
    ]
    with Gateway([provider("a", line, adapter)], default_region="ZA") as opened:
        results = [*opened.send_bulk(rows)]
    assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 4
    assert [(result.message.to, result.message.text) for result in results] == [
        *((TO, "0"), (TO, "1")),
        *((OTHER, "2"), (OTHER, "3")),
    ]
    assert sorted(line.texts) == ["0", "1", "2", "3"]


def test_a_mapping_may_have_every_field_of_a_message(opened: Gateway) -> None:
    fields = {
        "to": "020 7946 0018",
        "text": "Hello",
        "region": "GB",
        "sender": "Shop",
        "reference": "17",
        "campaign": "spring",
        "route": "default",
        "provider": "a",
        "validity": timedelta(hours=1),
        "media": ["https://example.com/a.png"],
        "send_at": datetime(2030, 1, 2, tzinfo=UTC),
        "key": "k",
        "extra": {"plain": {"a": 1}},
        "urgent": True,
        "budget_keys": {"customer": "4711"},
        "consent": Consent("I agree", "1", datetime(2026, 1, 2, tzinfo=UTC)),
    }
    assert {*fields} == {each.name for each in attrs.fields(Message)}
    [result] = opened.send_bulk([fields])
    assert result.message == Message(**fields)  # type: ignore[arg-type]


def test_rows_of_the_csv_module_are_rows(opened: Gateway) -> None:
    table = "to,text\n082 123 4567,Hello\n083 123 4567,Good day\n"
    results = [*opened.send_bulk(csv.DictReader(io.StringIO(table)))]
    assert [(each.message.to, each.message.text) for each in results] == [(TO, "Hello"), (OTHER, "Good day")]
    results = [*opened.send_bulk(csv.reader(io.StringIO(table)))]
    assert [each.outcome for each in results] == [Outcome.REJECTED, Outcome.ACCEPTED, Outcome.ACCEPTED]


@pytest.mark.parametrize("adapter", [Plain, InBulk])
def test_a_row_that_is_no_message_is_a_result_at_its_place_and_the_others_are_sent(
    line: Line, adapter: type[Plain]
) -> None:
    rows = [("082", "0"), (TO, "1"), ("none", "2"), (TO, "3"), (TO, "")]
    with Gateway([provider("a", line, adapter)], default_region="ZA") as opened:
        results = [*opened.send_bulk(rows, workers=1)]
    assert [result.outcome for result in results] == [
        *(Outcome.REJECTED, Outcome.ACCEPTED, Outcome.REJECTED),
        *(Outcome.ACCEPTED, Outcome.REJECTED),
    ]
    assert [getattr(result, "row", None) for result in results] == [1, None, 3, None, 5]
    assert [result.message.text for result in results] == ["0", "1", "2", "3", ""]
    assert line.texts == ["1", "3"]


def test_a_refused_row_reads_as_a_result_does(opened: Gateway) -> None:
    row = {"to": "082", "text": "Hi", "key": "k", "reference": "r", "campaign": "c", "sender": "s", "validity": "1h"}
    [refused] = opened.send_bulk([row])
    assert isinstance(refused, RefusedRow)
    assert isinstance(refused.error, RefusedError)
    assert refused.message == GivenMessage(to="082", text="Hi", key="k", reference="r", campaign="c", sender="s")
    [result] = opened.send_bulk([message("x" * 40_000)])  # refused before any request too
    names = {each.name for each in attrs.fields(SendResult)} - {"message", "segments", "error"}
    assert {name: getattr(refused, name) for name in names} == {name: getattr(result, name) for name in names}
    assert (refused.outcome, refused.status, refused.segments) == (Outcome.REJECTED, Status.REJECTED, 0)
    assert refused.may_be_duplicate is result.may_be_duplicate is False


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (("082", "Hi"), "row 3: '082' has a length that no number of its country has; check the digits"),
        ((TO, ""), "row 3: a message's text is empty"),
        ((None, "Hi"), "row 3: a phone number must be a str, got NoneType"),
        (("a", "b", "c"), "row 3: a pair must be (to, text), got 3 values; name the fields in a mapping"),
        ((), "row 3: a pair must be (to, text), got 0 values; name the fields in a mapping"),
        ({"to": TO, "txt": "Hi"}, "row 3: unknown field 'txt'; did you mean 'text'?"),
        ({"to": TO, "text": "Hi", "Sendr": "S"}, "row 3: unknown field 'Sendr'; did you mean 'sender'?"),
        ({"text": "Hi"}, "row 3: there is no number; give it as 'to'"),
        ({"to": TO}, "row 3: a message's text is empty"),
        ({"to": TO, "text": "Hi", "media": 5}, "row 3: a message's media must be a list of URLs, got int; write [URL]"),
        (
            {"to": TO, "text": "Hi", "region": "Mars"},
            "row 3: 'Mars' is not a country; write its two ISO 3166 letters, ",
        ),
        (5, "row 3 is int; give a Message, a pair (to, text) or a mapping"),
        (None, "row 3 is NoneType; give a Message, a pair (to, text) or a mapping"),
        (TO, "row 3 is str; give a Message, a pair (to, text) or a mapping"),
        ({TO: "Hi"}, f"row 3: unknown field '{TO}' (a message has to, text, sender, "),
        ({None: ["spare"], "to": TO, "text": "Hi"}, "row 3: unknown field None (a message has to, "),
    ],
)
def test_the_error_of_a_row_says_which_and_what_is_wrong(opened: Gateway, row: object, error: str) -> None:
    said = error_of(opened, row)
    assert said.startswith(error)
    assert said == error or error.endswith(", ")


def test_a_row_without_a_country_says_what_to_set() -> None:
    with Gateway([provider("a", Line())]) as opened:
        assert "row 3: '082 123 4567' has no country code" in error_of(opened, ("082 123 4567", "Hi"))


@pytest.mark.parametrize("one", ["recipients.csv", b"+27821234567", {"to": TO, "text": "Hi"}, message(), None, 7])
def test_a_single_value_instead_of_many_rows_is_refused_by_the_call(opened: Gateway, one: Any, line: Line) -> None:
    kind = type(one).__name__
    fix = rf"many rows \(Messages, pairs \(to, text\) or mappings\), got {kind}; give them in a list: \[\.\.\.\]"
    with pytest.raises(TypeError, match=f"^send_bulk takes {fix}"):
        opened.send_bulk(one)
    with pytest.raises(TypeError, match=f"^quote takes {fix}"):
        opened.quote(one)
    assert line.requests == []


def test_what_the_rows_raise_is_raised_after_their_results(opened: Gateway) -> None:
    def rows() -> Iterator[tuple[str, str]]:
        yield TO, "Hello"
        yield "082", "Hello"
        raise KeyError("a lost cursor")

    results = opened.send_bulk(rows())
    assert [next(results).message.to, next(results).message.to] == [TO, "082"]
    with pytest.raises(KeyError):
        next(results)


def test_a_refused_row_that_was_read_is_refused_after_a_stop_too(opened: Gateway) -> None:
    results = opened.send_bulk((("082", str(each)) for each in range(100)), workers=1)
    next(results)
    results.stop()
    assert all(isinstance(each.error, InvalidMessageError) for each in results)


def test_refused_rows_are_read_as_they_are_needed(line: Line) -> None:
    read: list[int] = []

    def rows() -> Iterator[MessageRow]:
        yield TO, "waits for four others to go with it"
        for each in range(1_000):
            read.append(each)
            yield "082", "Hello"

    with Gateway([provider("a", line, InBulk)], default_region="ZA") as opened:
        for place, result in enumerate(opened.send_bulk(rows(), workers=1)):
            assert isinstance(result, RefusedRow) == (place > 0)
            assert len(read) <= place + 2


def test_a_run_has_the_rows_that_are_messages_and_goes_on_with_them(tmp_path: Path) -> None:
    line = Line()
    rows = [("082 123 4567", "a"), ("082", "b"), ("083 123 4567", "c")]
    with Gateway([provider("a", line)], default_region="ZA", journal=SqliteJournal(str(tmp_path / "j.db"))) as opened:
        for _ in range(2):
            outcomes = [result.outcome for result in opened.send_bulk(rows, run="r")]
            assert outcomes == [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.ACCEPTED]
        assert opened.journal.stats().entries == 2
    assert sorted(line.texts) == ["a", "c"]


@pytest.mark.threads  # it has a loop of its own
def test_on_asyncio_rows_come_from_either_kind_of_iterable() -> None:
    rows: list[MessageRow] = [("082", "0"), (TO, "1"), {"to": TO, "text": "2"}]

    async def lazily() -> AsyncIterator[MessageRow]:
        for row in rows:
            yield row

    async def send() -> list[list[Outcome]]:
        async with asyncio.timeout(60), silent_vendor() as vendor, async_gateway(vendor.url, None) as opened:
            vendor.answers.set()
            with pytest.raises(TypeError, match="got str; give them in a list"):
                opened.send_bulk("recipients.csv")  # type: ignore[arg-type]
            return [
                [each.outcome async for each in opened.send_bulk(rows)],
                [each.outcome async for each in opened.send_bulk(lazily())],
            ]

    assert asyncio.run(send()) == [[Outcome.REJECTED, Outcome.ACCEPTED, Outcome.ACCEPTED]] * 2


@pytest.mark.threads  # types are the same in both
def test_who_gives_messages_has_send_results_for_a_type_checker(opened: Gateway, line: Line) -> None:
    assert_type(opened.send_bulk([message()]), BulkResults[SendResult])
    assert_type(opened.send_bulk([(TO, "Hello"), message()]), BulkResults[SendResult | RefusedRow])
    bare: BulkResults = opened.send_bulk(iter([message()]))
    assert_type(next(bare), SendResult)
    on_loop = AsyncGateway([provider("a", line).core])
    assert_type(on_loop.send_bulk([message()]), AsyncBulkResults[SendResult])
    assert_type(on_loop.send_bulk([{"to": TO}]), AsyncBulkResults[SendResult | RefusedRow])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just("+27821234567"),
    lambda each: (
        st.lists(each, max_size=3)
        | st.tuples(each, each)
        | st.dictionaries(st.sampled_from([each.name for each in attrs.fields(Message)]) | st.text(max_size=3), each)
    ),
    max_leaves=8,
)


@pytest.mark.threads  # a row is read alike in both
@given(ANYTHING)
def test_whatever_a_row_is_it_is_a_message_or_refused(row: object) -> None:
    read = RowReader("ZA").read(row)
    assert isinstance(read, Message | RefusedRow)
    if isinstance(read, RefusedRow):
        again = pickle.loads(pickle.dumps(read))
        assert (again.row, again.message, str(again.error)) == (1, read.message, str(read.error))
        assert str(read.error).isprintable()
