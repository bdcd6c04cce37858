"""Errors: the tree of the design, one line each, and nothing lost on the way through a pickle."""

import copy
import inspect
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import (
    AuthenticationError,
    BudgetExceededError,
    ConfigError,
    ConflictError,
    InsufficientCreditError,
    InvalidMessageError,
    InvalidRecipientError,
    InvalidSenderError,
    JournalError,
    MalformedAnswerError,
    Message,
    NotFoundError,
    NotSentError,
    OptedOutError,
    Outcome,
    PermissionDeniedError,
    PlanChangedError,
    PlanError,
    PlanExpiredError,
    ProviderError,
    PumpingError,
    QuietHoursError,
    RateLimitedError,
    RefusedError,
    RejectedError,
    Scope,
    SendResult,
    SmsgateError,
    Status,
    UnknownOutcomeError,
    UnreachableError,
    UnsupportedError,
    WebhookError,
)
from smsgate.model import errors

PARENTS: dict[type[SmsgateError], type[Exception]] = {
    SmsgateError: Exception,
    RefusedError: SmsgateError,
    ConfigError: SmsgateError,
    InvalidMessageError: RefusedError,
    BudgetExceededError: InvalidMessageError,
    PlanError: InvalidMessageError,
    PlanExpiredError: PlanError,
    PlanChangedError: PlanError,
    PumpingError: InvalidMessageError,
    QuietHoursError: InvalidMessageError,
    UnsupportedError: SmsgateError,
    JournalError: SmsgateError,
    WebhookError: SmsgateError,
    ProviderError: SmsgateError,
    NotSentError: ProviderError,
    UnreachableError: NotSentError,
    RateLimitedError: NotSentError,
    AuthenticationError: NotSentError,
    PermissionDeniedError: NotSentError,
    InsufficientCreditError: NotSentError,
    RejectedError: RefusedError,
    InvalidRecipientError: RejectedError,
    OptedOutError: RejectedError,
    InvalidSenderError: RejectedError,
    UnknownOutcomeError: ProviderError,
    NotFoundError: ProviderError,
    ConflictError: RefusedError,
    MalformedAnswerError: ProviderError,
}
OF_PROVIDERS = [kind for kind in PARENTS if issubclass(kind, ProviderError)]


def test_the_tree_is_the_one_of_the_design() -> None:
    kinds = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__.startswith(errors.__name__)
    }
    assert {kind: kind.__bases__[0] for kind in kinds} == PARENTS
    assert {kind: kind.__bases__[1:] for kind in kinds if kind.__bases__[1:]} == {
        RejectedError: (ProviderError,),
        ConflictError: (ProviderError,),
    }


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert errors.__doc__ is not None
    assert [kind.__name__ for kind in PARENTS if kind.__name__ not in errors.__doc__] == []


def test_a_refusal_is_about_what_its_kind_says() -> None:
    account, recipient = Scope.ACCOUNT, Scope.RECIPIENT
    assert {kind.__name__: kind("no").scope for kind in OF_PROVIDERS} == {
        "ProviderError": Scope.PROVIDER,
        "NotSentError": Scope.PROVIDER,
        "UnreachableError": Scope.PROVIDER,
        "RateLimitedError": account,
        "AuthenticationError": account,
        "PermissionDeniedError": account,
        "InsufficientCreditError": account,
        "RejectedError": Scope.MESSAGE,
        "InvalidRecipientError": recipient,
        "OptedOutError": recipient,
        "InvalidSenderError": Scope.SENDER,
        "UnknownOutcomeError": Scope.PROVIDER,
        "NotFoundError": Scope.PROVIDER,
        "ConflictError": Scope.PROVIDER,
        "MalformedAnswerError": Scope.PROVIDER,
    }


