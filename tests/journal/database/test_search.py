"""Entries are found by what people know of a message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from smsgate import ConfigError, Gateway, Message, NotFoundError
from smsgate.journal import Intent, Search, State
from smsgate.journal.database import search
from smsgate.journal.database.journal import DatabaseJournal
from tests.journal.database.test_submissions import begin
from tests.journal_at import journal_at, rows
from tests.plain_adapter import LOST, TO, Line, gateway, message

pytestmark = pytest.mark.threads  # the journal is the same in both

OTHER = "+27821234568"


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line) -> Iterator[Gateway]:
    with gateway(path, line, Line()) as opened:
        yield opened


def ids(opened: Gateway, **wanted: str) -> list[int]:
    return [entry.id for entry in opened.journal.find(**wanted)]


def test_each_way_to_look_finds_the_newest_first_and_nothing_else(opened: Gateway, line: Line) -> None:
    opened.send(message("one", key="k1", reference="r"))
    [*opened.send_bulk([message("two"), Message(OTHER, "three", reference="r")], run="spring")]
    opened.send(message("four", key="k4"), provider="b")
    line.says = LOST
    [*opened.send_bulk([message("five")])]
    assert ids(opened, to=TO) == [5, 4, 2, 1]
    assert ids(opened, to=OTHER) == [3]
    assert ids(opened, key="k4") == [4]
    assert ids(opened, key="k") == []
    assert ids(opened, run="spring") == [3, 2]
    assert ids(opened, run="autumn") == []
    assert ids(opened, reference="r") == [3, 1]
    assert ids(opened, message_id="1") == [4, 1]  # two vendors have one such
    assert ids(opened, message_id="1", provider="b") == [4]
    assert ids(opened, message_id="17") == [5]  # as far as the lost one came
    assert opened.journal.get(3).to == OTHER
    with pytest.raises(NotFoundError):
        opened.journal.get(6)


def test_a_number_is_read_as_those_of_messages_are(path: str) -> None:
    with gateway(path, Line()) as opened:
        opened.send(message())
        assert ids(opened, to="+27 82 123 4567") == [1]


def test_pages_come_one_after_the_other(opened: Gateway) -> None:
    assert [*opened.send_bulk((message(f"{each}") for each in range(230)), run="r")]
    assert search.PAGE < 100
    assert ids(opened, run="r") == [*range(230, 0, -1)]
    assert ids(opened, to=TO) == [*range(230, 0, -1)]


def test_a_key_that_was_forgotten_is_found_with_the_message_that_has_it_now(opened: Gateway, path: str) -> None:
    opened.send(message("old", key="k"))
    rows(path, "UPDATE entries SET identity = NULL")
    opened.send(message("new", key="k"))
    assert ids(opened, key="k") == [2, 1]


def test_an_end_that_is_in_memory_is_shown(path: str) -> None:
    with closing(journal_at(path)) as journal:
        assert isinstance(journal, DatabaseJournal)
        [claim] = begin(journal, Intent(message(), "a"))
        journal._unrecorded.keep([(claim, None)])
        [entry] = journal.records.find(Search(to=TO))
        assert entry.state is State.UNKNOWN


def test_one_thing_is_looked_for(opened: Gateway) -> None:
    for wanted in ({}, {"key": "k", "run": "r"}, {"provider": "a"}):
        with pytest.raises(ConfigError, match="entries are found by one of to, key, run, reference and message_id"):
            ids(opened, **wanted)
    with pytest.raises(ConfigError, match="provider says whose message_id is looked for"):
        ids(opened, key="k", provider="a")
