"""Absent and null are the same: only an id that is needed, or the very value that was asked for, must be there."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smsgate import (
    Accepted,
    Answer,
    Doubt,
    MalformedAnswerError,
    Message,
    Provider,
    ProviderError,
    Status,
    UnknownOutcomeError,
)
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import Counts, NewUser, UserChanges, ZoomConnect, ZoomConnectExtras, ZoomConnectSettings

SETTINGS = ZoomConnectSettings(email="ops@example.com", token="t0ken-of-the-tests", read_attempts=1)
SINCE = datetime(2026, 2, 3, tzinfo=UTC)
EMPTY = answer(201, text="")
"""The swagger has a 201 without a body for every POST and PUT."""
ADA = NewUser(email="ada@example.com", password="s3cret", first_name="Ada", last_name="Lovelace", number="+27821234567")


def stubbed(*said: Answer | Mapping[str, object]) -> tuple[Provider, StubTransport]:
    stub = StubTransport([each if isinstance(each, Answer) else answer(200, each) for each in said])
    return Provider("zoom", ZoomConnect(SETTINGS, provider="zoom"), stub), stub


def vendor(*said: Answer | Mapping[str, object]) -> ZoomConnectExtras:
    extras = stubbed(*said)[0].vendor
    assert isinstance(extras, ZoomConnectExtras)
    return extras


# Lists ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{}, {"webServiceMessages": None, "totalPages": None}, {"totalPages": 0}])
def test_a_list_that_is_not_there_is_empty(said: dict[str, object]) -> None:
    assert list(stubbed(said)[0].messages.list()) == []
    assert list(stubbed(said)[0].replies(SINCE)) == []
    for name in ("contacts", "groups", "templates"):
        assert list(getattr(stubbed(said)[0], name).list()) == []
    assert vendor(said).find_users("ada@example.com") == []


@pytest.mark.parametrize("said", [None, [], "ok", 5])
def test_what_is_no_object_is_no_empty_list(said: object) -> None:
    for name in ("contacts", "groups", "templates", "messages"):
        with pytest.raises(MalformedAnswerError):
            list(getattr(stubbed(answer(200, said))[0], name).list())


def test_a_reply_needs_its_id_and_nothing_else() -> None:
    (reply,) = stubbed({"webServiceMessages": [{"messageId": "1"}]})[0].replies(SINCE)
    assert (reply.message_id, reply.sender, reply.text) == ("1", "", "")


def test_an_entry_without_an_id_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    messages = [{"message": "lost"}, {"messageId": "2", "message": "STOP"}, {"messageId": [3]}, None]
    listed = stubbed({"webServiceMessages": messages})[0].replies(SINCE)
    with caplog.at_level(logging.WARNING, "smsgate"):
        assert [reply.text for reply in listed] == ["STOP"]
    assert listed.skipped == 3
    assert "3 of 4 entries of a list were skipped, the first because" in caplog.text
    assert "messageId is missing" in caplog.text


def test_names_and_texts_that_are_not_there_are_empty() -> None:
    (group,) = stubbed({"webServiceGroups": [{"groupId": "1"}]})[0].groups.list()
    (template,) = stubbed({"webServiceTemplates": [{"templateId": 7}, {"name": "x"}]})[0].templates.list()
    assert (group.id, group.name, template.id, template.name, template.text) == ("1", "", "7", "", "")


@pytest.mark.parametrize("links", [[{}], [{"rel": "self"}], [{"href": "?page=2"}], None])
def test_links_may_lack_anything(links: object) -> None:
    assert list(stubbed({"webServiceContacts": [{"contactId": "1"}], "links": links})[0].contacts.list())


def test_without_a_count_of_pages_a_full_page_is_followed_by_another() -> None:
    full = {"webServiceMessages": [{"messageId": str(id_)} for id_ in range(100)]}
    provider, stub = stubbed(full, {"webServiceMessages": [{"messageId": "100"}]})
    assert len(list(provider.replies(SINCE))) == 101
    assert [request.query["page"] for request in stub.requests] == [1, 2]


def test_a_full_page_is_what_the_answer_says_it_is() -> None:
    provider, _ = stubbed({"pageSize": 1, "webServiceMessages": [{"messageId": "1"}]}, {"pageSize": 1})
    assert len(list(provider.replies(SINCE))) == 1


# Changes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [EMPTY, answer(200, {}), answer(200, {"firstName": None})])
def test_a_change_that_was_made_is_no_error(said: Answer) -> None:
    provider, _ = stubbed({"contactId": "1", "contactNumber": "0821234567", "firstName": "Ada"}, said)
    changed = provider.contacts.update("1", last_name="King")
    assert (changed.id, changed.number, changed.first_name, changed.last_name) == ("1", "+27821234567", "Ada", "King")
    renamed = stubbed(said)[0].groups.update("7", name="Family")
    assert (renamed.id, renamed.name) == ("7", "Family")


def test_what_the_vendor_says_of_a_change_goes_before_what_was_written() -> None:
    changed = stubbed({"contactId": "1"}, {"contactId": "1", "title": "Dr"})[0].contacts.update("1", title="dr")
    assert changed.title == "Dr"


@pytest.mark.parametrize("said", [answer(200, text="<html>", content_type="text/html"), answer(200, [])])
def test_what_is_no_answer_to_a_change_is_malformed(said: Answer) -> None:
    with pytest.raises(MalformedAnswerError):
        stubbed(said)[0].groups.update("7", name="Family")


def test_what_is_created_needs_an_id() -> None:
    with pytest.raises(MalformedAnswerError, match=r"\(status 201, 0 bytes\).*groupId is missing"):
        stubbed(EMPTY)[0].groups.create("Friends")


def test_a_user_is_updated_without_a_body() -> None:
    user = vendor({"userId": 7, "emailAddress": "ada@example.com"}, EMPTY).update_user(
        "7", UserChanges(last_name="King")
    )
    assert (user.id, user.email, user.last_name) == ("7", "ada@example.com", "King")


def test_a_user_created_without_a_body_is_found_by_the_address() -> None:
    user = vendor(EMPTY, {"webServiceUserList": [{"userId": 7}]}).create_user(ADA)
    assert (user.id, user.email) == ("7", None)
    with pytest.raises(MalformedAnswerError, match="the user was created, and 0 users are found"):
        vendor(EMPTY, {}).create_user(ADA)


def test_a_user_created_with_half_a_body_has_what_was_written() -> None:
    assert vendor(answer(201, {"userId": 7})).create_user(ADA).email == "ada@example.com"


# The value that was asked for ----------------------------------------------------------------------------------------


def test_a_look_up_needs_its_verdict_and_no_more() -> None:
    found = vendor({"numberValid": False}).look_up("0821234567")
    assert (found.number, found.valid) == ("0821234567", False)
    with pytest.raises(MalformedAnswerError, match="numberValid is missing"):
        vendor(EMPTY).look_up("0821234567")


def test_a_status_needs_its_word_and_a_balance_its_amount() -> None:
    with pytest.raises(MalformedAnswerError, match="no messageStatus"):
        stubbed({"messageId": "1"})[0].status("1")
    with pytest.raises(MalformedAnswerError):
        stubbed({})[0].balance()


def test_a_cost_that_is_not_given_is_none() -> None:
    said: dict[str, object] = {"messageEncoding": "GSM7", "messageLength": 5, "numberOfMessages": 1}
    said["messageLengthWithinMaximumAllowed"] = True
    assert stubbed(said)[0].analyse(Message("+27821234567", "Hello")).cost is None


# Money and statistics ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", [{}, {"emailAddress": None}])
def test_a_transfer_succeeds_whatever_the_answer_shows_of_the_users(email: dict[str, object]) -> None:
    giver = vendor({"userId": 7, **email}).transfer(sender_email="a@b.c", recipient_email="d@e.f", credit=1)
    assert giver is not None
    assert (giver.id, giver.email) == ("7", None)


def test_money_that_moved_without_a_word_has_moved() -> None:
    assert vendor(EMPTY).transfer(sender_email="a@b.c", recipient_email="d@e.f", credit=1) is None


def test_counts_that_are_not_given_are_none_and_not_zero() -> None:
    counts = {"delivered": 2, "failed": 1, "sent": 0, "total": 3}
    users = [{"user": {"userId": 1}, "total": counts, "campaigns": [{"statistics": counts}, {"campaign": "codes"}]}]
    report = vendor({"grandTotal": counts, "users": users}).statistics(by_credit=True)
    known = Counts(delivered=Decimal(2), failed=Decimal(1), sent=Decimal(0), total=Decimal(3))
    assert (report.by_credit, report.total, report.skipped) == (True, known, 0)
    assert known.failed_opted_out is known.failed_refunded is None
    (user,) = report.users
    assert [(each.campaign, each.counts) for each in user.campaigns] == [(None, known), ("codes", Counts())]


def test_a_report_of_nothing_is_empty() -> None:
    report = vendor({}).statistics()
    assert (report.by_credit, report.total, report.users) == (False, Counts(), ())


def test_one_user_that_cannot_be_read_hides_no_other() -> None:
    users = [{"total": {}}, {"user": {"userId": 1}, "campaigns": [{"campaign": 5}, {"campaign": "codes"}]}]
    report = vendor({"users": users}).statistics()
    assert [each.user.id for each in report.users] == ["1"]
    assert [each.campaign for each in report.users[0].campaigns] == ["codes"]
    assert report.skipped == 2


# An answer of two minds ----------------------------------------------------------------------------------------------


QUEUED = {"messageId": "5a757c7b7736b6c1d340a0db", "error": "queued; credit is low"}
HELLO = Message("+27821234567", "Hello", reference="order-4711")


def test_an_id_and_an_error_prove_nothing() -> None:
    with pytest.raises(UnknownOutcomeError, match=r"an id and an error \(queued; credit is low\)") as caught:
        stubbed(QUEUED)[0].send(HELLO)
    assert caught.value.message_id == QUEUED["messageId"]


def test_an_id_and_an_error_prove_nothing_of_one_message_of_many() -> None:
    results = [
        *stubbed({"sendSmsResponses": [QUEUED, {"messageId": "2"}, {"error": "Zu viel"}, 7]})[0].send_bulk([HELLO] * 4)
    ]
    assert [type(result).__name__ for result in results] == [
        "UnknownOutcomeError",
        "Accepted",
        "RejectedError",
        "UnknownOutcomeError",
    ]
    assert isinstance(results[0], ProviderError)
    assert results[0].message_id == QUEUED["messageId"]


@pytest.mark.parametrize("status", [400, 401, 403, 422, 429])
@pytest.mark.parametrize("said", [QUEUED, {"sendSmsResponses": [QUEUED]}])
def test_a_refusal_that_shows_a_message_proves_nothing(status: int, said: dict[str, object]) -> None:
    with pytest.raises(UnknownOutcomeError, match="shows that it was done"):
        stubbed(answer(status, said))[0].send(HELLO)


def test_a_transfer_that_shows_a_user_and_an_error_proves_nothing() -> None:
    said = {"userId": 7, "error": "limit reached"}
    for status in (200, 400):
        with pytest.raises(UnknownOutcomeError, match=r"limit reached.*money may have moved"):
            vendor(answer(status, said)).transfer(sender_email="a@b.c", recipient_email="d@e.f", credit=1)


def test_a_message_of_which_the_id_is_known_is_looked_up_by_it() -> None:
    doubt = Doubt(Message("+27821234567", "Hello"), datetime.now(UTC) - timedelta(hours=1), "5a75")
    provider, stub = stubbed({"messageId": "5a75", "messageStatus": "SENT"})
    assert provider.reconcile(doubt) == Accepted(message_id="5a75", status=Status.QUEUED)
    assert [dict(request.ids) for request in stub.requests] == [{"message_id": "5a75"}]
    assert stubbed(answer(404, {}))[0].reconcile(doubt) is None


def test_a_list_with_an_entry_that_cannot_be_read_proves_no_absence() -> None:
    doubt = Doubt(HELLO, datetime.now(UTC) - timedelta(hours=1))
    with pytest.raises(UnknownOutcomeError, match="1 messages with a reference like 'order-4711' cannot be read"):
        stubbed({"webServiceMessages": [{"userDataField": "order-4711"}]})[0].reconcile(doubt)
    assert stubbed({})[0].reconcile(doubt) is None