def test_each_kind_says_how_a_send_ends_with_it() -> None:
    not_sent = [ConfigError, UnsupportedError, JournalError, NotSentError, UnreachableError, RateLimitedError]
    not_sent += [AuthenticationError, PermissionDeniedError, InsufficientCreditError]
    not_sent += [NotFoundError]
    rejected = [RefusedError, InvalidMessageError, BudgetExceededError, ConflictError]
    rejected += [PlanError, PlanExpiredError, PlanChangedError, PumpingError, QuietHoursError]
    rejected += [RejectedError, InvalidRecipientError, OptedOutError, InvalidSenderError]
    ends = dict.fromkeys(not_sent, Outcome.NOT_SENT) | dict.fromkeys(rejected, Outcome.REJECTED)
    assert {kind: kind.outcome for kind in PARENTS} == {kind: ends.get(kind, Outcome.UNKNOWN) for kind in PARENTS}


def test_a_send_ends_rejected_by_a_refusal_and_by_nothing_else() -> None:
    refusals = {kind for kind in PARENTS if kind("no").outcome is Outcome.REJECTED}
    assert refusals == {kind for kind in PARENTS if issubclass(kind, RefusedError)}


def test_only_what_another_provider_may_take_goes_on_to_it() -> None:
    going_on = {kind for kind in PARENTS if kind("no").fails_over}
    assert going_on == {
        InvalidMessageError,
        BudgetExceededError,
        PlanError,
        PlanExpiredError,
        PlanChangedError,
        PumpingError,
        QuietHoursError,
    } | {kind for kind in PARENTS if issubclass(kind, NotSentError)}


@pytest.mark.parametrize("kind", [RejectedError, InvalidRecipientError, OptedOutError, InvalidSenderError])
def test_a_refusal_goes_on_to_the_next_provider_where_it_is_the_accounts_or_the_providers(
    kind: type[RejectedError],
) -> None:
    assert {scope for scope in Scope if kind("no", scope=scope).fails_over} == {Scope.ACCOUNT, Scope.PROVIDER}


@pytest.mark.parametrize("kind", OF_PROVIDERS)
@pytest.mark.parametrize("through", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_a_copy_keeps_the_fields_of_the_error(
    kind: type[ProviderError], through: Callable[[ProviderError], ProviderError]
) -> None:
    error = kind("too fast", provider="zoom", code="429", scope=Scope.SENDER, retry_after=1.5)
    again = through(error)
    assert type(again) is kind
    assert (again.reason, again.provider, again.code, again.scope, again.retry_after, str(again)) == (
        "too fast",
        "zoom",
        "429",
        Scope.SENDER,
        1.5,
        "zoom: too fast",
    )


def test_a_pickle_keeps_the_result_that_an_error_ended() -> None:
    message = Message("+27821234567", "Hello", extra={"zoomconnect": {"a": 1}})
    error = RejectedError("no")
    error.result = SendResult(
        message=message,
        outcome=Outcome.REJECTED,
        status=Status.REJECTED,
        provider="zoom",
        message_id=None,
        segments=1,
        attempts=(),
        error=error,
    )
    again = pickle.loads(pickle.dumps(error))
    assert again.result.error is again
    assert again.result.message == message


def test_several_errors_in_the_settings_are_reported_together() -> None:
    error = ConfigError("a: is missing", "b: is a number, not text")
    assert str(error) == "a: is missing; b: is a number, not text"
    assert error.problems == ("a: is missing", "b: is a number, not text")
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


@given(st.sampled_from(list(PARENTS)), st.text())
def test_every_error_is_one_printable_line(kind: type[SmsgateError], text: str) -> None:
    assert str(kind(text)).isprintable()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no\nsuch\r\n\tnumber", "no such number"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("half a \ud83d", r"half a \ud83d"),
        ("Olá 👍", "Olá 👍"),
        ("x" * 5_000, "x" * 1_000 + "..."),
    ],
)
def test_a_vendors_words_cannot_break_the_line_or_control_the_terminal(said: str, told: str) -> None:
    assert str(RejectedError(said, provider="zoom")) == f"zoom: {told}"
