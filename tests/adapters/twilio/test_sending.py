from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import (
    InvalidMessageError,
    Message,
    OptedOutError,
    ProviderError,
    RejectedError,
    Scope,
    Status,
    Submission,
    UnknownOutcomeError,
)
from smsgate.engine import run
from smsgate.testing import StubTransport, answer
from tests.adapters.twilio.samples import (
    ACCOUNT,
    KEY,
    MESSAGE,
    NUMBER,
    PERSON,
    SENT,
    SERVICE,
    SID,
    TOKEN,
    account,
)

TAKEN = answer(201, MESSAGE)
SOON = timedelta(minutes=10)


def form_of(message: Message) -> dict[str, object]:
    """Return the form that a message goes out as."""
    stub = StubTransport([TAKEN])
    account(stub).send(message)
    assert [str(request) for request in stub.requests] == ["POST Messages.json"]
    return dict(stub.requests[0].form or {})


def test_a_message_goes_out_from_a_number() -> None:
    assert form_of(SENT) == {"To": PERSON, "From": NUMBER, "Body": "Your code is 4711"}


@pytest.mark.parametrize("sender", ["12345", "ACME"])
def test_a_message_goes_out_from_a_short_code_or_a_name(sender: str) -> None:
    assert form_of(evolve(SENT, sender=sender))["From"] == sender


def test_a_message_goes_out_by_a_messaging_service() -> None:
    form = form_of(evolve(SENT, sender=SERVICE))
    assert form["MessagingServiceSid"] == SERVICE
    assert "From" not in form


def test_a_service_and_one_of_its_numbers_are_both_asked_for() -> None:
    form = form_of(evolve(SENT, extra={"twilio": {"MessagingServiceSid": SERVICE}}))
    assert (form["MessagingServiceSid"], form["From"]) == (SERVICE, NUMBER)


def test_a_message_without_a_sender_is_refused_before_any_request() -> None:
    stub = StubTransport()
    with pytest.raises(InvalidMessageError, match=r"set \[senders\]"):
        account(stub).send(evolve(SENT, sender=None))
    assert stub.requests == []


def test_the_address_of_the_submission_is_the_callback_of_the_message() -> None:
    stub = StubTransport([TAKEN])
    submission = Submission("sg1", callback_url="https://example.com/sms/twilio/s3cret/sg1")
    run(account(stub).core.submit(SENT, submission))
    assert (stub.requests[0].form or {})["StatusCallback"] == "https://example.com/sms/twilio/s3cret/sg1"


def test_each_file_is_a_field_of_its_own() -> None:
    urls = [f"https://example.com/{number}.png" for number in range(10)]
    form = form_of(evolve(SENT, text="", media=urls))
    assert form == {"To": PERSON, "From": NUMBER, "MediaUrl": urls}


@pytest.mark.parametrize(("validity", "written"), [(timedelta(seconds=1), "1"), (timedelta(hours=10), "36000")])
def test_a_validity_is_in_seconds(validity: timedelta, written: str) -> None:
    assert form_of(evolve(SENT, validity=validity))["ValidityPeriod"] == written


@pytest.mark.parametrize("validity", [timedelta(milliseconds=999), timedelta(hours=10, microseconds=1)])
def test_a_validity_out_of_bounds_is_refused_before_any_request(validity: timedelta) -> None:
    with pytest.raises(InvalidMessageError, match="1 second to 10 hours"):
        account(StubTransport()).send(evolve(SENT, validity=validity))


def test_a_message_is_scheduled_by_a_service() -> None:
    at = datetime.now(UTC) + SOON
    form = form_of(evolve(SENT, sender=SERVICE, send_at=at))
    assert (form["ScheduleType"], form["SendAt"]) == ("fixed", f"{at:%Y-%m-%dT%H:%M:%SZ}")


def test_a_service_in_extra_schedules_too() -> None:
    message = evolve(SENT, send_at=datetime.now(UTC) + SOON, extra={"twilio": {"MessagingServiceSid": SERVICE}})
    assert form_of(message)["ScheduleType"] == "fixed"


