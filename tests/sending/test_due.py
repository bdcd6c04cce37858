"""Messages that were held until a time are sent once it has come: by the application, or by a runner."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgate import (
    ConfigError,
    Gateway,
    LimitsValidity,
    Message,
    NotFoundError,
    NotSentError,
    Outcome,
    SqliteJournal,
    State,
)
from smsgate.guards.budget import Budget
from smsgate.guards.guards import Guards
from smsgate.journal import Entry, Intent
from tests.journal_at import rows
from tests.plain_adapter import DOWN, LOST, NO, OK, InBulk, Line, Plain, Said, gateway, message, provider


class Valid(Plain, LimitsValidity):
    """Takes the validity of messages."""

    name = "valid"


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


def hold(opened: Gateway, *messages: Message) -> list[int]:
    journal = opened.core.sender.journal
    assert journal is not None
    until = datetime.now(UTC) + timedelta(hours=10)
    begun = journal.begin([Intent(each, None, hold_until=until) for each in messages]).wait(30)
    return [each.id for each in begun if isinstance(each, Entry)]


def come(path: str) -> None:
    """Have the time come of all messages."""
    rows(path, "UPDATE due SET moment = 0")


def test_what_is_due_is_sent_once_and_the_rest_is_kept(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        hold(opened, *(message(str(each)) for each in range(5)))
        assert [*opened.send_due()] == []
        come(path)
        first = [*opened.send_due(limit=2)]
        assert [(each.message.text, each.outcome) for each in first] == [(text, Outcome.ACCEPTED) for text in "01"]
        assert [each.message.text for each in opened.send_due()] == ["2", "3", "4"]
        assert [*opened.send_due()] == []
        assert [*opened.held.list()] == []
    assert sorted(line.texts) == [*"01234"]


def test_without_a_journal_nothing_can_be_due() -> None:
    with gateway(None, Line()) as opened:
        with pytest.raises(ConfigError, match="no journal"):
            opened.send_due()
        with pytest.raises(ConfigError, match="no journal"):
            opened.held  # noqa: B018


def test_what_is_not_sent_is_held_again_and_an_unknown_is_not(path: str) -> None:
    said: dict[str, Said] = {"a": DOWN, "b": LOST, "c": NO, "d": OK}
    line = Line(lambda request: said[request.json["text"]])  # type: ignore[index]
    with gateway(path, line) as opened:
        ids = hold(opened, *map(message, "abcd"))
        come(path)
        outcomes = [each.outcome for each in opened.send_due()]
        states = [opened.unknowns.get(each).state for each in ids]
        assert outcomes == [Outcome.NOT_SENT, Outcome.UNKNOWN, Outcome.REJECTED, Outcome.ACCEPTED]
        assert states == [State.HELD, State.UNKNOWN, State.REJECTED, State.ACCEPTED]
        said["a"] = OK
        come(path)
        assert [(each.message.text, each.outcome) for each in opened.send_due()] == [("a", Outcome.ACCEPTED)]
        assert opened.journal.check() == []


def test_who_stops_reading_leaves_the_rest_to_others(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        hold(opened, *(message(str(each)) for each in range(40)))
        come(path)
        results = opened.send_due(in_flight=2)
        next(results)
        results.close()
        assert 1 <= len(line.texts) < 40
        assert {each.outcome for each in opened.send_due()} == {Outcome.ACCEPTED}
    assert sorted(line.texts) == sorted(map(str, range(40)))


def test_a_bulk_call_takes_what_is_due(path: str) -> None:
    line = Line()
    with gateway(path, line, adapter=InBulk) as opened:
        hold(opened, *(message(str(each)) for each in range(10)))
        come(path)
        assert len([*opened.send_due()]) == 10
    assert [len(request.json["texts"]) for request in line.requests] == [5, 5]  # type: ignore[index]


def test_a_runner_sends_what_is_due_though_nothing_is_queued(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        hold(opened, message("due"))
        come(path)
        hold(opened, message("later"))
        opened.enqueue([message("queued")], run="r")
        opened.runs.runner().work(until_empty=True)
    assert sorted(line.texts) == ["due", "queued"]


def test_a_held_message_that_is_cancelled_is_not_sent(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        [entry_id] = hold(opened, message("a", key="k"))
        assert [entry.id for entry in opened.held.list()] == [entry_id]
        assert opened.held.cancel(entry_id).state is State.CANCELLED
        come(path)
        assert [*opened.send_due()] == []
        assert opened.send(message("a", key="k")).outcome is Outcome.ACCEPTED  # it is certainly not out
        with pytest.raises(NotFoundError):
            opened.held.cancel(99)
    assert line.texts == ["a"]


def test_a_held_message_whose_validity_is_over_is_not_sent(path: str) -> None:
    line = Line()
    with gateway(path, line, adapter=Valid) as opened:
        late, _ = hold(
            opened,
            message("code", validity=timedelta(microseconds=1)),
            message("news", validity=timedelta(hours=11)),
        )
        come(path)
        results = {each.message.text: each for each in opened.send_due()}
        entry = opened.journal.get(late)
        assert [*opened.held.list()] == []
    assert results["news"].outcome is Outcome.ACCEPTED
    assert (results["code"].outcome, entry.state) == (Outcome.REJECTED, State.REJECTED)
    assert re.search(r"its validity of 0:00:00.000001 was over at .* UTC; send it anew", str(results["code"].error))
    assert line.texts == ["news"]


def test_a_held_key_gives_the_held_result(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        hold(opened, message("a", key="k"))
        result = opened.send(message("a", key="k"))
    assert (result.outcome, result.held_until is not None, line.texts) == (Outcome.HELD, True, [])
    assert not isinstance(result.error, NotSentError)


def test_what_a_budget_has_no_room_for_is_held_on_until_there_is(path: str) -> None:
    line = Line()
    full = Guards(counting=[Budget(name="all", per="1d", most=1, unit="messages")])
    with Gateway([provider("a", line)], journal=SqliteJournal(path), guards=full) as opened:
        ids = hold(opened, message("a"), message("b"))
        come(path)
        outcomes = [each.outcome for each in opened.send_due(in_flight=1)]
        states = [opened.unknowns.get(each).state for each in ids]
        assert [*opened.send_due()] == []
    assert (outcomes, states) == ([Outcome.ACCEPTED, Outcome.REJECTED], [State.ACCEPTED, State.HELD])
    with gateway(path, line) as without:
        come(path)
        assert [each.message.text for each in without.send_due()] == ["b"]
