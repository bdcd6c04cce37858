"""What can be shown of a person: all that happened with the number, in the order of time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import (
    ConfigError,
    Consent,
    EvidenceKind,
    Gateway,
    InvalidMessageError,
    JournalSettings,
    KeepText,
    Limits,
    Message,
    Reply,
    Status,
)
from tests.journal.database.test_inbox import hand, report
from tests.journal_at import journal_at, rows
from tests.plain_adapter import DOWN, TO, Line, gateway, message, provider

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
YES = Consent("Yes, text me offers.", "offers-1", NOON - timedelta(days=1), "web form")
TEXT = "An offer"


class Wall:
    """A clock that goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.now = NOON.timestamp()

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture(name="wall")
def _wall() -> Wall:
    return Wall()


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line, wall: Wall) -> Iterator[Gateway]:
    with gateway(path, line, clock=wall) as opened:
        yield opened


def said(text: str, at: float) -> Reply:
    return Reply(
        provider="a", message_id=f"{text}{at}", sender=TO, text=text, received_at=datetime.fromtimestamp(at, UTC)
    )


def kinds(opened: Gateway, number: str = TO) -> list[str]:
    return [item.kind.value for item in opened.evidence(number)]


def a_story(opened: Gateway, line: Line, wall: Wall) -> None:
    """Have a person agree, get a text, stop, be refused, and start again."""
    opened.send(message(TEXT, consent=YES, key="k", campaign="spring"))
    hand(opened, evolve(report(Status.DELIVERED, "1"), reason="to\x1bthe phone"))
    for word in ("STOP", "START", "STOP"):
        opened.incoming.deliver(said(word, wall()), lambda _: None)
        wall.now += 3600
        [*opened.send_bulk([message("Another", campaign="summer")])]
    line.says = DOWN
    opened.opt_outs.remove(TO)
    [*opened.send_bulk([message("A third")])]
    opened.send(Message("+27821234568", "to another person"), dry_run=True)


def test_all_that_happened_is_given_in_order(opened: Gateway, line: Line, wall: Wall) -> None:
    a_story(opened, line, wall)
    items = [*opened.evidence(TO)]
    assert [item.kind.value for item in items] == [
        *("consent", "text", "report", "opt-out", "refused", "opt-in", "text", "opt-out", "opt-in", "text"),
    ]
    assert [item.at for item in items] == sorted(item.at for item in items)
    consent, text, delivered, stop, refused, start, _, _, by_hand, failed = items
    assert consent.fields["text"] == YES.text
    assert (consent.fields["version"], consent.fields["source"]) == ("offers-1", "web form")
    assert dict(text.fields) == {
        "entry": 1,
        "state": "accepted",
        "provider": "a",
        "message_id": "1",
        "status": "delivered",
        "campaign": "spring",
        "key": "k",
        "text": TEXT,
        "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
    }
    assert (delivered.fields["entry"], delivered.fields["status"]) == (1, "delivered")
    assert dict(stop.fields) == {"provider": "a", "word": "STOP"}
    assert (refused.fields["error"], refused.fields["count"], refused.fields["campaign"]) == (
        *("OptedOutError", 2, "summer"),
    )
    assert start.line == "took an opt-out back, by 'START' to a"
    assert by_hand.line == "took an opt-out back, by hand"
    assert (failed.fields["state"], failed.fields["error"]) == ("not sent", "NotSentError")


@pytest.mark.threads
def test_a_limits_refusal_is_one_though_it_has_an_entry(path: str, line: Line) -> None:
    limits = Limits(max_segments=1)
    with Gateway([provider("a", line)], journal=journal_at(path), limits=limits) as opened:
        [_] = opened.send_bulk([message("x" * 200)])
        [item] = opened.evidence(TO)
    assert (item.kind, item.fields["entry"], item.fields["error"]) == (EvidenceKind.REFUSED, 1, "InvalidMessageError")


@pytest.mark.threads
def test_a_report_that_is_late_comes_after_the_texts_of_meanwhile(opened: Gateway) -> None:
    for each in range(120):
        opened.send(message(f"Text {each}"))
    hand(opened, report(Status.DELIVERED, "1"))
    assert kinds(opened) == ["text"] * 120 + ["report"]
    entries = [item.fields["entry"] for item in opened.evidence(TO)]
    assert entries == [*range(1, 121), 1]


@pytest.mark.threads
def test_nothing_of_another_person_is_given(opened: Gateway, line: Line, wall: Wall) -> None:
    a_story(opened, line, wall)
    assert kinds(opened, "+27821234568") == []


@pytest.mark.threads
def test_the_hash_of_a_text_is_given_where_that_is_kept(path: str, line: Line) -> None:
    with gateway(JournalSettings(path=path, text=KeepText.HASH), line) as opened:
        opened.send(message(TEXT))
        [item] = opened.evidence(TO)
    assert "text" not in item.fields
    assert item.fields["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.mark.threads
def test_who_is_erased_is_found_by_the_number(opened: Gateway, line: Line, wall: Wall, path: str) -> None:
    a_story(opened, line, wall)
    before = kinds(opened)
    opened.journal.erase(TO)
    items = [*opened.evidence(TO)]
    assert [item.kind.value for item in items] == before
    assert TO not in str(items)
    assert TEXT not in str(items)
    tables = ("consents", "refusals", "opt_out_log")
    assert TO[1:] not in str([rows(path, f"SELECT * FROM {table}") for table in tables])


@pytest.mark.threads
def test_an_opt_out_of_before_the_log_is_given(opened: Gateway, path: str) -> None:
    opened.opt_outs.add(TO)
    rows(path, "DELETE FROM opt_out_log")
    [item] = opened.evidence(TO)
    assert (item.kind, item.line) == (EvidenceKind.OPT_OUT, "asked not to be texted, by hand")


@pytest.mark.threads
def test_the_same_word_again_on_one_day_is_logged_once(opened: Gateway) -> None:
    for each in range(30):
        opened.incoming.deliver(said("STOP", NOON.timestamp() - 60 + each), lambda _: None)
    assert kinds(opened) == ["opt-out"]


@pytest.mark.threads
def test_what_is_no_number_is_refused_and_so_is_a_gateway_without_a_journal(opened: Gateway, line: Line) -> None:
    with pytest.raises(InvalidMessageError, match="not a phone number"):
        opened.evidence("me")
    with gateway(None, line) as without, pytest.raises(ConfigError, match="has no journal"):
        without.evidence(TO)