def test_a_message_from_a_number_is_not_scheduled() -> None:
    with pytest.raises(InvalidMessageError, match="only by a messaging service"):
        account(StubTransport()).send(evolve(SENT, send_at=datetime.now(UTC) + SOON))


@pytest.mark.parametrize("ahead", [timedelta(minutes=4), timedelta(days=35, hours=1)])
def test_a_time_out_of_bounds_is_refused_before_any_request(ahead: timedelta) -> None:
    with pytest.raises(InvalidMessageError, match="5 minutes to 35 days"):
        account(StubTransport()).send(evolve(SENT, sender=SERVICE, send_at=datetime.now(UTC) + ahead))


def test_extra_fields_are_written_as_a_form_has_them() -> None:
    own = {"SmartEncoded": True, "Attempt": 2, "RiskCheck": "disable", "PersistentAction": ["a", "b"]}
    form = form_of(evolve(SENT, extra={"twilio": own}))
    written = {"SmartEncoded": "true", "Attempt": "2", "RiskCheck": "disable", "PersistentAction": ["a", "b"]}
    assert written.items() <= form.items()


def test_an_accepted_message_has_its_sender_where_the_vendor_says_it() -> None:
    accepted = account(StubTransport([TAKEN])).send(SENT)
    assert (accepted.message_id, accepted.status, accepted.sender) == (SID, Status.QUEUED, NUMBER)


def test_a_message_that_failed_at_once_is_refused_by_its_code() -> None:
    said = answer(201, {**MESSAGE, "status": "failed", "error_code": 21610, "error_message": "Unsubscribed"})
    with pytest.raises(OptedOutError, match=r"opted out: Unsubscribed \(error 21610\)") as caught:
        account(StubTransport([said])).send(SENT)
    assert (caught.value.message_id, caught.value.code) == (SID, "21610")


def test_a_message_that_failed_at_once_without_a_code_is_refused() -> None:
    with pytest.raises(RejectedError):
        account(StubTransport([answer(201, {**MESSAGE, "status": "failed"})])).send(SENT)


def test_an_error_beside_a_message_that_is_queued_proves_neither() -> None:
    with pytest.raises(UnknownOutcomeError) as caught:
        account(StubTransport([answer(201, {**MESSAGE, "error_code": 21610})])).send(SENT)
    assert (caught.value.message_id, caught.value.code) == (SID, "21610")


def test_a_refusal_that_shows_a_message_proves_neither() -> None:
    with pytest.raises(UnknownOutcomeError) as caught:
        account(StubTransport([answer(400, {"code": 21610, "sid": SID})])).send(SENT)
    assert caught.value.message_id == SID


def test_an_answer_without_an_id_leaves_the_outcome_open() -> None:
    with pytest.raises(UnknownOutcomeError):
        account(StubTransport([answer(201, {**MESSAGE, "sid": None})])).send(SENT)


@pytest.mark.parametrize(
    ("own", "pair"),
    [({}, f"{ACCOUNT}:{TOKEN}"), ({"key_sid": KEY, "key_secret": "key-s3cret"}, f"{KEY}:key-s3cret")],
)
def test_requests_are_made_by_the_api_key_where_there_is_one(own: dict[str, str], pair: str) -> None:
    stub = StubTransport([TAKEN])
    account(stub, **own).send(SENT)
    scheme, _, encoded = stub.headers[0]["Authorization"].partition(" ")
    assert (scheme, b64decode(encoded).decode()) == ("Basic", pair)


def test_a_country_that_is_not_enabled_opens_no_breaker_and_leads_to_the_next_provider() -> None:
    said = answer(400, {"code": 21408, "message": "Permission to send an SMS has not been enabled", "status": 400})
    with pytest.raises(ProviderError) as caught:
        account(StubTransport([said])).send(SENT)
    assert (caught.value.scope, caught.value.fails_over, caught.value.provider_works) == (Scope.RECIPIENT, True, None)
