"""A run that is run again goes on where it stopped, whatever became of its file meanwhile."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from smsgate import ConfigError, Gateway, JournalError, Message, Outcome, Request
from tests.journal.sqlite.test_failure import until
from tests.journal_at import rows
from tests.plain_adapter import DOWN, LOST, NO, OK, InBulk, Line, Plain, Said, gateway, message


def recorded(path: str) -> list[str]:
    """Return the states of all entries, read past the journal."""
    return [row[0] for row in rows(path, "SELECT state FROM entries ORDER BY id")]


TEXTS = ["a", "b", "a", "c", "a", "b", "d"]


def run(opened: Gateway, texts: Iterable[str], name: str = "campaign", workers: int = 2) -> list[tuple[str, Outcome]]:
    results = opened.send_bulk(map(message, texts), run=name, workers=workers)
    return [(result.message.text, result.outcome) for result in results]


@pytest.mark.parametrize("adapter", [Plain, InBulk])
def test_a_second_run_skips_what_was_accepted(path: str, adapter: type[Plain]) -> None:
    line = Line()
    for _ in range(3):
        with gateway(path, line, adapter=adapter) as opened:
            assert run(opened, TEXTS) == [(text, Outcome.ACCEPTED) for text in TEXTS]
    assert Counter(line.texts) == Counter(TEXTS)


@pytest.mark.parametrize("adapter", [Plain, InBulk])
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(each, marks=pytest.mark.soak) for each in range(2, 20))])
def test_equal_messages_are_counted_through_stops_and_shuffles(path: str, adapter: type[Plain], seed: int) -> None:
    dice = random.Random(seed)
    texts = [dice.choice("abc") for _ in range(30)]
    line = Line()
    with gateway(path, line, adapter=adapter) as opened:
        for _ in range(3):
            dice.shuffle(texts)
            begun = opened.send_bulk(map(message, texts), run="campaign", workers=2)
            list(itertools.islice(begun, dice.randint(0, 30)))
            begun.close()
            assert Counter(line.texts) <= Counter(texts), seed
        assert {outcome for _, outcome in run(opened, texts)} == {Outcome.ACCEPTED}
    assert Counter(line.texts) == Counter(texts), seed


def test_a_longer_file_sends_what_is_new(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        run(opened, ["a", "a"])
        run(opened, ["b", "a", "a", "a"])
    assert Counter(line.texts) == {"a": 3, "b": 1}


def test_not_sent_is_sent_rejected_and_unknown_are_not(path: str) -> None:
    failures: dict[str, Said] = {"b": DOWN, "c": LOST, "d": NO}
    line = Line(lambda request: failures.get(request.json["text"], OK))  # type: ignore[index]
    with gateway(path, line) as opened:
        first = run(opened, "abcd")
        failures.clear()
        second = run(opened, "abcd")
        assert [entry.message for entry in opened.unknowns.list(run="campaign")] == [message("c")]
    assert [outcome for _, outcome in first] == [
        Outcome.ACCEPTED,
        Outcome.NOT_SENT,
        Outcome.UNKNOWN,
        Outcome.REJECTED,
    ]
    assert [outcome for _, outcome in second] == [
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.UNKNOWN,
        Outcome.REJECTED,
    ]
    assert Counter(line.texts) == {"a": 1, "b": 2, "c": 1, "d": 1}


def test_runs_of_other_names_are_other_runs(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        run(opened, "a", "january")
        run(opened, "a", "february")
    assert line.texts == ["a", "a"]


def test_a_key_counts_across_runs(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        for name in ("january", "february"):
            [result] = opened.send_bulk([message(key="k")], run=name)
            assert result.message_id == "1"
    assert line.texts == ["Your code is 4711"]


def test_a_run_is_sent_by_one_at_a_time(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened, gateway(path, line) as other:
        begun = opened.send_bulk([message("a"), message("b")], run="campaign", workers=1)
        next(begun)
        with pytest.raises(JournalError, match=r"run 'campaign': is being sent already \(process \d+ on .*\); wait"):
            list(other.send_bulk([message("a")], run="campaign"))
        list(begun)
        list(other.send_bulk([message("a")], run="campaign"))
    assert Counter(line.texts) == {"a": 1, "b": 1}


def test_a_process_that_lost_its_run_to_another_sends_nothing_more(path: str) -> None:
    now = [1_800_000_000.0]
    line, read = Line(), list[str]()

    def messages() -> Iterator[Message]:
        for text in "abcdefgh":
            read.append(text)
            yield message(text)

    with gateway(path, line, clock=lambda: now[0]) as opened:
        begun = opened.send_bulk(messages(), run="campaign", workers=1)
        next(begun)
        until(lambda: recorded(path) == ["accepted"] * len(read))
        now[0] += 60  # halted for longer than its lease
        with gateway(path, Line(), clock=lambda: now[0]) as other:
            taken = [*other.send_bulk((message(text) for text in "abcdefgh"), run="campaign")]
        sent = len(line.texts)
        rest = [*begun]
    assert len(line.texts) == sent
    late = [result.error for result in rest if result.outcome is Outcome.NOT_SENT]
    assert late
    assert {type(error) for error in late} == {JournalError}
    assert sum(result.outcome is Outcome.ACCEPTED for result in taken) == 8


def test_a_run_needs_a_journal_and_a_name() -> None:
    with gateway(None, Line()) as opened, pytest.raises(ConfigError, match="a run needs a journal"):
        opened.send_bulk([], run="campaign")


@pytest.mark.parametrize("name", ["", "x" * 256])
def test_a_runs_name_has_a_length(path: str, name: str) -> None:
    with gateway(path, Line()) as opened, pytest.raises(ConfigError, match="must have 1 to 255 characters"):
        opened.send_bulk([], run=name)


def test_a_run_can_be_of_one_million_equal_messages_without_counting_them_in_memory(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        assert len(run(opened, ["a"] * 100, workers=8)) == 100
        assert len(run(opened, ["a"] * 101, workers=8)) == 101
    assert len(line.texts) == 101


def nothing(_: Request) -> Said:
    raise AssertionError("nobody is asked")


def test_a_run_of_nothing_is_nothing(path: str) -> None:
    with gateway(path, Line(nothing)) as opened:
        assert run(opened, []) == []


def test_the_journal_remembers_the_whole_message(path: str) -> None:
    wished = message("a", reference="r", campaign="c", extra={"plain": {"a": [1, None]}})
    with gateway(path, Line(LOST)) as opened:
        list(opened.send_bulk([wished], run="campaign"))
        [entry] = opened.unknowns.list()
        assert (entry.message, entry.run, entry.to) == (wished, "campaign", Message(wished.to, "x").to)
