"""What the vendor says when it is asked replaces what somebody told a webhook, and is handed on where it differs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from smsgate import DeliveryReport, Event, Gateway, OptedOutError, OptIn, OptOut, Reply, Source, Status
from smsgate.journal import Verdict
from tests.counting import TO, Line, gateway, message

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(name="opened", params=["journal", "memory"])
def _opened(request: pytest.FixtureRequest, path: str) -> Iterator[Gateway]:
    with gateway(path if request.param == "journal" else None, Line()) as opened:
        yield opened


@pytest.fixture(name="kept")
def _kept(path: str) -> Iterator[Gateway]:
    with gateway(path, Line()) as opened:
        yield opened


def report(status: Status, *, asked: bool = False, raw: str | None = None, reason: str | None = None) -> DeliveryReport:
    return DeliveryReport(
        provider="a",
        message_id="1",
        status=status,
        raw_status=raw or status.name,
        reason=reason,
        source=Source.ASKED if asked else Source.TOLD,
    )


def reply(text: str, *, asked: bool = False, sender: str = TO, at: datetime = NOON, message_id: str = "r1") -> Reply:
    return Reply(
        provider="a",
        message_id=message_id,
        sender=sender,
        text=text,
        received_at=at,
        source=Source.ASKED if asked else Source.TOLD,
    )


def heard(opened: Gateway, *events: Event) -> list[str]:
    """Say in few words what of the events the application is given."""
    given: list[Event] = []
    for event in events:
        opened.incoming.hand(event, given.append)
    said = []
    for event in given:
        match event:
            case DeliveryReport():
                said.append(event.status.value)
            case Reply():
                said.append(f"reply {event.text}")
            case OptOut():
                said.append("stop")
            case OptIn():
                said.append("start")
    return said


# Replies -------------------------------------------------------------------------------------------------------------


def test_a_stop_that_the_vendor_lists_is_handed_on_though_a_forged_reply_had_its_id(opened: Gateway) -> None:
    assert heard(opened, reply("Yes"), reply("STOP", asked=True), reply("STOP", asked=True)) == ["reply Yes", "stop"]


def test_the_number_of_a_stop_that_a_forged_reply_was_before_is_not_texted(kept: Gateway) -> None:
    heard(kept, reply("Yes"), reply("STOP", asked=True))
    with pytest.raises(OptedOutError):
        kept.send(message())


@pytest.mark.parametrize(
    "forged", [reply("Yes"), reply("No", sender="+27821234568"), reply("STOP", sender="+27821234568")]
)
def test_what_the_vendor_lists_is_handed_on_where_text_or_sender_differ(opened: Gateway, forged: Reply) -> None:
    heard(opened, forged)
    assert heard(opened, reply("No", asked=True)) == ["reply No"]


@pytest.mark.parametrize("listed", ["Testing again. ", "Testing  again.", "Testing again.\n"])
def test_the_same_reply_is_handed_on_once_whoever_says_it_first(opened: Gateway, listed: str) -> None:
    assert heard(opened, reply("Testing again."), reply(listed, asked=True)) == ["reply Testing again."]
    assert heard(opened, reply("Testing again."), reply(listed, asked=True)) == []


def test_what_a_webhook_is_told_after_the_vendor_was_asked_counts_for_nothing(opened: Gateway) -> None:
    assert heard(opened, reply("No", asked=True), reply("Yes"), reply("STOP"), reply("No")) == ["reply No"]


def test_of_two_calls_with_one_id_and_two_texts_both_are_handed_on(opened: Gateway) -> None:
    assert heard(opened, reply("Yes"), reply("STOP"), reply("STOP")) == ["reply Yes", "stop"]


def test_while_the_application_has_the_forged_one_in_hand_the_other_waits(opened: Gateway) -> None:
    inbox = opened.incoming.inbox
    forged, real = reply("Yes"), opened.incoming.read(reply("STOP", asked=True))
    assert inbox.take(forged).verdict is Verdict.NEW
    assert inbox.take(real).verdict is Verdict.BUSY
    inbox.handed(forged)
    assert inbox.take(real).verdict is Verdict.NEW
    inbox.handed(forged)  # by a process that was slow
    inbox.give_back(real)
    assert inbox.take(real).verdict is Verdict.NEW
    inbox.handed(real)
    assert inbox.take(real).verdict is Verdict.SEEN


def test_an_application_that_fails_with_the_confirmed_one_gets_it_again(opened: Gateway) -> None:
    heard(opened, reply("Yes"))
    real = opened.incoming.read(reply("STOP", asked=True))
    for _ in range(2):
        assert opened.incoming.inbox.take(real).verdict is Verdict.NEW
        opened.incoming.inbox.give_back(real)


def test_a_start_that_only_a_webhook_was_told_takes_back_no_confirmed_stop(kept: Gateway) -> None:
    later = NOON + timedelta(hours=1)
    assert heard(kept, reply("STOP", asked=True), reply("START", at=later, message_id="r2")) == ["stop", "start"]
    with pytest.raises(OptedOutError):
        kept.send(message())
    assert heard(kept, reply("START", asked=True, at=later, message_id="r2")) == []
    assert kept.send(message()).message_id == "1"


def test_a_stop_that_a_webhook_was_told_is_confirmed_when_the_vendor_lists_it(kept: Gateway) -> None:
    heard(kept, reply("STOP"), reply("STOP", asked=True))
    heard(kept, reply("START", at=NOON + timedelta(hours=1), message_id="r2"))
    assert TO in kept.opt_outs


def test_webhooks_alone_stop_and_start(kept: Gateway) -> None:
    heard(kept, reply("STOP"), reply("START", at=NOON + timedelta(hours=1), message_id="r2"))
    assert TO not in kept.opt_outs


def test_a_stop_that_was_taken_back_by_hand_is_not_put_back_by_its_confirmation(kept: Gateway) -> None:
    heard(kept, reply("STOP", at=datetime.now(UTC)))
    kept.opt_outs.remove(TO)
    heard(kept, reply("STOP", asked=True, at=datetime.now(UTC) - timedelta(seconds=1)))
    assert TO not in kept.opt_outs


def test_a_reply_that_an_earlier_version_has_handed_on_is_not_handed_on_again(path: str) -> None:
    with gateway(path, Line()) as opened:
        heard(opened, reply("Yes"))
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE arrivals SET content = NULL")
        assert heard(opened, reply("STOP", asked=True)) == []
        assert TO in opened.opt_outs


def test_the_journal_has_no_hash_that_a_list_of_likely_replies_would_find(path: str) -> None:
    contents = []
    for name in ("one", "two"):
        with gateway(f"{path}-{name}", Line()) as opened:
            heard(opened, reply("Yes"))
        with closing(sqlite3.connect(f"{path}-{name}")) as file:
            contents += file.execute("SELECT content FROM arrivals").fetchall()
    assert len({*contents}) == 2


# Reports -------------------------------------------------------------------------------------------------------------

ENDS = [status for status in Status if status.is_final]


@pytest.mark.parametrize("forged", ENDS, ids=lambda status: status.value)
@pytest.mark.parametrize("real", ENDS, ids=lambda status: status.value)
def test_the_end_that_the_vendor_tells_replaces_the_one_that_a_webhook_was_told(
    opened: Gateway, forged: Status, real: Status
) -> None:
    assert heard(opened, report(forged)) == [forged.value]
    assert heard(opened, report(real, asked=True)) == ([] if real is forged else [real.value])
    assert heard(opened, report(real, asked=True)) == []


def test_an_end_that_was_told_after_the_vendor_was_asked_counts_for_nothing(opened: Gateway) -> None:
    assert heard(opened, report(Status.FAILED, asked=True), report(Status.DELIVERED)) == ["failed"]
    assert heard(opened, report(Status.FAILED, raw="FAILED_AGAIN", reason="forged")) == []


def test_a_status_on_the_way_takes_no_end_back(opened: Gateway) -> None:
    """A vendor's list may be behind its own calls."""
    assert heard(opened, report(Status.DELIVERED), report(Status.SENT, asked=True)) == ["delivered"]
    assert heard(opened, report(Status.FAILED, asked=True)) == ["failed"]


