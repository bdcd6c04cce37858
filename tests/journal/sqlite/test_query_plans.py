"""No statement of the journal reads a whole table that grows, whatever it is that is done."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import OptOut, Outcome, Reply, SqliteJournal, Status
from smsgate.journal import Finding, Intent
from smsgate.journal.sqlite.connection import SqliteConnection
from smsgate.model.vendor_ids import Found
from tests.journal.database.test_budgets import MONEY, OTP, at, claim, refused, settle, taking
from tests.journal.database.test_inbox import report
from tests.journal.database.test_intent_set import STARTED
from tests.journal.database.test_retention import Wall
from tests.journal.database.test_submissions import begin, unknown
from tests.plain_adapter import LOST, OK, TO, Line, gateway, message

pytestmark = pytest.mark.threads  # no gateway is in this process, but for the one that closes

GROW = "entries|deliveries|arrivals|opt_outs|runs|unmatched|unknown_submissions"
ELSEWHERE = {"open_ranges", "open_ranges_of_runs", "revoked_opt_outs", "due_moments", "due_owners"}
ELSEWHERE |= {"superseded_consents", "old_opt_out_log"}
ELSEWHERE |= {"old_conversion_counts", "old_conversion_texts", "old_converted_lines"}
"""Used by queues, by messages that wait for their time, and by pruning, which goes through everything; the last four by
what is deleted after each 64 texts that a guard counts."""


@pytest.fixture(name="plans")
def _plans(path: str) -> dict[str, list[str]]:
    """Return the steps of each statement that is executed in what is done below."""
    statements = [*send_and_report(path), *look_for_unknowns_and_poll(path), *use_budgets(path), *look_for_people(path)]
    with closing(sqlite3.connect(path)) as connection:
        return {
            each: [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {each}")]
            for each in dict.fromkeys(statements)
            if re.match("SELECT|UPDATE|DELETE|INSERT|WITH", each)
        }


def test_no_statement_reads_a_table_from_its_beginning(plans: dict[str, list[str]]) -> None:
    """All rows up to an id, or from one on, are as many; the upkeep reads a few budgets at a time."""
    bad = f"SCAN ({GROW}|budgets|reservations)|SEARCH ({GROW}) USING INTEGER PRIMARY KEY .rowid[<>]"
    scans = {each: [step for step in steps if re.match(bad, step)] for each, steps in plans.items()}
    assert {each: steps for each, steps in scans.items() if steps} == {}
    assert len(plans) > 50


def test_each_index_is_of_use(plans: dict[str, list[str]], path: str) -> None:
    used = {name for steps in plans.values() for step in steps for name in re.findall(r"INDEX (\w+)", step)}
    with closing(sqlite3.connect(path)) as connection:
        made = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL")
        }
    assert made - used == ELSEWHERE


def test_a_budget_is_listed_by_its_own_values(plans: dict[str, list[str]]) -> None:
    lists = [steps for each, steps in plans.items() if each.startswith("SELECT id FROM budgets WHERE budget = ")]
    assert {*map(tuple, lists)} == {("SEARCH budgets USING COVERING INDEX values_of_budgets (budget=? AND id>?)",)}


def traced(journal: SqliteJournal) -> list[str]:
    """Return a list to which the statements are added that the journal executes."""
    statements: list[str] = []
    database, reading = journal._database, journal._database.reading

    @contextmanager
    def traced_reading() -> Iterator[SqliteConnection]:
        with reading() as connection:
            connection.set_trace_callback(statements.append)
            yield connection

    database.reading = traced_reading  # type: ignore[method-assign]
    journal._writer.make(lambda connection: connection.set_trace_callback(statements.append))  # type: ignore[attr-defined]
    return statements


def send_and_report(path: str) -> list[str]:
    line = Line()
    with gateway(path, line) as opened:
        journal = opened.core.sender.journal
        assert isinstance(journal, SqliteJournal)
        statements = traced(journal)
        opened.send(message("one", key="one", reference="r"))
        line.says = LOST
        assert len([*opened.send_bulk((message(each) for each in ("lost", "lost too")), run="run")]) == 2
        line.says = OK
        first, second = opened.unknowns.list(run="run")
        opened.unknowns.resolve(first.id, Outcome.NOT_SENT)
        opened.unknowns.resend(second.id)
        stop = Reply(provider="a", message_id="r1", text="STOP", sender="+27821234569")
        for event in (
            report(Status.SENT, "1"),
            report(Status.DELIVERED, "foreign", reference="r"),
            OptOut(reply=stop, word="STOP"),
        ):
            opened.incoming.deliver(event, lambda _: None)
        assert len([*opened.deliveries.unmatched()]) == 1
        opened.deliveries.get("1", provider="a")
        assert [each.number for each in opened.opt_outs] == ["+27821234569"]
        assert [*opened.unknowns.list()] == []
    return statements


def look_for_unknowns_and_poll(path: str) -> list[str]:
    with closing(SqliteJournal(path)) as journal:
        statements = traced(journal)
        now = datetime.now(UTC)
        sent = message("lost", reference="r", key="k")
        [claim] = begin(journal, Intent(sent, "a"))
        journal.settle([(claim, unknown(sent, "a", message_id="9"))]).wait(10)
        journal.interrupt(begin(journal))
        assert journal.choose_id(claim.entry_id, "a", Found(("18",)), STARTED) == "18"
        journal.taken_ids(claim.entry_id, "a", STARTED)
        journal.inbox.record(evolve(report(Status.DELIVERED, "99"), submission="sg000000000000000000"))
        claim = journal.reclaim(claim.entry_id, "a").wait(10)
        journal.settle([(claim, unknown(sent, "a"))]).wait(10)
        finding = Finding(outcome=Outcome.ACCEPTED, provider="a", message_id="18")
        journal.resolve(claim.entry_id, finding)
        bounds = {"since": now - timedelta(days=3), "before": now + timedelta(days=1)}
        assert journal.inbox.awaited("a", most=10, now=now, **bounds)[-1] == "18"
        journal.inbox.asked("a", ["18"], now + timedelta(days=2))
        assert journal.inbox.awaited("a", most=10, now=now, **bounds)[-1] == "18"  # a clock was ahead
    return statements


def use_budgets(path: str) -> list[str]:
    wall = Wall()
    with closing(SqliteJournal(path, clock=wall)) as journal:
        statements = traced(journal)
        wanted = (taking(), taking(MONEY), at("a"), at("b"))
        [first] = begin(journal, Intent(message("one", key="budget"), "a", reservations=wanted))
        settle(journal, journal.intend(first, "b", [], reservations=wanted), Outcome.ACCEPTED, "0.000000000001")
        settle(journal, claim(journal, *wanted), Outcome.NOT_SENT)
        wall.now += timedelta(seconds=61)
        claim(journal, *wanted, taking(value="new", most=1))
        refused(journal, taking(value="new", most=1))
        assert [each.value for each in journal.budgets.use([MONEY, OTP])] == ["spring", "spring", "a", "new"]
    return statements


def look_for_people(path: str) -> list[str]:
    with gateway(path, Line()) as opened:
        journal = opened.core.sender.journal
        assert isinstance(journal, SqliteJournal)
        statements = traced(journal)
        assert len([*opened.journal.find(to=TO)]) > 1
        for wanted in ({"key": "one"}, {"run": "run"}, {"reference": "r"}, {"message_id": "1"}):
            assert len([*opened.journal.find(**wanted)]) > 0
        opened.journal.erase(TO)
        opened.send(message("to one of whom there is a hash"))
    return statements
