"""The promise: once a request that sends was asked, only the vendor's word or proof ends it as not sent."""

from collections.abc import Callable, Sequence

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from smsgate import (
    Accepted,
    Answer,
    AuthenticationError,
    ConfigError,
    Conversation,
    Effect,
    InsufficientCreditError,
    InvalidMessageError,
    InvalidRecipientError,
    MalformedAnswerError,
    NotFoundError,
    NotSentError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    SmsgateError,
    UnknownOutcomeError,
    UnreachableError,
)
from tests.blocking_core import Ask, drive

LOOK = Request("GET", "messages/all")
SEND = Request("POST", "sms/send", effect=Effect.SENDS)
OK = Answer(200)
ACCEPTED = Accepted(message_id="1")

Said = Answer | Exception


def saying(*says: Said) -> Ask:
    """Answer in order; an exception is raised."""
    remaining = iter(says)

    def ask(_: Request) -> Answer:
        said = next(remaining)
        if isinstance(said, Exception):
            raise said
        return said

    return ask


def asking(*requests: Request, then: Exception | None = None) -> Conversation[Accepted]:
    """Ask one request after the other, let their failures through, then fail or be done."""
    for request in requests:  # noqa: UP028 - a tuple cannot be sent answers
        yield request
    if then is not None:
        raise then
    return ACCEPTED


def test_answers_reach_the_adapter_and_its_return_value_reaches_the_caller() -> None:
    asked: list[Request] = []

    def conversation() -> Conversation[list[int]]:
        first = yield LOOK
        second = yield SEND
        return [first.status, second.status]

    def ask(request: Request) -> Answer:
        asked.append(request)
        return Answer(200 + len(asked))

    assert drive(conversation(), ask) == [201, 202]
    assert asked == [LOOK, SEND]


@pytest.mark.parametrize(
    "error", [NotFoundError("no"), ProviderError("500"), MalformedAnswerError("?"), UnreachableError("down")]
)
def test_a_look_up_that_fails_raises_what_failed(error: ProviderError) -> None:
    with pytest.raises(ProviderError) as raised:
        drive(asking(LOOK), saying(error))
    assert raised.value is error


@pytest.mark.parametrize(
    "error", [NotFoundError("no"), ProviderError("500"), MalformedAnswerError("?"), UnreachableError("down")]
)
def test_a_look_up_that_fails_before_the_text_is_submitted_has_sent_nothing(error: ProviderError) -> None:
    with pytest.raises(NotSentError):
        drive(asking(LOOK, SEND), saying(error), sends=True)


@pytest.mark.parametrize("error", [NotSentError("no"), RejectedError("no"), AuthenticationError("who?")])
def test_the_vendors_refusal_of_the_request_that_sends_remains(error: ProviderError) -> None:
    with pytest.raises(ProviderError) as raised:
        drive(asking(LOOK, SEND), saying(OK, error), sends=True)
    assert raised.value is error


@pytest.mark.parametrize(
    "error", [ProviderError("?"), NotFoundError("?"), MalformedAnswerError("?"), UnknownOutcomeError("?")]
)
def test_any_other_failure_of_the_request_that_sends_is_unknown(error: ProviderError) -> None:
    with pytest.raises(UnknownOutcomeError):
        drive(asking(SEND), saying(error), sends=True)


@pytest.mark.parametrize("later", [UnreachableError("down"), RateLimitedError("slow"), RejectedError("no")])
def test_a_look_up_that_fails_after_a_text_was_submitted_is_unknown(later: ProviderError) -> None:
    with pytest.raises(UnknownOutcomeError):
        drive(asking(SEND, LOOK), saying(OK, later), sends=True)


def test_a_second_text_that_is_refused_leaves_the_first_unknown() -> None:
    with pytest.raises(UnknownOutcomeError):
        drive(asking(SEND, SEND), saying(OK, RejectedError("no")), sends=True)


@pytest.mark.parametrize("word", [RejectedError("no"), InsufficientCreditError("no credit"), NotSentError("a draft")])
def test_a_refusal_read_out_of_the_answer_is_the_vendors_word(word: ProviderError) -> None:
    with pytest.raises(ProviderError) as raised:
        drive(asking(SEND, then=word), saying(OK), sends=True)
    assert raised.value is word


def test_a_text_found_unsent_after_an_unknown_failure_is_not_sent() -> None:
    def conversation() -> Conversation[Accepted]:
        try:
            yield SEND
        except UnknownOutcomeError:
            yield LOOK
            raise NotSentError("the vendor still has it as a draft") from None
        return ACCEPTED

    with pytest.raises(NotSentError, match="draft"):
        drive(conversation(), saying(UnknownOutcomeError("?"), OK), sends=True)


def test_an_adapter_cannot_relabel_the_failure_of_a_later_look_up() -> None:
    def conversation() -> Conversation[Accepted]:
        yield SEND
        try:
            yield LOOK
        except ProviderError as error:
            raise error.become(NotSentError, "surely not sent") from None
        return ACCEPTED

    with pytest.raises(UnknownOutcomeError):
        drive(conversation(), saying(OK, UnreachableError("down")), sends=True)


