"""A request with a key is repeated after a lost answer, and what follows says only what it proves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from attrs import frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    AuthenticationError,
    ConflictError,
    Conversation,
    Effect,
    InsufficientCreditError,
    InvalidRecipientError,
    MemoryPaceStore,
    Message,
    NotSentError,
    Provider,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Settings,
    Submission,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.engine import Threads
from smsgate.model.errors.interruption import interruption, proof_of
from smsgate.testing import StubTransport, Unpaced, answer
from tests.skipped_waits import skip_waits

MESSAGE = Message("+27821234567", "Your code is 4711")
LOST = UnknownOutcomeError("POST texts: the connection was cut; the message may have been sent")
TAKEN = answer(json={"id": "m1"})
ALREADY_THERE = answer(409, {"id": "m1"})


@frozen
class _Reply:
    id: str


class Keyed(Adapter[Settings]):
    """Its vendor drops a request whose key it knows, and answers 409 with the id of the first."""

    name = "keyed"
    Settings = Settings
    blocked_for = 0.5
    dedup_window: timedelta | None = timedelta(hours=11)  # type: ignore[misc] # a test changes it

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {"text": message.text, "key": submission.id}
        try:
            reply = (yield Request("POST", "texts", json=body, effect=Effect.KEYED)).read(_Reply)
        except ConflictError as error:
            if error.existing_id is None:
                raise
            return Accepted(message_id=error.existing_id)
        return Accepted(message_id=reply.id)

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        if answer.status != 409:
            return None
        error = ConflictError("the key was used")
        error.existing_id = answer.read(_Reply).id
        return error


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    skip_waits(monkeypatch)


def asked(
    *says: Answer | BaseException, deadline: float | None = None, adapter: type[Keyed] = Keyed
) -> tuple[object, StubTransport]:
    """Return what sending came to, and the requests that were made."""
    stub = StubTransport(_said(says))
    provider = Provider("a", adapter(Settings(base_url="http://vendor"), provider="a"), stub, pace_store=Unpaced())
    try:
        return provider.send(MESSAGE, deadline=deadline), stub
    except (ProviderError, KeyboardInterrupt) as error:
        return error, stub


def _said(says: tuple[Answer | BaseException, ...]) -> Callable[[Request], Answer | ProviderError]:
    """Say one after the other, and the last again and again."""
    left = list(says)

    def say(_: Request) -> Answer | ProviderError:
        said = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(said, Answer | ProviderError):
            return said
        raise said

    return say


@pytest.mark.parametrize("lost", [LOST, answer(500, {}), answer(503, {}), answer(302, {})])
@pytest.mark.parametrize("found", [TAKEN, ALREADY_THERE])
def test_a_lost_answer_is_followed_by_the_same_bytes_until_an_answer_comes(
    lost: Answer | ProviderError, found: Answer
) -> None:
    accepted, stub = asked(lost, lost, lost, found)
    assert isinstance(accepted, Accepted)
    assert accepted.message_id == "m1"
    assert len(stub.requests) == 4
    assert len({repr((each.path, each.json, each.query, each.form)) for each in stub.requests}) == 1


@pytest.mark.parametrize(
    "between", [UnreachableError("no connection"), answer(429, {}), NotSentError("the proxy refused")]
)
def test_what_does_not_reach_the_vendor_after_a_lost_answer_is_no_proof(between: Answer | ProviderError) -> None:
    accepted, stub = asked(LOST, between, between, TAKEN)
    assert isinstance(accepted, Accepted)
    assert len(stub.requests) == 4
    error, _ = asked(LOST, between, deadline=20)
    assert type(error) is UnknownOutcomeError
    assert "repeated" in error.reason


@pytest.mark.parametrize("refusal", [answer(400, {}), answer(401, {}), answer(402, {}), answer(422, {})])
def test_a_refusal_after_a_lost_answer_leaves_the_outcome_unknown(refusal: Answer) -> None:
    error, stub = asked(LOST, refusal)
    assert type(error) is UnknownOutcomeError
    assert "the connection was cut; the message may have been sent; repeated once with the same key: " in error.reason
    assert len(stub.requests) == 2


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (answer(400, {}), RejectedError),
        (answer(401, {}), AuthenticationError),
        (answer(402, {}), InsufficientCreditError),
        (answer(429, {}), RateLimitedError),
        (UnreachableError("no connection"), UnreachableError),
        (InvalidRecipientError("no such number"), InvalidRecipientError),
    ],
)
def test_a_first_request_that_is_certain_is_not_repeated(
    first: Answer | ProviderError, kind: type[ProviderError]
) -> None:
    error, stub = asked(first)
    assert type(error) is kind
    assert len(stub.requests) == 1


def test_a_token_that_cannot_be_renewed_is_not_shown_to_the_vendor_again() -> None:
    error, stub = asked(LOST, AuthenticationError("the token cannot be renewed"), TAKEN)
    assert type(error) is UnknownOutcomeError
    assert error.reason.count("the message may have been sent") == 1
    assert len(stub.requests) == 2


def test_a_key_that_is_known_at_the_first_request_belongs_to_another_message() -> None:
    error, stub = asked(ALREADY_THERE)
    assert type(error) is UnknownOutcomeError
    assert "the vendor has a message with this key, and this request was the first with it" in error.reason
    assert len(stub.requests) == 1


def test_repetitions_end_with_the_deadline() -> None:
    error, stub = asked(LOST, deadline=10)
    assert type(error) is UnknownOutcomeError
    assert 5 < len(stub.requests) < 12
    assert f"repeated {len(stub.requests) - 1} times with the same key" in error.reason


def test_repetitions_end_with_the_window() -> None:
    short = type("Short", (Keyed,), {"dedup_window": timedelta(seconds=1)})
    error, stub = asked(LOST, deadline=30, adapter=short)
    assert type(error) is UnknownOutcomeError
    assert 2 <= len(stub.requests) <= 4


def test_a_repetition_whose_rate_slot_comes_after_the_window_is_not_made() -> None:
    short = type("Short", (Keyed,), {"dedup_window": timedelta(seconds=5)})
    for rate, requests in (("30/min", 2), ("6/min", 1)):
        stub, store = StubTransport(_said((LOST, TAKEN))), MemoryPaceStore(Threads().now)
        adapter = short(Settings(base_url="http://vendor", rate=rate), provider="a")
        with suppress(UnknownOutcomeError):
            Provider("a", adapter, stub, pace_store=store).send(MESSAGE, deadline=60)
        assert len(stub.requests) == requests


@pytest.mark.parametrize("nth", [1, 2], ids=["before the repetition", "before its rate slot"])
def test_a_machine_that_sleeps_past_the_window_makes_no_repetition(monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    """Its monotonic clock does not go on meanwhile."""
    utc, sleep, waits = Threads.utc, Threads.sleep, list[float]()

    async def suspended(engine: Threads, seconds: float) -> None:
        waits.append(seconds)
        await sleep(engine, seconds)

    def late(engine: Threads) -> datetime:
        return utc(engine) + timedelta(hours=12 if len(waits) >= nth else 0)

    monkeypatch.setattr(Threads, "sleep", suspended)
    monkeypatch.setattr(Threads, "utc", late)
    stub, store = StubTransport(_said((LOST, TAKEN))), MemoryPaceStore(Threads().now)
    provider = Provider(
        "a", Keyed(Settings(base_url="http://vendor", rate="30/min"), provider="a"), stub, pace_store=store
    )
    with pytest.raises(UnknownOutcomeError):
        provider.send(MESSAGE, deadline=60)
    assert len(stub.requests) == 1


def test_an_adapter_that_names_no_window_sends_nothing() -> None:
    error, stub = asked(TAKEN, adapter=type("Boundless", (Keyed,), {"dedup_window": None}))
    assert type(error) is NotSentError
    assert "has a key, and the adapter no dedup_window (an error in the adapter)" in error.reason
    assert not stub.requests


def test_a_repetition_that_is_interrupted_before_it_begins_does_not_make_the_first_request_certain() -> None:
    proofs = []
    for before in ((), (LOST,)):
        nothing = NotSentError("interrupted before POST texts; nothing was sent")
        error, _ = asked(*before, interruption(KeyboardInterrupt(), nothing))
        assert isinstance(error, KeyboardInterrupt)
        proofs.append(type(proof_of(error)))
    assert proofs == [NotSentError, UnknownOutcomeError]


def test_a_conflict_that_names_no_message_stays_unknown() -> None:
    class Nameless(Keyed):
        def explain(self, request: Request, answer: Answer) -> ProviderError | None:
            return ConflictError("the key was used") if answer.status == 409 else None

    error, _ = asked(LOST, ALREADY_THERE, adapter=Nameless)
    assert type(error) is UnknownOutcomeError
