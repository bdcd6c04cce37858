"""Two processes that share nothing but the server."""

from __future__ import annotations

import gc
import os
import warnings
from contextlib import closing, suppress
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import Answer, Gateway, PostgresJournal, UnknownOutcomeError
from smsgate.journal.database.process import Process
from smsgate.model.claim import Claim, Intent
from smsgate.model.entry import State
from tests.child_process import fork
from tests.journal_at import rows
from tests.plain_adapter import OK, Line, message, provider

pytestmark = pytest.mark.threads  # about processes

ROUNDS = 50


def other_host() -> Process:
    """Return this process as one of a host that has its own boot and namespaces."""
    return evolve(Process.this(), host="elsewhere", boot="another", namespace="another")


def send_each_key(address: str, folder: str, barrier: Barrier, rounds: int) -> None:
    """Send messages with the same keys as the other process, each at the same moment; write down what went out."""
    texts = (Path(folder) / f"{os.getpid()}.texts").open("a")

    def says(request: object) -> Answer:
        del request
        print(line.key, file=texts, flush=True)
        return OK

    class Keyed(Line):
        key = ""

    line = Keyed(says)
    journal = PostgresJournal(address, process=other_host)
    with texts, Gateway([provider("a", line)], journal=journal) as gateway:
        for each in range(rounds):
            line.key = f"{each}"
            barrier.wait(120)
            with suppress(UnknownOutcomeError):  # while the other one is sending it
                gateway.send(message(key=line.key))


def check(address: str, folder: Path, processes: ForkServerContext, rounds: int) -> None:
    barrier = processes.Barrier(2)
    hosts = [processes.Process(target=send_each_key, args=(address, str(folder), barrier, rounds)) for _ in range(2)]
    for host in hosts:
        host.start()
    for host in hosts:
        host.join(500)
    assert [host.exitcode for host in hosts] == [0, 0]
    sent = [key for each in folder.glob("*.texts") for key in each.read_text().split()]
    assert sorted(sent, key=int) == [f"{each}" for each in range(rounds)]
    assert rows(address, "SELECT state, count(*) FROM entries GROUP BY state") == [("accepted", rounds)]


@pytest.mark.slow
def test_one_key_at_the_same_moment_is_one_text(database: str, tmp_path: Path, processes: ForkServerContext) -> None:
    check(database, tmp_path, processes, ROUNDS)


@pytest.mark.soak
def test_one_key_at_the_same_moment_is_one_text_a_thousand_times(
    database: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    check(database, tmp_path, processes, 1000)


def test_an_intent_of_another_host_is_listed_once_its_lease_has_run_out(database: str) -> None:
    now = [1_800_000_000.0]
    dead = PostgresJournal(database, clock=lambda: now[0], process=other_host)
    [claim] = dead.begin([Intent(message(key="k"), "a")]).wait(30)
    assert isinstance(claim, Claim)
    with closing(PostgresJournal(database, clock=lambda: now[0])) as journal:
        assert journal.unknowns() == []
        now[0] += 16
        assert [entry.state for entry in journal.unknowns()] == [State.UNKNOWN]
    dead.close()


def test_hosts_whose_clocks_differ_go_by_the_servers(database: str) -> None:
    with closing(PostgresJournal(database)) as journal, closing(PostgresJournal(database)) as other:
        [claim] = journal.begin([Intent(message(key="k"), "a")]).wait(30)
        assert isinstance(claim, Claim)
        here, there = journal.find(claim.entry_id), other.find(claim.entry_id)
        assert here.created == there.created
        [(now,)] = rows(database, "SELECT extract(epoch FROM now())::double precision")
        assert abs(here.created.timestamp() - now) < 60


def test_a_forked_process_has_a_connection_of_its_own(database: str) -> None:
    with closing(PostgresJournal(database)) as journal:
        [claim] = journal.begin([Intent(message(key="parent"), "a")]).wait(30)
        assert isinstance(claim, Claim)

        def child() -> None:
            [begun] = journal.begin([Intent(message(key="child"), "a")]).wait(30)
            assert isinstance(begun, Claim)
            journal.close()

        children = [fork(child) for _ in range(1)]
        assert [each.wait() for each in children] == [0]
        [again] = journal.begin([Intent(message(key="parent again"), "a")]).wait(30)
        assert isinstance(again, Claim)
    found = rows(database, "SELECT key, owner FROM entries ORDER BY id")
    assert [key for key, _ in found] == ["parent", "child", "parent again"]
    assert found[0][1] == found[2][1] != found[1][1]


@pytest.mark.slow
def test_a_fork_while_threads_use_the_journal_lets_parent_and_children_go_on(database: str) -> None:
    with closing(PostgresJournal(database)) as journal:
        children = []
        pending = []
        for each in range(20):
            pending.append(journal.begin([Intent(message(key=f"parent {each}"), "a")]))

            def child(each: int = each) -> None:
                [begun] = journal.begin([Intent(message(key=f"child {each}"), "a")]).wait(60)
                assert isinstance(begun, Claim)

            children.append(fork(child))
        assert [each.wait() for each in children] == [0] * 20
        assert all(isinstance(begun, Claim) for each in pending for begun in each.wait(60))
    assert rows(database, "SELECT count(*) FROM entries") == [(40,)]


def test_a_forked_process_that_drops_a_journal_says_nothing_of_its_parents_connection(database: str) -> None:
    opened = [PostgresJournal(database)]

    def child() -> None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            opened.clear()
            gc.collect()
        assert [str(each.message) for each in caught] == []

    assert fork(child).wait() == 0
    [journal] = opened
    session = journal._database._session  # type: ignore[attr-defined]
    with closing(journal):
        assert journal.unknowns() == []
        assert journal._database._session is session  # type: ignore[attr-defined]
