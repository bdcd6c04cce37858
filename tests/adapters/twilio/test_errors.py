from __future__ import annotations

import pytest

from smsgate import (
    Answer,
    AuthenticationError,
    ConflictError,
    Effect,
    InvalidRecipientError,
    InvalidSenderError,
    NotFoundError,
    NotSentError,
    OptedOutError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Scope,
    Status,
    UnknownOutcomeError,
)
from smsgate.testing import StubTransport, answer
from smsgate_twilio import Twilio, TwilioExtras
from tests.adapters.twilio.samples import MESSAGE, REPORT_CALL, SENT, SID, account, form_call, refusal, settings

CODES: list[tuple[int, int, type[ProviderError], Scope]] = [
    (401, 20003, AuthenticationError, Scope.ACCOUNT),
    (404, 20404, NotSentError, Scope.ACCOUNT),
    (429, 20429, RateLimitedError, Scope.ACCOUNT),
    (400, 21211, InvalidRecipientError, Scope.RECIPIENT),
    (400, 21604, InvalidRecipientError, Scope.RECIPIENT),
    (400, 21408, PermissionDeniedError, Scope.RECIPIENT),
    (400, 21610, OptedOutError, Scope.RECIPIENT),
    (429, 21611, NotSentError, Scope.SENDER),
    (400, 21612, NotSentError, Scope.RECIPIENT),
    (400, 21614, InvalidRecipientError, Scope.RECIPIENT),
    *((400, code, RejectedError, Scope.MESSAGE) for code in (21617, 21605, 21602, 21619, 21620, 21623, 21624, 90007)),
    *((400, code, RejectedError, Scope.MESSAGE) for code in (35114, 35115, 35118, 30007, 30036)),
    *((400, code, InvalidSenderError, Scope.SENDER) for code in (21606, 21212, 21603, 21703, 21704)),
    *((400, code, InvalidSenderError, Scope.SENDER) for code in (30032, 30033, 30034)),
    (403, 21608, PermissionDeniedError, Scope.ACCOUNT),
    (400, 30002, PermissionDeniedError, Scope.ACCOUNT),
    *((400, code, InvalidRecipientError, Scope.RECIPIENT) for code in (30003, 30004, 30005, 30006, 30450)),
    (400, 30008, RejectedError, Scope.RECIPIENT),
    *((400, code, NotSentError, Scope.SENDER) for code in (30001, 30022, 30023)),
    (400, 30410, UnknownOutcomeError, Scope.PROVIDER),
    *((400, code, RateLimitedError, Scope.ACCOUNT) for code in (35125, 63017, 63038)),
]
REASONS = {
    21610: "opted out",
    30001: "sender over its limit",
    30002: "not allowed",
    30003: "handset unreachable",
    30004: "blocked by the recipient",
    30005: "invalid number",
    30006: "landline or unreachable carrier",
    30007: "filtered as spam",
    30008: "unknown cause",
    30034: "sender not registered",
    30036: "validity over",
    30410: "network timed out; the text may be out",
    30450: "blocked against message pumping",
    63038: "account over its limit",
    39999: "error 39999",
}
READ = Request("GET", "Messages/{id}.json", ids={"id": SID})
SEND = Request("POST", "Messages.json", effect=Effect.SENDS)


def error_of(said: Answer, request: Request | None = None) -> ProviderError:
    """Return what a send, or another request, is answered with."""
    provider = account(StubTransport([said]), read_attempts=1)
    with pytest.raises(ProviderError) as caught:
        provider.send(SENT) if request is None else provider.status(SID)
    return caught.value


