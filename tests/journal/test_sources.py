"""The vendor's answer replaces what a webhook received, and reaches the application if it differs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import DeliveryReport, Event, Gateway, OptedOutError, OptIn, OptOut, Reply, Source, Status
from smsgate.journal import EventState
from tests.plain_adapter import TO, Line, gateway, message

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
        source=Source.POLLED if asked else Source.WEBHOOK,
    )


def reply(text: str, *, asked: bool = False, sender: str = TO, at: datetime = NOON, message_id: str = "r1") -> Reply:
    return Reply(
        provider="a",
        message_id=message_id,
        sender=sender,
        text=text,
        received_at=at,
        source=Source.POLLED if asked else Source.WEBHOOK,
    )


def received(opened: Gateway, *events: Event) -> list[str]:
    """Say in few words what of the events the application is given."""
    given: list[Event] = []
    for event in events:
        opened.incoming.deliver(event, given.append)
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


def test_a_stop_in_the_vendors_list_reaches_the_application_though_a_forged_reply_had_its_id(opened: Gateway) -> None:
    assert received(opened, reply("Yes"), reply("STOP", asked=True), reply("STOP", asked=True)) == ["reply Yes", "stop"]


def test_a_number_is_not_texted_after_a_stop_whose_id_a_forged_reply_had(kept: Gateway) -> None:
    received(kept, reply("Yes"), reply("STOP", asked=True))
    with pytest.raises(OptedOutError):
        kept.send(message())


@pytest.mark.parametrize(
    "forged", [reply("Yes"), reply("No", sender="+27821234568"), reply("STOP", sender="+27821234568")]
)
def test_a_listed_reply_reaches_the_application_if_text_or_sender_differ(opened: Gateway, forged: Reply) -> None:
    received(opened, forged)
    assert received(opened, reply("No", asked=True)) == ["reply No"]


def test_the_same_reply_in_another_spelling_of_its_number_reaches_the_application_once(opened: Gateway) -> None:
    webhook, listed = "+551187654321", "+5511987654321"
    assert received(opened, reply("Yes", sender=webhook), reply("Yes", asked=True, sender=listed)) == ["reply Yes"]


@pytest.mark.parametrize("listed", ["Testing again. ", "Testing  again.", "Testing again.\n"])
def test_the_same_reply_from_webhook_and_list_reaches_the_application_once(opened: Gateway, listed: str) -> None:
    assert received(opened, reply("Testing again."), reply(listed, asked=True)) == ["reply Testing again."]
    assert received(opened, reply("Testing again."), reply(listed, asked=True)) == []


def test_a_webhook_after_the_vendors_answer_changes_nothing(opened: Gateway) -> None:
    assert received(opened, reply("No", asked=True), reply("Yes"), reply("STOP"), reply("No")) == ["reply No"]


def test_two_webhooks_with_one_id_and_two_texts_are_two_events(opened: Gateway) -> None:
    assert received(opened, reply("Yes"), reply("STOP"), reply("STOP")) == ["reply Yes", "stop"]


def test_the_listed_reply_waits_while_the_application_processes_the_forged_one(opened: Gateway) -> None:
    inbox = opened.incoming.inbox
    forged, real = reply("Yes"), opened.incoming.read(reply("STOP", asked=True))
    assert inbox.record(forged).state is EventState.NEW
    assert inbox.record(real).state is EventState.BUSY
    inbox.delivered(forged)
    assert inbox.record(real).state is EventState.NEW
    inbox.delivered(forged)  # by a process that was slow
    inbox.release(real)
    assert inbox.record(real).state is EventState.NEW
    inbox.delivered(real)
    assert inbox.record(real).state is EventState.SEEN


def test_an_application_that_fails_with_the_listed_reply_receives_it_again(opened: Gateway) -> None:
    received(opened, reply("Yes"))
    real = opened.incoming.read(reply("STOP", asked=True))
    for _ in range(2):
        assert opened.incoming.inbox.record(real).state is EventState.NEW
        opened.incoming.inbox.release(real)


def test_a_start_by_webhook_does_not_revoke_a_confirmed_stop(kept: Gateway) -> None:
    later = NOON + timedelta(hours=1)
    assert received(kept, reply("STOP", asked=True), reply("START", at=later, message_id="r2")) == ["stop", "start"]
    with pytest.raises(OptedOutError):
        kept.send(message())
    assert received(kept, reply("START", asked=True, at=later, message_id="r2")) == []
    assert kept.send(message()).message_id == "1"


def test_a_stop_by_webhook_is_confirmed_by_the_vendors_list(kept: Gateway) -> None:
    received(kept, reply("STOP"), reply("STOP", asked=True))
    received(kept, reply("START", at=NOON + timedelta(hours=1), message_id="r2"))
    assert TO in kept.opt_outs


def test_webhooks_alone_stop_and_start(kept: Gateway) -> None:
    received(kept, reply("STOP"), reply("START", at=NOON + timedelta(hours=1), message_id="r2"))
    assert TO not in kept.opt_outs


def test_a_stop_that_was_revoked_by_hand_is_not_restored_by_its_confirmation(kept: Gateway) -> None:
    received(kept, reply("STOP", at=datetime.now(UTC)))
    kept.opt_outs.remove(TO)
    received(kept, reply("STOP", asked=True, at=datetime.now(UTC) - timedelta(seconds=1)))
    assert TO not in kept.opt_outs


def test_a_reply_from_before_the_upgrade_is_one_event_and_its_stop_takes_effect(path: str) -> None:
    with gateway(path, Line()) as opened:
        received(opened, reply("Yes"))
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE arrivals SET content = NULL")
        assert received(opened, reply("STOP", asked=True)) == []
        assert TO in opened.opt_outs


def test_the_journal_has_no_hash_that_a_list_of_likely_replies_would_find(path: str) -> None:
    contents = []
    for name in ("one", "two"):
        with gateway(f"{path}-{name}", Line()) as opened:
            received(opened, reply("Yes"))
        with closing(sqlite3.connect(f"{path}-{name}")) as file:
            contents += file.execute("SELECT content FROM arrivals").fetchall()
    assert len({*contents}) == 2


# Reports -------------------------------------------------------------------------------------------------------------

ENDS = [status for status in Status if status.is_final]


@pytest.mark.parametrize("forged", ENDS, ids=lambda status: status.value)
@pytest.mark.parametrize("real", ENDS, ids=lambda status: status.value)
def test_the_vendors_final_status_replaces_the_one_of_a_webhook(opened: Gateway, forged: Status, real: Status) -> None:
    assert received(opened, report(forged)) == [forged.value]
    assert received(opened, report(real, asked=True)) == ([] if real is forged else [real.value])
    assert received(opened, report(real, asked=True)) == []


def test_a_final_status_by_webhook_after_the_vendors_answer_changes_nothing(opened: Gateway) -> None:
    assert received(opened, report(Status.FAILED, asked=True), report(Status.DELIVERED)) == ["failed"]
    assert received(opened, report(Status.FAILED, raw="FAILED_AGAIN", reason="forged")) == []


def test_an_earlier_status_does_not_replace_a_final_one(opened: Gateway) -> None:
    """A vendor's list may be behind its own calls."""
    assert received(opened, report(Status.DELIVERED), report(Status.SENT, asked=True)) == ["delivered"]
    assert received(opened, report(Status.FAILED, asked=True)) == ["failed"]


