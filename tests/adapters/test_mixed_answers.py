"""An answer that shows a message as taken and as refused proves neither: the outcome is unknown, the route ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from smsgate import (
    Answer,
    Gateway,
    InsufficientCreditError,
    Message,
    Outcome,
    Provider,
    RejectedError,
    Request,
    SmsgateError,
    UnknownOutcomeError,
)
from smsgate.testing import StubTransport, Unpaced, answer
from smsgate_salesbox import Salesbox, SalesboxSettings
from smsgate_salesmsg import Salesmsg, SalesmsgSettings

NUMBER = "+12019772861"
MESSAGE = Message(NUMBER, "hello")
DRAFT = {"textMessage": {"id": 17, "content": "hello", "recipient": NUMBER, "status": "draft"}}
SENT = {"textMessage": {**DRAFT["textMessage"], "status": "sent"}}
ERROR = {"error": {"code": "low", "message": "Insufficient credits", "status": 402}}
TAKEN = {"id": 2191, "conversation_id": 419, "status": "queued"}

BOX_MIXED = {
    "an error beside a text that was sent": answer(200, {**SENT, **ERROR}),
    "an error beside a text in a word that is not known": answer(
        200, {"textMessage": {**DRAFT["textMessage"], "status": "moving"}, **ERROR}
    ),
    "an error beside a text with an odd id": answer(200, {"textMessage": {**SENT["textMessage"], "id": -1}, **ERROR}),
    "errors beside success": answer(200, {"success": 1, "errors": [{"code": 402, "message": "credit is low"}]}),
    "no success beside a text that was sent": answer(200, {**SENT, "success": False}),
    "an envelope's status without a reason": answer(200, {"status": "error", "data": {}}),
    "another text than the one that was to be sent": answer(200, {"textMessage": {**SENT["textMessage"], "id": 18}}),
    "a refusal beside a text that was sent": answer(400, {**SENT, **ERROR}),
}
SALES_MIXED = {
    "an error beside a message": answer(200, {**TAKEN, "error": "Insufficient credits"}),
    "an error around a message": answer(200, {"data": TAKEN, "errors": {"number": ["is bad"]}}),
    "a reason for failing beside a message that is queued": answer(200, {**TAKEN, "failed_reason": "No credit"}),
    "a refusal beside a message": answer(400, {**TAKEN, "message": "Insufficient credits"}),
    "a refusal around a message": answer(422, {"data": TAKEN, "message": "Insufficient credits"}),
}


def gateway(first: Provider, spare: StubTransport) -> Gateway:
    second = Provider("spare", Salesbox(SalesboxSettings(token="spare"), provider="spare"), spare, pace_store=Unpaced())
    return Gateway([first, second])


def box(said: Sequence[Answer]) -> Provider:
    adapter = Salesbox(SalesboxSettings(token="box-token"), provider="box")
    return Provider("box", adapter, StubTransport(said), pace_store=Unpaced())


def sales(said: Sequence[Answer]) -> Provider:
    adapter = Salesmsg(
        SalesmsgSettings(token="sales-token", team_id=16, send_via="number", api_version="v2.3"), provider="sales"
    )
    return Provider("sales", adapter, StubTransport(said), pace_store=Unpaced())


def refused(provider: Provider) -> SmsgateError:
    spare = StubTransport()
    with gateway(provider, spare) as opened, pytest.raises(SmsgateError) as caught:
        opened.send(MESSAGE)
    assert spare.requests == []
    return caught.value


@pytest.mark.parametrize("case", BOX_MIXED)
def test_salesbox_leaves_it_open_and_keeps_the_id(case: str) -> None:
    error = refused(box([answer(201, DRAFT), BOX_MIXED[case]]))
    assert isinstance(error, UnknownOutcomeError)
    assert error.message_id == "17"
    assert error.result is not None
    assert error.result.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("case", SALES_MIXED)
def test_salesmsg_leaves_it_open(case: str) -> None:
    error = refused(sales([SALES_MIXED[case]]))
    assert isinstance(error, UnknownOutcomeError)
    if SALES_MIXED[case].ok:
        assert error.message_id == "419:2191"


def test_an_error_beside_a_salesbox_draft_is_a_refusal() -> None:
    error = refused_by_account(box([answer(201, DRAFT), answer(200, {**DRAFT, **ERROR})]))
    assert isinstance(error, InsufficientCreditError)


def test_a_salesbox_draft_that_is_refused_in_a_200_quotes_the_vendors_words() -> None:
    assert "Insufficient credits" in str(refused_by_account(box([answer(200, ERROR)])))


def test_a_salesmsg_message_that_failed_is_a_refusal() -> None:
    error = refused(sales([answer(200, {**TAKEN, "status": "failed", "failed_reason": "Landline number"})]))
    assert isinstance(error, RejectedError)


def test_a_salesbox_schedule_with_an_error_is_left_open() -> None:
    provider = box([answer(200, {**SENT, **ERROR})])
    with pytest.raises(UnknownOutcomeError):
        provider.send(Message(NUMBER, "hello", send_at=datetime.now(UTC) + timedelta(days=1)))


def refused_by_account(provider: Provider) -> SmsgateError | None:
    """Return the first provider's error; the second takes the message."""

    def spare(request: Request) -> Answer:
        return answer(201, DRAFT) if request.path.endswith("new") else answer(200, SENT)

    with gateway(provider, StubTransport(spare)) as opened:
        result = opened.send(MESSAGE)
    assert result.provider == "spare"
    return result.attempts[0].error


