"""Messages that may have been sent: listed, looked for, marked, sent again by choice; never by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgate import (
    ConfigError,
    ConflictError,
    Gateway,
    InvalidMessageError,
    JournalSettings,
    KeepText,
    Message,
    NotFoundError,
    NotSentError,
    OnUnknown,
    Outcome,
    RejectedError,
    Request,
    Route,
    SqliteJournal,
    State,
    UnknownOutcomeError,
)
from smsgate.journal import Intent
from smsgate.testing import answer
from tests.plain_adapter import LOST, OK, Line, Plain, Said, gateway, message


class Finder:
    """Loses every send, and finds what the test says."""

    def __init__(self) -> None:
        self.found: Said = answer(json=True)
        self.sends: Said = LOST

    def __call__(self, request: Request) -> Said:
        return self.sends if request.method == "POST" else self.found


class Quick(Plain):
    """What is not there counts at once."""

    from datetime import timedelta

    settling = timedelta(seconds=-1)


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


@pytest.fixture(name="finder")
def _finder() -> Finder:
    return Finder()


@pytest.fixture(name="opened")
def _opened(path: str, finder: Finder) -> Iterator[Gateway]:
    """A gateway with one unknown entry."""
    with gateway(path, Line(finder), adapter=Quick) as opened:
        list(opened.send_bulk([message(key="k")]))
        yield opened


def entry_id(opened: Gateway) -> int:
    [entry] = opened.unknowns.list()
    return entry.id


def test_one_that_was_sent_again_while_the_vendor_was_asked_stays_unknown(path: str) -> None:
    """The answer is not of what was sent since, also where that was lost too."""
    looked: list[Request] = []

    def says(request: Request) -> Said:
        if request.method == "POST":
            return LOST
        looked.append(request)
        if len(looked) == 1:
            with gateway(path, Line(LOST), adapter=Quick) as other, pytest.raises(UnknownOutcomeError):
                other.unknowns.resend(entry_id(opened))
        return answer(json=False)

    with gateway(path, Line(says), adapter=Quick) as opened:
        list(opened.send_bulk([message()]))
        unknown = entry_id(opened)
        with pytest.raises(ConflictError, match=f"entry {unknown} was sent again meanwhile; reconcile it once more"):
            opened.unknowns.reconcile(unknown)
        assert (opened.unknowns.get(unknown).state, len(looked)) == (State.UNKNOWN, 1)
        assert opened.unknowns.reconcile(unknown).state is State.NOT_SENT
        assert len(looked) == 3


def test_what_the_vendor_has_is_accepted(opened: Gateway) -> None:
    entry = opened.unknowns.reconcile(entry_id(opened))
    assert entry.state is State.ACCEPTED
    result = opened.send(message(key="k"))
    assert (result.provider, result.message_id, result.segments, len(result.attempts)) == ("a", "17", 1, 1)
    assert [*opened.unknowns.list()] == []


def test_what_the_vendor_never_had_is_not_sent_and_may_be_sent(opened: Gateway, finder: Finder) -> None:
    finder.found = answer(json=False)
    entry = opened.unknowns.reconcile(entry_id(opened))
    assert (entry.state, str(entry.result().error)) == (State.NOT_SENT, "not there (a)")
    assert isinstance(entry.result().error, NotSentError)
    finder.sends = OK
    assert opened.send(message(key="k")).message_id == "1"


def test_while_the_vendor_does_not_know_it_stays_unknown(opened: Gateway, finder: Finder) -> None:
    finder.found = UnknownOutcomeError("two fit")
    with pytest.raises(UnknownOutcomeError, match="two fit"):
        opened.unknowns.reconcile(entry_id(opened))
    assert entry_id(opened) == 1


def test_every_provider_that_may_have_it_is_asked(path: str) -> None:
    first, second = Finder(), Finder()
    route = Route(name="r", providers=("a", "b"), on_unknown=OnUnknown.FAILOVER)
    with gateway(path, Line(first), Line(second), adapter=Quick, route=route) as opened:
        list(opened.send_bulk([message()]))
        [entry] = opened.unknowns.list()
        assert [(asked.provider, asked.message_id) for asked in entry.asked] == [("a", "17"), ("b", "17")]
        first.found, second.found = answer(json=False), UnknownOutcomeError("two fit")
        with pytest.raises(UnknownOutcomeError):
            opened.unknowns.reconcile(entry.id)
        second.found = answer(json=False)
        assert opened.unknowns.reconcile(entry.id).state is State.NOT_SENT


def test_one_may_be_marked_by_hand(opened: Gateway) -> None:
    entry = opened.unknowns.resolve(entry_id(opened), Outcome.ACCEPTED, message_id="99")
    assert (entry.state, entry.result().message_id, entry.result().provider) == (State.ACCEPTED, "99", "a")
    assert opened.send(message(key="k")).message_id == "99"


def test_one_marked_as_rejected_keeps_that(opened: Gateway) -> None:
    opened.unknowns.resolve(entry_id(opened), Outcome.REJECTED)
    with pytest.raises(RejectedError, match="marked by hand as rejected"):
        opened.send(message(key="k"))


def test_one_marked_as_not_sent_is_sent_when_it_comes_again(opened: Gateway, finder: Finder) -> None:
    opened.unknowns.resolve(entry_id(opened), Outcome.NOT_SENT)
    finder.sends = OK
    assert opened.send(message(key="k")).message_id == "1"


def test_unknown_is_no_resolution(opened: Gateway) -> None:
    with pytest.raises(InvalidMessageError, match="not as unknown"):
        opened.unknowns.resolve(entry_id(opened), Outcome.UNKNOWN)


def test_one_may_be_sent_again_by_choice(opened: Gateway, finder: Finder) -> None:
    finder.sends = OK
    result = opened.unknowns.resend(entry_id(opened))
    assert (result.outcome, result.message_id) == (Outcome.ACCEPTED, "1")
    assert opened.unknowns.get(1).state is State.ACCEPTED
    assert opened.send(message(key="k")).message_id == "1"


def test_one_sent_again_may_be_unknown_again(opened: Gateway) -> None:
    with pytest.raises(UnknownOutcomeError):
        opened.unknowns.resend(entry_id(opened))
    assert entry_id(opened) == 1


def test_what_is_not_unknown_is_unchanged(opened: Gateway) -> None:
    opened.unknowns.resolve(1, Outcome.ACCEPTED)
    for change in (
        lambda: opened.unknowns.reconcile(1),
        lambda: opened.unknowns.resolve(1, Outcome.NOT_SENT),
        lambda: opened.unknowns.resend(1),
    ):
        with pytest.raises(ConflictError, match="entry 1 is not unknown but accepted; nothing was changed"):
            change()


def test_an_entry_that_is_not_there_is_not_found(opened: Gateway) -> None:
    with pytest.raises(NotFoundError, match="the journal has no entry 4711"):
        opened.unknowns.get(4711)


def test_more_than_a_page_is_listed(path: str) -> None:
    with SqliteJournal(path) as ended:
        ended.begin([Intent(message(f"{each}"), "a") for each in range(1003)]).wait(10)
    with gateway(path, Line()) as opened:
        assert [entry.message for entry in opened.unknowns.list()] == [message(f"{each}") for each in range(1003)]
        assert [*opened.unknowns.list(run="another")] == []


def test_without_a_journal_there_are_no_unknowns() -> None:
    with gateway(None, Line()) as opened, pytest.raises(ConfigError, match="has no journal; set journal ="):
        opened.unknowns  # noqa: B018 - asking is the test


def test_where_texts_are_not_kept_the_message_is_to_be_given(path: str, finder: Finder) -> None:
    with gateway(JournalSettings(path=path, text=KeepText.NONE), Line(finder), adapter=Quick) as opened:
        list(opened.send_bulk([message(key="k")]))
        with pytest.raises(InvalidMessageError, match="entry 1: the journal does not keep texts; give the message"):
            opened.unknowns.reconcile(1)
        with pytest.raises(InvalidMessageError, match=r"is a message to \+27821234567, not to \+27831234567"):
            opened.unknowns.reconcile(1, Message("+27831234567", "Your code is 4711"))
        assert opened.unknowns.reconcile(1, message(key="k")).state is State.ACCEPTED