def test_what_was_corrected_may_come_again(opened: Gateway) -> None:
    said = received(
        opened,
        report(Status.DELIVERED),
        report(Status.EXPIRED, asked=True),
        report(Status.DELIVERED),
        report(Status.FAILED, asked=True),
        report(Status.FAILED, asked=True),
    )
    assert said == ["delivered", "expired", "delivered", "failed"]


def test_the_journal_has_the_source_of_a_status(kept: Gateway) -> None:
    kept.send(message())
    for event, source in [
        (report(Status.SENT), Source.WEBHOOK),
        (report(Status.DELIVERED), Source.WEBHOOK),
        (report(Status.SENT, asked=True), Source.WEBHOOK),
        (report(Status.DELIVERED, asked=True), Source.POLLED),
        (report(Status.DELIVERED), Source.POLLED),
    ]:
        received(kept, event)
        delivery = kept.deliveries.get("1", provider="a").delivery
        assert delivery is not None
        assert delivery.source is source


def test_a_final_status_by_webhook_is_awaited_until_the_vendor_confirms_one(path: str) -> None:
    with gateway(path, Line()) as opened:
        opened.send(message())

        def awaited() -> bool:
            ever, now = datetime.fromtimestamp(0, UTC), datetime.now(UTC) + timedelta(days=1)
            return bool(opened.incoming.inbox.awaited("a", since=ever, before=now, most=9))  # type: ignore[attr-defined]

        received(opened, report(Status.DELIVERED))
        assert awaited()
        received(opened, report(Status.SENT, asked=True))
        assert awaited()
        received(opened, report(Status.EXPIRED, asked=True))
        assert not awaited()
        received(opened, report(Status.DELIVERED))  # late, by webhook
        assert awaited()
        received(opened, report(Status.DELIVERED, asked=True))
        assert not awaited()


