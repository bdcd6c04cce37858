"""Salesbox over real HTTP, against the sandbox in every variant that its documents leave open."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from smsgate import (
    Accepted,
    Conversation,
    Doubt,
    Gateway,
    Message,
    NotFoundError,
    NotSentError,
    Outcome,
    ProviderError,
    RejectedError,
    Status,
    Submission,
    UnknownOutcomeError,
    UnsupportedError,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate_salesbox import SalesboxExtras
from smsgate_salesbox_sandbox import Salesbox, Variants

MESSAGE = Message("+27821234567", "Your code is 4711")

VARIANTS = {
    "as printed": Variants(),
    "in an envelope": Variants(envelope=True),
    "lists keyed by id": Variants(lists="keyed", total="text"),
    "lists under data": Variants(lists="data", total="none"),
    "bare lists": Variants(lists="bare"),
    "keyed in an envelope": Variants(envelope=True, lists="keyed", created=201),
    "as a Mautic": Variants(errors="many", created=201, sent="success", fails_with_200=True, total="text"),
    "deleting without a body": Variants(deleted="empty"),
    "deleting with 204": Variants(deleted="none"),
}


def gateway_on(sandbox: Sandbox, **settings: object) -> Gateway:
    account = {"adapter": "salesbox", "base_url": sandbox.url("salesbox"), **sandbox.credentials("salesbox")}
    timeouts = {"read_timeout": 1.0, "deadline": 4, "rate": "unlimited"}
    return Gateway.from_mapping({"providers": {"box": {**account, **timeouts, **settings}}})


@pytest.fixture(params=VARIANTS, name="sandbox")
def _sandbox(request: pytest.FixtureRequest, nulls: str) -> Iterator[Sandbox]:
    vendor = Salesbox(VARIANTS[request.param], limit=None)
    with Sandbox(vendors=[vendor], stall=2, absent=["salesbox"] if nulls == "absent" else ()) as sandbox:
        yield sandbox


@pytest.fixture(name="gateway")
def _gateway(sandbox: Sandbox) -> Iterator[Gateway]:
    patient = {"read_timeout": 15, "deadline": 60}  # nothing here waits for a vendor that is silent
    with gateway_on(sandbox, campaigns_as_groups=True, **patient) as gateway:
        yield gateway


@pytest.fixture(name="printed")
def _printed() -> Iterator[Sandbox]:
    with Sandbox(vendors=[Salesbox(limit=None)], stall=1) as sandbox:
        yield sandbox


def on_air(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [(text.to, text.text) for text in sandbox.texts]


def test_a_message_is_drafted_sent_and_looked_at(sandbox: Sandbox, gateway: Gateway) -> None:
    result = gateway.send(MESSAGE)
    assert (result.outcome, result.status) == (Outcome.ACCEPTED, Status.QUEUED)
    assert on_air(sandbox) == [(MESSAGE.to, MESSAGE.text)]
    assert result.message_id is not None
    stored = gateway.messages.get(result.message_id)
    assert (stored.id, stored.to, stored.text) == (result.message_id, MESSAGE.to, MESSAGE.text)
    assert gateway.status(result.message_id).status in {Status.QUEUED, Status.SENT, Status.DELIVERED}


def test_messages_are_listed_by_status_and_text_page_by_page(gateway: Gateway) -> None:
    ids = [gateway.send(Message("+27821234567", f"Reminder {place}")).message_id for place in range(105)]
    assert sorted(message.id for message in gateway.messages.list()) == sorted(str(each) for each in ids)
    assert [message.text for message in gateway.messages.list(text="Reminder 77")] == ["Reminder 77"]
    assert [*gateway.messages.list(status=Status.FAILED)] == []


def test_a_message_is_edited_and_deleted(sandbox: Sandbox, gateway: Gateway) -> None:
    sandbox.misbehave("salesbox", Fault.UNAUTHORIZED, path="text-messages/*/send")
    with pytest.raises(NotSentError) as caught:
        gateway.send(MESSAGE)
    draft = caught.value.message_id
    vendor = gateway.provider("box").vendor
    assert isinstance(vendor, SalesboxExtras)
    assert draft is not None
    assert vendor.edit(draft, text="Your code is 4712").text == "Your code is 4712"
    assert vendor.send_draft(draft).message_id == draft
    assert on_air(sandbox) == [(MESSAGE.to, "Your code is 4712")]
    gateway.messages.delete(draft)
    with pytest.raises(NotFoundError):
        gateway.messages.get(draft)


def test_contacts_are_kept(gateway: Gateway) -> None:
    created = gateway.contacts.create("+27821234567", first_name="Ada Lovelace", email="ada@example.com")
    updated = gateway.contacts.update(created.id, company="Analytical Engines")
    assert (updated.first_name, updated.company, updated.number) == (
        "Ada Lovelace",
        "Analytical Engines",
        "+27821234567",
    )
    assert gateway.contacts.get(created.id).company == "Analytical Engines"
    assert gateway.contacts.find("+27821234567") == updated
    gateway.contacts.delete(created.id)
    assert [*gateway.contacts.list()] == []


def test_campaigns_stand_for_groups_where_the_settings_say_so(gateway: Gateway) -> None:
    contact = gateway.contacts.create("+27821234567", first_name="Ada")
    group = gateway.groups.create("Friends")
    gateway.groups.add(group.id, contact.id)
    assert [member.id for member in gateway.groups.members(group.id)] == [contact.id]
    gateway.groups.remove(group.id, contact.id)
    assert [*gateway.groups.members(group.id)] == []
    assert gateway.groups.update(group.id, name="Good friends").name == "Good friends"
    assert [each.name for each in gateway.groups.list()] == ["Good friends"]
    gateway.groups.delete(group.id)
    with pytest.raises(NotFoundError):
        gateway.groups.get(group.id)


def test_without_the_setting_there_are_no_groups(printed: Sandbox) -> None:
    with gateway_on(printed) as gateway, pytest.raises(UnsupportedError, match="campaigns_as_groups = true"):
        gateway.provider("box").groups.create("Friends")


def test_a_message_for_later_is_one_step_and_cannot_be_taken_for_a_draft(sandbox: Sandbox, gateway: Gateway) -> None:
    result = gateway.send(Message("+27821234567", "Later", send_at=datetime.now(UTC) + timedelta(hours=1)))
    assert (result.status, on_air(sandbox)) == (Status.SCHEDULED, [])
    sandbox.advance(timedelta(hours=1, minutes=1))
    assert on_air(sandbox) == [("+27821234567", "Later")]


@pytest.mark.parametrize(
    "fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.STALL_AFTER, Fault.TRUNCATED, Fault.HTML]
)
def test_an_ambiguous_draft_has_sent_nothing(fault: Fault, printed: Sandbox) -> None:
    printed.misbehave("salesbox", fault, path="text-messages/new")
    with gateway_on(printed) as gateway, pytest.raises(NotSentError, match=r"draft|before the message was submitted"):
        gateway.send(MESSAGE)
    assert on_air(printed) == []


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.RATE_LIMITED, Fault.FORBIDDEN])
def test_the_next_try_sends_the_draft_of_the_first(fault: Fault, printed: Sandbox) -> None:
    printed.misbehave("salesbox", fault, path="text-messages/*/send")
    with gateway_on(printed) as gateway:
        with pytest.raises(NotSentError) as caught:
            gateway.send(MESSAGE)
        printed.advance(timedelta(minutes=2))
        for _ in range(100):  # the account may be blocked for a moment after a 429
            try:
                result = gateway.send(MESSAGE)
                break
            except NotSentError as error:
                assert error.retry_after is not None  # noqa: PT017 - it says when to come back
        assert result.message_id == caught.value.message_id
        assert len([*gateway.messages.list()]) == 1
    assert on_air(printed) == [(MESSAGE.to, MESSAGE.text)]


@pytest.mark.parametrize(("fault", "sent"), [(Fault.DROP_BEFORE, False), (Fault.DROP_AFTER, True)])
def test_an_ambiguous_send_is_settled_by_looking_again(fault: Fault, sent: bool, printed: Sandbox) -> None:  # noqa: FBT001
    printed.misbehave("salesbox", fault, path="text-messages/*/send")
    with gateway_on(printed) as gateway:
        with pytest.raises(UnknownOutcomeError) as caught:
            gateway.send(MESSAGE)
        long_ago = Doubt(MESSAGE, datetime.now(UTC) - timedelta(hours=1), caught.value.message_id)
        found = gateway.provider("box").reconcile(long_ago)
        assert (found.message_id if found else None) == (caught.value.message_id if sent else None)
        if not sent:
            assert gateway.send(MESSAGE).message_id == caught.value.message_id
    assert on_air(printed) == [(MESSAGE.to, MESSAGE.text)]


def test_a_draft_seen_too_early_settles_nothing(printed: Sandbox) -> None:
    printed.misbehave("salesbox", Fault.DROP_BEFORE, path="text-messages/*/send")
    with gateway_on(printed) as gateway:
        with pytest.raises(UnknownOutcomeError) as caught:
            gateway.send(MESSAGE)
        with pytest.raises(UnknownOutcomeError, match="is certain from"):
            gateway.provider("box").reconcile(Doubt(MESSAGE, datetime.now(UTC), caught.value.message_id))


def _draft_and_die(url: str, token: str) -> None:
    """Make the draft of a message, and be killed before it is sent."""
    settings = {"adapter": "salesbox", "base_url": url, "token": token, "rate": "unlimited"}
    with Gateway.from_mapping({"providers": {"box": settings}}) as gateway:
        box = gateway.provider("box")
        box.converse("draft", _first_step(box.adapter.send(MESSAGE, Submission("s1"))))
        os.kill(os.getpid(), signal.SIGKILL)


def _first_step(steps: Conversation[Accepted]) -> Conversation[None]:
    answer = yield next(steps)
    steps.send(answer)


@pytest.mark.slow
def test_after_a_crash_between_the_steps_the_next_try_is_one_text_and_no_second_draft(printed: Sandbox) -> None:
    began = datetime.now(UTC)
    token = printed.credentials("salesbox")["token"]
    child = multiprocessing.get_context("spawn").Process(target=_draft_and_die, args=(printed.url("salesbox"), token))
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    with gateway_on(printed) as gateway:
        assert [message.raw_status for message in gateway.messages.list()] == ["draft"]
        assert gateway.provider("box").reconcile(Doubt(MESSAGE, began - timedelta(minutes=16))) is None
        gateway.send(MESSAGE)
        assert len([*gateway.messages.list()]) == 1
    assert on_air(printed) == [(MESSAGE.to, MESSAGE.text)]


def test_two_equal_messages_leave_a_doubt_open(printed: Sandbox) -> None:
    with gateway_on(printed) as gateway:
        gateway.send(MESSAGE)
        gateway.send(MESSAGE)
        with pytest.raises(UnknownOutcomeError, match="2 texts at the vendor may be this message"):
            gateway.provider("box").reconcile(Doubt(MESSAGE, datetime.now(UTC) - timedelta(hours=1)))


def test_a_refused_send_says_why_and_which_draft_stayed(sandbox: Sandbox, gateway: Gateway) -> None:
    sandbox.misbehave("salesbox", Fault.REFUSE_NUMBER, path="text-messages/*/send")
    with pytest.raises(RejectedError) as caught:
        gateway.send(MESSAGE)
    assert isinstance(caught.value, ProviderError)
    assert caught.value.message_id is not None
    assert on_air(sandbox) == []


@pytest.mark.parametrize("missing", ["999", "a/b", "..", "new"])
def test_unknown_ids_are_not_found(missing: str, printed: Sandbox) -> None:
    with gateway_on(printed) as gateway, pytest.raises(ProviderError):
        gateway.messages.get(missing)
