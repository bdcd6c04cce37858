"""What an HTTP status proves, and how long Retry-After asks to wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import (
    Answer,
    AuthenticationError,
    ConflictError,
    Effect,
    InsufficientCreditError,
    NotFoundError,
    NotSentError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Scope,
    UnknownOutcomeError,
)
from smsgate.adapter.retry_after import retry_after
from smsgate.transport.statuses import refusal

SEND = Request("POST", "sms/send", effect=Effect.SENDS)
LOOK = Request("GET", "messages/{id}", ids={"id": "1"})

REFUSED = {307, 308, *range(400, 408), *range(410, 418), 421, 422, 424, 425, 426, 428, 429, 431, 451, 501, 505, 511}
OPEN = {100, 101, 102, 103, *range(300, 305), 305, 306, 408, 409, 500, 502, 503, 504, 520, 522, 524}
NAMED: dict[int, type[ProviderError]] = {
    400: RejectedError,
    401: AuthenticationError,
    402: InsufficientCreditError,
    403: PermissionDeniedError,
    413: RejectedError,
    422: RejectedError,
    429: RateLimitedError,
}


@pytest.mark.parametrize("status", sorted(REFUSED))
def test_a_refusing_status_ends_a_send_as_refused(status: int) -> None:
    error = refusal(SEND, Answer(status))
    assert type(error) is NAMED.get(status, NotSentError)
    assert error.code == str(status)


@pytest.mark.parametrize("status", sorted(OPEN))
def test_any_other_status_of_a_send_leaves_open_whether_a_text_is_out(status: int) -> None:
    assert type(refusal(SEND, Answer(status))) is UnknownOutcomeError


@given(st.integers(0, 999).filter(lambda status: not 200 <= status < 300))
def test_a_send_is_refused_by_the_listed_statuses_only(status: int) -> None:
    certain = isinstance(refusal(SEND, Answer(status)), NotSentError | RejectedError)
    assert certain is (status in REFUSED)


@given(st.integers(0, 999).filter(lambda status: not 200 <= status < 300))
def test_a_look_up_leaves_nothing_unknown(status: int) -> None:
    assert not isinstance(refusal(LOOK, Answer(status)), UnknownOutcomeError | RejectedError)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthenticationError),
        (404, NotFoundError),
        (410, NotFoundError),
        (409, ConflictError),
        (429, RateLimitedError),
        (418, ProviderError),
        (500, ProviderError),
        (302, ProviderError),
    ],
)
def test_a_look_ups_status_names_what_to_do_next(status: int, kind: type[ProviderError]) -> None:
    assert type(refusal(LOOK, Answer(status))) is kind


def test_a_refusal_says_what_was_asked_and_answered_but_not_the_id() -> None:
    error = refusal(Request("GET", "messages/{id}", ids={"id": "abc"}), Answer(404))
    assert str(error) == "nothing has this id (GET messages/{id} answered 404 Not Found)"
    assert str(refusal(SEND, Answer(599))).endswith("(POST sms/send answered 599)")


PAGE = Answer(404, {"content-type": "text/html"}, b"<h1>Not found</h1>")
OBJECT = Answer(404, {"content-type": "application/json"}, b"{}")


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (LOOK, PAGE),
        (LOOK, Answer(410, {"content-type": "application/json"}, b"{")),
        (Request("GET", "account/balance"), OBJECT),
        (Request("GET", "account/balance"), Answer(404)),
    ],
)
def test_a_404_that_is_not_the_apis_own_or_names_no_id_blames_the_address(request_: Request, said: Answer) -> None:
    error = refusal(request_, said)
    assert type(error) is ProviderError
    assert str(error).startswith("no such path at the vendor; check base_url (GET ")


@pytest.mark.parametrize(
    "request_",
    [
        LOOK,
        Request("GET", "users", query={"email": "ada@example.com"}),
        Request("POST", "look-up", json="0821234567"),
        Request("POST", "look-up", form={"number": "0821234567"}),
    ],
)
def test_a_404_of_the_api_to_a_question_with_an_id_says_that_nothing_has_it(request_: Request) -> None:
    assert type(refusal(request_, OBJECT)) is NotFoundError


def test_the_vendors_words_are_quoted() -> None:
    assert str(refusal(LOOK, OBJECT, "Message not found")) == (
        "nothing has this id (GET messages/{id} answered 404 Not Found: Message not found)"
    )


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_payment_is_never_said_to_be_a_message(status: int) -> None:
    error = refusal(Request("POST", "transfer", effect=Effect.PAYS), Answer(status))
    assert type(error) is type(refusal(SEND, Answer(status)))
    assert not {"message", "text", "sent"} & {*str(error).split()}
    assert status != 500 or "money may have moved; look at the balances before retrying" in str(error)


def test_only_the_account_and_the_provider_are_blamed_for_what_another_provider_may_do_better() -> None:
    blamed = {status: refusal(SEND, Answer(status)).scope for status in (400, 401, 402, 403, 404, 422, 429)}
    assert blamed == {
        400: Scope.MESSAGE,
        401: Scope.ACCOUNT,
        402: Scope.ACCOUNT,
        403: Scope.ACCOUNT,
        404: Scope.PROVIDER,
        422: Scope.MESSAGE,
        429: Scope.ACCOUNT,
    }


# Retry-After ---------------------------------------------------------------------------------------------------------

NOON = "Wed, 21 Oct 2015 12:00:00 GMT"


def waiting(value: str, date: str | None = NOON) -> float | None:
    return retry_after(Answer(429, {"retry-after": value, **({"date": date} if date else {})}))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("30", 30.0),
        (" 30 ", 30.0),
        ("86400", 86_400.0),
        ("86401", 86_400.0),
        ("999999", 86_400.0),
        ("Wed, 21 Oct 2015 12:00:30 GMT", 30.0),
        ("Wed, 21 Oct 2015 14:00:30 +0200", 30.0),
        ("Wed, 21 Oct 2015 11:00:00 GMT", 0.0),
        ("Wed, 21 Oct 2099 12:00:00 GMT", 86_400.0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(value: str, seconds: float) -> None:
    assert waiting(value) == seconds


@pytest.mark.parametrize(
    "value",
    ["", "soon", "-1", "+30", "1.5", "1e3", "٣٠", "²", "1000000", "9" * 400, "30 s", "Wed, 99 Oct 2015 12:00:00 GMT"],
)
def test_any_other_retry_after_says_nothing(value: str) -> None:
    assert waiting(value) is None


@pytest.mark.parametrize("date", [None, "", "yesterday", "Wed, 21 Oct 2015 12:00:00 -0000"])
def test_a_date_without_the_answers_own_date_says_nothing(date: str | None) -> None:
    assert waiting("Wed, 21 Oct 2015 12:00:30 GMT", date) is None


@pytest.mark.parametrize("zone", ["+99999999999999999999", "-9999", "+9999", "()", "\0"])
def test_a_date_of_an_impossible_zone_breaks_nothing(zone: str) -> None:
    seconds = waiting(f"Wed, 21 Oct 2015 12:00:30 {zone}")
    assert seconds is None or 0 <= seconds <= 86_400


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ [\d:]+ [-+]?\d+"), st.text())
def test_no_header_breaks_the_reading_of_retry_after(value: str, date: str) -> None:
    for its_date in (date, NOON, value):
        seconds = waiting(value, its_date)
        assert seconds is None or 0 <= seconds <= 86_400


def test_the_wait_comes_with_the_refusal() -> None:
    assert refusal(SEND, Answer(429, {"retry-after": "7"})).retry_after == 7.0
    assert refusal(SEND, Answer(429)).retry_after is None
