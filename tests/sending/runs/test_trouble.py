"""What a result says of its account decides whether a lane is paused, for how long, and when a message comes again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smsgate import (
    AuthenticationError,
    BudgetExceededError,
    ConfigError,
    InsufficientCreditError,
    NotSentError,
    Outcome,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    SendResult,
    SmsgateError,
    Status,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.model.result import Attempt
from smsgate.sending.failure import exhausted
from smsgate.sending.runs.trouble import Trouble, full_budget, retry_delay, trouble_of
from tests.plain_adapter import message

pytestmark = pytest.mark.threads  # no gateway is asked
STARTED = datetime(2026, 11, 20, 12, tzinfo=UTC)


def ended(error: SmsgateError, *attempted: SmsgateError, asked: bool = True) -> SendResult:
    """Return the result of a message whose providers said so, one after the other."""
    submission = "sg1" if asked else None
    return SendResult(
        message=message(),
        outcome=error.outcome,
        status=Status.PENDING,
        provider="a",
        message_id=None,
        segments=1,
        attempts=tuple(Attempt("a", each.outcome, each, STARTED, 0.1, submission) for each in attempted or (error,)),
        error=error,
    )


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (AuthenticationError("no", code="401"), (60, 1, True)),
        (PermissionDeniedError("no", code="403"), (60, 1, True)),
        (InsufficientCreditError("no"), (60, 1, True)),
        (RateLimitedError("slow down", code="429"), (15, 3, True)),
        (RateLimitedError("slow down", code="429", retry_after=40), (40, 3, True)),
        (UnreachableError("no route"), (5, 3, True)),
        (RateLimitedError("no slot", retry_after=2.5), (2.5, 1, False)),
        (RateLimitedError("no slot", retry_after=9000), (60, 1, False)),
    ],
)
def test_what_the_account_meets_pauses_its_lane(error: NotSentError, pause: tuple[float, int, bool]) -> None:
    assert trouble_of(ended(error)) == Trouble(error.reason, *pause)


@pytest.mark.parametrize(
    "error",
    [NotSentError("try again", code="503"), RejectedError("spam"), UnknownOutcomeError("cut")],
)
def test_what_is_a_messages_own_pauses_nothing(error: SmsgateError) -> None:
    assert trouble_of(ended(error)) is None


def test_an_open_circuit_breaker_pauses_the_lane_until_it_closes() -> None:
    resting = NotSentError("circuit breaker open", retry_after=30)
    assert trouble_of(ended(resting, asked=False)) == Trouble("circuit breaker open", 30, 1, doubles=True)
    assert trouble_of(ended(resting)) is None


def test_the_account_that_was_asked_first_counts() -> None:
    first, second = AuthenticationError("no"), NotSentError("try again")
    assert trouble_of(ended(second, first, second)) == Trouble("no", 60, 1, doubles=True)
    assert trouble_of(ended(second, second, first)) is None


def test_an_error_of_the_settings_may_be_the_messages_own() -> None:
    found = trouble_of(ended(ConfigError("no route 'x'")))
    assert found is not None
    assert found.is_of_settings


def test_a_retry_waits_longer_each_time_and_as_long_as_the_vendor_says() -> None:
    failed = ended(NotSentError("try again"))
    assert [retry_delay(failed, tries, 1.0) for tries in (0, 1, 2, 20)] == [5, 10, 20, 900]
    assert [retry_delay(failed, tries, 0.0) for tries in (0, 20)] == [2.5, 450]
    assert retry_delay(ended(NotSentError("try again", retry_after=100)), 0, 1.0) == 100
    assert retry_delay(ended(NotSentError("try again", retry_after=10**6)), 0, 1.0) == 900
    assert failed.outcome is Outcome.NOT_SENT


def test_what_a_vendor_has_refused_waits_for_no_budget() -> None:
    full = BudgetExceededError("a: 1 of 1 used", budget="budgets.x", used=1, most=1, frees_at=None)
    down = UnreachableError("no connection")
    assert full_budget(ended(NotSentError("all said no"), full, down)) is full
    assert full_budget(ended(full, full)) is full
    assert full_budget(ended(RejectedError("no such number"), full, RejectedError("no such number"))) is None


def test_a_message_that_is_too_large_for_every_providers_budget_waits_for_none() -> None:
    large, full = (
        BudgetExceededError("b: 3 of 2", budget="budgets.x", used=0, most=2, may_have_room=room)
        for room in (False, True)
    )
    assert full_budget(ended(exhausted([("a", large), ("b", large)]), large, large)) is None
    assert full_budget(ended(exhausted([("a", large), ("b", full)]), large, full)) is not None
