"""Numbers in a row are texted a few at a time, however they are ordered; a person who asks again counts once."""

from __future__ import annotations

from contextlib import closing
from math import ceil
from random import Random

import pytest

from smsgate import Outcome
from smsgate.guards.pumping import PumpingGuard
from smsgate.journal import Claim, Intent
from smsgate.model.count_within import CountWithin
from tests.journal.database.guarded_line import Time, accepted, code, guarded, rules_of
from tests.journal.database.test_budgets import ended
from tests.journal_at import journal_at, rows
from tests.plain_adapter import DOWN, NO, OK

pytestmark = pytest.mark.threads  # the journal is the same in both

MOST = 5
GUARD = PumpingGuard(name="guard.otp", sequential=CountWithin(MOST, 600))
FIRST = 27_821_230_000


def numbers(first: int, count: int) -> list[str]:
    return [f"+{first + each}" for each in range(count)]


@pytest.mark.parametrize("seed", range(3))
def test_of_numbers_in_a_row_few_are_texted_in_whatever_order(path: str, seed: int) -> None:
    random = Random(seed)
    row = numbers(FIRST + random.randrange(1000), random.randint(30, 150))
    order = random.sample(row, len(row))
    with guarded(path, GUARD) as opened:
        results = opened.send(order)
    texted = sorted(int(number) for number in accepted(results))
    assert rules_of(results) == {"sequential"}
    assert MOST <= len(texted) <= MOST * (ceil(len(row) / 20) + 1), seed
    for number in texted:  # any 11 in a row are within one block of 20
        assert sum(number <= other < number + 11 for other in texted) <= MOST, seed
        block = number - number % 10
        assert sum(block <= other < block + 20 for other in texted) <= MOST, seed


def test_the_numbers_of_a_real_campaign_are_all_texted(path: str) -> None:
    random = Random(7)
    wanted = [f"+2782{random.randrange(10**7):07}" for _ in range(300)]
    with guarded(path, GUARD) as opened:
        assert len(accepted(opened.send(wanted))) == len(wanted)


def test_a_person_who_asks_again_counts_once_and_is_never_their_own_neighbour(path: str) -> None:
    with guarded(path, GUARD) as opened:
        assert len(accepted(opened.send(numbers(FIRST, MOST - 1)))) == MOST - 1
        assert len(accepted(opened.send(numbers(FIRST, MOST - 1) * 5))) == 5 * (MOST - 1)
        assert opened.refusal(f"+{FIRST + 7}") is None
        assert opened.refusal(f"+{FIRST + 8}") is not None
        assert opened.refusal(f"+{FIRST + 7}") is None


def test_the_error_names_guard_rule_and_what_to_do(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.send(numbers(FIRST, MOST))
        error = opened.refusal(f"+{FIRST + 9}")
    assert error is not None
    assert (error.guard, error.rule) == ("guard.otp", "sequential")
    assert str(error) == (
        "guard.otp.sequential allows 5 of 20 numbers in a row within 10m and 5 near +27821230009 were texted; "
        "wait, or raise it"
    )


def test_neighbours_count_until_the_moment_that_the_time_is_over(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.send(numbers(FIRST, MOST))
        opened.time.now += 599.999
        assert opened.refusal(f"+{FIRST + 9}") is not None
        opened.time.now += 0.001
        assert opened.refusal(f"+{FIRST + 9}") is None


@pytest.mark.parametrize("said", [DOWN, NO])
def test_what_was_certainly_not_texted_does_not_count(path: str, said: object) -> None:
    with guarded(path, GUARD) as opened:
        opened.line.says = said  # type: ignore[assignment]
        assert {each.outcome for each in opened.send(numbers(FIRST, 4))} <= {Outcome.NOT_SENT, Outcome.REJECTED}
        opened.line.says = OK
        assert len(accepted(opened.send(numbers(FIRST, 20)))) == MOST


def test_a_line_that_was_texted_twice_counts_though_the_first_text_was_certainly_not_sent(path: str) -> None:
    """The first is in flight when the second is sent."""
    other = journal_at(path, clock=(time := Time()))
    first = Intent(code(f"+{FIRST}"), "a", pumping=(GUARD.rules,))
    with guarded(path, GUARD, time=time) as opened, closing(other):
        [claim] = other.begin([first]).wait(10)
        assert isinstance(claim, Claim)
        assert len(accepted(opened.send(numbers(FIRST, MOST)))) == MOST
        other.settle([ended(claim, Outcome.NOT_SENT)]).wait(10)
        assert opened.refusal(f"+{FIRST + 9}") is not None


def test_a_line_counts_until_the_time_of_its_last_text_is_over(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.send(numbers(FIRST, MOST))
        opened.time.now += 400
        opened.send(numbers(FIRST, MOST))
        opened.time.now += 599.999
        assert opened.refusal(f"+{FIRST + 9}") is not None
        opened.time.now += 0.001
        assert opened.refusal(f"+{FIRST + 9}") is None


def test_an_erased_person_is_no_neighbour_though_the_entry_is_gone(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.send(numbers(FIRST, 2))
        rows(path, "DELETE FROM entries")
        opened.gateway.journal.erase(f"+{FIRST}")
    assert rows(path, "SELECT count(*) FROM neighbours") == [(1,)]  # of the other number


def test_guards_count_each_for_themselves(path: str) -> None:
    other = PumpingGuard(name="guard.other", sequential=CountWithin(3, 600), observe=True)
    with guarded(path, GUARD, other) as opened:
        assert len(accepted(opened.send(numbers(FIRST, 20)))) == MOST
    assert rows(path, "SELECT count(*) FROM neighbours WHERE place LIKE ?", "guard.other/%") == [(3,)]


def test_what_does_not_count_any_more_is_deleted_as_texts_are_sent(path: str) -> None:
    time = Time()
    random = Random(11)
    with guarded(path, GUARD, time=time) as opened:
        for _ in range(6):
            opened.send(f"+2782{random.randrange(10**7):07}" for _ in range(40))
            time.now += 601
    [(left,)] = rows(path, "SELECT count(*) FROM neighbours")
    assert left <= 120
