"""A forked child has request slots of its own, or shares them through file or server, and waits for no thread."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from smsgate import FilePaceStore, MemoryPaceStore, RedisPaceStore
from tests.child_process import fork, locked
from tests.valkey_server import Valkey


def test_a_child_has_the_block_of_its_parent_and_not_its_reservations() -> None:
    store = MemoryPaceStore(lambda: 100.0)
    for _ in range(10):
        store.reserve("reserved", 60.0, 3600.0)
    store.block("blocked", 30.0)

    def child() -> None:
        assert store.reserve("reserved", 60.0, 0.0) == 0.0
        assert store.reserve("blocked", 60.0, 0.0) == 30.0

    assert fork(child).wait() == 0
    assert store.reserve("reserved", 60.0, 0.0) == 600.0


def test_a_child_does_not_wait_for_a_thread_of_its_parent_that_reserves_a_slot() -> None:
    store = MemoryPaceStore()
    with locked(store._lock):
        child = fork(lambda: store.reserve("a", 1.0, 1.0))
    assert child.wait() == 0


def test_a_child_shares_the_server_and_does_not_wait_for_a_thread_of_its_parent(valkey: Valkey) -> None:
    store = RedisPaceStore(valkey.url, timeout=60.0)
    assert store.reserve("a", 60.0, 3600.0) == 0.0

    def reserve() -> None:
        assert store.reserve("a", 60.0, 3600.0) > 0.0
        store.close()

    with locked(store._server._lock):
        child = fork(reserve)
    assert child.wait() == 0
    assert store.reserve("a", 60.0, 3600.0) > 60.0
    store.close()


def test_a_child_shares_the_file_whatever_the_threads_of_its_parent_did(tmp_path: Path) -> None:
    store, over = FilePaceStore(tmp_path / "pace.db"), threading.Event()

    def reserve() -> None:
        while not over.is_set():
            with suppress(TimeoutError, sqlite3.OperationalError):  # the children are in its way, and may be for long
                store.reserve("a", 0.0, 1.0)

    threads = [threading.Thread(target=reserve) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        children = [fork(lambda: [store.reserve("a", 0.0, 25.0) for _ in range(5)]) for _ in range(20)]
        assert [child.wait() for child in children] == [0] * 20
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_a_fork_waits_until_no_thread_uses_the_file(tmp_path: Path) -> None:
    """A child would inherit the locks that SQLite keeps in memory."""
    store = FilePaceStore(tmp_path / "pace.db")
    taken, released = threading.Event(), threading.Event()

    def use() -> None:
        with store._writing():
            taken.set()
            released.wait(0.2)

    thread = threading.Thread(target=use)
    thread.start()
    taken.wait(5.0)
    child = fork(lambda: store.reserve("a", 1.0, 1.0))
    assert child.wait() == 0
    thread.join()


def test_a_fork_that_could_not_wait_leaves_the_file_to_the_fork_that_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgate.transport.pacing.file._BUSY", 0.01)
    store = FilePaceStore(tmp_path / "pace.db")

    def fork_at_once() -> None:
        store.before_fork()
        store.after_fork_in_parent()

    store.before_fork()
    other = threading.Thread(target=fork_at_once)
    other.start()
    other.join()
    with pytest.raises(TimeoutError):
        store.reserve("a", 0.0, 0.0)
    store.after_fork_in_parent()
    assert store.reserve("a", 0.0, 1.0) == 0.0
