"""A forked child shares a token's store with its parent, and none of its locks."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from threading import Barrier, Thread

import pytest

from smsgate import FileTokenStore, MemoryTokenStore, Message, Provider, Token
from smsgate.engine import THREADS
from smsgate.runtime.fork import notice_forks
from smsgate.testing import StubTransport, answer
from smsgate.transport.tokens.account_token import AccountToken
from smsgate.transport.tokens.kept import Kept, fingerprint
from tests.blocking_core import BlockingToken
from tests.child_process import fork, locked
from tests.rotating_token_adapter import Rotating, RotatingSettings


def use(store: FileTokenStore | MemoryTokenStore) -> None:
    with store.lock(5):
        store.write("of the child")


class SlowToRest:
    """Takes a moment before each fork, in which another thread forks too."""

    def before_fork(self) -> None:
        time.sleep(0.001)

    def after_fork_in_parent(self) -> None:
        pass

    def after_fork_in_child(self) -> None:
        pass


def test_a_child_does_not_wait_for_a_thread_of_its_parent_that_has_a_store_in_memory() -> None:
    store = MemoryTokenStore()
    with locked(store.lock(5)):
        child = fork(lambda: use(store))
    assert child.wait() == 0
    with store.lock(1):
        assert store.read() is None


def test_a_child_waits_for_the_parent_that_has_the_file(tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "token")

    def child() -> None:
        with pytest.raises(TimeoutError), store.lock(0.05):
            pass

    with locked(store.lock(5)):
        assert fork(child).wait() == 0
        with pytest.raises(TimeoutError), FileTokenStore(store.path).lock(0.05):  # the child has not unlocked it
            pass
    assert fork(lambda: use(store)).wait() == 0


def test_a_lock_of_a_parent_that_was_killed_does_not_stay_with_its_children(tmp_path: Path) -> None:
    store, end = FileTokenStore(tmp_path / "token"), os.pipe()

    def parent() -> None:
        with locked(store.lock(5)):
            child = fork(lambda: os.read(end[0], 1))
            (tmp_path / "child").write_text(f"{child.pid}")
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        assert fork(parent).wait() == -signal.SIGKILL
        os.kill(int((tmp_path / "child").read_text()), 0)  # it lives
        use(store)
    finally:
        os.write(end[1], b"x")
        os.close(end[0])
        os.close(end[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forking a process with threads, which is what is tested
def test_two_threads_fork_at_once_and_each_child_locks_the_file(tmp_path: Path) -> None:
    store, together, codes = FileTokenStore(tmp_path / "token"), Barrier(2), list[int]()
    slow = SlowToRest()
    notice_forks(slow)
    use(store)

    def fork_often() -> None:
        together.wait(30)
        codes.extend(fork(lambda: use(store)).wait() for _ in range(10))

    threads = [Thread(target=fork_often) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0] * 20


def test_a_child_reads_the_store_again_before_it_asks() -> None:
    store = MemoryTokenStore()
    stub = StubTransport(lambda _: answer(json={"id": "1"}))
    provider = Provider("acme", Rotating(RotatingSettings(token="old"), provider="acme"), stub, token_store=store)
    provider.send(Message("+27821234567", "Hello"))
    store.write(Kept(token=Token("renewed"), origin=fingerprint(Token("old"))).to_text())

    def child() -> None:
        provider.send(Message("+27821234567", "Hello"))
        assert stub.headers[-1]["Authorization"] == "Bearer renewed"

    assert fork(child).wait() == 0


def test_a_refusal_that_the_parent_was_given_is_asked_for_again_in_a_child() -> None:
    adapter = Rotating(RotatingSettings(token="old"), provider="acme")
    account_token = BlockingToken(AccountToken(adapter, MemoryTokenStore(), THREADS))

    def child() -> None:
        assert (
            account_token.successor(Token("old"), lambda _: answer(json={"access_token": "new"}), 1.0).access == "new"
        )

    with pytest.raises(Exception, match="may be used up"):
        account_token.successor(Token("old"), lambda _: answer(json={}), 1.0)
    assert fork(child).wait() == 0
