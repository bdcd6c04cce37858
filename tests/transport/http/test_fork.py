"""A forked child and its parent never get each other's answers, and neither disturbs the other's connections."""

from __future__ import annotations

import multiprocessing
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
import trustme

from smsgate import Gateway, NotSentError
from tests.child_process import Child, fork, locked
from tests.transport.http.fault_server import Serve, answer_until_killed
from tests.transport.http.vendor import QUIET, message, open_gateway, warm_up

CHILDREN, CALLS = 3, 6
ROUNDS = int(os.environ.get("SMSGATE_FORK_ROUNDS", "6"))


def _open(base_url: str, ca_bundle: str = "") -> Gateway:
    tls: dict[str, Any] = {"ca_bundle": ca_bundle} if base_url.startswith("https") else {}
    return open_gateway(base_url, reuse_within=30.0, **tls)


def _ask(gateway: Gateway, name: str, sends: bool) -> None:  # noqa: FBT001
    told = gateway.send(message(name)).message_id if sends else gateway.status(name).message_id
    assert told == f"id-{name}", f"the answer to {name} was that to {told}"


def _work(gateway: Gateway, who: str, chance: random.Random) -> None:
    for number in range(CALLS):
        _ask(gateway, f"{who}-{number}", sends=chance.random() < 0.5)


@pytest.fixture
def apart(authority: trustme.CA, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Start servers in processes of their own: what their threads do with OpenSSL is not inherited by a fork."""
    pem, processes = tmp_path / "server.pem", multiprocessing.get_context("spawn")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(pem)
    started: list[BaseProcess] = []

    def start(kind: str) -> str:
        urls: multiprocessing.SimpleQueue[str] = processes.SimpleQueue()
        started.append(processes.Process(target=answer_until_killed, args=(kind, str(pem), urls), daemon=True))
        started[-1].start()
        return urls.get()

    yield start
    for process in started:
        process.kill()
        process.join()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["http", "https"])
def test_parent_and_children_get_the_answers_to_their_own_requests(
    kind: str, apart: Callable[[str], str], ca_bundle: str
) -> None:
    seed = os.environ.get("SMSGATE_FORK_SEED", str(time.time_ns()))
    print(f"repeat with SMSGATE_FORK_SEED={seed}")  # noqa: T201 - shown when it fails
    base_url = apart(kind)
    for round_ in range(ROUNDS):
        chance = random.Random(f"{seed}-{round_}")
        with _open(base_url, ca_bundle) as gateway, ThreadPoolExecutor() as pool:
            warm_up(gateway)
            _in_parallel(gateway, pool, threads=chance.randint(1, 4))
            children = [_fork(gateway, f"{round_}-c{child}", seed) for child in range(CHILDREN)]
            _work(gateway, f"{round_}-p", chance)
            assert [child.wait() for child in children] == [0] * CHILDREN
            _work(gateway, f"{round_}-q", chance)


def _fork(gateway: Gateway, who: str, seed: str) -> Child:
    return fork(lambda: _work(gateway, who, random.Random(f"{seed}-{who}")))


def _in_parallel(gateway: Gateway, pool: Executor, threads: int) -> None:
    """Leave as many idle connections as threads."""
    together = threading.Barrier(threads)

    def ask(number: int) -> None:
        together.wait(10.0)
        gateway.status(f"{number}")

    list(pool.map(ask, range(threads)))


@pytest.mark.parametrize("kind", ["http", "https"])
def test_a_child_that_closes_and_ends_writes_nothing_on_the_connections_of_its_parent(
    kind: str, serve: Serve, ca_bundle: str
) -> None:
    server = serve(kind)
    with _open(server.base_url, ca_bundle) as gateway:
        warm_up(gateway)

        def child() -> None:
            _ask(gateway, "c", sends=True)
            gateway.close()

        assert fork(child).wait() == 0
        _ask(gateway, "p", sends=True)
        assert [truth.connection for truth in server.truths] == [1, 2, 1], "the parent's connection is still good"


def test_the_end_of_the_parents_connection_is_not_delayed_by_a_child(serve: Serve) -> None:
    server, ours, theirs = serve("http"), *socket.socketpair()
    gateway = _open(server.base_url)
    gateway.status("m1")
    child = fork(lambda: theirs.recv(1))
    gateway.close()
    server.wait_until_left(1)  # while the child lives
    ours.send(b"x")
    assert child.wait() == 0
    ours.close()
    theirs.close()


def test_a_request_that_is_under_way_at_a_fork_ends_in_the_parent_only(serve: Serve) -> None:
    server, asked, may_answer = serve("http"), threading.Event(), threading.Event()

    def wait_for_it() -> None:
        asked.set()
        may_answer.wait(10.0)

    with _open(server.base_url) as gateway, ThreadPoolExecutor(1) as pool:
        warm_up(gateway)
        server.busy = wait_for_it
        sending = pool.submit(_ask, gateway, "p", sends=True)
        assert asked.wait(10.0)
        server.busy = bool
        child = fork(lambda: _work(gateway, "c", random.Random("c")))
        assert child.wait() == 0
        may_answer.set()
        sending.result()


def test_a_child_does_not_wait_for_a_thread_of_its_parent_that_opens_a_session(serve: Serve) -> None:
    server = serve("http")
    with _open(server.base_url) as gateway:
        with locked(gateway.provider("test").core._paced._transport.transport._session._opening):  # type: ignore[attr-defined]
            child = fork(lambda: _ask(gateway, "c", sends=True))
        assert child.wait() == 0


def test_forks_in_the_middle_of_sends_by_many_threads_hang_no_child(
    apart: Callable[[str], str], ca_bundle: str
) -> None:
    base_url, over = apart("https"), threading.Event()

    def keep_sending(thread: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            _ask(gateway, f"p{thread}-{number}", sends=bool(number % 2))

    with _open(base_url, ca_bundle) as gateway, ThreadPoolExecutor(4) as pool:
        working = [pool.submit(keep_sending, thread) for thread in range(4)]
        try:
            children = [_fork_later(gateway, number) for number in range(5)]
            assert [child.wait() for child in children] == [0] * 5
        finally:
            over.set()
        for work in working:
            work.result()


def _fork_later(gateway: Gateway, number: int) -> Child:
    time.sleep(random.Random(number).uniform(0, 2 * QUIET))
    return fork(lambda: _work(gateway, f"c{number}", random.Random(number)))


def test_certificates_that_are_gone_in_a_child_end_a_send_as_not_sent(
    serve: Serve, ca_bundle: str, tmp_path: Path
) -> None:
    copy = tmp_path / "ca.pem"
    copy.write_bytes(Path(ca_bundle).read_bytes())

    def child() -> None:
        with pytest.raises(NotSentError, match="ca_bundle must be a file of certificates"):
            gateway.send(message())

    with _open(serve("https").base_url, str(copy)) as gateway:
        copy.unlink()
        assert fork(child).wait() == 0
        _ask(gateway, "p", sends=True)
