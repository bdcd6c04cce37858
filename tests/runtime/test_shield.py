"""What the main thread hands over is done by another thread, which stays for the next."""

from __future__ import annotations

import os
import signal
import threading
import warnings
from contextvars import ContextVar
from threading import get_ident

import pytest

from smsgate.runtime.shield import shield
from tests.child_process import Child, fork

MANY = 300


def test_the_main_thread_has_the_same_threads_do_all_its_work() -> None:
    threads = {shield(get_ident) for _ in range(MANY)}
    assert len(threads) <= 3, "a new one is started only where the last one is not back yet"
    assert get_ident() not in threads


def test_other_threads_do_their_own_work() -> None:
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(shield(get_ident)))
    thread.start()
    thread.join()
    assert done == [thread.ident]


def test_each_work_has_the_context_of_the_call_that_handed_it_over() -> None:
    request = ContextVar("request", default="none")
    seen = []
    for name in ("first", "second"):
        request.set(name)
        seen.append(shield(request.get))
    assert seen == ["first", "second"]


def test_what_a_signal_handler_raises_goes_on_and_the_work_comes_to_its_end() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait(30)
        ended.set()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, interrupt)

    def send_signal() -> None:
        assert begun.wait(30)
        signal.raise_signal(signal.SIGUSR1)

    helper = threading.Thread(target=send_signal)
    helper.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            shield(work)
    finally:
        signal.signal(signal.SIGUSR1, before)
        helper.join()
    assert not ended.is_set()
    assert shield(lambda: "another thread") == "another thread", "the first one is busy"
    may_end.set()
    assert ended.wait(30)


def test_an_error_keeps_nothing_of_the_work_alive() -> None:
    def fail() -> None:
        raise ValueError("no")

    for _ in range(3):
        with pytest.raises(ValueError, match="no"):
            shield(fail)


def test_a_forked_child_has_threads_of_its_own() -> None:
    shield(get_ident)

    def child() -> None:
        assert shield(get_ident) != get_ident()

    assert fork(child).wait() == 0


def test_a_child_that_the_work_forks_ends_with_the_work() -> None:
    def split() -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forking a process with threads
            pid = os.fork()
        if not pid:
            threading.Thread(target=threading.Event().wait, daemon=True).start()  # as a journal's
        return pid

    assert Child(shield(split)).wait() == 0