def test_what_was_corrected_may_come_again(opened: Gateway) -> None:
    said = heard(
        opened,
        report(Status.DELIVERED),
        report(Status.EXPIRED, asked=True),
        report(Status.DELIVERED),
        report(Status.FAILED, asked=True),
        report(Status.FAILED, asked=True),
    )
    assert said == ["delivered", "expired", "delivered", "failed"]


def test_the_journal_says_who_said_it(kept: Gateway) -> None:
    kept.send(message())
    for event, source in [
        (report(Status.SENT), Source.TOLD),
        (report(Status.DELIVERED), Source.TOLD),
        (report(Status.SENT, asked=True), Source.TOLD),
        (report(Status.DELIVERED, asked=True), Source.ASKED),
        (report(Status.DELIVERED), Source.ASKED),
    ]:
        heard(kept, event)
        delivery = kept.deliveries.get("1", provider="a").delivery
        assert delivery is not None
        assert delivery.source is source


def test_an_end_that_was_told_is_awaited_until_the_vendor_confirms_an_end(path: str) -> None:
    with gateway(path, Line()) as opened:
        opened.send(message())

        def awaited() -> bool:
            ever, now = datetime.fromtimestamp(0, UTC), datetime.now(UTC) + timedelta(days=1)
            return bool(opened.incoming.inbox.awaited("a", since=ever, before=now, most=9))  # type: ignore[attr-defined]

        heard(opened, report(Status.DELIVERED))
        assert awaited()
        heard(opened, report(Status.SENT, asked=True))
        assert awaited()
        heard(opened, report(Status.EXPIRED, asked=True))
        assert not awaited()
        heard(opened, report(Status.DELIVERED))  # late, and only told
        assert awaited()
        heard(opened, report(Status.DELIVERED, asked=True))
        assert not awaited()


def test_an_application_that_fails_with_a_correction_gets_it_again(opened: Gateway) -> None:
    heard(opened, report(Status.DELIVERED))
    real = report(Status.FAILED, asked=True)
    for _ in range(2):
        assert opened.incoming.inbox.take(real).verdict is Verdict.NEW
        opened.incoming.inbox.give_back(real)
    assert heard(opened, real) == ["failed"]
