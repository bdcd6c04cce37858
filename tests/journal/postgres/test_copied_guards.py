"""A journal with rows in every table of the guards moves to a server, forgets a person there, and is pruned."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from attrs import evolve

from smsgate import Budget, Consent, Gateway, JournalSettings, Message, OnUndelivered, Reply, Route, Status
from smsgate.guards.guards import Guards
from smsgate.guards.pumping import PumpingGuard
from smsgate.journal.opening import copy_journal
from smsgate.model.count_within import CountWithin
from smsgate.model.opt_out_scope import OptOutScopes, Programme
from smsgate.model.pumping import Conversion, tens_of
from tests.journal.database.test_inbox import asked_for, hand, report
from tests.journal_at import journal_at, rows
from tests.plain_adapter import TO, Line, provider

pytestmark = pytest.mark.threads  # about the journal alone

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OTHER, STRANGER = "+27731112222", "+37121234567"
GUARD = PumpingGuard(
    name="guard.otp",
    countries=["ZA"],
    burst=CountWithin(50, 3600),
    sequential=CountWithin(9, 3600),
    conversion=Conversion(least=0.2, window=3600, after=600, min_messages=20, prefix=6),
)
PER_PERSON = Budget(name="each", per="1d", most="20", by="recipient")
FULL = (
    *("budgets", "reservations", "conversion_counts", "conversion_texts", "neighbours", "converted_lines"),
    *("due", "tries", "opt_outs", "consent_texts", "consents", "refusals", "opt_out_log"),
)
"""The tables of the guards."""
KEPT = {"consent_texts", "consents", "opt_outs", "entries", "deliveries"}
"""What is in force, and the newest entry."""


class Wall:
    """A clock that is set."""

    now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


def made(path: str, wall: Wall) -> None:
    """Leave something of a person in every table, and of another one."""
    journal = journal_at(JournalSettings(path=path, key_days=1), clock=wall)
    guards = Guards(pumping=[GUARD], counting=[GUARD, PER_PERSON])
    scopes = OptOutScopes(programmes={"alerts": Programme(campaigns=("alerts",))}, region="ZA")
    routes = Route(name="otp", providers=["a"], on_undelivered=OnUndelivered(providers=["b"]))
    providers = [provider("a", Line()), provider("b", Line())]
    with Gateway(providers, route=routes, journal=journal, guards=guards, opt_out_scopes=scopes) as opened:
        for nth, number in enumerate((TO, OTHER, TO, OTHER), start=1):
            yes = Consent("Yes, text me.", "v1", NOON - timedelta(days=1), f"call from {number}")
            opened.send(Message(number, f"Your code is {nth} for {number}", key=f"code-{nth}", consent=yes))
        opened.converted("code-3")
        hand(opened, asked_for(evolve(report(Status.FAILED, "1"), reason=f"no phone at {TO}")))
        rows(path, "UPDATE due SET moment = 0")
        assert [each.provider for each in opened.send_due()] == ["b"]
        opened.send(Message(TO, f"Your code is 5 for {TO}", key="code-5"))
        hand(opened, asked_for(evolve(report(Status.FAILED, "5"), reason=f"no phone at {TO}")))
        opened.incoming.deliver(
            Reply(provider="a", message_id="r", sender=TO, text="STOP", received_at=NOON, campaign="alerts"), print
        )
        opened.opt_outs.add(TO)
        [_] = opened.send_bulk([Message(TO, "Another", key=f"for {TO}")])
        [_] = opened.send_bulk([Message(STRANGER, "4711")])


def everything(place: str) -> Mapping[str, list[str]]:
    """Return the rows of all tables, each as a text."""
    if not JournalSettings(path=place).is_postgres:
        with closing(sqlite3.connect(place)) as file:
            names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    else:
        with psycopg.connect(place) as server:
            found = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'smsgate'").fetchall()
            names = [name for (name,) in found]
    return {name: sorted(map(str, rows(place, f"SELECT * FROM {name}"))) for name in names}


def test_the_copy_has_all_of_the_guards_forgets_a_person_and_is_pruned(
    tmp_path: Path, new_database: Callable[[], str]
) -> None:
    path, database, wall = str(tmp_path / "journal.db"), new_database(), Wall()
    made(path, wall)
    counts = {name: len(rows(path, f"SELECT * FROM {name}")) for name in FULL}
    assert [name for name, count in counts.items() if not count] == []
    copied = copy_journal(JournalSettings(path=path), JournalSettings(path=database))
    assert {name: copied[name] for name in FULL} == counts
    assert everything(database)["refusals"] == everything(path)["refusals"]
    for place in (path, database):
        assert TO[1:] in str(everything(place))
        with closing(journal_at(JournalSettings(path=place, key_days=1), clock=wall)) as journal:
            assert journal.records.check() == []
            journal.records.erase(TO)
            left = everything(place)
            named = [TO[1:], str(tens_of(TO))]
            assert {name: found for name, found in left.items() if any(each in str(found) for each in named)} == {}
            assert OTHER[1:] in str(left)
            assert journal.records.check() == []
            wall.now += 400 * 86_400
            journal.records.prune(keep="90d")
            left = everything(place)
            assert [name for name in FULL if left[name] and name not in KEPT] == []
            assert [journal.inbox.opted_out(TO)[0].scope, len(left["entries"])] == ["all", 1]
            wall.now -= 400 * 86_400
