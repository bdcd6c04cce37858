"""What has ended long ago is deleted, texts earlier; what is open, or must not be sent again, stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import ConfigError, ConflictError, Gateway, JournalSettings, OptedOutError, Outcome, Status
from smsgate.journal import Pruned, State
from smsgate.journal.database import retention
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.model.opt_out_scope import EVERY_OPT_OUT
from tests.journal.database.test_inbox import hand, report
from tests.journal_at import journal_at
from tests.plain_adapter import DOWN, LOST, NO, OK, TO, Line, gateway, message

pytestmark = pytest.mark.threads  # the journal is the same in both

DAY = timedelta(days=1)
MANY = 2000
"""Sends, with a chance to prune after each."""


class Wall:
    """A clock that the test sets; the journal's time goes with it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture(name="wall")
def _wall() -> Wall:
    return Wall()


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line, wall: Wall) -> Iterator[Gateway]:
    with gateway(path, line, clock=wall) as opened:
        yield opened


def everything(opened: Gateway) -> list[int]:
    return [entry.id for entry in opened.journal.find(to=TO)]


def send(opened: Gateway, line: Line, said: object, text: str, **fields: object) -> None:
    line.says = said  # type: ignore[assignment]
    [*opened.send_bulk([message(text, **fields)])]
    line.says = OK


def test_what_has_ended_is_deleted_and_what_is_unknown_stays(opened: Gateway, line: Line, wall: Wall) -> None:
    for each, said in enumerate((OK, LOST, NO, DOWN, OK)):
        send(opened, line, said, f"{each}", key=f"{each}")
    hand(opened, report(Status.DELIVERED, "1"))
    wall.now += 91 * DAY
    send(opened, line, OK, "new")
    assert opened.journal.prune(keep="90d") == Pruned(entries=4, events=1)
    assert everything(opened) == [6, 2]
    assert [entry.id for entry in opened.unknowns.list()] == [2]
    assert opened.journal.stats().reports == 0
    assert opened.journal.check() == []


def test_the_newest_entry_stays_so_that_no_id_is_given_twice(opened: Gateway, line: Line, wall: Wall) -> None:
    for each in range(3):
        send(opened, line, OK, f"{each}")
    wall.now += 91 * DAY
    assert opened.journal.prune(keep="90d").entries == 2
    send(opened, line, OK, "new")
    assert everything(opened) == [4, 3]


def test_what_ended_lately_stays_however_long_ago_it_began(opened: Gateway, line: Line, wall: Wall) -> None:
    send(opened, line, LOST, "lost")
    wall.now += 91 * DAY
    send(opened, line, OK, "new")
    opened.unknowns.resolve(1, Outcome.NOT_SENT)
    assert opened.journal.prune(keep="90d").entries == 0
    wall.now += 91 * DAY
    send(opened, line, OK, "newest")
    assert opened.journal.prune(keep="90d").entries == 2


def test_the_entries_of_a_run_stay_until_it_was_not_used_for_so_long(opened: Gateway, line: Line, wall: Wall) -> None:
    texts = [message(each) for each in ("a", "b", "c")]
    [*opened.send_bulk(texts, run="spring")]
    wall.now += 60 * DAY
    [*opened.send_bulk(texts, run="spring")]
    wall.now += 60 * DAY
    send(opened, line, OK, "new")
    assert opened.journal.prune(keep="90d") == Pruned()
    [*opened.send_bulk(texts, run="spring")]
    assert len(line.texts) == 4  # nothing of the run a second time
    wall.now += 91 * DAY
    send(opened, line, OK, "newest")
    assert opened.journal.prune(keep="90d") == Pruned(entries=4, runs=1)


def test_what_is_queued_stays_with_its_run_and_its_person_is_not_erased(
    opened: Gateway, line: Line, wall: Wall
) -> None:
    opened.enqueue([message("a"), message("b")], run="spring")
    wall.now += 91 * DAY
    send(opened, line, OK, "new")
    assert opened.journal.prune(keep="90d", keep_text="7d") == Pruned()
    with pytest.raises(ConflictError, match=r"a message to it is queued or in flight \(entry 1\); wait until that"):
        opened.journal.erase(TO)
    opened.runs.cancel("spring")
    assert opened.journal.erase(TO).entries == 3


def test_an_opt_out_whose_confirmation_was_deleted_is_not_confirmed_again(opened: Gateway) -> None:
    opened.opt_outs.add(TO)
    journal = opened.core.sender.journal
    assert isinstance(journal, DatabaseJournal)
    opt_outs = journal._entries.opt_outs
    assert (
        journal._writer.make(lambda connection: opt_outs.refusal(connection, TO, EVERY_OPT_OUT, confirms=True)) is None
    )
    journal._writer.make(lambda connection: opt_outs.confirm(connection, TO, EVERY_OPT_OUT, 1))
    with pytest.raises(OptedOutError):
        journal._writer.make(lambda connection: opt_outs.refusal(connection, TO, EVERY_OPT_OUT, confirms=True))


