"""A prefix whose people enter too few codes is stopped; a person who has entered one is not."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

import pytest
from attrs import evolve

from smsgate import (
    ConfigError,
    ConflictError,
    Gateway,
    Message,
    NotFoundError,
    OnUndelivered,
    Outcome,
    Route,
    Status,
    UnknownOutcomeError,
)
from smsgate.guards.pumping import PumpingGuard
from smsgate.journal import Claim, Intent
from smsgate.model.count_within import CountWithin
from smsgate.model.pumping import Conversion
from tests.child_process import fork
from tests.journal.database.guarded_line import Guarded, Time, accepted, code, guarded, guards_of, rules_of
from tests.journal.database.test_budgets import ended
from tests.journal.database.test_inbox import asked_for, hand, report
from tests.journal_at import journal_at, rows
from tests.plain_adapter import DOWN, LOST, NO, OK, Line, Said, provider

pytestmark = pytest.mark.threads  # the journal is the same in both

RULE = Conversion(least=0.2, window=3600, after=600, min_messages=20, prefix=6)
GUARD = PumpingGuard(name="guard.otp", conversion=RULE)
ATTACKED = [f"+371212{each:05}" for each in range(0, 99_000, 331)]
OTHERS = [f"+278212{each:05}" for each in range(0, 99_000, 331)]
SLOT = RULE.window / 30
TABLES = ("conversion_counts", "conversion_texts", "neighbours", "converted_lines")


def counts(path: str) -> list[tuple[int, int]]:
    """Return how many texts count, and how many conversions."""
    return rows(path, "SELECT coalesce(sum(sent), 0), coalesce(sum(converted), 0) FROM conversion_counts")


def judged(opened: Guarded) -> None:
    """Let the time pass after which the texts are judged."""
    opened.time.now += RULE.after + SLOT


def aligned(opened: Guarded, path: str) -> None:
    """Let a part of the window begin, within which texts are judged together."""
    opened.send(OTHERS[:1])
    [(moment,)] = rows(path, "SELECT moment FROM timeline")
    opened.time.now += SLOT - moment % SLOT


def test_a_prefix_without_conversions_is_stopped_and_others_are_not(path: str) -> None:
    with guarded(path, GUARD) as opened:
        assert len(accepted(opened.send(ATTACKED[:20]))) == 20
        judged(opened)
        results = opened.send([*ATTACKED[20:40], *OTHERS[:20]])
        error = opened.refusal(ATTACKED[40])
    assert accepted(results) == OTHERS[:20]
    assert rules_of(results) == {"min_conversion"}
    assert error is not None
    assert (error.guard, error.rule) == ("guard.otp", "min_conversion")
    assert str(error) == (
        "guard.otp.min_conversion is 0.2 and of the last 20 codes to +371212... people have entered 0; "
        "call gateway.converted(key) for each that is entered, or wait"
    )


@pytest.mark.parametrize(("entered", "is_stopped"), [(4, False), (3, True)])
def test_the_share_is_what_the_settings_say(path: str, entered: int, *, is_stopped: bool) -> None:
    with guarded(path, GUARD) as opened:
        opened.convert(opened.send(ATTACKED[:20])[:entered])
        judged(opened)
        assert (opened.refusal(ATTACKED[20]) is not None) is is_stopped


def test_below_so_many_texts_nothing_is_judged(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.send(ATTACKED[:19])
        judged(opened)
        assert opened.refusal(ATTACKED[19]) is None


def test_a_person_has_the_time_that_the_settings_say(path: str) -> None:
    with guarded(path, GUARD) as opened:
        aligned(opened, path)
        opened.send(ATTACKED[:20])
        opened.time.now += RULE.after + SLOT - 0.01
        assert opened.refusal(ATTACKED[20]) is None
        opened.time.now += 0.02
        assert opened.refusal(ATTACKED[21]) is not None


def test_a_prefix_is_judged_anew_once_the_window_has_passed(path: str) -> None:
    with guarded(path, GUARD) as opened:
        aligned(opened, path)
        opened.send(ATTACKED[:20])
        opened.time.now += RULE.after + RULE.window - 0.01
        assert opened.refusal(ATTACKED[20]) is not None
        opened.time.now += 0.02
        assert opened.refusal(ATTACKED[21]) is None


def test_a_number_that_converted_before_always_passes(path: str) -> None:
    strict = evolve(GUARD, sequential=CountWithin(1, 600))
    with guarded(path, strict) as opened:
        regular, neighbour = "+37121200001", "+37121200002"
        opened.convert(opened.send([regular]))
        judged(opened)
        opened.send(ATTACKED[1:40])
        judged(opened)
        assert rules_of(opened.send(ATTACKED[40:60])) == {"min_conversion"}
        assert opened.refusal(neighbour) is not None
        for _ in range(30):
            assert opened.refusal(regular) is None
        opened.time.now += 364 * 86_400
        opened.send(ATTACKED[1:60])
        judged(opened)
        assert opened.refusal(regular) is None
        assert opened.refusal(neighbour) is not None


def test_what_people_ask_for_who_have_converted_hides_no_attack(path: str) -> None:
    with guarded(path, GUARD) as opened:
        regulars = ATTACKED[:20]
        opened.convert(opened.send(regulars))
        judged(opened)
        for _ in range(3):
            opened.convert(opened.send(regulars))
        assert len(accepted(opened.send(ATTACKED[20:120]))) == 100
        judged(opened)
        assert counts(path) == [(120, 20)]
        assert rules_of(opened.send(ATTACKED[120:130])) == {"min_conversion"}


def test_a_code_counts_once_however_often_it_is_reported(path: str) -> None:
    with guarded(path, GUARD) as opened:
        [result] = opened.send(ATTACKED[:1])
        for _ in range(3):
            opened.convert([result])
    assert counts(path) == [(1, 1)]


def test_a_key_that_the_journal_does_not_have_is_not_found(path: str) -> None:
    with guarded(path, GUARD) as opened, pytest.raises(NotFoundError, match="no message with the key 'nothing'"):
        opened.gateway.converted("nothing")


def test_a_code_that_was_never_sent_cannot_be_entered(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.line.says = DOWN
        [result] = opened.send(ATTACKED[:1])
        with pytest.raises(ConflictError, match=r"is not sent \(entry 1\): no code of it can be entered"):
            opened.convert([result])
    assert rows(path, "SELECT count(*) FROM converted_lines") == [(0,)]


def test_a_code_whose_outcome_is_unknown_can_be_entered(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.line.says = LOST
        results = opened.send(ATTACKED[:1])
        assert isinstance(results[0].error, UnknownOutcomeError)
        opened.convert(results)
    assert counts(path) == [(1, 1)]


@pytest.mark.parametrize("said", [DOWN, NO])
def test_messages_that_are_certainly_not_sent_do_not_count(path: str, said: object) -> None:
    with guarded(path, GUARD) as opened:
        opened.line.says = said  # type: ignore[assignment]
        assert accepted(opened.send(ATTACKED[:3])) == []
    assert counts(path) == [(0, 0)]


def test_an_unknown_message_counts_until_it_is_found_not_to_be_sent(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.line.says = LOST
        opened.send(ATTACKED[:2])
        assert counts(path) == [(2, 0)]
        first, second = opened.gateway.unknowns.list()
        opened.gateway.unknowns.resolve(first.id, Outcome.NOT_SENT)
        opened.gateway.unknowns.resolve(second.id, Outcome.ACCEPTED, provider="a", message_id="17")
    assert counts(path) == [(1, 0)]


def test_a_message_that_is_sent_at_last_counts_once(path: str) -> None:
    message = code(ATTACKED[0])
    with guarded(path, GUARD) as opened:
        opened.line.says = DOWN
        [*opened.gateway.send_bulk([message])]
        opened.line.says = OK
        for _ in range(2):
            [*opened.gateway.send_bulk([message])]
    assert counts(path) == [(1, 0)]


@pytest.mark.parametrize("said", [OK, DOWN, LOST], ids=["accepted", "certainly not sent", "unknown"])
def test_the_code_of_a_second_try_counts_once(path: str, said: Said) -> None:
    journal, rule = journal_at(path, clock=Time()), OnUndelivered(providers=("b",))
    providers = [provider("a", Line()), provider("b", Line(said))]
    route = Route(name="default", providers=("a",), on_undelivered=rule)
    sent = code(ATTACKED[0])
    with Gateway(providers, guards=guards_of([GUARD]), journal=journal, route=route) as opened:
        opened.send(sent)
        hand(opened, asked_for(report(Status.FAILED, "1")))
        rows(path, "UPDATE due SET moment = 0")
        assert [each.message for each in opened.send_due()] == [sent]
        assert counts(path) == [(1, 0)]
        for entry in opened.unknowns.list():
            opened.unknowns.resolve(entry.id, Outcome.NOT_SENT)
        opened.converted(sent.key or "")
        assert counts(path) == [(1, 1)]


def test_an_end_that_comes_after_a_later_claim_takes_nothing_back(path: str) -> None:
    intent = Intent(code(ATTACKED[0]), "a", pumping=(GUARD.rules,))
    with closing(journal_at(path, clock=Time())) as journal:
        [first] = journal.begin([intent]).wait(10)
        assert isinstance(first, Claim)
        journal.settle([ended(first, Outcome.NOT_SENT)]).wait(10)
        [second] = journal.begin([intent]).wait(10)
        assert isinstance(second, Claim)
        assert counts(path) == [(1, 0)]
        for late in (Outcome.NOT_SENT, Outcome.REJECTED):
            journal.settle([ended(first, late)]).wait(10)
            assert counts(path) == [(1, 0)]
        journal.settle([ended(second, Outcome.NOT_SENT), ended(first, Outcome.NOT_SENT)]).wait(10)
        assert counts(path) == [(0, 0)]


def test_a_guard_that_observes_refuses_nothing_and_counts_as_if_it_did(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with guarded(path, evolve(GUARD, observe=True)) as opened:
        opened.send(ATTACKED[:20])
        judged(opened)
        assert len(accepted(opened.send(ATTACKED[20:40]))) == 20
    assert counts(path) == [(20, 0)]
    [first] = [record for record in caplog.records if record.name == "smsgate.guards"]
    assert first.getMessage() == "guard.otp.min_conversion would refuse a message (observe = true): sent all the same"


def test_other_campaigns_are_neither_judged_nor_counted(path: str) -> None:
    with guarded(path, evolve(GUARD, campaigns=frozenset({"otp"}))) as opened:
        opened.send(ATTACKED[:20])
        judged(opened)
        assert opened.refusal(ATTACKED[20]) is None
    assert counts(path) == [(0, 0)]


def test_what_is_not_judged_any_more_is_deleted_as_texts_are_sent(path: str) -> None:
    with guarded(path, GUARD) as opened:
        for day in range(8):
            opened.convert(opened.send(f"+27{700_000_000 + 100_000 * day + each * 997}" for each in range(60))[:30])
            opened.time.now += 60 * 86_400
        left = [rows(path, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]
        assert all(each <= 2 * 60 for each in left[:3]), left
        assert left[3] <= 7 * 30
        opened.gateway.journal.prune(keep="90d")
        assert [rows(path, f"SELECT count(*) FROM {table}") for table in TABLES[:3]] == [[(0,)]] * 3


def dump(path: str) -> Iterable[tuple[object, ...]]:
    return [row for table in TABLES[1:] for row in rows(path, f"SELECT * FROM {table}")]


def test_nothing_that_is_counted_leads_to_a_person_who_is_erased(path: str) -> None:
    with guarded(path, evolve(GUARD, sequential=CountWithin(5, 86_400))) as opened:
        results = opened.send(ATTACKED[:1] * 2)
        opened.convert(results[:1])
        assert len([*dump(path)]) == 3  # the second code's text, its neighbour, and that one was entered
        opened.gateway.journal.erase(ATTACKED[0])
        assert [*dump(path)] == []
        assert counts(path) == [(2, 1)]
        opened.convert(results)  # a code that is entered later leads nowhere
        assert [*dump(path)] == []


def test_a_message_to_an_older_spelling_is_of_the_same_line(path: str) -> None:
    with guarded(path, evolve(GUARD, sequential=CountWithin(1, 600))) as opened:
        opened.convert(opened.send(["+541112345678"]))
        assert rows(path, "SELECT count(*) FROM converted_lines") == [(1,)]
        assert opened.refusal("+541112345679") is None
        assert opened.refusal("+5491112345678") is None
        assert opened.refusal("+541112345670") is not None


def test_a_key_that_is_forgotten_is_still_found(path: str) -> None:
    with guarded(path, GUARD) as opened:
        message = code(ATTACKED[0])
        opened.gateway.send(message)
        opened.time.now += 400 * 86_400
        opened.gateway.send(Message(ATTACKED[1], "Your code is 4711", key=message.key))
        opened.convert([evolve(opened.gateway.send(code(ATTACKED[2])), message=message)])
    assert rows(path, "SELECT count(*) FROM converted_lines") == [(1,)]


def _convert(path: str, keys: Iterable[str]) -> None:
    with journal_at(path) as journal:
        for key in keys:
            journal.converted(key)


def test_processes_convert_the_same_codes_and_each_counts_once(path: str) -> None:
    with guarded(path, GUARD) as opened:
        keys = [result.message.key or "" for result in opened.send(ATTACKED[:20])]
    children = [fork(partial(_convert, path, each)) for each in (keys[:12], keys[11:3:-1], keys[4:16])]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert counts(path) == [(20, 16)]
    assert rows(path, "SELECT count(*) FROM converted_lines") == [(16,)]


def test_threads_that_race_for_a_prefix_that_is_stopped_get_nothing_through(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.send(ATTACKED[:20])
        judged(opened)
        before = len(opened.line.requests)
        with ThreadPoolExecutor(8) as pool:
            errors = [*pool.map(opened.refusal, ATTACKED[20:60])]
        assert None not in errors
        assert len(opened.line.requests) == before


def test_a_queued_message_is_refused_when_it_would_be_sent(path: str) -> None:
    with guarded(path, GUARD) as opened:
        opened.send(ATTACKED[:20])
        opened.gateway.enqueue([code(ATTACKED[20]), code(OTHERS[0])], run="codes")
        judged(opened)
        opened.gateway.runs.runner("codes").work(until_empty=True)
        status = opened.gateway.runs.status("codes")
    assert (status.accepted, status.rejected) == (1, 1)


def test_converting_needs_a_journal() -> None:
    with Gateway([provider("a", Line())]) as opened, pytest.raises(ConfigError, match="has no journal"):
        opened.converted("code-1")
