"""The vendor's error bodies, and the errors that they become."""

from __future__ import annotations

from typing import Any

import pytest

from smsgate import (
    Answer,
    AuthenticationError,
    ConflictError,
    Effect,
    InvalidRecipientError,
    Message,
    OptedOutError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
)
from smsgate.testing import answer
from smsgate_salesmsg.errors import explained, scope_for, token_refused

READ = Request("GET", "contacts/{contact}", ids={"contact": "1"}, effect=Effect.READS)
SEND = Request("POST", "messages", effect=Effect.SENDS)
CREATE = Request("POST", "contacts", effect=Effect.IDEMPOTENT)
BAA = "Access denied. You must have a signed Business Associate Agreement (BAA) to continue."


@pytest.mark.parametrize(
    ("request_", "status", "body", "kind", "words"),
    [
        (READ, 401, {"message": "Unauthorized", "auth_required": False}, AuthenticationError, "token was refused"),
        (READ, 403, {"message": "Could not decode token: bad", "auth_required": True}, AuthenticationError, "broken"),
        (
            READ,
            403,
            {"message": "User is not authorized with an explicit deny in an identity-based policy"},
            AuthenticationError,
            "renewed elsewhere",
        ),
        (READ, 403, {"message": "insufficient_scope"}, PermissionDeniedError, "lacks the scope contacts:read"),
        (SEND, 403, {"error": "insufficient_scope"}, PermissionDeniedError, "lacks the scope messages:write"),
        (SEND, 403, {"message": BAA}, PermissionDeniedError, "signed Business Associate Agreement"),
        (READ, 403, {"message": ["Not", "yours"]}, PermissionDeniedError, "Not yours"),
        (SEND, 422, {"message": "invalid", "errors": {"number": ["is bad"]}}, InvalidRecipientError, "number: is bad"),
        (SEND, 422, {"errors": {"media_url.0.url": ["is bad"]}}, RejectedError, "media_url.0.url: is bad"),
        (CREATE, 422, {"errors": {"number": ["is bad"]}}, InvalidRecipientError, "number: is bad"),
        (CREATE, 422, {"errors": {"email": ["is bad"]}}, ProviderError, "refused POST contacts: email: is bad"),
        (CREATE, 409, {"message": "exists", "contact_id": 5}, ConflictError, "contact 5 has this number already"),
        (CREATE, 400, {"errors": {"contact_id": [5, 6]}}, ConflictError, "contact 5 has this number already"),
        (CREATE, 422, {"errors": {"label": ["The label has already been taken."]}}, ConflictError, "label: The label"),
        (SEND, 400, {"message": "The contact is blocked"}, InvalidRecipientError, "is blocked"),
        (SEND, 400, {"message": "Recipient is opted-out"}, OptedOutError, "is opted-out"),
        (SEND, 400, {"message": "Add opt-out instructions; spam is blocked"}, RejectedError, "instructions"),
        (SEND, 400, {"message": "Too long"}, RejectedError, "Too long"),
    ],
)
def test_each_body_becomes_its_error(
    request_: Request, status: int, body: object, kind: type[Exception], words: str
) -> None:
    error = explained(request_, answer(status, body))
    assert type(error) is kind
    assert words in str(error)
    assert "\n" not in str(error)


def test_a_conflict_names_the_contact_to_programs_too() -> None:
    error = explained(CREATE, answer(422, {"contact_id": ["77"]}))
    assert isinstance(error, ConflictError)
    assert error.existing_id == "77"


@pytest.mark.parametrize(
    "said",
    [
        answer(500, {"message": None}),
        answer(503, text="<html>"),
        answer(403, {"message": None}),
        answer(403, text="<html>Forbidden</html>"),
        answer(422, [1, 2]),
        answer(400, {"message": {"deep": 1}, "errors": 5}),
        answer(404, {"message": "Not found"}),
        answer(403, 5),
    ],
)
def test_what_says_nothing_is_left_to_its_status(said: Answer) -> None:
    assert explained(SEND, said) is None


def test_too_many_requests_block_everything_for_a_minute_unless_the_answer_says_how_long(stubbed: Any) -> None:
    error = explained(READ, answer(429, {"message": "Too Many Attempts."}))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 60.0
    sales, _ = stubbed([answer(429, {}, retry_after="17")])
    with pytest.raises(RateLimitedError) as caught:
        sales.send(Message("+12019772861", "hello"))
    assert caught.value.retry_after == 17.0


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "contacts", "contacts:read"),
        ("POST", "contacts/list", "contacts:write"),  # so in v2.3 (API description)
        ("PUT", "contacts/opt-out/{contact}", "contacts:write"),
        ("GET", "contacts/{contact}/conversations", "conversations:read"),
        ("POST", "conversations", "conversations:write"),
        ("GET", "messages/{conversation}", "messages:read"),
        ("DELETE", "tags/contact/{contact}/{tag}", "tags:write"),
    ],
)
def test_the_scope_that_an_operation_needs(method: str, path: str, scope: str) -> None:
    request = Request(method, path, ids={"contact": "1", "conversation": "1", "tag": "1"}, effect=Effect.READS)
    assert scope_for(request) == scope


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (answer(401, {}), True),
        (answer(403, {"message": "Could not decode token: x"}), True),
        (answer(403, {"Message": "explicit deny in an identity-based policy"}), True),
        (answer(403, {"message": "insufficient_scope"}), False),
        (answer(403, {"message": BAA}), False),
        (answer(500, {"message": "explicit deny"}), False),
    ],
)
def test_only_a_refused_token_is_worth_a_renewal(said: Answer, *, refused: bool) -> None:
    assert token_refused(said) is refused


def test_a_long_answer_is_quoted_in_part_and_on_one_line() -> None:
    error = explained(SEND, answer(400, {"message": "line\n" * 1_000}))
    assert error is not None
    assert len(str(error)) < 300
    assert "\n" not in str(error)