def test_texts_are_removed_earlier_and_hashes_stay(opened: Gateway, line: Line, wall: Wall) -> None:
    send(opened, line, OK, "secret one", key="1", extra={"plain": {"note": "secret"}})
    send(opened, line, evolve_refusal("secret two is refused"), "secret two", key="2")
    send(opened, line, LOST, "secret three")
    hand(opened, evolve(report(Status.FAILED, "1"), reason="secret one was bad"))
    wall.now += 8 * DAY
    send(opened, line, OK, "young")
    assert opened.journal.prune(keep_text="7d") == Pruned(texts=2)
    one, two, three, young = (opened.journal.get(each) for each in (1, 2, 3, 4))
    assert [entry.message and entry.message.text for entry in (one, two, three, young)] == [
        *(None, None, "secret three", "young"),
    ]
    result = two.result(message("secret two", key="2"))
    assert "the message was refused" in str(result.error)
    assert "secret" not in f"{result.error}{result.attempts}{one.delivery}"
    again = opened.send(message("secret one", key="1", extra={"plain": {"note": "secret"}}))
    assert again.message_id == "1"
    assert len(line.texts) == 4


def evolve_refusal(words: str) -> object:
    return NO.become(type(NO), words)


def test_the_text_of_what_was_open_is_removed_once_it_has_ended_for_so_long(
    opened: Gateway, line: Line, wall: Wall
) -> None:
    send(opened, line, LOST, "lost")
    send(opened, line, OK, "sent")
    wall.now += 8 * DAY
    assert opened.journal.prune(keep_text="7d").texts == 1
    opened.unknowns.resolve(1, Outcome.NOT_SENT)
    assert opened.journal.prune(keep_text="7d").texts == 0
    wall.now += 8 * DAY
    assert opened.journal.prune(keep_text="7d").texts == 1
    assert opened.journal.get(1).message is None


def test_a_text_that_a_run_writes_anew_is_removed_again(opened: Gateway, line: Line, wall: Wall) -> None:
    for said in (DOWN, OK):
        line.says = said
        [*opened.send_bulk([message("again")], run="r")]
        assert opened.journal.get(1).message == message("again")
        wall.now += 8 * DAY
        assert opened.journal.prune(keep_text="7d").texts == 1
        assert opened.journal.get(1).message is None
    assert opened.journal.get(1).state is State.ACCEPTED


@pytest.mark.parametrize("count", [1, 3])
def test_many_entries_are_gone_through_in_short_transactions(
    opened: Gateway, line: Line, wall: Wall, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgate.journal.database.records.MOST", count)
    for each in range(7):
        send(opened, line, OK, f"{each}")
    wall.now += 91 * DAY
    send(opened, line, OK, "new")
    assert opened.journal.prune(keep="90d", keep_text="7d") == Pruned(entries=7, texts=7)


@contextmanager
def uptimes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make the pauses of the upkeep short."""
    monkeypatch.setattr("smsgate.journal.database.upkeep.PAUSE", 0.01)
    monkeypatch.setattr("smsgate.journal.database.upkeep.REST", 0.05)
    monkeypatch.setattr("smsgate.journal.database.upkeep.FEW", 2)
    yield


def test_a_pruning_that_fails_stops_no_send_and_is_logged(
    path: str, line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "_PAGE", "SELECT nothing FROM entries WHERE id > ? LIMIT ?")
    with uptimes(monkeypatch), gateway(JournalSettings(path=path, keep="90d"), line) as opened:
        for each in range(3):
            send(opened, line, OK, f"{each}")
        assert len(everything(opened)) == 3
    assert "nothing was pruned: journal" in caplog.text


def test_a_running_gateway_prunes_by_itself(path: str, line: Line, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = JournalSettings(path=path, keep="90d", keep_text="7d")
    with uptimes(monkeypatch), gateway(settings, line, clock=wall) as opened:
        for each in range(5):
            send(opened, line, OK, f"{each}")
        wall.now += 8 * DAY
        for each in range(MANY):
            wall.now += timedelta(seconds=1)  # by which its pauses are counted, too
            send(opened, line, OK, f"new {each}")
            if all(opened.journal.get(old).message is None for old in range(1, 6)):
                break
        else:
            pytest.fail("the texts are still there")
        wall.now += 90 * DAY
        for each in range(MANY):
            wall.now += timedelta(seconds=1)
            send(opened, line, OK, f"newer {each}")
            if min(everything(opened)) > 5:
                break
        else:
            pytest.fail("the entries are still there")


def test_an_age_must_be_one_and_no_shorter_than_keys_are_remembered(opened: Gateway, path: str) -> None:
    with pytest.raises(ConfigError, match=r"nothing says how long entries are kept; set journal.keep"):
        opened.journal.prune()
    with pytest.raises(ConfigError, match=r"keep must be a number of days or hours, such as 90d or 12h, got '3 weeks'"):
        opened.journal.prune(keep="3 weeks")
    with pytest.raises(ConfigError, match=r"keep must be as long as keys are remembered \(key_days = 30\)"):
        opened.journal.prune(keep="12h")
    with pytest.raises(ValueError, match=r"keep must be as long as keys are remembered \(key_days = 30\)"):
        JournalSettings(path=path, keep="29d")
    with pytest.raises(ValueError, match=r"keep_text must be a number of days or hours"):
        JournalSettings(path=path, keep_text="0d")


def test_a_fault_of_the_upkeep_ends_no_sends(
    path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("smsgate.journal.database.upkeep.Upkeep.step", fail)
    settings = JournalSettings(path=path, keep="90d")
    with closing(journal_at(settings)) as journal:
        for _ in range(3):
            assert journal.unknowns() == []
    assert "nothing was pruned" in caplog.text
