"""A process that has a journal forks: every key is sent once, by whichever process, and nothing hangs."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.context import ForkContext, ForkServerContext
from pathlib import Path

import pytest

from smsgate import Answer, ConfigError, Gateway, JournalError, Message, Outcome, Request, SqliteJournal, State
from smsgate.journal import Claim, Intent
from smsgate.journal.database.connection import Connection
from smsgate.journal.sqlite import database
from tests.child_process import Child, fork
from tests.journal.sqlite.file_transport import FileTransport, gateway, message
from tests.plain_adapter import OK, Line
from tests.plain_adapter import gateway as counting
from tests.plain_adapter import message as plain

pytestmark = pytest.mark.threads  # it forks processes of their own


@pytest.fixture
def transport(tmp_path: Path) -> FileTransport:
    return FileTransport(tmp_path / "sent.txt")


def keys(name: str, count: int) -> list[str]:
    return [f"{name}-{each}" for each in range(count)]


def send(opened: Gateway, names: list[str]) -> None:
    for name in names:
        opened.send(message(name))


def check(path: str, transport: FileTransport, *names: str) -> None:
    """Send everything again: each text was on air once, and still is."""
    with gateway(path, transport) as opened:
        send(opened, list(names))
        assert [*opened.unknowns.list()] == []
    assert transport.texts == Counter(names)


def until(happens: Callable[[], object]) -> None:
    ends = time.monotonic() + 30
    while not happens():
        assert time.monotonic() < ends
        time.sleep(0.002)


# The child ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attempt", range(2))
def test_what_a_child_recorded_is_kept_when_its_parent_closes_the_same_journal(
    path: str, transport: FileTransport, tmp_path: Path, attempt: int
) -> None:
    first, second, third = (keys(f"{name}{attempt}", 20) for name in "abc")
    closed = tmp_path / "closed"
    parents = gateway(path, transport)
    send(parents, first)

    def child() -> None:
        own = gateway(path, transport)
        send(own, second)
        (tmp_path / "sent").touch()
        until(closed.exists)
        send(own, third)  # and ends without a word

    forked = fork(child)
    until((tmp_path / "sent").exists)
    parents.close()
    closed.touch()
    assert forked.wait() == 0
    check(path, transport, *first, *second, *third)


def test_a_gateway_that_was_made_and_used_before_the_fork_works_on_both_sides(
    path: str, transport: FileTransport
) -> None:
    with gateway(path, transport) as opened:
        send(opened, keys("before", 5))
        forked = fork(lambda: send(opened, [*keys("before", 5), *keys("child", 20)]))
        send(opened, [*keys("before", 5), *keys("parent", 20)])
        assert forked.wait() == 0
        send(opened, keys("child", 20))
    check(path, transport, *keys("before", 5), *keys("child", 20), *keys("parent", 20))


def test_a_gateway_that_was_only_made_before_the_fork_works_in_every_worker(
    path: str, transport: FileTransport
) -> None:
    """As gunicorn's --preload and Celery's prefork pool do it."""
    opened = gateway(path, transport)
    workers = [fork(lambda: send(opened, keys("same", 30))) for _ in range(4)]
    assert [worker.wait() for worker in workers] == [0] * 4
    opened.close()
    check(path, transport, *keys("same", 30))


def test_a_child_of_a_child_works_too(path: str, transport: FileTransport) -> None:
    with gateway(path, transport) as opened:
        send(opened, ["first"])

        def child() -> None:
            send(opened, ["second"])
            assert fork(lambda: send(opened, ["first", "second", "third"])).wait() == 0
            send(opened, ["fourth"])

        assert fork(child).wait() == 0
        send(opened, ["fifth"])
    check(path, transport, "first", "second", "third", "fourth", "fifth")


@pytest.mark.slow
def test_a_child_that_closes_its_gateway_and_ends_as_programs_do_takes_nothing_from_its_parent(
    path: str, transport: FileTransport, tmp_path: Path
) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", str(script), path, str(transport.path)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([".", "adapters"])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    check(path, transport, "before", "child", "after")


PROGRAM = """
import os, sqlite3, sys
from pathlib import Path
from tests.journal.sqlite.file_transport import FileTransport, gateway, message

