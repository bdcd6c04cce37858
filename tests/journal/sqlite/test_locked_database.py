"""The wait for the journal counts against a send's deadline: the database stays locked until the send has ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event
from typing import TypeVar

import pytest

from smsgate import Gateway, JournalError, JournalSettings, Outcome, SmsgateError, SqliteJournal
from smsgate.engine import run
from smsgate.journal import State
from smsgate.journal.database.commits import Change, one_by_one
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.journal import LAST
from smsgate.runtime.shield import Pending
from tests.journal.sqlite.test_failure import until
from tests.plain_adapter import DOWN, LOST, OK, Line, Said, gateway, message

T = TypeVar("T")
FOR_EVER = 3600.0
LONGEST = 30.0
"""Seconds after which a wait counts as one without a deadline."""


class Lock:
    """What another program has locked."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)

    def take(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def release(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self.release()
        self._connection.close()


@contextmanager
def opened_beside(path: str, *lines: Line, patience: float = FOR_EVER) -> Iterator[tuple[Gateway, Lock]]:
    """Give a gateway, and the lock that another program may take."""
    with gateway(JournalSettings(path=path, patience=patience), *lines) as opened:
        opened.core._journal.unknowns()
        with closing(Lock(path)) as lock:
            yield opened, lock


def in_time(call: Callable[[], T]) -> T:
    """Return what a call returns or raises, long before the lock would be given up."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result(LONGEST)


def ended(opened: Gateway, key: str | None = None) -> tuple[Outcome, str]:
    """Say how a message ends that has little time, and why."""
    try:
        result = in_time(lambda: opened.send(message(key=key), deadline=0.3))
    except SmsgateError as error:
        return error.result.outcome if error.result else Outcome.ACCEPTED, str(error)
    return result.outcome, ""


def open_claims(opened: Gateway) -> list[object]:
    """Return what the journal would wait for if it was closed."""
    journal = opened.core._journal
    assert isinstance(journal, SqliteJournal)
    return [*journal._open._ends]


def test_while_the_journal_is_locked_a_send_ends_at_its_deadline_and_its_key_is_free_after(path: str) -> None:
    line = Line()
    with opened_beside(path, line) as (opened, lock):
        lock.take()
        outcome, told = ended(opened, key="k")
        assert outcome is Outcome.NOT_SENT
        assert told.startswith("the journal did not answer within 0.3 s")
        assert told.endswith("the message is not sent, and not recorded")
        assert not open_claims(opened)
        lock.release()
        assert line.requests == []
        assert opened.send(message(key="k")).outcome is Outcome.ACCEPTED
        assert [*opened.unknowns.list()] == []


def test_a_claim_that_comes_too_late_is_given_back(path: str) -> None:
    begun, goes_on = Event(), Event()
    line = Line()

    def slow(_: Connection) -> None:
        begun.set()
        assert goes_on.wait(LONGEST)

    with opened_beside(path, line) as (opened, _):
        journal = opened.core._journal
        assert isinstance(journal, SqliteJournal)
        first_begun, first_goes_on = begun, goes_on
        journal._writer.ask(slow)
        assert first_begun.wait(LONGEST)
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(lambda: opened.send(message(key="k"), deadline=0.3))
            until(lambda: journal._writer._queue.qsize() == 1)
            begun, goes_on = Event(), Event()
            after = Change(one_by_one, slow, Pending(), order=LAST + 1)
            journal._writer.put(after)  # in one commit with the claim, which is made and not durable yet
            first_goes_on.set()
            with pytest.raises(JournalError, match="is not sent, and recorded so as soon as that is possible"):
                sending.result(LONGEST)
        goes_on.set()
        until(lambda: journal.find(1).state is State.NOT_SENT)
        assert not open_claims(opened)
        assert line.requests == []
        assert opened.send(message(key="k")).outcome is Outcome.ACCEPTED


def test_while_the_journal_is_locked_the_next_provider_is_not_waited_for_beyond_the_deadline(path: str) -> None:
    def says(_: object) -> Said:
        lock.take()
        return DOWN

    first, second = Line(says), Line()
    with opened_beside(path, first, second) as (opened, lock):
        outcome, told = ended(opened, key="k")
        assert (outcome, second.requests) == (Outcome.NOT_SENT, [])
        assert "did not answer within" in told
        lock.release()
        first.says = DOWN
        assert opened.send(message(key="k")).provider == "b"


@pytest.mark.parametrize(("said", "outcome"), [(OK, Outcome.ACCEPTED), (LOST, Outcome.UNKNOWN)])
def test_while_the_journal_is_locked_an_end_is_given_at_the_deadline_and_recorded_later(
    path: str, said: Said, outcome: Outcome
) -> None:
    def says(_: object) -> Said:
        lock.take()
        return said

    line = Line(says)
    with opened_beside(path, line) as (opened, lock):
        assert ended(opened, key="k")[0] is outcome
        lock.release()
        until(lambda: opened.unknowns.get(1).state is not State.INTENT)
        assert opened.unknowns.get(1).state.value == outcome.value
    assert len(line.requests) == 1


def test_while_the_journal_is_locked_an_end_is_written_though_the_writers_patience_was_over(path: str) -> None:
    def says(_: object) -> Said:
        lock.take()
        return OK

    with opened_beside(path, Line(says), patience=0.05) as (opened, lock):
        result = in_time(lambda: opened.send(message(key="k"), deadline=20))
        assert result.outcome is Outcome.ACCEPTED
        lock.release()
        until(lambda: opened.unknowns.get(1).state is State.ACCEPTED)


def test_while_the_journal_is_locked_a_bulk_send_gives_its_results(path: str) -> None:
    line = Line()
    with opened_beside(path, line) as (opened, lock):
        opened.core.sender._deadline = 0.3
        results = opened.send_bulk([message("a"), message("b")], run="r")
        in_time(lambda: opened.send(message("before")))
        lock.take()
        opened.core._journal._writer._longest = 0.3  # type: ignore[attr-defined] # of what has no deadline: to open the run
        with pytest.raises(JournalError, match="did not answer"):
            in_time(lambda: [*results])
        lock.release()
        results = opened.send_bulk([message("a"), message("b")], run="r2")
        assert len(line.requests) == 1


def test_while_the_journal_is_locked_an_unknown_message_is_not_sent_again_beyond_the_deadline(path: str) -> None:
    line = Line(LOST)
    with opened_beside(path, line) as (opened, lock):
        assert ended(opened)[0] is Outcome.UNKNOWN
        line.says = OK
        opened.core.sender._deadline = 0.3
        prepared = run(opened.core.sender.prepare(message()))
        lock.take()
        with pytest.raises(JournalError, match=r"did not answer within 0\.3 s"):
            in_time(lambda: run(opened.core.sender.send(prepared, resend=1)))
        lock.release()
        assert opened.unknowns.get(1).state is State.UNKNOWN
        assert opened.unknowns.resend(1).outcome is Outcome.ACCEPTED
    assert len(line.requests) == 2


def test_a_wait_for_anothers_send_is_no_longer_while_the_journal_is_locked(path: str) -> None:
    asked, answers = Event(), Event()

    def says(_: object) -> Said:
        asked.set()
        assert answers.wait(LONGEST)
        return OK

    line = Line(says)
    with opened_beside(path, line) as (opened, lock), ThreadPoolExecutor(2) as pool:
        first = pool.submit(lambda: opened.send(message(key="k"), deadline=60))
        assert asked.wait(LONGEST)
        second = pool.submit(lambda: opened.send(message(key="k"), deadline=1.0))
        until(lambda: opened.core._journal._open._ends)  # type: ignore[attr-defined]
        lock.take()
        with pytest.raises(SmsgateError):
            second.result(LONGEST)
        lock.release()
        answers.set()
        assert first.result(LONGEST).outcome is Outcome.ACCEPTED
    assert len(line.requests) == 1
