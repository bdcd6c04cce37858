"""What an adapter keeps in memory, in a forked child."""

from __future__ import annotations

from smsgate import Message
from smsgate_salesbox.drafts import Drafts
from smsgate_salesmsg.directory import Directory, Known
from tests.child_process import fork, locked

MESSAGE = Message("+27821234567", "Hello")
KNOWN = Known(contact_id="1", conversation_id="2", sender=None, notes=())


def test_a_child_knows_the_numbers_of_its_parent_and_waits_for_no_thread_of_it() -> None:
    directory = Directory()
    directory.remember("+12019772861", KNOWN)

    def child() -> None:
        assert directory.find("+12019772861") == KNOWN

    with locked(directory._lock):
        forked = fork(child)
    assert forked.wait() == 0


def test_a_draft_of_the_parent_is_not_sent_by_a_child_too() -> None:
    drafts = Drafts()
    drafts.keep(MESSAGE, "d1")

    def child() -> None:
        assert drafts.take(MESSAGE) is None

    with locked(drafts._lock):
        forked = fork(child)
    assert forked.wait() == 0
    assert drafts.take(MESSAGE) == "d1"
