"""The adapter against a server that was written from the vendor's documents by themselves, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smsgate import (
    Accepted,
    AuthenticationError,
    ConflictError,
    Direction,
    Doubt,
    InvalidRecipientError,
    Message,
    NotFoundError,
    NotSentError,
    OptedOutError,
    PermissionDeniedError,
    Provider,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Status,
    UnknownOutcomeError,
)
from smsgate.adapter.abilities.reconciliation import Reconciles
from smsgate.sandbox import Fault, Sandbox
from smsgate.transport.reconciled import own_of
from smsgate_salesmsg import Salesmsg as SalesmsgAdapter
from smsgate_salesmsg_sandbox import Salesmsg
from tests.skipped_waits import skip_waits

ADA, BOB = "+12019772861", "+12027953213"
Connect = Callable[..., Provider]


def texts(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [(text.to, text.text) for text in sandbox.texts]


@pytest.fixture(params=["conversation", "number"])
def sender(request: pytest.FixtureRequest, connected: Connect, version: str) -> Provider:
    """Return a provider for each version and way to send."""
    return connected(api_version=version, send_via=request.param)


def test_a_message_goes_out_and_its_delivery_is_reported(sender: Provider, sandbox: Sandbox) -> None:
    accepted = sender.send(Message(ADA, "I'm here & <there> 👍"))
    assert accepted.status is Status.QUEUED
    assert texts(sandbox) == [(ADA, "I'm here & <there> 👍")]
    assert sender.status(accepted.message_id).status in {Status.QUEUED, Status.SENT}
    sandbox.advance(timedelta(minutes=2))
    report = sender.status(accepted.message_id)
    assert (report.status, report.raw_status) == (Status.DELIVERED, "delivered")
    stored = sender.messages.get(accepted.message_id)
    assert (stored.text, stored.to, stored.direction) == ("I'm here & <there> 👍", ADA, Direction.OUTBOUND)


def test_a_failed_text_has_the_vendors_reason(sender: Provider, sandbox: Sandbox) -> None:
    accepted = sender.send(Message("+27820002001", "hello"))
    sandbox.advance(timedelta(minutes=2))
    report = sender.status(accepted.message_id)
    assert report.status is Status.FAILED
    assert report.reason


def test_the_second_message_to_a_number_is_one_call(sales: Provider, sandbox: Sandbox) -> None:
    sales.send(Message(ADA, "one"))
    before = sandbox.counts("salesmsg")["requests"]
    sales.send(Message(ADA, "two"))
    assert sandbox.counts("salesmsg")["requests"] == before + 1
    assert texts(sandbox) == [(ADA, "one"), (ADA, "two")]


def test_a_contact_that_is_there_is_used(sales: Provider) -> None:
    contact = sales.contacts.create(ADA, first_name="Ada")
    sales.send(Message(ADA, "hello"))
    assert [each.id for each in sales.contacts.list()] == [contact.id]


@pytest.mark.parametrize(
    ("flags", "kind", "words"),
    [
        ({"opt_out": "soft"}, OptedOutError, "has opted out"),
        ({"is_blocked": True}, InvalidRecipientError, "is blocked"),
        ({"is_invalid": True, "invalid_reason": "Landline number"}, InvalidRecipientError, "invalid"),
    ],
)
def test_a_contact_that_is_not_to_be_texted_is_refused_after_one_look(
    sales: Provider, sandbox: Sandbox, flags: dict[str, Any], kind: type[Exception], words: str
) -> None:
    sandbox.change_account("salesmsg", "flag_contact", number=ADA, **flags)
    with pytest.raises(kind, match=words):
        sales.send(Message(ADA, "hello"))
    assert sandbox.counts("salesmsg")["requests"] == 1
    assert texts(sandbox) == []


def test_another_number_than_asked_is_noted(connected: Connect, sandbox: Sandbox) -> None:
    asked = sandbox.account("salesmsg")["number_id"]
    assert isinstance(asked, int)
    first = connected(number_id=asked - 1).send(Message(ADA, "hello"))
    other = connected(number_id=asked).send(Message(ADA, "hello again"))
    assert first.notes == ()
    assert other.sender == first.sender
    note = f"sent from number {asked - 1} ({first.sender}), not from number_id {asked}"
    assert other.notes == (f"{note}: the existing conversation keeps its number",)


def test_a_message_is_scheduled_where_the_version_can(connected: Connect, sandbox: Sandbox) -> None:
    when = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    sales = connected(api_version="v2.3")
    accepted = sales.send(Message(ADA, "later", send_at=when))
    assert accepted.status is Status.SCHEDULED
    assert [(text.to, text.at) for text in sandbox.scheduled] == [(ADA, when)]
    assert sales.messages.get(accepted.message_id).scheduled_at == when


# Contacts and tags ---------------------------------------------------------------------------------------------------


def test_a_contact_from_its_creation_to_its_end(sales: Provider) -> None:
    made = sales.contacts.create(ADA, first_name="Ada", last_name="Lovelace", email="ada@example.com")
    assert (made.number, made.first_name, made.last_name, made.email, made.opted_out) == (
        ADA,
        "Ada",
        "Lovelace",
        "ada@example.com",
        False,
    )
    assert sales.contacts.update(made.id, first_name="Augusta").first_name == "Augusta"
    read = sales.contacts.get(made.id)
    assert (read.number, read.first_name, read.last_name) == (ADA, "Augusta", "Lovelace")
    assert [*sales.opt_outs.list()] == []
    sales.contacts.opt_out(made.id)
    [opted_out] = sales.opt_outs.list()
    assert (opted_out.number, opted_out.sender, opted_out.since is None) == (made.number, None, False)
    assert sales.contacts.get(made.id).opted_out is True
    with pytest.raises(OptedOutError):
        sales.send(Message(ADA, "hello"))
    sales.contacts.opt_in(made.id)
    found = sales.contacts.find(ADA)
    assert found is not None
    assert (found.id, found.opted_out) == (made.id, False)
    sales.contacts.delete(made.id)
    assert sales.contacts.find(ADA) is None
    with pytest.raises(NotFoundError):
        sales.contacts.get(made.id)


@pytest.mark.parametrize("vendor", [Salesmsg(limit=1_000, duplicates_as_list=as_list) for as_list in (False, True)])
def test_a_number_that_has_a_contact_is_a_conflict_that_names_it(sales: Provider) -> None:
    made = sales.contacts.create(ADA)
    with pytest.raises(ConflictError) as caught:
        sales.contacts.create(ADA)
    assert caught.value.existing_id == made.id


@pytest.mark.parametrize("vendor", [Salesmsg(limit=1_000, surplus_pages=pages) for pages in (0, 3)])
def test_long_lists_are_read_whole_and_searched(sales: Provider) -> None:
    numbers = [f"+120255501{number:02}" for number in range(25)]
    ids = {sales.contacts.create(number, first_name="Bob" if number in numbers[:3] else "Ada").id for number in numbers}
    assert {contact.id for contact in sales.contacts.list()} == ids
    assert {contact.number for contact in sales.contacts.list(search="bob")} == set(numbers[:3])


def test_tags_are_groups(sales: Provider, sandbox: Sandbox) -> None:
    group = sales.groups.create("Friends")
    contact = sales.contacts.create(ADA)
    sales.groups.add(group.id, contact.id)
    assert sandbox.members("salesmsg", group.id) == {contact.id}
    assert [member.id for member in sales.groups.members(group.id)] == [contact.id]
    assert sales.groups.update(group.id, name="Family").name == "Family"
    assert sales.groups.get(group.id).name == "Family"
    assert [each.name for each in sales.groups.list()] == ["Family"]
    with pytest.raises(ConflictError):
        sales.groups.create("Family")
    sales.groups.remove(group.id, contact.id)
    assert sandbox.members("salesmsg", group.id) == frozenset()
    with pytest.raises(NotFoundError):
        sales.groups.get("999999")


# Messages ------------------------------------------------------------------------------------------------------------


def test_replies_stand_in_their_conversation(sales: Provider, sandbox: Sandbox) -> None:
    accepted = sales.send(Message(ADA, "hello"))
    sandbox.receive("salesmsg", ADA, "great!")
    conversation, _, _ = accepted.message_id.partition(":")
    assert [(stored.direction, stored.text) for stored in sales.messages.list(conversation=conversation)] == [
        (Direction.INBOUND, "great!"),
        (Direction.OUTBOUND, "hello"),
    ]


def test_long_conversations_and_many_of_them_are_read_whole(sales: Provider) -> None:
    sent = {sales.send(Message(ADA, f"text {number}")).message_id for number in range(60)}
    sent |= {sales.send(Message(f"+120255501{number:02}", "hello")).message_id for number in range(30)}
    assert {stored.id for stored in sales.messages.list()} == sent


def test_a_message_that_is_not_there_is_not_found(sales: Provider) -> None:
    conversation, _, _ = sales.send(Message(ADA, "hello")).message_id.partition(":")
    for message_id in (f"{conversation}:999999", "999999:1"):
        with pytest.raises(NotFoundError):
            sales.status(message_id)


# Refusals ------------------------------------------------------------------------------------------------------------


def test_an_invalid_token_is_refused_and_not_shown(connected: Connect) -> None:
    sales = connected(token="a-secret-that-was-never-given")
    with pytest.raises(AuthenticationError) as caught:
        sales.send(Message(ADA, "hello"))
    assert "a-secret" not in str(caught.value)


def test_a_scope_that_the_token_lacks_is_named(connected: Connect, sandbox: Sandbox) -> None:
    scopes = ["contacts:read", "contacts:write", "conversations:write"]
    token = sandbox.change_account("salesmsg", "issue_personal_token", scopes=scopes)["token"]
    sales = connected(token=token)
    with pytest.raises(PermissionDeniedError, match="lacks the scope messages:write"):
        sales.send(Message(ADA, "hello"))
    with pytest.raises(PermissionDeniedError, match="lacks the scope tags:read"):
        [*sales.groups.list()]
    assert texts(sandbox) == []


def test_a_team_that_is_not_the_accounts_is_an_error_in_the_settings(connected: Connect, sandbox: Sandbox) -> None:
    with pytest.raises((RejectedError, NotSentError)) as caught:
        connected(team_id=999_999).send(Message(ADA, "hello"))
    assert "team_id" in str(caught.value)
    assert texts(sandbox) == []


@pytest.mark.parametrize("vendor", [Salesmsg(limit=4)])
def test_after_too_many_requests_everything_waits_for_a_minute(connected: Connect, sandbox: Sandbox) -> None:
    sales = connected()
    sales.send(Message(ADA, "one"))
    with pytest.raises(RateLimitedError) as caught:
        sales.send(Message(BOB, "two"))
    assert caught.value.retry_after == 60.0
    assert texts(sandbox) == [(ADA, "one")]


def test_fields_in_the_wrong_place_are_refused_and_so_is_the_message(connected: Connect, sandbox: Sandbox) -> None:
    """The server takes what its version documents; the setting is for servers that differ."""
    with pytest.raises(ProviderError) as caught:
        connected(params_in="query").send(Message(ADA, "hello"))
    assert not isinstance(caught.value, UnknownOutcomeError)
    assert texts(sandbox) == []


@pytest.mark.parametrize("vendor", [Salesmsg(limit=1_000, params_in="query")])
def test_where_fields_go_can_be_set(connected: Connect, sandbox: Sandbox) -> None:
    connected(params_in="query").send(Message(ADA, "hello"))
    assert texts(sandbox) == [(ADA, "hello")]


# Failures, against what the server knows -----------------------------------------------------------------------------

LOOKS = ["contacts", "conversations"]
SENDS = "messages/*"
LONG = {Fault.SLOW_DRIP, Fault.GZIP_BOMB, Fault.OVERSIZE}
"""Faults that take long and are the connection's to see, whatever is asked."""


