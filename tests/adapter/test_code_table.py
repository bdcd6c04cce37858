"""What a code means beside the status of its answer."""

from __future__ import annotations

import pytest

from smsgate import (
    CodeTable,
    Effect,
    NotFoundError,
    NotSentError,
    OptedOutError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Scope,
    UnknownOutcomeError,
)
from smsgate.testing import answer

TABLE = CodeTable(opted_out="21 22", rate="3", sender_waits="4", unknown="5", account="6", message="7")
SEND, READ = Request("POST", "texts", effect=Effect.SENDS), Request("GET", "texts/1")


def meaning(request: Request, status: int, code: str) -> tuple[type[ProviderError], Scope]:
    error = TABLE.error(request, answer(status, {}), code, "No")
    assert error.code == code
    return type(error), error.scope


def test_a_code_is_what_its_row_says() -> None:
    assert meaning(SEND, 400, "22") == (OptedOutError, Scope.RECIPIENT)
    assert meaning(SEND, 403, "4") == (NotSentError, Scope.SENDER)
    assert meaning(SEND, 429, "6") == (NotSentError, Scope.ACCOUNT)
    assert meaning(SEND, 400, "5") == (UnknownOutcomeError, Scope.PROVIDER)


def test_a_new_code_is_what_the_status_says() -> None:
    assert meaning(SEND, 422, "99") == (RejectedError, Scope.MESSAGE)
    assert meaning(READ, 404, "99") == (NotFoundError, Scope.PROVIDER)
    assert meaning(SEND, 404, "99") == (NotSentError, Scope.PROVIDER)


@pytest.mark.parametrize("status", [409, 500, 503])
def test_a_status_that_does_not_refuse_leaves_a_send_open_whatever_the_code(status: int) -> None:
    assert meaning(SEND, status, "21") == (UnknownOutcomeError, Scope.PROVIDER)
    assert meaning(READ, status, "21") == (ProviderError, Scope.PROVIDER)


def test_an_answer_that_shows_the_message_leaves_it_open() -> None:
    error = TABLE.error(SEND, answer(400, {}), "21", "No", is_shown=True)
    assert isinstance(error, UnknownOutcomeError)


def test_a_look_up_refuses_no_message() -> None:
    assert meaning(READ, 400, "7") == (ProviderError, Scope.PROVIDER)
    assert meaning(READ, 429, "3") == (RateLimitedError, Scope.ACCOUNT)


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), ("999999", 86_400.0), ("soon", None), ("-1", None)])
def test_the_time_to_wait_goes_with_the_error(header: str, wait: float | None) -> None:
    assert TABLE.error(SEND, answer(429, {}, retry_after=header), "3", "No").retry_after == wait


def test_the_time_to_wait_may_be_a_date() -> None:
    date, until = "Sun, 29 Nov 2026 12:00:00 GMT", "Sun, 29 Nov 2026 12:01:30 GMT"
    assert TABLE.error(SEND, answer(429, {}, retry_after=until, date=date), "3", "No").retry_after == 90.0


def test_the_words_are_cut_between_two_of_them() -> None:
    error = TABLE.error(SEND, answer(400, {}), "7", "no " * 99 + "a-secret-that-is-not-cut-in-two")
    assert "a-secret" not in str(error)
    assert str(error).endswith("(POST texts answered 400)")


def test_a_code_in_two_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="two rows"):
        CodeTable(opted_out="1 2", credit="2")


def test_a_name_that_is_in_a_row_decides_in_place_of_the_code_which_is_kept() -> None:
    error = TABLE.error(SEND, answer(422, {}), "7", "No", names=["new", "22", "3"])
    assert (type(error), error.code) == (OptedOutError, "7")
    assert isinstance(TABLE.error(SEND, answer(422, {}), "22", "No", names=["new"]), OptedOutError)


@pytest.mark.parametrize(
    ("code", "words", "reason"),
    [
        ("22", None, "the recipient opted out (22)"),
        ("22", "22: Illegal number", "the recipient opted out (22: Illegal number)"),
        ("99", "99: New", "99: New"),
        ("99", None, "error code 99"),
        (None, "Some words", "Some words"),
        (None, None, None),
    ],
)
def test_a_failed_delivery_has_its_reason_in_plain_words_with_the_code(
    code: str | None, words: str | None, reason: str | None
) -> None:
    assert TABLE.reason(code, words) == reason