def test_an_adapter_cannot_keep_a_later_failure_and_raise_it_when_others_have_followed() -> None:
    def conversation() -> Conversation[Accepted]:
        yield SEND
        kept: list[ProviderError] = []
        for _ in range(2):
            try:
                yield LOOK
            except ProviderError as error:
                kept.append(error)
        raise kept[0]

    with pytest.raises(UnknownOutcomeError):
        drive(conversation(), saying(OK, UnreachableError("first"), UnreachableError("second")), sends=True)


@pytest.mark.parametrize("bug", [KeyError("reply"), AttributeError("x"), RecursionError(), ConfigError("c")])
def test_an_error_of_the_adapter_after_a_text_was_submitted_is_unknown(bug: Exception) -> None:
    with pytest.raises(UnknownOutcomeError) as raised:
        drive(asking(SEND, then=bug), saying(OK), sends=True)
    assert raised.value.__cause__ is bug


@pytest.mark.parametrize("bug", [KeyError("reply"), AttributeError("x"), RecursionError(), ConfigError("c")])
def test_an_error_of_the_adapter_before_a_text_was_submitted_has_sent_nothing(bug: Exception) -> None:
    with pytest.raises(NotSentError):
        drive(asking(LOOK, then=bug), saying(OK), sends=True)


def test_a_message_that_the_adapter_refuses_is_invalid() -> None:
    with pytest.raises(InvalidMessageError):
        drive(asking(then=InvalidMessageError("no such sender")), saying(), sends=True)


def test_a_conversation_that_is_no_generator_has_sent_nothing() -> None:
    def wrong() -> Conversation[Accepted]:
        return ACCEPTED  # type: ignore[return-value]

    with pytest.raises(NotSentError, match="error in the adapter"):
        drive(wrong(), saying(), sends=True)


def test_an_end_of_iteration_within_a_request_is_no_success() -> None:
    with pytest.raises(UnknownOutcomeError):
        drive(asking(SEND), saying(StopIteration()), sends=True)
    with pytest.raises(NotSentError):
        drive(asking(LOOK, SEND), saying(StopIteration()), sends=True)


def test_an_adapter_that_marks_no_request_as_sending_gets_an_error_the_first_time() -> None:
    with pytest.raises(UnknownOutcomeError, match=r"effect=Effect\.SENDS"):
        drive(asking(Request("POST", "sms/send")), saying(OK), sends=True)


def test_an_unknown_outcome_keeps_the_fields_of_the_failure() -> None:
    failure = ProviderError("broken", provider="zoom", code="500", retry_after=3.0)
    with pytest.raises(UnknownOutcomeError) as raised:
        drive(asking(SEND), saying(failure), sends=True)
    unknown = raised.value
    assert (unknown.provider, unknown.code, unknown.scope, unknown.retry_after) == (
        "zoom",
        "500",
        failure.scope,
        3.0,
    )


# Random adapters against a vendor whose truth is known ---------------------------------------------------------------


@frozen
class Step:
    """One request of a random adapter: what the vendor does and says, and what the adapter then does."""

    sends: bool
    delivers: bool
    """Whether the vendor puts the text on air; only for a request that sends."""
    failure: type[ProviderError] | None
    swallowed: bool
    """Whether the adapter goes on after a failure."""


CERTAIN = (NotSentError, UnreachableError, RateLimitedError, RejectedError, InvalidRecipientError)
UNCERTAIN = (ProviderError, NotFoundError, MalformedAnswerError, UnknownOutcomeError)


def honest(step: Step) -> bool:
    """What the transport and the vendor promise: a certain refusal of a text means that it is not on air."""
    certain = step.failure is not None and issubclass(step.failure, NotSentError | RejectedError)
    return not (step.sends and step.delivers and certain)


STEPS = st.lists(
    st.builds(Step, st.booleans(), st.booleans(), st.sampled_from([None, *CERTAIN, *UNCERTAIN]), st.booleans()).filter(
        honest
    ),
    max_size=5,
)
ENDS = st.sampled_from([None, KeyError, ConfigError, MalformedAnswerError, InvalidMessageError, StopAsyncIteration])


def converse(steps: Sequence[Step], end: Callable[[str], Exception] | None) -> Conversation[Accepted]:
    for step in steps:
        try:
            yield SEND if step.sends else LOOK
        except ProviderError:
            if not step.swallowed:
                raise
    if end is not None:
        raise end("end")
    return ACCEPTED


@given(STEPS, ENDS)
def test_no_script_of_requests_ends_as_not_sent_with_a_text_on_air(
    steps: list[Step], end: Callable[[str], Exception] | None
) -> None:
    told = iter(steps)
    air: list[Step] = []

    def vendor(request: Request) -> Answer:
        step = next(told)
        assert step.sends is (request.effect is Effect.SENDS)
        if step.sends and (step.delivers or step.failure is None):
            air.append(step)
        if step.failure is not None:
            raise step.failure("failed")
        return OK

    try:
        drive(converse(steps, end), vendor, sends=True)
    except (NotSentError, RejectedError, InvalidMessageError):
        assert not air
    except SmsgateError as error:
        assert type(error) is UnknownOutcomeError  # noqa: PT017 - every end but success is looked at
