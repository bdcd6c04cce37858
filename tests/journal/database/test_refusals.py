"""A message that is refused before it has an entry leaves a count, which no attack makes grow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from smsgate import (
    Budget,
    EvidenceKind,
    Gateway,
    InvalidMessageError,
    JournalSettings,
    KeepText,
    Message,
    OptedOutError,
    Pruned,
    PumpingError,
    Reply,
)
from smsgate.guards.guards import Guards
from smsgate.guards.pumping import PumpingGuard
from smsgate.journal import RefusedAttempts
from smsgate.journal.database.opt_out_log import MOST
from tests.journal_at import journal_at, rows
from tests.plain_adapter import TO, Line, gateway, message, provider

pytestmark = pytest.mark.threads  # the journal is the same in both

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATVIAN = "+37121234567"


class Wall:
    """A clock that is set."""

    now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="wall")
def _wall() -> Wall:
    return Wall()


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line, wall: Wall) -> Iterator[Gateway]:
    with gateway(JournalSettings(path=path, key_days=1), line, clock=wall) as opened:
        opened.incoming.deliver(Reply(provider="a", message_id="r", sender=TO, text="STOP", received_at=NOON), print)
        yield opened


def refused(path: str) -> list[tuple[object, ...]]:
    return rows(path, "SELECT kind, count, first, last, reason, campaign, key FROM refusals ORDER BY first")


def test_many_of_one_day_are_one_row_with_the_last_ones_words(opened: Gateway, path: str, wall: Wall) -> None:
    with pytest.raises(OptedOutError):
        opened.send(message(campaign="spring", key="k1"))
    wall.now += 60
    results = [*opened.send_bulk([message(campaign="summer", key="k2")] * 200)]
    assert {type(each.error) for each in results} == {OptedOutError}
    reason = f"{TO} asked not to be texted on 2026-03-01 by 'STOP' to a"
    first, last = NOON.timestamp(), wall.now
    assert refused(path) == [("OptedOutError", 201, first, last, reason, "summer", "k2")]
    wall.now += 86_400
    [_] = opened.send_bulk([message()])
    assert [row[1] for row in refused(path)] == [201, 1]
    assert rows(path, "SELECT count(*) FROM entries") == [(0,)]


@pytest.mark.parametrize(("keep", "days"), [(None, 400), ("500d", 500)])
def test_counts_are_deleted_after_their_time_though_nothing_prunes(
    path: str, line: Line, wall: Wall, keep: str | None, days: int
) -> None:
    settings = JournalSettings(path=path, key_days=1, keep=keep)
    with gateway(settings, line, clock=wall) as opened:  # whose uptime tells how much time has passed
        opened.opt_outs.add(TO)
        for _ in range(2):
            [_] = opened.send_bulk([message()])
            wall.now += 86_400
        wall.now += (days - 2) * 86_400
        for seconds, left in ((0, [1, 1, 1]), (10, [1, 2])):
            wall.now += seconds
            opened.opt_outs.add("+27821234568")
            with gateway(settings, line, clock=wall) as other:  # each process begins with a sweep
                [_] = other.send_bulk([message()])
            assert [count for _, count, *_ in refused(path)] == left


def test_the_log_of_a_person_who_says_stop_and_start_for_ever_does_not_grow(
    opened: Gateway, path: str, wall: Wall
) -> None:
    for each in range(MOST):
        wall.now += 60
        (opened.opt_outs.remove if each % 2 == 0 else opened.opt_outs.add)(TO)
    [(count, first)] = rows(path, "SELECT count(*), min(at) FROM opt_out_log")
    assert (count, first) == (MOST, NOON.timestamp() + 60)
    kinds = [each.kind for each in opened.evidence(TO)]
    assert kinds == [EvidenceKind.OPT_IN, EvidenceKind.OPT_OUT] * (MOST // 2)


def test_queued_messages_count_too(opened: Gateway, path: str) -> None:
    opened.enqueue([message(), Message("+27821234568", "Hi")], run="r")
    assert [(kind, count) for kind, count, *_ in refused(path)] == [("OptedOutError", 1)]


def test_a_journal_that_keeps_no_texts_keeps_no_words(path: str, line: Line) -> None:
    with gateway(JournalSettings(path=path, text=KeepText.NONE), line) as opened:
        opened.opt_outs.add(TO)
        [_] = opened.send_bulk([message()])
    [(_, _, _, _, reason, _, _)] = refused(path)
    assert reason == (
        'the recipient asked not to be texted (scope recipient); the vendor\'s words are not kept with text = "none"'
    )


def test_who_is_erased_is_counted_on_and_not_named(opened: Gateway, path: str) -> None:
    for _ in range(2):
        [_] = opened.send_bulk([message(key="mbeki")])
        opened.journal.erase(TO)
    everything = str(rows(path, "SELECT * FROM refusals"))
    assert TO[1:] not in everything
    assert "mbeki" not in everything
    [(kind, count, _, _, reason, _, key)] = refused(path)
    assert (kind, count, reason, key) == ("OptedOutError", 2, None, None)
    with journal_at(path) as journal:
        at = datetime.fromtimestamp(Wall.now, UTC)
        [known] = journal.evidence.person(TO).refusals
        assert known == RefusedAttempts(
            kind="OptedOutError", count=2, first=at, last=at, reason=None, campaign=None, key=None
        )


def test_they_are_pruned_as_entries_are(opened: Gateway, wall: Wall, path: str) -> None:
    [_] = opened.send_bulk([message()])
    wall.now += 89 * 86_400
    [_] = opened.send_bulk([message()])
    wall.now += 2 * 86_400
    assert opened.journal.prune(keep="90d") == Pruned(refusals=1, opt_out_log=1, events=1)
    assert [row[1] for row in refused(path)] == [1]


def guarded(path: str, line: Line) -> Gateway:
    """Return a gateway that texts South Africa alone, and counts by a key that no message has."""
    guards = Guards(
        pumping=[PumpingGuard(name="guard.otp", countries=["ZA"])],
        counting=[Budget(name="customers", most="5", per="1d", by="key:customer")],
    )
    return Gateway([provider("a", line)], journal=journal_at(path), guards=guards)


def test_what_a_guard_refuses_without_a_key_is_counted_and_has_no_entry(path: str, line: Line) -> None:
    with guarded(path, line) as opened:
        with pytest.raises(PumpingError, match="is in LV"):
            opened.send(Message(LATVIAN, "4711", campaign="otp"))
        assert {type(each.error) for each in opened.send_bulk([Message(LATVIAN, "4711")] * 200)} == {PumpingError}
        with pytest.raises(InvalidMessageError, match="budget_keys"):
            opened.send(message())
        [item] = opened.evidence(LATVIAN)
    assert (item.kind, item.fields["error"], item.fields["count"]) == (EvidenceKind.REFUSED, "PumpingError", 201)
    assert sorted((row[0], row[1]) for row in refused(path)) == [("InvalidMessageError", 1), ("PumpingError", 201)]
    assert rows(path, "SELECT count(*) FROM entries") == [(0,)]
    assert line.texts == []


def test_what_a_guard_refuses_with_a_key_or_of_a_run_has_an_entry(path: str, line: Line) -> None:
    with guarded(path, line) as opened:
        for _ in range(2):
            with pytest.raises(PumpingError, match="is in LV"):
                opened.send(Message(LATVIAN, "4711", key="k"))
        [_] = opened.send_bulk([Message(LATVIAN, "4711")], run="r")
    assert rows(path, "SELECT key, run IS NULL, state FROM entries ORDER BY id") == [
        ("k", True, "rejected"),
        (None, False, "rejected"),
    ]
    assert refused(path) == []
