"""A consent is kept once for a person and in one copy of its words, however many messages give it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import Consent, Gateway, InvalidMessageError, JournalSettings, Message, Pruned
from tests.journal_at import rows
from tests.plain_adapter import TO, Line, gateway, message

pytestmark = pytest.mark.threads  # the journal is the same in both

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
YES = Consent("Yes, text me offers. STOP ends it.", "offers-1", NOON, "web form")
OLDER, NEWER = "+5215512345678", "+525512345678"
DAY = 86_400.0


class Wall:
    """A clock that is set."""

    now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line) -> Iterator[Gateway]:
    with gateway(path, line) as opened:
        yield opened


def given(opened: Gateway, number: str = TO) -> list[Consent]:
    return [each.consent for each in opened.consents.list(number)]


def count(path: str, table: str) -> int:
    [(found,)] = rows(path, f"SELECT count(*) FROM {table}")
    return int(found)


def test_a_campaign_writes_the_words_once_and_each_person_once(opened: Gateway, path: str) -> None:
    people = [f"+2782123{place:04}" for place in range(30)]
    for _ in range(2):
        for _ in opened.send_bulk([Message(each, "An offer", consent=YES) for each in people]):
            pass
    assert (count(path, "entries"), count(path, "consents"), count(path, "consent_texts")) == (60, 30, 1)
    assert given(opened, people[7]) == [YES]


def test_other_words_of_one_version_and_another_time_are_kept_too(opened: Gateway) -> None:
    other, later = evolve(YES, text="Yes."), evolve(YES, at=NOON + timedelta(days=1), source=None)
    for each in (later, YES, other):
        opened.send(message(consent=each))
    assert given(opened) == [YES, other, later]


def test_one_is_recorded_without_a_message_for_every_spelling_of_the_line(opened: Gateway, line: Line) -> None:
    opened.consents.record(OLDER, YES)
    opened.consents.record(NEWER, YES)
    assert given(opened, OLDER) == given(opened, NEWER) == [YES]
    assert line.requests == []


def test_it_is_no_part_of_what_makes_two_messages_the_same(opened: Gateway, line: Line) -> None:
    first = opened.send(message(key="k"))
    again = opened.send(message(key="k", consent=YES))
    assert (again.message_id, len(line.requests)) == (first.message_id, 1)
    assert given(opened) == [YES]


def test_a_queued_message_brings_it_as_it_is_enqueued(opened: Gateway) -> None:
    opened.enqueue([message(consent=YES)], run="r")
    assert given(opened) == [YES]


def test_without_a_journal_it_is_refused_and_nothing_is_sent(line: Line) -> None:
    with gateway(None, line) as opened, pytest.raises(InvalidMessageError, match="a consent needs a journal"):
        opened.send(message(consent=YES))
    assert line.requests == []


def test_no_message_without_one_writes_anything_of_it(opened: Gateway, path: str) -> None:
    opened.send(message())
    assert [count(path, each) for each in ("consents", "consent_texts", "refusals", "opt_out_log")] == [0] * 4


def test_who_is_erased_is_found_by_the_number_and_not_named(opened: Gateway, path: str) -> None:
    opened.send(message(consent=YES))
    opened.journal.erase(TO)
    assert given(opened) == [evolve(YES, source=None)]
    everything = str([rows(path, f"SELECT * FROM {table}") for table in ("consents", "consent_texts")])
    assert TO[1:] not in everything
    assert "web form" not in everything
    opened.send(message(consent=YES))  # a customer again
    opened.journal.erase(TO)
    assert given(opened) == [evolve(YES, source=None)]
    assert opened.journal.check() == []


def test_one_in_force_stays_however_old_and_what_it_replaces_goes(path: str, line: Line) -> None:
    wall, settings = Wall(), JournalSettings(path=path, key_days=1)
    later, other = evolve(YES, at=NOON + timedelta(days=1)), evolve(YES, version="codes-1")
    with gateway(settings, line, clock=wall) as opened:
        opened.consents.record(TO, YES)
        opened.consents.record(TO, other)
        wall.now += 100 * DAY
        opened.consents.record(TO, later)
        assert opened.journal.prune(keep="90d") == Pruned()
        wall.now += 100 * DAY
        assert opened.journal.prune(keep="90d") == Pruned(consents=1)
        assert given(opened) == [other, later]
        opened.journal.erase(TO)
        wall.now += 100 * DAY
        assert opened.journal.prune(keep="90d") == Pruned(consents=2)
        assert given(opened) == []
    assert count(path, "consent_texts") == 0


def test_check_misses_the_words(opened: Gateway, path: str) -> None:
    opened.consents.record(TO, YES)
    assert opened.journal.check() == []
    rows(path, "DELETE FROM consent_texts")
    [problem] = opened.journal.check()
    assert "consents refer to the words 1, which are not there" in problem
