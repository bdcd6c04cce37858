"""The answers that the vendor's guide prints, each as a file, read as the adapter reads them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from smsgate import (
    Contact,
    DeliveryReport,
    Direction,
    InvalidRecipientError,
    Message,
    OptedOutError,
    Source,
    Status,
    StoredMessage,
)
from smsgate.testing import answer

LIST = "contacts_first_page_of_the_guide"
LANDLINE = "+12019772861"
ADA = Contact(
    provider="sales",
    id="1",
    number=LANDLINE,
    first_name="Test",
    last_name="Contact",
    opted_out=False,
)


def bare(contact: Contact) -> Contact:
    return evolve(contact, raw={})


def test_the_printed_list_is_two_contacts_and_its_28_pages_are_not_believed(stubbed: Any, printed: Any) -> None:
    sales, stub = stubbed([answer(json=printed(LIST))])
    soft = Contact(
        provider="sales", id="2", number="+12027953213", first_name="Test2", last_name="Contact2", opted_out=True
    )
    assert [bare(contact) for contact in sales.contacts.list()] == [ADA, soft]
    assert [(str(request), request.query["page"]) for request in stub.requests] == [("GET contacts", 1)]


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("contact_with_empty_texts_for_null", {}),
        (
            "contact_changed_with_its_calling_code_as_a_number",
            {"first_name": "Newname", "email": "newemail@example.com"},
        ),
    ],
)
def test_a_printed_contact_is_read(stubbed: Any, printed: Any, name: str, changed: dict[str, Any]) -> None:
    sales, _ = stubbed([answer(json=printed(name))])
    contact = sales.contacts.get("1")
    assert bare(contact) == evolve(ADA, **changed)
    assert contact.raw == printed(name)


def test_the_printed_update_is_asked_as_the_guide_asks_it(stubbed: Any, printed: Any) -> None:
    name = "contact_changed_with_its_calling_code_as_a_number"
    sales, stub = stubbed([answer(json=printed("contact_with_empty_texts_for_null")), answer(json=printed(name))])
    sales.contacts.update("1", first_name="Newname", email="newemail@example.com")
    assert stub.requests[1].json == {"first_name": "Newname", "email": "newemail@example.com", "number": LANDLINE}


@pytest.mark.parametrize(("number", "kind"), [(LANDLINE, InvalidRecipientError), ("+12027953213", OptedOutError)])
def test_neither_printed_contact_is_texted(stubbed: Any, printed: Any, number: str, kind: type[Exception]) -> None:
    sales, stub = stubbed([answer(json=printed(LIST))])
    with pytest.raises(kind):
        sales.send(Message(number, "My text message"))
    assert len(stub.requests) == 1


def test_the_printed_conversation_goes_out_from_another_number_than_asked(
    stubbed: Any, printed: Callable[[str], Any]
) -> None:
    people = printed(LIST)
    people["data"][0] |= {"is_invalid": False}
    conversation = printed("conversation_there_already_with_another_number")
    conversation["contact"]["is_invalid"] = False
    message = printed("message_failed_though_sent") | {"status": "queued", "failed_reason": None}
    sales, stub = stubbed([answer(json=people), answer(json=conversation), answer(json=message)])
    accepted = sales.send(Message(LANDLINE, "My text message"))
    assert stub.requests[1].json == {"contact_id": 1, "team_id": 16, "number_id": 2}
    assert (accepted.message_id, accepted.status, accepted.sender) == ("1:2191", Status.QUEUED, "+12074894075")
    assert accepted.notes == (
        "sent from number 1 (+12074894075), not from number_id 2: the existing conversation keeps its number",
    )


def test_the_printed_message_has_failed_though_it_was_sent(stubbed: Any, printed: Any) -> None:
    says = answer(json=printed("message_failed_though_sent"))
    sales, _ = stubbed([says], send_via="number")
    with pytest.raises(InvalidRecipientError, match="Landline number") as caught:
        sales.send(Message(LANDLINE, "My text message"))
    assert caught.value.message_id == "1:2191"


def test_the_printed_message_reports_as_failed(stubbed: Any, printed: Any) -> None:
    message = printed("message_failed_though_sent")
    sales, _ = stubbed([answer(json=[message])])
    assert sales.status("1:2191") == DeliveryReport(
        provider="sales",
        message_id="1:2191",
        status=Status.FAILED,
        raw_status="failed",
        reason="Landline number",
        source=Source.POLLED,
        raw=message,
    )


def test_the_printed_conversation_has_a_reply_and_a_message_of_another_one(stubbed: Any, printed: Any) -> None:
    page = printed("conversation_with_a_reply_and_a_stray_message")
    sales, _ = stubbed([answer(json=page)])
    assert [*sales.messages.list(conversation="1")] == [
        StoredMessage(
            provider="sales",
            id="1:2193",
            direction=Direction.INBOUND,
            status=Status.UNKNOWN,
            raw_status="received",
            text="great!",
            sender=LANDLINE,
            received_at=datetime(2022, 11, 25, 12, 19, 15, tzinfo=UTC),
            raw=page[0],
        )
    ]