DRAFT_17 = DRAFT["textMessage"]
BOX_ERRORS = {
    "a failed text whose id is text": {"textMessage": {**DRAFT_17, "id": "17", "status": "failed"}},
    "a failed text with other fields of the wrong type": {"textMessage": {"id": 17, "status": "Failed", "content": []}},
    "another text, whose id is text": {"textMessage": {**DRAFT_17, "id": "18", "status": "sent"}},
    "no success, as text": {"success": "false"},
    "an envelope's status that is false": {"status": False},
    "errors as one object": {"errors": {"code": 402, "message": "Insufficient credits"}},
    "errors by field": {"errors": {"content": ["is bad"]}},
    "errors as words": {"errors": "Insufficient credits"},
    "an error as a list of words": {"error": ["Insufficient credits"]},
    "an error as a list of objects": {"error": [{"message": "Insufficient credits"}]},
    "an error that is a number": {"error": 402},
    "an error that is true": {"error": True},
    "an error within the envelope": {"status": "success", "data": {"error": "is bad"}},
}
SALES_ERRORS = {
    "an error that is true": {**TAKEN, "error": True},
    "an error that is a number": {**TAKEN, "error": 402},
    "an error deep within lists": {**TAKEN, "errors": {"number": {"a": "b"}}},
    "an error as a list of objects": {**TAKEN, "error": [{"message": "is bad"}]},
    "no success": {**TAKEN, "success": False},
}


@pytest.mark.parametrize("case", BOX_ERRORS)
def test_salesbox_accepts_no_answer_with_an_error_in_whichever_form(case: str) -> None:
    with pytest.raises((RejectedError, InsufficientCreditError, UnknownOutcomeError)):
        box([answer(201, DRAFT), answer(200, BOX_ERRORS[case])]).send(MESSAGE)


@pytest.mark.parametrize("case", SALES_ERRORS)
def test_salesmsg_accepts_no_answer_with_an_error_in_whichever_form(case: str) -> None:
    with pytest.raises(UnknownOutcomeError):
        sales([answer(200, SALES_ERRORS[case])]).send(MESSAGE)


BOX_UNCLEAR: list[object] = [
    [],
    [{"error": "x"}],
    5,
    "failed",
    True,
    None,
    {"data": []},
    {"data": "failed"},
    {"textMessage": [{"id": 17, "status": "failed"}]},
    {"textMessage": "failed"},
    {"status": 500},
    {"status": "400"},
    {"code": 500, "message": "Internal error"},
    {"success": True, "status": 500},
    {"data": {"status": "error"}},
    {"status": "success", "data": {"status": 500}},
    {"textMessage": {"id": 17, "status": "error"}},
    {"textMessage": {"id": 17, "status": 500}},
]


@pytest.mark.parametrize("said", BOX_UNCLEAR, ids=str)
def test_salesbox_leaves_it_open_where_the_answer_is_no_object_or_its_status_is_an_error(said: object) -> None:
    error = refused(box([answer(201, DRAFT), answer(200, said)]))
    assert isinstance(error, UnknownOutcomeError)
    assert error.message_id == "17"


def test_salesbox_takes_no_success_within_the_envelope_for_a_refusal() -> None:
    with pytest.raises(RejectedError):
        box([answer(201, DRAFT), answer(200, {"status": "success", "data": {"success": False}})]).send(MESSAGE)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"status": "success", "data": None},
        {"status": 200},
        {"success": 1, "status": "queued"},
        {"data": SENT},
        SENT,
    ],
    ids=str,
)
def test_salesbox_accepts_an_object_without_an_error(said: object) -> None:
    assert box([answer(201, DRAFT), answer(200, said)]).send(MESSAGE).message_id == "17"


@pytest.mark.parametrize("error", [None, False, 0, "", [], " "])
def test_salesbox_takes_an_empty_error_for_none(error: object) -> None:
    said = {**SENT, "error": error, "errors": error}
    assert box([answer(201, DRAFT), answer(200, said)]).send(MESSAGE).message_id == "17"


@pytest.mark.parametrize("text", [{"id": "17"}, {"id": 17, "content": 5, "recipient": [], "createdAt": 7}])
def test_salesbox_needs_nothing_of_a_draft_but_its_id(text: object) -> None:
    assert box([answer(201, {"textMessage": text}), answer(200, {})]).send(MESSAGE).message_id == "17"


def test_salesbox_needs_nothing_of_a_scheduled_text_but_its_id() -> None:
    later = Message(NUMBER, "hello", send_at=datetime.now(UTC) + timedelta(days=1))
    assert box([answer(201, {"textMessage": {"id": "17", "content": 5}})]).send(later).message_id == "17"
