"""Messages are in the journal before any provider is asked, each once, however often they are enqueued."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import assert_type

import pytest

from smsgate import (
    ConfigError,
    ConflictError,
    Enqueued,
    Gateway,
    InvalidMessageError,
    JournalError,
    JournalSettings,
    KeepText,
    Limits,
    Message,
    MessageRow,
    NotFoundError,
    NotSentError,
    OptedOutError,
    Outcome,
    PriceList,
    RefusedRow,
    RejectedError,
    SendResult,
    SqliteJournal,
    State,
)
from smsgate.sending.runs import enqueueing
from tests.plain_adapter import NO, Line, gateway, message
from tests.stub_provider import accepting, send_result
from tests.traced_memory import traced_peak


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


def texts(*wanted: str) -> Iterator[Message]:
    return (message(text) for text in wanted)


def test_what_is_enqueued_is_queued_and_asks_no_provider(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        done = opened.enqueue(texts("a", "b"), run="r")
        status = opened.runs.status("r")
        entry = opened.unknowns.get(1)
    assert (done.run, done.enqueued, done.known, done.refused) == ("r", 2, 0, 0)
    assert (status.total, status.queued, status.accepted, status.rate) == (2, 2, 0, None)
    assert (entry.state, entry.run, entry.message) == (State.QUEUED, "r", message("a"))
    assert line.texts == []


def test_enqueued_again_in_any_order_they_are_known(path: str) -> None:
    with gateway(path, Line()) as opened:
        opened.enqueue(texts("a", "b", "a"), run="r")
        again = opened.enqueue(texts("b", "a", "a", "c", "a"), run="r")
        assert (again.enqueued, again.known) == (2, 3)
        assert opened.runs.status("r").queued == 5


def test_equal_messages_of_one_range_are_as_many_as_they_are(path: str) -> None:
    with gateway(path, Line()) as opened:
        assert opened.enqueue(texts(*["a"] * 7), run="r").enqueued == 7
        again = opened.enqueue(texts(*["a"] * 9), run="r")
        assert (again.enqueued, again.known) == (2, 7)


def test_more_than_a_range_is_enqueued_and_goes_on_after_an_error(path: str) -> None:
    def broken() -> Iterator[Message]:
        yield from texts(*map(str, range(1100)))
        raise KeyError("the cursor was lost")

    with gateway(path, Line()) as opened:
        with pytest.raises(KeyError):
            opened.enqueue(broken(), run="r")
        assert opened.runs.status("r").queued == 1000
        again = opened.enqueue(texts(*map(str, range(1200))), run="r")
        assert (again.enqueued, again.known) == (200, 1000)


def test_a_key_that_is_known_is_not_enqueued_and_one_of_another_message_is_refused(path: str) -> None:
    with gateway(path, Line()) as opened:
        opened.send(message("a", key="sent"))
        done = opened.enqueue([message("a", key="sent"), message("b", key="sent"), message("c", key="new")], run="r")
        again = opened.enqueue([message("c", key="new")], run="another")
    assert (done.enqueued, done.known, done.refused) == (1, 1, 1)
    assert isinstance(done.refusals[0].error, ConflictError)
    assert (again.enqueued, again.known) == (0, 1)


def test_a_queued_key_is_not_sent_by_another_call_and_says_where_it_is(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        opened.enqueue([message("a", key="k")], run="r")
        result = send_result(opened, message("a", key="k"))
    assert result.outcome is Outcome.NOT_SENT
    assert isinstance(result.error, NotSentError)
    assert str(result.error) == "it is queued in the run 'r', and a runner sends it"
    assert line.texts == []


def test_what_nothing_could_send_is_refused_with_its_reason(path: str) -> None:
    prices = PriceList(unit="ZAR", prices={"+27": Decimal("0.30"), "+44": Decimal(2)})
    refused: list[SendResult] = []
    limits = Limits(max_segments=1, max_price=Decimal(1))
    wanted = [
        message("x" * 500),
        Message("+447700900123", "dear"),
        message("a", route="none"),
        Message("+27821234568", "opted out"),
        message("good"),
    ]
    with Gateway([accepting("a", prices)], journal=SqliteJournal(path), limits=limits) as opened:
        opened.opt_outs.add("+27821234568")
        done = opened.enqueue(wanted, run="r", on_refused=refused.append)
    assert (done.enqueued, done.refused) == (1, 4)
    assert {result.message.text[:9]: type(result.error) for result in refused} == {
        "x" * 9: InvalidMessageError,
        "dear": InvalidMessageError,
        "a": ConfigError,
        "opted out": OptedOutError,
    }
    assert sorted(map(id, done.refusals)) == sorted(map(id, refused))


def test_rows_are_enqueued_and_one_that_is_no_message_is_refused_with_its_number(path: str) -> None:
    rows: list[MessageRow] = [("+27821234567", "a"), ("082 123 4567", "b"), {"to": "+27821234567", "text": "c"}]
    rows.append(5)  # type: ignore[arg-type]
    refused: list[SendResult | RefusedRow] = []
    with gateway(path, Line()) as opened:
        done = opened.enqueue(rows, run="r", on_refused=refused.append)
        again = opened.enqueue([message("a")], run="r")
        assert opened.runs.status("r").total == 2
        with pytest.raises(TypeError, match=r"enqueue takes many rows .*, got str; give them in a list"):
            opened.enqueue("rows.csv", run="r")  # type: ignore[arg-type]
    assert (done.enqueued, done.refused, again.known) == (2, 2, 1)
    assert done.refusals == tuple(refused)
    assert [str(each.error).partition("'")[0] for each in refused] == [
        "row 2: ",
        "row 4 is int; give a Message, a pair (to, text) or a mapping",
    ]
    assert [each.message.to for each in refused] == ["082 123 4567", None]
    assert_type(again, Enqueued[SendResult])
    assert_type(done, Enqueued[SendResult | RefusedRow])


def test_the_lane_is_the_first_provider_that_could_send_it(path: str) -> None:
    with gateway(path, Line(), Line()) as opened:
        opened.enqueue([message("a"), message("b", provider="b")], run="r")
        assert [(lane.name, lane.ranges) for lane in opened.runs.status("r").lanes] == [("a", 1), ("b", 1)]


def test_what_was_not_sent_or_refused_here_is_enqueued_anew_and_counted_once(path: str) -> None:
    limits = Limits(max_segments=1)
    with Gateway([accepting("a")], journal=SqliteJournal(path), limits=limits) as opened:
        assert [each.outcome for each in opened.send_bulk([message("x" * 300)], run="r")] == [Outcome.REJECTED]
    with gateway(path, Line(NO)) as opened:
        first = opened.enqueue([message("x" * 300), message("a")], run="r")
        assert (first.enqueued, first.known) == (2, 0)
        opened.runs.cancel("r")
        assert opened.runs.status("r").cancelled == 2


def test_a_vendors_refusal_is_known(path: str) -> None:
    with gateway(path, Line(NO)) as opened:
        assert isinstance(next(opened.send_bulk([message("a")], run="r")).error, RejectedError)
        assert opened.enqueue([message("a")], run="r").known == 1


def test_a_run_is_enqueued_by_one_process_at_a_time(path: str) -> None:
    with gateway(path, Line()) as opened, gateway(path, Line()) as other:

        def meanwhile() -> Iterator[Message]:
            yield message("a")
            with pytest.raises(JournalError, match="is being sent already"):
                other.enqueue([message("b")], run="r")
            yield message("c")

        assert opened.enqueue(meanwhile(), run="r").enqueued == 2
        assert other.enqueue([message("b")], run="r").enqueued == 1


@pytest.mark.parametrize("kept", [KeepText.HASH, KeepText.NONE])
def test_a_queue_needs_the_texts(path: str, kept: KeepText) -> None:
    with (
        gateway(JournalSettings(path=path, text=kept), Line()) as opened,
        pytest.raises(ConfigError, match='a queue needs the texts in the journal; set text = "full"'),
    ):
        opened.enqueue(texts("a"), run="r")


def test_a_queue_needs_a_journal_and_a_name() -> None:
    with gateway(None, Line()) as opened:
        with pytest.raises(ConfigError, match="a run needs a journal"):
            opened.enqueue(texts("a"), run="r")
        with pytest.raises(ConfigError, match="this gateway has no journal"):
            _ = opened.runs


def test_a_cancelled_run_takes_no_more(path: str) -> None:
    with gateway(path, Line()) as opened:
        opened.enqueue(texts("a"), run="r")
        opened.runs.cancel("r")
        with pytest.raises(JournalError, match="was cancelled, and takes no more messages"):
            opened.enqueue(texts("b"), run="r")
        with pytest.raises(NotFoundError, match="nothing was enqueued in a run 'x'"):
            opened.runs.status("x")


def test_a_cancelled_message_may_be_sent_by_its_key(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        opened.enqueue([message("a", key="k"), message("b")], run="r")
        opened.runs.cancel("r")
        assert opened.unknowns.get(1).result().outcome is Outcome.NOT_SENT
        assert opened.send(message("a", key="k")).outcome is Outcome.ACCEPTED
        status = opened.runs.status("r")
    assert (status.cancelled, status.accepted, status.total) == (1, 1, 2)


@pytest.mark.slow
@pytest.mark.threads
def test_many_messages_take_no_more_memory_than_few(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enqueueing, "RANGE", 50)
    names = itertools.count()

    def peak(opened: Gateway, count: int) -> int:
        def enqueue() -> None:
            run = f"r{next(names)}"
            opened.enqueue((message(f"{run} {each}") for each in range(count)), run=run)

        return traced_peak(enqueue)

    with gateway(path, Line()) as opened:
        peak(opened, 200)  # what is read and remembered once
        assert peak(opened, 500) < 1.5 * peak(opened, 150)


def test_numbers_in_ranges_are_those_of_the_entries(path: str) -> None:
    with gateway(path, Line(), Line()) as opened:
        wanted = (message(str(each), provider="ab"[each % 2]) for each in range(1010))
        opened.enqueue(wanted, run="r")
        found = Counter[str]()
        for entry_id in itertools.chain(range(1, 5), range(1005, 1010)):
            entry = opened.unknowns.get(entry_id)
            assert entry.message is not None
            found[str(entry.message.provider)] += 1
    assert found.total() == 9
