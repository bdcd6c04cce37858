"""The whole table of codes, as an answer and as the reason of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from smsgate import (
    AuthenticationError,
    DeliveryReport,
    InsufficientCreditError,
    InvalidRecipientError,
    InvalidSenderError,
    Message,
    NotFoundError,
    NotSentError,
    OptedOutError,
    PermissionDeniedError,
    Provider,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Scope,
    Status,
    UnknownOutcomeError,
)
from smsgate.testing import StubTransport, answer, json_call
from smsgate_telnyx import Telnyx

Stubbed = Callable[..., tuple[Provider, StubTransport]]
MESSAGE = Message("+27821234567", "Your code is 4711")
CODES: Mapping[tuple[type[ProviderError], Scope], str] = {
    (AuthenticationError, Scope.ACCOUNT): "10009 20001 20002 20003 20004 20005 20006 20007 20008",
    (PermissionDeniedError, Scope.ACCOUNT): (
        "10010 20012 20013 20014 20015 20016 20017 40309 40331 40312 40314"  # inactive, unverified, region, profile off
    ),
    (InsufficientCreditError, Scope.ACCOUNT): "20100",
    (RateLimitedError, Scope.ACCOUNT): "10011",
    (NotSentError, Scope.ACCOUNT): "40333",
    (NotSentError, Scope.SENDER): "40318 40011 40016 40018 40020",
    (RejectedError, Scope.MESSAGE): (
        "10004 10015 10023 10027 40302 40304 40316 40317 40322 40328 40009 40002 40015 40017 40005 40014"
    ),
    (InvalidRecipientError, Scope.RECIPIENT): "10002 10016 40310 40001 40012 40319 40301 40004 40006 40008",
    (OptedOutError, Scope.RECIPIENT): "40300",
    (InvalidSenderError, Scope.SENDER): (
        "40305 40306 40307 40308 40013 40315 40320 40321 40325 40100 40010 40329 40330 40003"
    ),
    (UnknownOutcomeError, Scope.PROVIDER): "10007 10008 10037",
}
EACH = [(code, kind, scope) for (kind, scope), codes in CODES.items() for code in codes.split()]


def error(code: str, title: str = "No") -> dict[str, object]:
    return {"errors": [{"code": code, "title": title, "detail": "No, sorry", "source": {"pointer": "/to"}}]}


@pytest.mark.parametrize(("code", "kind", "scope"), EACH)
def test_each_code_has_its_class_and_scope(
    stubbed: Stubbed, code: str, kind: type[ProviderError], scope: Scope
) -> None:
    provider, _ = stubbed([answer(400, error(code))])
    with pytest.raises(ProviderError) as raised:
        provider.send(MESSAGE)
    assert (type(raised.value), raised.value.scope, raised.value.code) == (kind, scope, code)
    assert f"{code} No No, sorry" in str(raised.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedError),
        (401, AuthenticationError),
        (402, InsufficientCreditError),
        (403, PermissionDeniedError),
        (404, NotSentError),
        (422, RejectedError),
        (429, RateLimitedError),
        (409, UnknownOutcomeError),
        (500, UnknownOutcomeError),
        (503, UnknownOutcomeError),
    ],
)
def test_a_code_that_is_new_means_what_the_status_says_and_is_kept(
    stubbed: Stubbed, status: int, kind: type[ProviderError]
) -> None:
    provider, _ = stubbed([answer(status, error("99999"))])
    with pytest.raises(kind) as raised:
        provider.send(MESSAGE)
    assert raised.value.code == "99999"


@pytest.mark.parametrize("code", ["40300", "20100", "40333", "99999"])
def test_a_code_with_a_failure_of_the_server_proves_nothing(stubbed: Stubbed, code: str) -> None:
    provider, _ = stubbed([answer(502, error(code))])
    with pytest.raises(UnknownOutcomeError) as raised:
        provider.send(MESSAGE)
    assert raised.value.code == code


def test_a_refusal_that_shows_the_message_proves_nothing(stubbed: Stubbed) -> None:
    provider, _ = stubbed([answer(400, {**error("40300"), "data": {"id": "1"}})])
    with pytest.raises(UnknownOutcomeError):
        provider.send(MESSAGE)


def test_the_limit_of_a_day_is_not_repeated_and_a_rate_is_after_its_time(stubbed: Stubbed) -> None:
    for code, wait in (("40333", None), ("10011", 7.0)):
        headers = {"retry_after": "7"} if wait else {}
        provider, stub = stubbed([answer(429, error(code), **headers)])
        with pytest.raises(NotSentError) as raised:
            provider.send(MESSAGE)
        assert (raised.value.retry_after, len(stub.requests)) == (wait, 1)


def test_one_error_without_a_list_is_read_as_well(stubbed: Stubbed) -> None:
    provider, _ = stubbed([answer(404, {"code": "10005", "title": "Resource not found"})])
    with pytest.raises(NotFoundError) as raised:
        provider.status("40385f64-5717-4562-b3fc-2c963f66afa6")
    assert raised.value.code == "10005"


def test_a_look_up_that_is_refused_is_no_refusal_of_a_message(stubbed: Stubbed) -> None:
    for status, code, kind in ((400, "10015", ProviderError), (401, "10009", AuthenticationError)):
        provider, _ = stubbed([answer(status, error(code))])
        with pytest.raises(kind) as raised:
            provider.balance()
        assert (type(raised.value), raised.value.code) == (kind, code)


@pytest.mark.parametrize(
    ("word", "code", "status"),
    [
        ("delivery_failed", "40008", Status.UNDELIVERED),
        ("delivery_failed", "40005", Status.EXPIRED),
        ("sending_failed", "40014", Status.EXPIRED),
        ("sending_failed", "40333", Status.FAILED),
        ("delivery_unconfirmed", "40014", Status.UNKNOWN),
        ("delivered", "40005", Status.DELIVERED),
    ],
)
def test_a_report_has_a_neutral_status_and_the_code_as_reason(
    stubbed: Stubbed, word: str, code: str, status: Status
) -> None:
    adapter = stubbed()[0].core.adapter
    assert isinstance(adapter, Telnyx)
    payload = {"id": "1", "to": [{"status": word}], **error(code)}
    [report] = adapter.read_webhook(json_call({"data": {"event_type": "message.finalized", "payload": payload}})).events
    assert isinstance(report, DeliveryReport)
    assert (report.status, report.raw_status, report.reason) == (status, word, f"{code} No No, sorry")
    assert report.raw["errors"] == error(code)["errors"]
