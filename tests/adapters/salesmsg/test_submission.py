"""What is asked of the vendor to have a message sent, and what its answers come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from smsgate import (
    Effect,
    InvalidMessageError,
    InvalidRecipientError,
    Level,
    Message,
    NotSentError,
    OptedOutError,
    RejectedError,
    Request,
    Scope,
    Status,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.testing import answer

NUMBER = "+12019772861"
CONTACT = {"id": 7, "number": NUMBER, "opt_out": None, "is_blocked": False, "is_invalid": False}
CONVERSATION = {"id": 419, "contact_id": 7, "number_id": 2, "contact": CONTACT, "number": {"number": "+12074894075"}}
SENT = {"id": 2191, "conversation_id": 419, "contact_id": 7, "status": "queued", "contact": CONTACT}
MESSAGE = Message(NUMBER, "hello")

FOUND = answer(json={"data": [CONTACT]})
NO_CONTACTS = answer(json={"data": []})
OPENED = answer(json=CONVERSATION)
TAKEN = answer(json=SENT)


def asked(requests: list[Request]) -> list[str]:
    return [f"{request.method} {request.quoted_path}" for request in requests]


WHOLE_WAY = ["GET contacts", "POST conversations", "POST messages/419"]


def test_the_first_message_to_a_number_takes_three_calls_and_the_second_one(stubbed: Any) -> None:
    sales, stub = stubbed([FOUND, OPENED, TAKEN, TAKEN])
    first, second = sales.send(MESSAGE), sales.send(MESSAGE)
    assert asked(stub.requests) == [*WHOLE_WAY, "POST messages/419"]
    assert first == second
    assert (first.message_id, first.status, first.sender, first.notes, first.raw) == (
        "419:2191",
        Status.QUEUED,
        "+12074894075",
        (),
        SENT,
    )
    assert stub.requests[0].query == {"search": NUMBER, "page": 1}
    assert stub.requests[1].json == {"contact_id": 7, "team_id": 16, "number_id": 2}
    assert stub.requests[2].json == {"message": "hello"}
    assert [request.effect for request in stub.requests[:3]] == [Effect.READS, Effect.IDEMPOTENT, Effect.SENDS]


def test_version_2_3_has_its_fields_in_the_query_and_no_body(stubbed: Any) -> None:
    sales, stub = stubbed([answer(json={"results": []}), answer(json=CONTACT), OPENED, TAKEN], api_version="v2.3")
    sales.send(
        Message(NUMBER, "hello", extra={"salesmsg": {"enable_quiet_hours": True, "media_url[][url]": ["https://x/y"]}})
    )
    assert asked(stub.requests) == ["GET contacts/search", "POST contacts", "POST conversations", "POST messages/419"]
    assert [(request.query, request.json) for request in stub.requests] == [
        ({"term": NUMBER, "limit": 10}, None),
        ({"number": NUMBER}, None),
        ({"contact_id": 7, "team_id": 16, "number_id": 2}, None),
        ({"enable_quiet_hours": 1, "media_url[][url]": ["https://x/y"], "message": "hello"}, None),
    ]


def test_where_the_fields_go_is_a_setting_of_its_own(stubbed: Any) -> None:
    sales, stub = stubbed([TAKEN, TAKEN], send_via="number", params_in="query")
    sales.send(MESSAGE)
    assert (stub.requests[0].json, stub.requests[0].query) == (
        None,
        {"message": "hello", "number": NUMBER, "team_id": 16},
    )
    sales, stub = stubbed([TAKEN], send_via="number", params_in="json", api_version="v2.3")
    sales.send(MESSAGE)
    assert (stub.requests[0].json, stub.requests[0].query) == (
        {"message": "hello", "number": NUMBER, "team_id": 16},
        {},
    )


def test_an_extra_field_that_fits_no_query_is_refused_before_any_request(stubbed: Any) -> None:
    sales, stub = stubbed([], send_via="number", params_in="query")
    with pytest.raises(InvalidMessageError, match="'media_url' cannot be in a query"):
        sales.send(Message(NUMBER, "hello", extra={"salesmsg": {"media_url": [{"url": "https://x/y"}]}}))
    assert stub.requests == []


def test_a_number_without_a_contact_becomes_one(stubbed: Any) -> None:
    sales, stub = stubbed([NO_CONTACTS, answer(json=CONTACT), OPENED, TAKEN])
    sales.send(MESSAGE)
    assert asked(stub.requests) == ["GET contacts", "POST contacts", *WHOLE_WAY[1:]]
    assert stub.requests[1].json == {"number": NUMBER}


def test_a_contact_whose_number_only_looks_alike_is_not_texted(stubbed: Any) -> None:
    alike = answer(json={"data": [{**CONTACT, "id": 8, "number": f"{NUMBER}5"}]})
    sales, stub = stubbed([alike, answer(json=CONTACT), OPENED, TAKEN])
    sales.send(MESSAGE)
    assert stub.requests[1].json == {"number": NUMBER}


@pytest.mark.parametrize("contact_id", [7, [7], "7", ["7"]])
def test_a_contact_that_the_search_did_not_show_is_taken_from_the_refusal_of_a_second_one(
    stubbed: Any, contact_id: object
) -> None:
    taken = answer(422, {"message": "Contact already exists", "contact_id": contact_id})
    sales, stub = stubbed([NO_CONTACTS, taken, OPENED, TAKEN])
    assert sales.send(MESSAGE).message_id == "419:2191"
    assert stub.requests[2].json == {"contact_id": 7, "team_id": 16, "number_id": 2}


def test_an_opt_out_that_only_the_conversation_shows_is_refused_before_the_send(stubbed: Any) -> None:
    opted_out = {**CONVERSATION, "contact": {**CONTACT, "opt_out": "soft"}}
    sales, stub = stubbed([NO_CONTACTS, answer(422, {"contact_id": 7}), answer(json=opted_out)])
    with pytest.raises(OptedOutError, match="contact 7 has opted out"):
        sales.send(MESSAGE)
    assert asked(stub.requests)[-1] == "POST conversations"


@pytest.mark.parametrize("other", [{"contact_id": 8}, {"contact": {**CONTACT, "number": "+12027953213"}}])
def test_a_conversation_with_another_contact_is_never_written_to(stubbed: Any, other: dict[str, object]) -> None:
    sales, stub = stubbed([FOUND, answer(json={**CONVERSATION, **other})])
    with pytest.raises(NotSentError, match="another contact"):
        sales.send(MESSAGE)
    assert asked(stub.requests) == WHOLE_WAY[:2]


def test_a_remembered_conversation_that_is_gone_is_opened_anew(stubbed: Any) -> None:
    again = answer(json={**CONVERSATION, "id": 500})
    in_500 = answer(json={**SENT, "conversation_id": 500})
    sales, stub = stubbed([FOUND, OPENED, TAKEN, answer(404, {"message": "gone"}), FOUND, again, in_500])
    sales.send(MESSAGE)
    assert sales.send(MESSAGE).message_id == "500:2191"
    assert asked(stub.requests)[3:] == ["POST messages/419", *WHOLE_WAY[:2], "POST messages/500"]


def test_an_opt_out_that_the_answer_to_a_send_shows_is_looked_up_before_the_next(stubbed: Any) -> None:
    opted_out = answer(json={**SENT, "contact": {"number": 12019772861, "opt_out": "soft"}})
    sales, stub = stubbed([FOUND, OPENED, opted_out, FOUND, OPENED, TAKEN])
    sales.send(MESSAGE)
    sales.send(MESSAGE)
    assert asked(stub.requests) == WHOLE_WAY * 2


def test_a_conversation_that_is_gone_at_once_is_not_tried_for_ever(stubbed: Any) -> None:
    sales, stub = stubbed([FOUND, OPENED, answer(404, {"message": "gone"})])
    with pytest.raises(NotSentError):
        sales.send(MESSAGE)
    assert len(stub.requests) == 3


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (answer(400, {"message": "Contact has opted out"}), OptedOutError),
        (answer(json={**SENT, "status": "failed", "failed_reason": "Landline number"}), InvalidRecipientError),
        (answer(json={**SENT, "contact": {**CONTACT, "opt_out": "soft"}}), None),
    ],
)
def test_what_the_vendor_says_of_a_contact_makes_it_be_looked_up_again(
    stubbed: Any, said: Any, kind: type[Exception] | None
) -> None:
    opted_out = answer(json={"data": [{**CONTACT, "opt_out": "soft"}]})
    sales, stub = stubbed([FOUND, OPENED, said, opted_out])
    if kind is None:
        sales.send(MESSAGE)
    else:
        with pytest.raises(kind):
            sales.send(MESSAGE)
    with pytest.raises(OptedOutError):
        sales.send(MESSAGE)
    assert asked(stub.requests)[3:] == ["GET contacts"]


def change(contacts: Any) -> Iterator[Callable[[], object]]:
    yield lambda: contacts.opt_out("7")
    yield lambda: contacts.opt_in("7")
    yield lambda: contacts.delete("7")
    yield lambda: contacts.update("7", number="+12027953213")


@pytest.mark.parametrize("number", range(4))
def test_a_contact_that_was_changed_here_is_looked_up_again(stubbed: Any, number: int) -> None:
    sales, stub = stubbed([FOUND, OPENED, TAKEN, answer(json=CONTACT), FOUND, OPENED, TAKEN])
    sales.send(MESSAGE)
    [*change(sales.contacts)][number]()
    sales.send(MESSAGE)
    assert asked(stub.requests)[4:] == WHOLE_WAY


@pytest.mark.parametrize("step", range(3))
def test_nothing_before_the_last_step_can_leave_a_doubt(stubbed: Any, step: int) -> None:
    says = [FOUND, OPENED, TAKEN][:step]
    sales, stub = stubbed([*says, answer(503, {"message": None})])
    with pytest.raises(UnknownOutcomeError if step == 2 else NotSentError):
        sales.send(MESSAGE)
    assert len(stub.requests) == step + 1


@pytest.mark.parametrize("lost", [UnknownOutcomeError("no answer"), answer(500, {"message": None}), answer(json={})])
def test_a_send_in_doubt_says_in_which_conversation_to_look(stubbed: Any, lost: Any) -> None:
    sales, _ = stubbed([FOUND, OPENED, lost])
    with pytest.raises(UnknownOutcomeError) as caught:
        sales.send(MESSAGE)
    assert caught.value.message_id == "419:"


def test_no_connection_at_the_last_step_is_not_a_doubt_and_the_number_stays_known(stubbed: Any) -> None:
    sales, stub = stubbed([FOUND, OPENED, UnreachableError("no connection"), TAKEN])
    with pytest.raises(UnreachableError):
        sales.send(MESSAGE)
    sales.send(MESSAGE)
    assert asked(stub.requests)[3:] == ["POST messages/419"]


def test_odd_times_and_contacts_in_an_answer_do_not_make_an_accepted_message_doubtful(stubbed: Any) -> None:
    odd = {**SENT, "created_at": "yesterday", "sent_at": 5, "contact": "Ada", "id": "2191"}
    sales, _ = stubbed([answer(json=odd)], send_via="number")
    assert sales.send(MESSAGE).message_id == "419:2191"


def test_an_answer_without_its_conversation_has_the_one_that_was_asked(stubbed: Any) -> None:
    sales, _ = stubbed([FOUND, OPENED, answer(json={"id": 2191})])
    assert sales.send(MESSAGE).message_id == "419:2191"


def test_version_2_2_sends_nothing_later_and_says_what_does(stubbed: Any) -> None:
    later = Message(NUMBER, "hello", send_at=datetime(2030, 1, 1, tzinfo=UTC))
    sales, stub = stubbed([])
    with pytest.raises(InvalidMessageError, match=r'sales \(salesmsg\) takes no send_at; .* api_version "v2.3"'):
        sales.send(later)
    assert stub.requests == []
    assert sales.capabilities["send later"] is None


def test_version_2_3_sends_later(stubbed: Any) -> None:
    later = Message(NUMBER, "hello", send_at=datetime(2030, 1, 1, 12, tzinfo=UTC))
    sales, stub = stubbed([TAKEN], api_version="v2.3", send_via="number")
    assert sales.send(later).status is Status.SCHEDULED
    assert stub.requests[0].query["send_at"] == "2030-01-01T12:00:00Z"
    assert sales.capabilities["send later"] is Level.NATIVE


def test_a_team_that_is_wrong_in_the_settings_leads_to_the_next_provider(stubbed: Any) -> None:
    wrong = answer(422, {"message": "invalid", "errors": {"team_id": ["The selected team id is invalid."]}})
    sales, _ = stubbed([FOUND, wrong])
    with pytest.raises(RejectedError, match="check team_id and number_id in the settings") as caught:
        sales.send(MESSAGE)
    assert caught.value.scope is Scope.ACCOUNT


def test_threads_share_what_is_known_of_a_number(stubbed: Any) -> None:
    by_path = {"contacts": FOUND, "conversations": OPENED, "messages/419": TAKEN}
    sales, stub = stubbed(lambda request: by_path[request.quoted_path])
    sales.send(MESSAGE)
    with ThreadPoolExecutor(16) as pool:
        ids = [accepted.message_id for accepted in pool.map(sales.send, [MESSAGE] * 200)]
    assert ids == ["419:2191"] * 200
    assert asked(stub.requests) == [*WHOLE_WAY, *["POST messages/419"] * 200]