@pytest.mark.parametrize(
    ("step", "fault"),
    [*((SENDS, fault) for fault in Fault), *((step, fault) for step in LOOKS for fault in Fault if fault not in LONG)],
)
def test_whatever_fails_the_error_is_true(
    connected: Connect, sandbox: Sandbox, step: str, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    skip_waits(monkeypatch)  # before a request is made again
    sales = connected(read_timeout=0.5)
    sandbox.misbehave("salesmsg", fault, times=3, path=step)
    try:
        result: Accepted | ProviderError = sales.send(Message(ADA, "hello"))
    except ProviderError as error:
        result = error
    out = len(texts(sandbox))
    if isinstance(result, Accepted):
        assert out == 1
    elif isinstance(result, NotSentError | RejectedError):
        assert out == 0
    else:
        assert isinstance(result, UnknownOutcomeError)
        assert step == SENDS


def looked_up(sales: Provider, error: UnknownOutcomeError, since: datetime) -> Accepted | None:
    """Ask as if the time to settle were over."""
    doubt = Doubt(Message(ADA, "hello"), since, error.message_id)
    shown = sales.converse("reconcile", sales.able(Reconciles, "reconcile").reconcile(doubt))
    return own_of("sales", shown, since, None)


@pytest.mark.parametrize(
    "fault", [Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.NO_ID, Fault.DROP_BEFORE, Fault.ERROR_BEFORE]
)
def test_a_doubt_is_settled_by_looking_into_the_conversation(
    connected: Connect, sandbox: Sandbox, version: str, fault: Fault
) -> None:
    sales = connected(api_version=version)
    sales.send(Message(ADA, "something else"))
    since = datetime.now(UTC)
    sandbox.misbehave("salesmsg", fault, path="messages/*")
    with pytest.raises(UnknownOutcomeError) as caught:
        sales.send(Message(ADA, "hello"))
    found = looked_up(sales, caught.value, since)
    assert (found is not None) is fault.accepts
    if found is not None:
        assert sales.messages.get(found.message_id).text == "hello"


def test_two_equal_texts_leave_the_doubt(sales: Provider, sandbox: Sandbox) -> None:
    since = datetime.now(UTC)
    sales.send(Message(ADA, "hello"))
    sandbox.misbehave("salesmsg", Fault.DROP_AFTER, path="messages/*")
    with pytest.raises(UnknownOutcomeError) as caught:
        sales.send(Message(ADA, "hello"))
    with pytest.raises(UnknownOutcomeError, match="2 texts at the vendor may be this message"):
        looked_up(sales, caught.value, since)


def test_a_reply_is_found_in_its_conversation_and_the_delivery_of_what_it_answers(
    connected: Connect, sandbox: Sandbox, version: str
) -> None:
    sales = connected(api_version=version)
    adapter = sales.adapter
    assert isinstance(adapter, SalesmsgAdapter)
    sent = sales.send(Message(ADA, "Hello")).message_id
    sandbox.receive("salesmsg", ADA, "STOP")
    now = datetime.now(UTC)
    (reply,) = sales.replies(now - timedelta(minutes=5))
    assert (reply.sender, reply.text, reply.conversation) == (ADA, "STOP", sent.partition(":")[0])
    assert [*sales.replies(now + timedelta(minutes=5))] == []
    sandbox.advance(timedelta(minutes=2))
    (report,) = sales.converse("statuses", adapter.statuses([sent]))
    assert (report.message_id, report.status) == (sent, Status.DELIVERED)
