"""The numbers of one block get so many texts within a time, by all threads together; who converted is exempt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from smsgate.guards.pumping import PumpingGuard
from smsgate.model.count_within import CountWithin
from tests.journal.database.guarded_line import accepted, guarded, rules_of

pytestmark = pytest.mark.threads  # the journal is the same in both

GUARD = PumpingGuard(name="guard.otp", burst=CountWithin(20, 600))
BLOCK = [f"+3712123{each:04}" for each in range(0, 10_000, 37)]
OTHER = "+37121240000"


def test_threads_that_race_for_a_burst_get_exactly_what_it_allows(path: str) -> None:
    with guarded(path, GUARD) as opened:
        with ThreadPoolExecutor(8) as pool:
            errors = [*pool.map(opened.refusal, BLOCK[:60])]
        assert errors.count(None) == 20
        assert {(error.guard, error.rule) for error in errors if error is not None} == {("guard.otp", "burst")}
        assert len(opened.line.requests) == 20
        assert opened.refusal(OTHER) is None


def test_a_burst_is_over_when_its_time_is(path: str) -> None:
    with guarded(path, GUARD) as opened:
        assert len(accepted(opened.send(BLOCK[:30]))) == 20
        opened.time.now += 599.9
        assert opened.refusal(BLOCK[30]) is not None
        opened.time.now += 0.2
        assert opened.refusal(BLOCK[30]) is None


def test_a_person_who_converted_is_texted_in_the_middle_of_an_attack(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.convert(opened.send(BLOCK[:1]))
        assert len(accepted(opened.send(BLOCK[1:60]))) == 19
        for _ in range(3):
            assert opened.refusal(BLOCK[0]) is None
        assert opened.refusal(BLOCK[61]) is not None


def test_a_guard_that_observes_lets_a_burst_through_and_logs_it(path: str, caplog: pytest.LogCaptureFixture) -> None:
    with guarded(path, evolve(GUARD, observe=True)) as opened:
        results = opened.send(BLOCK[:30])
    assert len(accepted(results)) == 30
    assert rules_of(results) == set()
    assert "guard.otp.burst would refuse a message (observe = true): sent all the same" in caplog.text
