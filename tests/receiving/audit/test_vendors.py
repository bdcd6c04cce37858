"""Each vendor that lists messages, on the sandbox: strange texts, lost ones, segments, prices and missing reports."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from smsgate import AuditFinding, AuditKind, Gateway, Message, StoredMessage
from smsgate.sandbox import Sandbox
from tests.receiving.audit.later import audit

pytestmark = pytest.mark.threads  # the comparison is the same in both

VENDORS = ("bulksms", "salesbox", "salesmsg", "telnyx", "twilio", "vonage", "zoomconnect")
SENDERS = {"telnyx": "+13125550001", "vonage": "27600000000"}
ONE, TWO, LOST, STRANGE = (f"+2782123456{digit}" for digit in range(4))
TEXT = "We open at nine"
NEVER = "987654321"
"""An id that no vendor has given."""
MINUTE = timedelta(minutes=1)
"""Then texts that were queued have left: some vendors show no time before."""


@pytest.fixture(name="sandbox")
def _sandbox(vendor: str) -> Iterator[Sandbox]:
    with Sandbox(vendors=[vendor]) as sandbox:
        yield sandbox


def gateway(sandbox: Sandbox, vendor: str, journal: str | None) -> Gateway:
    account = {
        "adapter": vendor,
        "base_url": sandbox.url(vendor),
        "rate": "unlimited",
        "prices": {"unit": "ZZZ", "default": "0.123"},
        **sandbox.credentials(vendor),
        **sandbox.account(vendor),
    }
    senders = {"senders": {"default": SENDERS[vendor]}} if vendor in SENDERS else {}
    kept = {} if journal is None else {"journal": journal}
    return Gateway.from_mapping({"providers": {"main": account}, **senders, **kept})


def change(path: str, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(statement, parameters)


def of(findings: list[AuditFinding], kind: AuditKind) -> list[AuditFinding]:
    return [each for each in findings if each.kind is kind]


def stored(opened: Gateway) -> list[StoredMessage]:
    return [*opened.provider("main").messages.list()]


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_differs_is_found_and_nothing_else(sandbox: Sandbox, path: str, vendor: str) -> None:
    began = datetime.now(UTC) - timedelta(hours=1)
    with gateway(sandbox, vendor, path) as opened, gateway(sandbox, vendor, None) as behind:
        ids = {to: str(opened.send(Message(to, TEXT)).message_id) for to in (ONE, TWO, LOST)}
        sandbox.advance(MINUTE)
        assert {each.kind for each in audit(opened, began, timedelta(hours=1))} <= {AuditKind.PRICE}
        strange = str(behind.send(Message(STRANGE, TEXT)).message_id)
        again = str(behind.send(Message(ONE, TEXT)).message_id)
        change(path, "UPDATE entries SET segments = 3 WHERE recipient = ?", TWO)
        change(path, "UPDATE entries SET message_id = ? WHERE recipient = ?", NEVER, LOST)
        sandbox.advance(MINUTE)
        findings = audit(opened, began, timedelta(hours=1))
        listed = {each.id: each for each in stored(opened)}
    found = of(findings, AuditKind.NOT_IN_JOURNAL)
    assert sorted(str(each.message_id) for each in found) == sorted([strange, again, ids[LOST]])
    [lost] = of(findings, AuditKind.NOT_AT_VENDOR)
    assert (lost.to, lost.message_id, lost.expected) == (LOST, NEVER, "accepted")
    counts = listed[ids[TWO]].segments is not None
    assert [(each.expected, each.found) for each in of(findings, AuditKind.SEGMENTS)] == [("3", "1")] * counts
    priced = [id_ for id_ in (ids[ONE], ids[TWO]) if listed[id_].cost is not None]
    prices = of(findings, AuditKind.PRICE)
    assert sorted(str(each.message_id) for each in prices) == sorted(priced)
    assert {each.expected for each in prices} <= {"0.123 ZZZ"}
    kinds = {each.kind for each in findings}
    assert kinds <= {AuditKind.NOT_IN_JOURNAL, AuditKind.NOT_AT_VENDOR, AuditKind.SEGMENTS, AuditKind.PRICE}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_report_that_never_came_is_missed_after_its_time(sandbox: Sandbox, path: str, vendor: str) -> None:
    began = datetime.now(UTC) - timedelta(hours=1)
    with gateway(sandbox, vendor, path) as opened:
        sent = opened.send(Message(ONE, TEXT))
        assert of(audit(opened, began, timedelta(hours=71)), AuditKind.NO_REPORT) == []
        [finding] = of(audit(opened, began, timedelta(hours=73)), AuditKind.NO_REPORT)
        assert (finding.message_id, finding.to) == (sent.message_id, ONE)
        assert "after 72 h no final report has come" in finding.line