path, transport = sys.argv[1], FileTransport(Path(sys.argv[2]))
opened = gateway(path, transport)
opened.send(message("before"))
pid = os.fork()
if not pid:
    opened.send(message("child"))
    opened.close()
    sys.exit(0)  # the interpreter ends in full: what was inherited is finalised
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
opened.send(message("after"))
connection = sqlite3.connect(path)
rows = connection.execute("SELECT pid FROM leases").fetchall()
connection.close()
assert rows == [(os.getpid(),)], rows
opened.close()
"""


def test_a_child_has_none_of_its_parents_descriptors_of_the_journal(path: str, transport: FileTransport) -> None:
    with gateway(path, transport) as opened:
        send(opened, ["first"])

        def child() -> None:
            names = [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
            assert [name for name in names if name.startswith(path)] == []

        assert fork(child).wait() == 0


def test_what_was_claimed_before_the_fork_is_the_parents_alone(path: str) -> None:
    with closing(SqliteJournal(path)) as journal:
        [claim] = journal.begin([Intent(plain(key="k"), "a")]).wait(10)
        assert isinstance(claim, Claim)

        def child() -> None:
            words = "entry 1: was claimed before this process was forked"
            with pytest.raises(JournalError, match=words):
                journal.intend(claim, "a", [])
            with pytest.raises(JournalError, match=words):
                journal.interrupt([claim])
            with pytest.raises(JournalError, match=words):
                journal.settle([(claim, journal.find(1).result())])
            [entry] = journal.begin([Intent(plain(key="k"), "a")]).wait(10)
            assert not isinstance(entry, Claim)

        assert fork(child).wait() == 0
        assert journal.find(1).state is State.INTENT
        assert journal.intend(claim, "a", []) == claim


def test_a_run_that_is_open_stays_the_parents(path: str) -> None:
    with closing(SqliteJournal(path)) as journal:
        journal.open_run("campaign")

        def child() -> None:
            with pytest.raises(JournalError, match="run 'campaign': is not open in this process"):
                journal.begin([Intent(plain(), "a", run="campaign")]).wait(10)
            journal.close_run("campaign")
            with pytest.raises(JournalError, match="run 'campaign': is being sent already"):
                journal.open_run("campaign")

        assert fork(child).wait() == 0
        [claim] = journal.begin([Intent(plain(), "a", run="campaign")]).wait(10)
        assert isinstance(claim, Claim)
        journal.close_run("campaign")


def test_what_a_dead_child_was_sending_is_listed(path: str) -> None:
    with closing(SqliteJournal(path)) as journal:

        def child() -> None:
            journal.begin([Intent(plain(key="k"), "a")]).wait(10)

        assert fork(child).wait() == 0
        assert [entry.key for entry in journal.unknowns()] == ["k"]


# The moment of the fork -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_process_whose_threads_send_all_the_time_may_fork(path: str, transport: FileTransport) -> None:
    with gateway(path, transport) as opened, ThreadPoolExecutor(4) as pool:
        parents = [keys(f"thread{each}", 40) for each in range(4)]
        sending = [pool.submit(send, opened, names) for names in parents]
        children: list[Child] = []
        while not all(each.done() for each in sending) and len(children) < 12:
            names = keys(f"child{len(children)}", 3)
            children.append(fork(lambda names=names: send(opened, [*names, "shared"])))  # type: ignore[misc]
        assert [child.wait() for child in children] == [0] * len(children)
        for each in sending:
            each.result()
    all_keys = [name for names in parents for name in names]
    all_keys += [name for each in range(len(children)) for name in keys(f"child{each}", 3)]
    check(path, transport, *all_keys, "shared")


def test_a_fork_does_not_wait_for_another_program_that_has_the_journal_locked(
    path: str, transport: FileTransport
) -> None:
    with gateway(path, transport) as opened, ThreadPoolExecutor(1) as pool:
        send(opened, ["before"])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = pool.submit(send, opened, ["parent"])
            time.sleep(0.05)
            before = time.monotonic()
            other_child = fork(lambda: None)
            took = time.monotonic() - before
            assert other_child.wait() == 0
            assert not waiting.done()
            other.execute("ROLLBACK")
        waiting.result(30)
        assert took < database.FORK_PATIENCE
    check(path, transport, "before", "parent")


def test_a_journal_that_could_not_be_closed_in_time_is_refused_in_the_child(
    path: str, transport: FileTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "FORK_PATIENCE", 0.05)
    begun, go_on = threading.Event(), threading.Event()

    def change(connection: Connection) -> None:
        connection.execute("UPDATE salt SET salt = salt")
        begun.set()
        go_on.wait(30)

    with gateway(path, transport) as opened:
        send(opened, ["before"])
        journal = opened.core._journal
        assert isinstance(journal, SqliteJournal)
        with ThreadPoolExecutor(1) as pool:
            changing = pool.submit(lambda: journal._writer.make(change, 30))
            assert begun.wait(30)

            def child() -> None:
                words = "was open in the process that this one was forked from"
                with pytest.raises(JournalError, match=words):
                    opened.send(message("child"))
                with pytest.raises(JournalError, match=words):
                    gateway(path, transport)
                gc.collect()

            forked = fork(child)
            assert forked.wait() == 0
            go_on.set()
            changing.result(30)
        send(opened, ["after"])
    check(path, transport, "before", "after")


def test_a_child_refuses_a_journal_that_the_application_has_open_by_itself(path: str, transport: FileTransport) -> None:
    """SQLite's list of locks is one a process: the application's connection makes it wrong for ours."""
    with gateway(path, transport) as opened:
        send(opened, ["before"])
        with closing(sqlite3.connect(path)) as own:
            own.execute("SELECT count(*) FROM entries").fetchone()

            def child() -> None:
                with pytest.raises(JournalError, match="close it before forking"):
                    opened.send(message("child"))

            assert fork(child).wait() == 0
        assert fork(lambda: send(opened, ["child"])).wait() == 0
    check(path, transport, "before", "child")


def test_a_fork_that_fails_leaves_the_journal_usable(path: str, transport: FileTransport) -> None:
    with gateway(path, transport) as opened:
        send(opened, ["before"])
        journal = opened.core._journal
        assert isinstance(journal, SqliteJournal)
        journal._database.before_fork()
        journal._database.after_fork_in_parent()
        send(opened, ["after"])
    check(path, transport, "before", "after")


# multiprocessing ------------------------------------------------------------------------------------------------------

_gateway: Gateway | None = None


def work(name: str) -> str:
    """Send with the gateway that was made before the fork."""
    assert _gateway is not None
    return _gateway.send(message(name)).outcome.value


def work_by_itself(path: str, transport: Path, names: list[str]) -> None:
    with gateway(path, FileTransport(transport)) as opened:
        send(opened, names)


def test_a_pool_of_forked_processes_uses_the_gateway_of_its_parent(
    path: str, transport: FileTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = multiprocessing.get_context("fork")
    assert isinstance(context, ForkContext)
    names = keys("pool", 60)
    with gateway(path, transport) as opened:
        monkeypatch.setattr(sys.modules[__name__], "_gateway", opened)
        send(opened, names[:5])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            with context.Pool(3) as pool:
                ended = pool.map(work, [*names, *names], chunksize=4)
        assert Counter(ended) == {Outcome.ACCEPTED.value: 120}
    assert transport.texts == Counter(names)


def test_processes_of_a_forkserver_share_the_journal(
    processes: ForkServerContext, path: str, transport: FileTransport
) -> None:
    names = keys("server", 20)
    with gateway(path, transport) as opened:
        send(opened, names[:5])
        workers = [processes.Process(target=work_by_itself, args=(path, transport.path, names)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
            assert worker.exitcode == 0
    check(path, transport, *names)


# Rounds ---------------------------------------------------------------------------------------------------------------


def a_round(seed: int, path: str, transport: FileTransport) -> None:
    """Fork at any moment; parent and children use old and new gateways, close them or do not, in any order."""
    dice = random.Random(seed)
    names = keys(f"round{seed}", 24)
    opened = gateway(path, transport)
    if dice.random() < 0.7:
        send(opened, names[: dice.randint(1, 6)])
    pool = ThreadPoolExecutor(2)
    sending = [pool.submit(send, opened, dice.sample(names, 8)) for _ in range(dice.randint(0, 2))]

    def child(seed: int) -> None:
        dice = random.Random(seed)
        own = opened if dice.random() < 0.5 else gateway(path, transport)
        send(own, dice.sample(names, 10))
        if dice.random() < 0.3:
            assert fork(lambda: send(own, dice.sample(names, 6))).wait() == 0
            send(own, dice.sample(names, 4))
        if dice.random() < 0.5:
            own.close()

    children = [fork(lambda each=each: child(1000 * seed + each)) for each in range(dice.randint(1, 3))]  # type: ignore[misc]
    early = dice.random() < 0.5 and not sending
    if early:
        opened.close()
    codes = [each.wait() for each in children]
    for each in sending:
        each.result(60)
    pool.shutdown()
    if not early:
        opened.close()
    assert codes == [0] * len(children), f"seed {seed}"
    sent = transport.texts
    assert sent.total() == len(sent), f"seed {seed}: texted twice: {sent - Counter(set(sent))}"
    with gateway(path, transport) as last:
        send(last, names)
        assert [*last.unknowns.list()] == [], f"seed {seed}"
    assert transport.texts == Counter(names), f"seed {seed}"


@pytest.mark.parametrize("seed", range(5))
def test_forks_at_any_moment_send_no_text_twice(seed: int, path: str, transport: FileTransport) -> None:
    a_round(seed, path, transport)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5, 220))
def test_two_hundred_rounds_of_forks(seed: int, path: str, transport: FileTransport) -> None:
    a_round(seed, path, transport)


def test_a_message_in_bulk_can_be_sent_after_the_fork(path: str) -> None:
    line = Line()
    with counting(path, line) as opened:
        list(opened.send_bulk([Message("+27821234567", "one")], run="before"))

        def child() -> None:
            results = [*opened.send_bulk([Message("+27821234567", f"{each}") for each in range(5)], run="child")]
            assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 5

        assert fork(child).wait() == 0
        assert len([*opened.send_bulk([Message("+27821234567", "one")], run="before")]) == 1
    assert len(line.requests) == 1


@pytest.mark.parametrize("journal", [True, False])
def test_a_child_that_ends_in_the_middle_of_its_parents_bulk_does_not_wait_for_it(path: str, *, journal: bool) -> None:
    go_on = threading.Event()

    def says(request: Request) -> Answer:
        assert isinstance(request.json, dict)
        if request.json["text"] == "0":
            until(lambda: len(line.requests) == 3)
        else:
            go_on.wait(60)
        return OK

    line = Line(says)
    with counting(path if journal else None, line) as opened:
        results = [opened.send_bulk([Message("+27821234567", f"{each}") for each in range(9)], workers=3)]
        assert next(results[0]).outcome is Outcome.ACCEPTED

        def child() -> None:
            with pytest.raises(ConfigError, match="send_bulk was started before a fork"):
                next(results[0])
            results.clear()  # as when the interpreter of the child ends
            gc.collect()

        code = fork(child).wait()
        go_on.set()
        assert code == 0
        assert [result.outcome for result in results[0]] == [Outcome.ACCEPTED] * 8
    assert len(line.requests) == 9


def test_ends_that_a_parent_could_not_record_yet_are_the_parents(path: str) -> None:
    with closing(SqliteJournal(path)) as journal:
        [claim] = journal.begin([Intent(plain(key="k"), "a")]).wait(10)
        assert isinstance(claim, Claim)
        journal._unrecorded.keep([(claim, None)])

        def child() -> None:
            assert not journal._unrecorded
            assert journal.find(claim.entry_id).state is State.INTENT

        assert fork(child).wait() == 0
        assert journal.find(claim.entry_id).state is State.UNKNOWN