def test_an_application_that_fails_with_a_correction_receives_it_again(opened: Gateway) -> None:
    received(opened, report(Status.DELIVERED))
    real = report(Status.FAILED, asked=True)
    for _ in range(2):
        assert opened.incoming.inbox.record(real).state is EventState.NEW
        opened.incoming.inbox.release(real)
    assert received(opened, real) == ["failed"]


# Signed --------------------------------------------------------------------------------------------------------------


def signed(event: DeliveryReport | Reply) -> DeliveryReport | Reply:
    return evolve(event, source=Source.SIGNED)


def test_a_signed_call_replaces_what_a_forged_one_said(opened: Gateway) -> None:
    assert received(opened, reply("Yes"), signed(reply("STOP")), signed(reply("STOP"))) == ["reply Yes", "stop"]
    assert received(opened, report(Status.DELIVERED), signed(report(Status.FAILED))) == ["delivered", "failed"]


@pytest.mark.parametrize("asked", [False, True], ids=["webhook", "polled"])
def test_no_later_final_status_replaces_a_signed_one(opened: Gateway, *, asked: bool) -> None:
    said = [signed(report(Status.FAILED)), report(Status.DELIVERED, asked=asked), report(Status.FAILED, raw="x")]
    assert received(opened, *said) == ["failed"]


def test_a_start_without_a_signature_does_not_revoke_a_signed_stop(kept: Gateway) -> None:
    later = NOON + timedelta(hours=1)
    assert received(kept, signed(reply("STOP")), reply("START", at=later, message_id="r2")) == ["stop", "start"]
    with pytest.raises(OptedOutError):
        kept.send(message())
    received(kept, signed(reply("START", at=later, message_id="r2")))
    assert kept.send(message()).message_id == "1"


def test_the_journal_says_that_a_status_was_signed(kept: Gateway) -> None:
    kept.send(message())
    for event, source in [
        (report(Status.SENT), Source.WEBHOOK),
        (signed(report(Status.SENT)), Source.SIGNED),
        (report(Status.SENT, asked=True), Source.SIGNED),
        (report(Status.DELIVERED, asked=True), Source.POLLED),
        (signed(report(Status.DELIVERED)), Source.POLLED),
    ]:
        received(kept, event)
        delivery = kept.deliveries.get("1", provider="a").delivery
        assert delivery is not None
        assert delivery.source is source


def test_a_final_status_that_is_signed_is_not_awaited(kept: Gateway) -> None:
    kept.send(message())
    received(kept, signed(report(Status.DELIVERED)))
    ever, now = datetime.fromtimestamp(0, UTC), datetime.now(UTC) + timedelta(days=1)
    assert not kept.incoming.inbox.awaited("a", since=ever, before=now, most=9)  # type: ignore[attr-defined]
