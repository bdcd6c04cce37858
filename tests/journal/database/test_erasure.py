"""A person who is erased is nowhere in the journal by number or text; their keys and their STOP still count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve

from smsgate import ConflictError, Gateway, Message, OptedOutError, OptOut, Outcome, Reply, Status
from smsgate.journal import Erased, Intent
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.model.vendor_ids import Found
from tests.journal.database.test_inbox import hand, report
from tests.journal.database.test_submissions import begin
from tests.journal_at import rows
from tests.plain_adapter import LOST, NO, OK, TO, Line, gateway, message

pytestmark = pytest.mark.threads  # the journal is the same in both

OTHER = "+27821234568"
TEXT = "Dear Ms Mbeki, your results are in"


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line) -> Iterator[Gateway]:
    with gateway(path, line) as opened:
        yield opened


def dump(path: str) -> str:
    """Return all that the tables have."""
    tables = ("entries", "deliveries", "unmatched", "opt_outs", "arrivals", "unknown_submissions", "runs", "late_texts")
    return "\n".join(str(row) for table in tables for row in rows(path, f"SELECT * FROM {table}"))


def send_some(opened: Gateway, line: Line) -> None:
    opened.send(message(TEXT, key="mbeki-1", reference="mbeki", extra={"plain": {"name": "Mbeki"}}))
    line.says = NO.become(type(NO), f"refused: {TEXT} to {TO}")
    [*opened.send_bulk([message(TEXT, key="mbeki-2")], run="r")]
    line.says = LOST
    [*opened.send_bulk([message(TEXT, key="mbeki-3")], run="r")]
    line.says = OK
    hand(opened, evolve(report(Status.FAILED, "1", reference="mbeki"), reason=f"no phone of Ms Mbeki at {TO}"))
    opened.send(Message(OTHER, "another person", key="other"))
    hand(opened, OptOut(reply=Reply(provider="a", message_id="r1", text="STOP", sender=TO), word="STOP"))


def test_nothing_names_the_person_any_more(opened: Gateway, line: Line, path: str) -> None:
    send_some(opened, line)
    assert "Mbeki" in dump(path)
    assert opened.journal.erase(TO) == Erased(entries=3, opt_outs=1)
    left = dump(path)
    assert [each for each in ("Mbeki", "mbeki", TO, TO[1:]) if each in left] == []
    assert OTHER in left
    assert opened.journal.check() == []
    assert opened.journal.erase(TO) == Erased(entries=0, opt_outs=1)


def test_keys_runs_and_the_stop_of_an_erased_person_still_count(opened: Gateway, line: Line) -> None:
    send_some(opened, line)
    opened.journal.erase(TO)
    sent = [*line.texts]
    again = opened.send(message(TEXT, key="mbeki-1", reference="mbeki", extra={"plain": {"name": "Mbeki"}}))
    assert (again.outcome, again.message_id, again.status) == (Outcome.ACCEPTED, "1", Status.FAILED)
    results = [*opened.send_bulk([message(TEXT, key="mbeki-2"), message(TEXT, key="mbeki-3")], run="r")]
    assert [each.outcome for each in results] == [Outcome.REJECTED, Outcome.UNKNOWN]
    assert TO in opened.opt_outs
    with pytest.raises(OptedOutError, match=r"\+27821234567 asked not to be texted on .* by 'STOP' to a"):
        opened.send(message("new"))
    assert line.texts == sent
    opened.opt_outs.remove(TO)
    assert opened.send(message("new")).outcome is Outcome.ACCEPTED
    assert [each.number for each in opened.opt_outs] == []


def test_the_entries_of_an_erased_person_are_found_by_the_number(opened: Gateway, line: Line) -> None:
    send_some(opened, line)
    opened.opt_outs.remove(TO)
    opened.journal.erase(TO)
    opened.send(message("new"))
    found = [*opened.journal.find(to=TO)]
    assert [entry.id for entry in found] == [5, 3, 2, 1]
    assert found[0].to == TO
    assert {entry.to[:7] for entry in found[1:]} == {"erased:"}
    assert [entry.id for entry in opened.journal.find(key="mbeki-1")] == [1]


def test_an_erased_message_of_unknown_outcome_is_resolved_by_a_report_or_by_hand(opened: Gateway, line: Line) -> None:
    send_some(opened, line)
    opened.journal.erase(TO)
    [lost] = opened.unknowns.list()
    hand(opened, report(Status.DELIVERED, "17"))
    assert opened.journal.get(lost.id).result(message(TEXT)).status is Status.DELIVERED


def test_the_ids_of_an_erased_person_are_of_no_other_message(opened: Gateway, line: Line) -> None:
    send_some(opened, line)
    opened.opt_outs.remove(TO)
    opened.journal.erase(TO)
    journal = opened.core.sender.journal
    assert isinstance(journal, DatabaseJournal)
    [claim] = begin(journal, Intent(message(TEXT), "a"))
    since = journal.find(claim.entry_id).created - timedelta(minutes=1)
    assert journal.taken_ids(claim.entry_id, "a", since) >= {"1", "17"}
    assert journal.choose_id(claim.entry_id, "a", Found(("17",)), since) is None
    journal.interrupt([claim])


def test_a_message_that_was_not_sent_is_sent_with_its_number_after_an_erasure(opened: Gateway, line: Line) -> None:
    line.says = LOST
    [*opened.send_bulk([message(TEXT, key="k")])]
    line.says = OK
    opened.unknowns.resolve(1, Outcome.NOT_SENT)
    opened.journal.erase(TO)
    assert opened.send(message(TEXT, key="k")).outcome is Outcome.ACCEPTED
    entry = opened.journal.get(1)
    assert (entry.to, entry.key, entry.message) == (TO, "k", message(TEXT, key="k"))


def test_while_a_message_is_in_flight_nothing_is_erased(opened: Gateway, path: str) -> None:
    opened.send(message(TEXT))
    journal = opened.core.sender.journal
    assert isinstance(journal, DatabaseJournal)
    [claim] = begin(journal, Intent(message("flying"), "a"))
    with pytest.raises(
        ConflictError, match=rf"a message to it is queued or in flight \(entry {claim.entry_id}\); wait"
    ):
        opened.journal.erase(TO)
    assert TEXT in dump(path)
    journal.interrupt([claim])
    assert opened.journal.erase(TO).entries == 2


def test_a_number_is_erased_in_every_spelling_of_its_line(opened: Gateway) -> None:
    opened.send(Message("+525512345678", TEXT))
    rows_before = [entry.to for entry in opened.journal.find(to="+5215512345678")]
    assert rows_before == ["+525512345678"]
    opened.opt_outs.add("+5215512345678")
    assert opened.journal.erase("+5215512345678") == Erased(entries=1, opt_outs=1)
    assert "+525512345678" in opened.opt_outs