@pytest.mark.parametrize(("status", "code", "kind", "scope"), CODES)
def test_each_code_has_its_class_and_scope(status: int, code: int, kind: type[ProviderError], scope: Scope) -> None:
    error = error_of(refusal(status, code, "Words of the vendor"))
    assert (type(error), error.scope, error.code) == (kind, scope, str(code))
    assert f"Words of the vendor (error {code})" in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotSentError),
        (422, RejectedError),
        (429, RateLimitedError),
    ],
)
def test_a_code_that_is_not_known_goes_by_its_status_and_is_kept(status: int, kind: type[ProviderError]) -> None:
    error = error_of(refusal(status, 29999, "Something new"))
    assert (type(error), error.code) == (kind, "29999")
    assert "Something new (error 29999)" in str(error)


@pytest.mark.parametrize("status", [408, 409, 500, 503])
@pytest.mark.parametrize("code", [20500, 21610])
def test_a_failure_proves_nothing_whatever_its_code_is(status: int, code: int) -> None:
    error = error_of(refusal(status, code, "Internal"))
    assert type(error) is UnknownOutcomeError
    assert f"Internal (error {code})" in str(error)


def test_a_body_without_a_code_goes_by_its_status_and_is_quoted() -> None:
    error = error_of(refusal(401, None, "Authenticate"))
    assert (type(error), error.code) == (AuthenticationError, "401")
    assert "Authenticate" in str(error)


@pytest.mark.parametrize("code", [None, "21610", [], {}, 1.5, True])
def test_an_odd_code_is_none(code: object) -> None:
    assert type(error_of(answer(400, {"code": code, "message": "no"}))) is RejectedError


@pytest.mark.parametrize(("header", "seconds"), [("30", 30.0), ("soon", None), ("", None), ("9" * 400, None)])
def test_a_wait_is_taken_from_its_header(header: str, seconds: float | None) -> None:
    said = Answer(429, {"content-type": "application/json", "retry-after": header}, b'{"code": 20429}')
    assert error_of(said).retry_after == seconds


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, 20404, NotFoundError),
        (409, 20009, ConflictError),
        (400, 20009, ConflictError),
        (400, 30409, ConflictError),
    ],
)
def test_questions_are_refused_by_their_code(status: int, code: int, kind: type[ProviderError]) -> None:
    assert isinstance(error_of(refusal(status, code), READ), kind)


@pytest.mark.parametrize("code", REASONS)
def test_a_failed_message_says_why_in_neutral_words(code: int) -> None:
    stub = StubTransport([answer(200, {**MESSAGE, "status": "undelivered", "error_code": code})])
    report = account(stub).status(SID)
    call = form_call({**REPORT_CALL, "MessageStatus": "undelivered", "ErrorCode": str(code)})
    [called] = Twilio(settings(), provider="twilio").read_webhook(call).events
    assert report.reason == REASONS[code]
    assert getattr(called, "reason", None) == REASONS[code]
    assert report.raw["error_code"] == code


@pytest.mark.parametrize(
    ("word", "code", "status"),
    [
        ("failed", 30036, Status.EXPIRED),
        ("undelivered", 30410, Status.UNKNOWN),
        ("failed", 30410, Status.UNKNOWN),
        ("delivered", 30410, Status.DELIVERED),
        ("failed", 99999, Status.FAILED),
        ("undelivered", None, Status.UNDELIVERED),
    ],
)
def test_a_code_may_say_more_than_the_word(word: str, code: int | None, status: Status) -> None:
    said = answer(200, {**MESSAGE, "status": word, "error_code": code})
    assert account(StubTransport([said])).status(SID).status is status


def test_a_code_that_is_not_known_leaves_the_vendors_words() -> None:
    said = answer(200, {**MESSAGE, "status": "failed", "error_code": 39999, "error_message": "Brand new"})
    assert account(StubTransport([said])).status(SID).reason == "Brand new"


def test_a_message_that_is_too_late_to_cancel_is_a_conflict() -> None:
    vendor = account(StubTransport([refusal(400, 30409, "Cannot cancel")])).vendor
    assert isinstance(vendor, TwilioExtras)
    with pytest.raises(ConflictError, match="too late to cancel"):
        vendor.cancel(SID)
