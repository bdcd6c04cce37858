"""A token is kept whole, for its owner only, and by one writer at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from smsgate import FileTokenStore, MemoryTokenStore, RedisTokenStore, TokenStore

Make = Callable[[], TokenStore]


@pytest.fixture(params=["memory", "file", "redis"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Return what makes a store in one place."""
    if request.param == "redis":
        url, opened = request.getfixturevalue("valkey").url, list[RedisTokenStore]()

        def make() -> TokenStore:
            opened.append(RedisTokenStore(url, "acme/sales", timeout=60.0))
            return opened[-1]

        yield make
        for store in opened:
            store.close()
    else:
        yield MemoryTokenStore if request.param == "memory" else lambda: FileTokenStore(tmp_path / "token")


@pytest.fixture
def store(make: Make) -> TokenStore:
    return make()


def test_a_new_store_has_nothing(store: TokenStore) -> None:
    assert store.read() is None


def test_what_was_written_last_is_read(store: TokenStore) -> None:
    store.write("one")
    store.write("two")
    assert store.read() == "two"


def test_a_lock_that_another_thread_has_times_out_and_comes_free(store: TokenStore) -> None:
    locked, done = Event(), Event()

    def keep() -> None:
        with store.lock(10):
            locked.set()
            done.wait(10)

    thread = Thread(target=keep)
    thread.start()
    locked.wait(10)
    with pytest.raises(TimeoutError), store.lock(0.05):
        pass
    done.set()
    with store.lock(10):
        pass
    thread.join()


def test_a_lock_is_let_go_of_when_its_block_fails(store: TokenStore) -> None:
    with pytest.raises(LookupError), store.lock(1):
        raise LookupError
    with store.lock(1):
        pass


@pytest.mark.parametrize("make", ["file", "redis"], indirect=True)
def test_two_stores_in_one_place_share_the_token_and_keep_each_other_out(make: Make) -> None:
    one, other = make(), make()
    one.write("text")
    assert other.read() == "text"
    with one.lock(1), pytest.raises(TimeoutError), other.lock(0.05):
        pass
    with other.lock(1):
        pass


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_the_files_are_for_their_owner_only_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    store = FileTokenStore(tmp_path / "token")
    before = os.umask(umask)
    try:
        with store.lock(1):
            store.write("one")
    finally:
        os.umask(before)
    for file in tmp_path.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file


def test_a_file_that_others_can_read_is_replaced_by_one_that_they_cannot(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("old")
    path.chmod(0o644)
    FileTokenStore(path).write("new")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("make", ["file", "redis"], indirect=True)
def test_a_write_that_fails_keeps_the_old_text_and_leaves_nothing_behind(store: TokenStore, tmp_path: Path) -> None:
    store.write("old")
    with pytest.raises(UnicodeEncodeError):
        store.write("\ud800")
    assert store.read() == "old"
    with store.lock(1):
        pass
    if isinstance(store, RedisTokenStore):
        return
    (tmp_path / "token.lock").unlink()
    assert [file.name for file in tmp_path.iterdir()] == ["token"]


def test_what_a_dead_process_left_is_written_over(tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "token")
    (tmp_path / f"token.{os.getpid()}.tmp").write_text("half of")
    store.write("new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("token", "new")]


def _lock_for_ever(path: Path, holds: str) -> None:
    with FileTokenStore(path).lock(10):
        Path(holds).touch()
        signal.pause()


def test_a_killed_process_lets_go_of_the_lock(tmp_path: Path) -> None:
    holds = tmp_path / "holds"
    process = multiprocessing.get_context("spawn").Process(target=_lock_for_ever, args=(tmp_path / "token", str(holds)))
    process.start()
    while not holds.exists():
        process.join(0.05)
        assert process.is_alive()
    with pytest.raises(TimeoutError), FileTokenStore(tmp_path / "token").lock(0.05):
        pass
    process.kill()
    process.join(30)
    with FileTokenStore(tmp_path / "token").lock(1):
        pass


def test_a_reader_sees_the_old_text_or_the_new_one_and_never_half(store: TokenStore) -> None:
    texts = {letter * 20_000 for letter in "ab"}
    store.write("a" * 20_000)
    done = Event()

    def write() -> None:
        for _ in range(50):
            for text in sorted(texts):
                store.write(text)
        done.set()

    thread = Thread(target=write)
    thread.start()
    seen = {store.read()}
    while not done.is_set():
        seen.add(store.read())
    thread.join()
    assert seen <= texts
