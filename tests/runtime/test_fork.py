"""A fork finds locks that other threads have, and threads that the child does not have."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from smsgate import NotSentError, Reply, Source
from smsgate.journal import MemoryInbox
from smsgate.journal.inbox import EventState
from smsgate.routing.breaker import Breaker, BreakerSettings, BreakerState
from smsgate.routing.opt_out_file import OptOutFile
from smsgate.routing.route import MessageCounter
from smsgate.runtime.fork import _before, _in_parent, _objects, notice_forks
from smsgate.testing import StubTransport, answer
from smsgate.webhooks.nonces import Nonces
from tests.child_process import fork, locked

REPLY = Reply(provider="a", message_id="1", sender="+27821234567", text="Hello", source=Source.WEBHOOK)


def use_breaker(breaker: Breaker) -> None:
    assert breaker.admit()


def use_counter(counter: MessageCounter) -> None:
    assert counter.next_index() == 0


def use_opt_outs(opted_out: OptOutFile) -> None:
    assert opted_out("+27821234567")


def use_nonces(nonces: Nonces) -> None:
    assert not nonces.begin("a", "nonce", b"call")


def use_inbox(inbox: MemoryInbox) -> None:
    assert inbox.record(REPLY).state is EventState.NEW


@pytest.fixture
def opt_outs(tmp_path: Path) -> OptOutFile:
    file = tmp_path / "opt-outs.txt"
    file.write_text("+27821234567\n")
    return OptOutFile(file)


MADE: dict[str, tuple[Callable[[], object], Callable[..., None]]] = {
    "breaker": (Breaker, use_breaker),
    "counter": (MessageCounter, use_counter),
    "nonces": (lambda: Nonces(60), use_nonces),
    "inbox": (MemoryInbox, use_inbox),
}


@pytest.mark.parametrize("name", MADE)
def test_a_child_does_not_wait_for_a_lock_that_a_thread_of_its_parent_had(name: str) -> None:
    make, use = MADE[name]
    made = make()
    with locked(made._lock):  # type: ignore[attr-defined]
        child = fork(lambda: use(made))
    assert child.wait() == 0
    use(made)


def test_a_child_reads_the_opt_outs_while_a_thread_of_its_parent_did(opt_outs: OptOutFile) -> None:
    with locked(opt_outs._lock):
        child = fork(lambda: use_opt_outs(opt_outs))
    assert child.wait() == 0
    use_opt_outs(opt_outs)


def test_a_child_asks_a_stub_while_a_thread_of_its_parent_did() -> None:
    stub = StubTransport(lambda _: answer())
    with locked(stub._lock):
        child = fork(lambda: stub.ask(None, {}))  # type: ignore[arg-type]
    assert child.wait() == 0


def test_a_message_that_tried_a_provider_in_the_parent_does_not_keep_the_child_from_trying() -> None:
    now = [0.0]
    breaker = Breaker(BreakerSettings(failures=1, rest=1), clock=lambda: now[0])
    first = breaker.admit()
    assert first is not None
    first.note(NotSentError("no connection"))
    now[0] = 2.0
    assert breaker.admit() is not None
    assert breaker.state is BreakerState.HALF_OPEN

    def child() -> None:
        permit = breaker.admit()
        assert permit is not None
        permit.note(None)
        assert breaker.state is BreakerState.CLOSED

    assert fork(child).wait() == 0
    assert breaker.admit() is None


def test_a_call_that_the_parent_was_answering_is_new_in_the_child_and_one_that_it_took_is_not() -> None:
    nonces = Nonces(60)
    nonces.begin("a", "taken", b"call")
    nonces.end("a", "taken", taken=True)
    nonces.begin("a", "open", b"call")

    def child() -> None:
        assert nonces.begin("a", "taken", b"call")
        assert not nonces.begin("a", "open", b"call")
        nonces.end("a", "open", taken=False)
        assert not nonces._uses.keys() - {("a", "taken")}

    assert fork(child).wait() == 0


class Noticed:
    def __init__(self) -> None:
        self.seen: list[str] = []

    def before_fork(self) -> None:
        self.seen.append("before")

    def after_fork_in_parent(self) -> None:
        self.seen.append("parent")

    def after_fork_in_child(self) -> None:
        self.seen.append("child")


def test_an_object_is_at_rest_while_the_process_forks() -> None:
    noticed = Noticed()
    notice_forks(noticed)

    def child() -> None:
        assert noticed.seen == ["before", "child"]

    assert fork(child).wait() == 0
    assert noticed.seen == ["before", "parent"]


def test_an_object_that_is_gone_is_not_kept_for_forks() -> None:
    before = len(_objects)
    noticed = Noticed()
    notice_forks(noticed)
    gone = weakref.ref(noticed)
    assert len(_objects) == before + 1
    del noticed
    gc.collect()
    assert gone() is None
    assert len(_objects) <= before


class Noted:
    """Notes what it is called for, and raises if the test says so."""

    def __init__(self, noted: list[str], *, raises: bool) -> None:
        self._noted, self._raises = noted, raises
        notice_forks(self)

    def _note(self, what: str) -> None:
        self._noted.append(what)
        if self._raises:
            raise RuntimeError(what)

    def before_fork(self) -> None:
        self._note("before")

    def after_fork_in_parent(self) -> None:
        self._note("parent")

    def after_fork_in_child(self) -> None:
        """Do nothing."""


def test_an_object_that_raises_at_a_fork_does_not_keep_others_from_it() -> None:
    noted: list[str] = []
    objects = [Noted(noted, raises=True), Noted(noted, raises=False)]
    for at_fork, what in ((_before, "before"), (_in_parent, "parent")):
        with pytest.raises(RuntimeError, match=what):
            at_fork()
    assert noted == ["before", "before", "parent", "parent"]
    assert len(objects) == 2
